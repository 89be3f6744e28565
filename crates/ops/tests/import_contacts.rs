//! Contacts from a foreign CSV: what is read, what is refused, and what stays as it is.

#![expect(clippy::unwrap_used, reason = "also in what the tests share")]

mod support;

use comptoir_ops::exchange::import::{Map, Options, Outcome};
use domain::{ContactKind, Language};
use support::import_sites;

const MAP: &str = r#"
    [contacts]
    delimiter = ";"
    [contacts.columns]
    external_id = "Code"
    name = "Raison sociale"
    email = "E-mail"
    city = "Ville"
    language = "Langue"
    [contacts.defaults]
    country = "France"
"#;

const GOOD: &str = "Code;Raison sociale;E-mail;Ville;Langue\n\
                    C1;Épicerie Dupré;a@dupre.example;Lyon;fr\n\
                    C2;\"Bar; \"\"Le Zinc\"\"\";;Paris;\n\
                    C3;Harbour Deli;tom@harbour.example;Bristol;EN\n";

fn map() -> Map {
    Map::parse(MAP).unwrap()
}

const DRY: Options = Options { dry_run: true, skip_bad: false };
const SKIP: Options = Options { dry_run: false, skip_bad: true };

#[tokio::test]
async fn a_bom_semicolons_and_quotes_are_read_as_meant() {
    for mut site in import_sites().await {
        let file = site.file("clients.csv", format!("\u{feff}{}", GOOD.replace('\n', "\r\n")));
        let outcome = site.contacts(&map(), Options::default(), &file).await.unwrap();
        assert_eq!(outcome, Outcome { written: true, created: 3, ..Outcome::default() });
        let zinc = site.contact("C2").await.unwrap();
        assert_eq!((zinc.name.as_str(), zinc.emails.len(), zinc.language), ("Bar; \"Le Zinc\"", 0, Language::Fr));
        assert_eq!((zinc.kind, zinc.addresses[0].country.as_deref()), (ContactKind::Organisation, Some("France")));
        assert_eq!(site.contact("C3").await.unwrap().language, Language::En);
    }
}

#[tokio::test]
async fn a_broken_row_in_the_middle_stops_everything_and_is_written_with_its_reason() {
    for mut site in import_sites().await {
        let file = site.file("clients.csv", GOOD.replace("C2;\"Bar; \"\"Le Zinc\"\"\";;", "C2;;not an address;"));
        let outcome = site.contacts(&map(), Options::default(), &file).await.unwrap();
        assert_eq!(outcome, Outcome { written: false, created: 2, rejected: 1, ..Outcome::default() });
        assert_eq!(site.counts().await, (0, 0, 0));
        let rejects = "Code;Raison sociale;E-mail;Ville;Langue;reason\n\
                       C2;;not an address;Paris;;\"clients.csv line 3, Raison sociale: must not be empty\"\n";
        assert_eq!(site.rejects["clients.csv"].replace('"', ""), rejects.replace('"', ""));

        let outcome = site.contacts(&map(), SKIP, &file).await.unwrap();
        assert_eq!(outcome, Outcome { written: true, created: 2, rejected: 1, ..Outcome::default() });
        assert_eq!(site.counts().await, (2, 0, 2));

        // Mended by hand, the file of rejects goes in by the same map.
        let mended = site.rejects["clients.csv"].replace("C2;;not an address;", "C2;Le Zinc;;");
        let mended = site.file("mended.csv", mended);
        let outcome = site.contacts(&map(), Options::default(), &mended).await.unwrap();
        assert_eq!(outcome, Outcome { written: true, created: 1, ..Outcome::default() });
    }
}

#[tokio::test]
async fn every_kind_of_bad_row_says_what_is_wrong_and_on_which_line() {
    for mut site in import_sites().await {
        let mut content = Vec::from(GOOD);
        content.extend(
            b"C4;Short\r\nC5;Long;;Nice;fr;;\n\n;Nameless;;;\nC1;Twin;;;\nC6;\xc9t\xe9;;;\nC7;X;;;de\nC8;X;x@;;\n",
        );
        let file = site.file("clients.csv", content);
        let outcome = site.contacts(&map(), Options::default(), &file).await.unwrap();
        assert_eq!((outcome.written, outcome.created, outcome.rejected), (false, 3, 7));
        let rejects = &site.rejects["clients.csv"];
        for reason in [
            "C4;Short;;;;clients.csv line 5: has 2 fields instead of 5\n",
            "C5;Long;;Nice;fr;clients.csv line 6: has 7 fields instead of 5;;\n",
            "clients.csv line 8, Code: must not be empty",
            "clients.csv line 9, Code: C1 stands on line 2 already",
            "clients.csv line 10: is not UTF-8; save the file as UTF-8 first",
            "clients.csv line 11, Langue: unknown variant `de`, expected `fr` or `en`",
            "clients.csv line 12, E-mail: must be an address like name@example.com",
        ] {
            assert!(rejects.contains(reason), "{reason} is not in\n{rejects}");
        }
    }
}

