//! What the wholesaler sells, and to whom. People, firms and addresses are made up; telephone numbers are from the ranges
//! that ARCEP and Ofcom keep free for fiction, mail domains end in `.example` (RFC 2606).

use domain::{Address, ContactEmail, ContactInput, ContactKind, ContactPhone, Language};

/// Something to sell: net price in cents, VAT in per cent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Product {
    pub(super) sku: &'static str,
    pub(super) name: &'static str,
    pub(super) price: i64,
    pub(super) vat: &'static str,
    /// Sold by weight, in kilograms.
    pub(super) by_weight: bool,
}

const fn piece(sku: &'static str, name: &'static str, price: i64, vat: &'static str) -> Product {
    Product { sku, name, price, vat, by_weight: false }
}

const fn weighed(sku: &'static str, name: &'static str, price: i64) -> Product {
    Product { sku, name, price, vat: "5.5", by_weight: true }
}

pub(super) const PRODUCTS: [Product; 30] = [
    weighed("FRO-COM18", "Comté AOP 18 mois, le kg", 2290),
    weighed("FRO-COM24", "Comté AOP 24 mois, le kg", 2750),
    weighed("FRO-BEA", "Beaufort d'alpage AOP, le kg", 2980),
    weighed("FRO-ROQ", "Roquefort AOP, le kg", 2140),
    weighed("FRO-TOM", "Tomme de Savoie IGP, le kg", 1520),
    weighed("FRO-CANT", "Cantal entre-deux AOP, le kg", 1380),
    weighed("FRO-MORB", "Morbier AOP, le kg", 1460),
    piece("FRO-CAM", "Camembert de Normandie AOP, 250 g", 465, "5.5"),
    piece("FRO-BRI", "Brie de Meaux AOP, quart", 1190, "5.5"),
    piece("FRO-REB", "Reblochon fermier AOP, 450 g", 890, "5.5"),
    piece("FRO-CHA", "Chabichou du Poitou AOP, 150 g", 520, "5.5"),
    piece("FRO-STM", "Saint-Marcellin IGP, 80 g", 215, "5.5"),
    piece("EPI-HUI", "Huile d'olive de Nyons AOP, 50 cl", 1350, "5.5"),
    piece("EPI-MOU", "Moutarde de Bourgogne IGP, 200 g", 285, "5.5"),
    piece("EPI-SEL", "Fleur de sel de Guérande, 125 g", 410, "5.5"),
    piece("EPI-MIE", "Miel de lavande IGP, 500 g", 790, "5.5"),
    piece("EPI-CON", "Confiture d'abricots du Roussillon, 370 g", 395, "5.5"),
    piece("EPI-TAP", "Tapenade noire, 180 g", 340, "5.5"),
    piece("EPI-TER", "Terrine de campagne, 200 g", 480, "5.5"),
    piece("EPI-SAR", "Sardines millésimées, 115 g", 520, "5.5"),
    piece("EPI-LEN", "Lentilles vertes du Puy AOP, 1 kg", 430, "5.5"),
    piece("TRA-PLA", "Plateau de fromages dressé, 12 personnes", 6900, "10"),
    piece("TRA-TAR", "Tarte aux poireaux, 8 parts", 1850, "10"),
    piece("TRA-QUI", "Quiche au comté, 8 parts", 1950, "10"),
    piece("VIN-JUR", "Arbois AOC Savagnin, 75 cl", 1480, "20"),
    piece("VIN-CHA", "Chablis AOC, 75 cl", 1320, "20"),
    piece("VIN-MOR", "Morgon AOC, 75 cl", 1060, "20"),
    piece("VIN-CRE", "Crémant de Loire brut, 75 cl", 890, "20"),
    piece("VIN-MUS", "Muscat de Rivesaltes AOC, 75 cl", 970, "20"),
    piece("CID-FER", "Cidre fermier brut, 75 cl", 390, "20"),
];