#[tokio::test]
async fn a_contact_is_updated_where_the_file_says_otherwise_and_only_there() {
    for mut site in import_sites().await {
        let file = site.file("clients.csv", GOOD);
        site.contacts(&map(), Options::default(), &file).await.unwrap();
        site.note("C1", "Delivers through the yard").await;
        let before = site.counts().await;

        let file = site.file("clients.csv", GOOD.replace(";Lyon;", ";Villeurbanne;"));
        let dry = site.contacts(&map(), DRY, &file).await.unwrap();
        assert_eq!(dry, Outcome { updated: 1, unchanged: 2, ..Outcome::default() });
        assert_eq!(site.counts().await, before);

        let outcome = site.contacts(&map(), Options::default(), &file).await.unwrap();
        assert_eq!(outcome, Outcome { written: true, updated: 1, unchanged: 2, ..Outcome::default() });
        let dupre = site.contact("C1").await.unwrap();
        assert_eq!(dupre.addresses[0].city.as_deref(), Some("Villeurbanne"));
        assert_eq!(dupre.notes.as_deref(), Some("Delivers through the yard"), "the map does not name the notes");
        assert_eq!(site.counts().await, (3, 0, before.2 + 1));
    }
}

#[tokio::test]
async fn a_file_of_several_batches_comes_in_whole_and_tells_how_far_it_is() {
    for mut site in import_sites().await {
        let rows = (1..=300).fold(String::from("Code;Raison sociale;E-mail;Ville;Langue\n"), |rows, i| {
            format!("{rows}C{i};Client {i};;;\n")
        });
        let file = site.file("clients.csv", rows);
        let outcome = site.contacts(&map(), Options::default(), &file).await.unwrap();
        assert_eq!(outcome, Outcome { written: true, created: 300, ..Outcome::default() });
        assert_eq!(site.counts().await, (300, 0, 300));
        let told: Vec<_> = site.progress.iter().map(|p| (p.done, p.total)).collect();
        let (all, end) = (Some(300), [128, 256, 300]);
        assert_eq!(told, [end.map(|done| (done, None)), end.map(|done| (done, all))].concat());
    }
}

#[tokio::test]
async fn a_column_that_is_not_there_is_an_error_before_anything() {
    for mut site in import_sites().await {
        let file = site.file("clients.csv", GOOD.replace("Ville;", "Town;"));
        let error = site.contacts(&map(), Options::default(), &file).await.unwrap_err().to_string();
        let wanted = "has no column \"Ville\", which the map names as contacts.columns.city; \
                      it has: Code, Raison sociale, E-mail, Town, Langue";
        assert!(error.contains("clients.csv: ") && error.contains(wanted), "{error}");
        let error = site.contacts(&map(), Options::default(), &file.with_extension("gone")).await.unwrap_err();
        assert!(error.to_string().contains("clients.gone: No such file"), "{error}");
        assert_eq!(site.counts().await, (0, 0, 0));
    }
}

#[tokio::test]
async fn tags_and_numbers_of_the_state_are_read_and_only_the_primary_values_are_the_files() {
    let map = Map::parse(&format!(
        "{}\n",
        MAP.replace("[contacts.defaults]", "tags = \"Tags\"\nsiren = \"SIREN\"\n[contacts.defaults]")
    ));
    for mut site in import_sites().await {
        let content = "Code;Raison sociale;E-mail;Ville;Langue;Tags;SIREN\n\
                       C1;Dupré;a@dupre.example;Lyon;fr;\"vip; Bio, bio\";732 829 320\n";
        let file = site.file("clients.csv", content);
        let outcome = site.contacts(map.as_ref().unwrap(), Options::default(), &file).await.unwrap();
        assert_eq!(outcome.created, 1, "{:?}", site.rejects);
        let contact = site.contact("C1").await.unwrap();
        assert_eq!(
            (contact.tags, contact.siren.as_deref()),
            (vec!["Bio".to_owned(), "vip".to_owned()], Some("732829320"))
        );
        let bad = site.file("bad.csv", content.replace("732 829 320", "732 829 321"));
        let outcome = site.contacts(map.as_ref().unwrap(), Options::default(), &bad).await.unwrap();
        assert_eq!((outcome.rejected, site.rejects["bad.csv"].contains("SIREN: must be the nine digits")), (1, true));
    }
}

#[tokio::test]
async fn a_contact_that_was_merged_is_left_alone() {
    for mut site in import_sites().await {
        let file = site.file("clients.csv", GOOD);
        site.contacts(&map(), Options::default(), &file).await.unwrap();
        site.merge("C1", "C3").await;
        let merged = site.contact("C1").await.unwrap();
        let changed = site.file("changed.csv", GOOD.replace("Dupré", "Martin"));
        let outcome = site.contacts(&map(), Options::default(), &changed).await.unwrap();
        assert_eq!(outcome, Outcome { written: true, unchanged: 3, ..Outcome::default() });
        assert_eq!(site.contact("C1").await.unwrap(), merged);
    }
}