/// Name, whom to ask for, street, postal code, city. A person has nobody to ask for.
type Who = (&'static str, Option<&'static str>, &'static str, &'static str, &'static str);

const FRENCH: [Who; 33] = [
    ("Restaurant Le Petit Bouchon", Some("Hélène Morand"), "14 rue des Marronniers", "69002", "Lyon"),
    ("Épicerie Dupré", Some("Claire Dupré"), "12 rue des Halles", "69001", "Lyon"),
    ("Hôtel des Deux Fleuves", Some("Marc Vasseur"), "3 quai Perrache", "69002", "Lyon"),
    ("Brasserie de la Gare", Some("Yannick Le Goff"), "1 place de la Gare", "35000", "Rennes"),
    ("La Table d'Armor", Some("Soizic Kermarec"), "27 rue du Port", "29200", "Brest"),
    ("Crêperie du Vieux Puits", Some("Gwenaël Hamon"), "5 place du Puits", "22100", "Dinan"),
    ("Chez Nounours", Some("Bruno Ours"), "8 rue Sainte-Catherine", "33000", "Bordeaux"),
    ("Cave & Comptoir", Some("Laure Etcheverry"), "41 rue Notre-Dame", "33000", "Bordeaux"),
    ("L'Épicerie du Canal", Some("Nadia Benali"), "60 boulevard de la Gare", "31500", "Toulouse"),
    ("Le Bistrot Rose", Some("Thomas Cazenave"), "19 rue des Filatiers", "31000", "Toulouse"),
    ("Hôtel Belvédère", Some("Sylvie Arnaud"), "2 corniche Bellevue", "06300", "Nice"),
    ("Traiteur Ravel", Some("Étienne Ravel"), "33 rue de France", "06000", "Nice"),
    ("Maison Castel, fromager", Some("Odile Castel"), "7 cours Julien", "13006", "Marseille"),
    ("La Cantine du Panier", Some("Karim Haddad"), "22 montée des Accoules", "13002", "Marseille"),
    ("Le Comptoir des Alpes", Some("Jérôme Favre"), "15 rue Sainte-Claire", "74000", "Annecy"),
    ("Refuge du Grand Plan", Some("Aline Bouvier"), "Route du Col", "73120", "Courchevel"),
    ("Auberge de la Cascade", Some("Paul Grandclément"), "Hameau de la Cascade", "39210", "Baume-les-Messieurs"),
    ("Épicerie fine Weber", Some("Martine Weber"), "9 rue des Orfèvres", "67000", "Strasbourg"),
    ("Winstub Zum Storch", Some("Frédéric Muller"), "4 quai des Bateliers", "67000", "Strasbourg"),
    ("Les Halles Gourmandes", Some("Isabelle Lemoine"), "Halle centrale, étal 18", "21000", "Dijon"),
    ("Hôtel du Beffroi", Some("Vincent Delattre"), "11 Grand-Place", "59000", "Lille"),
    ("Estaminet Chez Wazemmes", Some("Sophie Vandamme"), "36 rue Gambetta", "59000", "Lille"),
    ("La Crémerie Normande", Some("Julien Lefèvre"), "20 rue du Gros-Horloge", "76000", "Rouen"),
    ("Le Bar à Huîtres", Some("Nolwenn Tanguy"), "Quai des Parcs", "56470", "La Trinité-sur-Mer"),
    ("Bistrot Paul Bertin", Some("Paul Bertin"), "18 rue de Charonne", "75011", "Paris"),
    ("Au Bon Panier", Some("Fatou Diallo"), "52 rue des Martyrs", "75009", "Paris"),
    ("Hôtel Lumière", Some("Camille Roussel"), "6 rue Monge", "75005", "Paris"),
    ("Les Tontons Affineurs", Some("Rémi Girard"), "3 rue Mouffetard", "75005", "Paris"),
    ("Comité d'entreprise Solvia", Some("Anne-Laure Petit"), "120 avenue de la République", "92000", "Nanterre"),
    ("Juliette Marchand", None, "4 allée des Tilleuls", "44000", "Nantes"),
    ("François Ozanne", None, "17 rue Crébillon", "44000", "Nantes"),
    ("Inès Fernandez", None, "88 avenue Jean-Jaurès", "34000", "Montpellier"),
    ("Bernard Chevallier", None, "2 chemin du Moulin", "37000", "Tours"),
];

/// Written to in English.
const ENGLISH: [(Who, &str); 7] = [
    (("Harbour Deli", Some("Tom Wells"), "4 Quay Street", "BS1 4DA", "Bristol"), "Royaume-Uni"),
    (("The Cheese Cellar", Some("Emily Carter"), "31 Neal's Lane", "WC2H 9DP", "Londres"), "Royaume-Uni"),
    (("Oak & Barrel", Some("James Whitfield"), "9 Castle Wynd", "EH1 2NG", "Édimbourg"), "Royaume-Uni"),
    (("Rose Ashworth", None, "12 Mill Road", "OX4 1AB", "Oxford"), "Royaume-Uni"),
    (("Brussels Fine Foods", Some("Lotte Peeters"), "25 rue Haute", "1000", "Bruxelles"), "Belgique"),
    (("Gent Gastronomie", Some("Pieter Claes"), "7 Graslei", "9000", "Gand"), "Belgique"),
    (("Hotel Zeezicht", Some("An Willems"), "40 Zeedijk", "8400", "Ostende"), "Belgique"),
];

/// Everybody, as they were first written down.
pub(super) fn contacts() -> Vec<ContactInput> {
    let french = FRENCH.iter().map(|who| contact(who, "France", Language::Fr));
    let english = ENGLISH.iter().map(|(who, country)| contact(who, country, Language::En));
    french.chain(english).enumerate().map(|(i, contact)| with_phone(contact, i)).collect()
}

fn contact(&(name, contact_name, street, postal_code, city): &Who, country: &str, language: Language) -> ContactInput {
    let slug = domain::search::fold(name)
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| word.len() > 1)
        .collect::<Vec<_>>()
        .join("-");
    let kind = if contact_name.is_some() { ContactKind::Organisation } else { ContactKind::Person };
    let email = match kind {
        ContactKind::Organisation => format!("commandes@{slug}.example"),
        ContactKind::Person => format!("{}@courriel.example", slug.replace('-', ".")),
    };
    let text = |text: &str| Some(text.to_owned());
    ContactInput {
        kind,
        name: name.to_owned(),
        contact_name: contact_name.map(str::to_owned),
        emails: vec![ContactEmail { label: None, address: email }],
        language,
        addresses: vec![Address {
            street: text(street),
            postal_code: text(postal_code),
            city: text(city),
            country: text(country),
            ..Address::default()
        }],
        ..ContactInput::default()
    }
}

/// Belgium keeps no numbers for fiction: its contacts have none.
fn with_phone(contact: ContactInput, i: usize) -> ContactInput {
    let number = match contact.addresses.first().and_then(|address| address.country.as_deref()) {
        Some("France") => Some(format!("+33 4 65 71 {:02} {:02}", 10 + i, (i * 37) % 100)),
        Some("Royaume-Uni") => Some(format!("+44 20 7946 0{:03}", 100 + i * 7)),
        _ => None,
    };
    let phones = number.map(|number| ContactPhone { label: None, number }).into_iter().collect();
    ContactInput { phones, ..contact }
}
