//! What the business has decided for itself: who it is, and what orders take when they do not say it themselves.

use serde::{Deserialize, Serialize};

use crate::contact_check::{checked_address, email_address};
use crate::error::{optional_text, required_text};
use crate::number_format::{MAX_NUMBER, NumberFormat};
use crate::siren::{siren, siret};
use crate::vat_number::vat_number;
use crate::{Address, Currency, Invalid, Logo, Percent};

const MAX_RATES: usize = 20;

/// Who sells: what a French order confirmation must print (Code de commerce, article R123-237; for the bank details, what
/// pays it). Nothing is required before something is printed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Company {
    #[schema(max_length = 200, example = "Comptoir Moreau")]
    pub name: Option<String>,
    #[schema(max_length = 50, example = "SARL")]
    pub legal_form: Option<String>,
    /// As it is printed, with its currency.
    #[schema(max_length = 50, example = "10 000 €")]
    pub share_capital: Option<String>,
    /// Address of the registered office.
    pub address: Address,
    #[schema(max_length = 254, example = "bonjour@moreau.example")]
    pub email: Option<String>,
    #[schema(max_length = 50, example = "+33 4 72 00 00 00")]
    pub phone: Option<String>,
    #[schema(max_length = 200, example = "https://moreau.example")]
    pub website: Option<String>,
    #[schema(max_length = 20, example = "303265045")]
    pub siren: Option<String>,
    #[schema(max_length = 20, example = "30326504500017")]
    pub siret: Option<String>,
    #[schema(max_length = 20, example = "FR40303265045")]
    pub vat_number: Option<String>,
    /// Where the company is registered: the town of its RCS.
    #[schema(max_length = 100, example = "Lyon")]
    pub registration_court: Option<String>,
    /// ISO 13616; kept without spaces, in capitals. The check digits must be right.
    #[schema(max_length = 42, example = "FR7630006000011234567890189")]
    pub iban: Option<String>,
    /// ISO 9362: 8 or 11 letters and digits; kept in capitals.
    #[schema(max_length = 11, pattern = r"^([A-Za-z]{6}[A-Za-z0-9]{2}([A-Za-z0-9]{3})?)?$", example = "AGRIFRPP")]
    pub bic: Option<String>,
}

/// A rate to choose from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VatRate {
    #[schema(min_length = 1, max_length = 50, example = "Taux réduit")]
    pub name: String,
    pub rate: Percent,
}

/// How orders are numbered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OrderNumbering {
    pub format: NumberFormat,
}

/// How orders are numbered, with the next number, which can be set once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OrderNumberingInput {
    pub format: NumberFormat,
    /// The next number to be given out; can only be raised. Left as it is, if not given.
    #[serde(deserialize_with = "crate::whole::optional")]
    #[schema(minimum = 1, maximum = 999_999_999_999i64, example = 5000)]
    pub next: Option<i64>,
}

/// What a caller may decide; all of it is replaced. What is left out is as it is in a new installation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SettingsInput {
    pub company: Company,
    pub default_currency: Currency,
    #[schema(max_items = 20)]
    pub vat_rates: Vec<VatRate>,
    /// One of `vat_rates`; without it, a line without a product must say its rate.
    pub default_vat_rate: Option<Percent>,
    /// Days from the order to its payment, if the order does not say when it is due.
    #[serde(deserialize_with = "crate::whole::optional")]
    #[schema(minimum = 0, maximum = 365, example = 30)]
    pub payment_terms_days: Option<i32>,
    pub order_number: OrderNumberingInput,
    /// Mails to customers bring the document as a PDF.
    pub mail_attachments: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct Settings {
    /// Goes up by one with each change; the `ETag`.
    #[schema(minimum = 1)]
    pub version: i64,
    pub company: Company,
    pub default_currency: Currency,
    pub vat_rates: Vec<VatRate>,
    pub default_vat_rate: Option<Percent>,
    pub payment_terms_days: Option<i32>,
    pub order_number: OrderNumbering,
    /// Mails to customers bring the document as a PDF.
    pub mail_attachments: bool,
    /// At the head of documents; changed at its own address, `/settings/logo`.
    pub logo: Option<Logo>,
}

/// French rates (Code général des impôts, articles 278 to 281 nonies), and euros.
impl Default for SettingsInput {
    fn default() -> Self {
        let rates =
            [("Taux normal", 2000), ("Taux intermédiaire", 1000), ("Taux réduit", 550), ("Taux particulier", 210)];
        let percent = |points| Percent::from_basis_points(points).unwrap_or_default();
        Self {
            company: Company::default(),
            default_currency: Currency::EUR,
            vat_rates: rates.map(|(name, points)| VatRate { name: name.into(), rate: percent(points) }).into(),
            default_vat_rate: Some(percent(2000)),
            payment_terms_days: None,
            order_number: OrderNumberingInput::default(),
            mail_attachments: false,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self::of(SettingsInput::default(), 1)
    }
}

impl Settings {
    /// After an edit, and the next order number if one was asked for.
    pub fn edited(&self, input: SettingsInput) -> Result<(Self, Option<i64>), Invalid> {
        let input = input.checked()?;
        let next = input.order_number.next;
        Ok((Self { logo: self.logo.clone(), ..Self::of(input, self.version + 1) }, next))
    }

    /// With another logo, or none.
    #[must_use]
    pub fn with_logo(&self, logo: Option<Logo>) -> Self {
        Self { version: self.version + 1, logo, ..self.clone() }
    }

    fn of(input: SettingsInput, version: i64) -> Self {
        let SettingsInput {
            company,
            default_currency,
            vat_rates,
            default_vat_rate,
            payment_terms_days,
            order_number,
            mail_attachments,
        } = input;
        Self {
            version,
            company,
            default_currency,
            vat_rates,
            default_vat_rate,
            payment_terms_days,
            order_number: OrderNumbering { format: order_number.format },
            mail_attachments,
            logo: None,
        }
    }
}

impl SettingsInput {
    fn checked(self) -> Result<Self, Invalid> {
        let company = self.company.checked().map_err(|e| e.inside("company"))?;
        if self.vat_rates.len() > MAX_RATES {
            return Err(Invalid::new("vat_rates", "too_long", format!("must be at most {MAX_RATES}")));
        }
        let mut vat_rates: Vec<VatRate> = Vec::with_capacity(self.vat_rates.len());
        for (i, VatRate { name, rate }) in self.vat_rates.into_iter().enumerate() {
            let at = format!("vat_rates[{i}]");
            if vat_rates.iter().any(|before| before.rate == rate) {
                return Err(Invalid::new("rate", "already_given", "stands in the list before").inside(&at));
            }
            vat_rates.push(VatRate { name: required_text("name", &name, 50).map_err(|e| e.inside(&at))?, rate });
        }
        if self.default_vat_rate.is_some_and(|rate| vat_rates.iter().all(|known| known.rate != rate)) {
            return Err(Invalid::new("default_vat_rate", "unknown_vat_rate", "must be one of vat_rates"));
        }
        if self.payment_terms_days.is_some_and(|days| !(0..=365).contains(&days)) {
            return Err(Invalid::new("payment_terms_days", "bad_days", "must be between 0 and 365"));
        }
        if self.order_number.next.is_some_and(|next| !(1..=MAX_NUMBER).contains(&next)) {
            let message = format!("must be between 1 and {MAX_NUMBER}");
            return Err(Invalid::new("order_number.next", "bad_number", message));
        }
        Ok(Self { company, vat_rates, ..self })
    }
}

impl Company {
    fn checked(self) -> Result<Self, Invalid> {
        let text = |field: &str, value: Option<String>, max| optional_text(field, value.as_deref(), max);
        let siren = text("siren", self.siren, 20)?.map(|text| siren("siren", &text)).transpose()?;
        let address = checked_address(self.address).map_err(|e| e.inside("address"))?;
        Ok(Self {
            name: text("name", self.name, 200)?,
            legal_form: text("legal_form", self.legal_form, 50)?,
            share_capital: text("share_capital", self.share_capital, 50)?,
            address,
            email: email_address("email", self.email.as_deref())?,
            phone: text("phone", self.phone, 50)?,
            website: text("website", self.website, 200)?,
            siret: text("siret", self.siret, 20)?.map(|text| siret("siret", &text, siren.as_deref())).transpose()?,
            siren,
            vat_number: text("vat_number", self.vat_number, 20)?
                .map(|text| vat_number("vat_number", &text))
                .transpose()?,
            registration_court: text("registration_court", self.registration_court, 100)?,
            iban: iban(text("iban", self.iban, 42)?)?,
            bic: bic(self.bic)?,
        })
    }
}

/// Without spaces, in capitals.
fn compact(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect()
}

/// The check digits (ISO 7064, mod 97-10) and the country's own length and pattern must be right.
fn iban(given: Option<String>) -> Result<Option<String>, Invalid> {
    let Some(given) = given else { return Ok(None) };
    let written = compact(&given);
    let bad = |_| Invalid::new("iban", "bad_iban", "must be an IBAN like FR76 3000 6000 0112 3456 7890 189");
    let iban: iban::Iban = written.parse().map_err(bad)?;
    Ok(Some(iban::IbanLike::electronic_str(&iban).to_owned()))
}

/// Bank (4 letters), country (2 letters), place (2), branch (3, optional).
fn bic(given: Option<String>) -> Result<Option<String>, Invalid> {
    let Some(bic) = given.map(|given| given.to_ascii_uppercase()).filter(|bic| !bic.is_empty()) else {
        return Ok(None);
    };
    let right = matches!(bic.len(), 8 | 11)
        && bic.bytes().enumerate().all(|(i, b)| b.is_ascii_uppercase() || (i >= 6 && b.is_ascii_digit()));
    if right { Ok(Some(bic)) } else { Err(Invalid::new("bic", "bad_bic", "must be a BIC like AGRIFRPP")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(value: serde_json::Value) -> SettingsInput {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn a_new_installation_has_french_rates_and_euros() {
        let settings: Settings = serde_json::from_str("{}").unwrap();
        assert_eq!(settings, Settings::default());
        assert_eq!((settings.version, settings.vat_rates.len()), (1, 4));
        let (edited, next) = settings.edited(SettingsInput::default()).unwrap();
        assert_eq!((edited, next), (Settings { version: 2, ..settings }, None));
    }

    #[test]
    fn bank_details_are_checked_and_kept_without_spaces() {
        let company = |iban: &str, bic: &str| {
            let company = Company { iban: Some(iban.into()), bic: Some(bic.into()), ..Company::default() };
            company.checked().map(|company| (company.iban.unwrap(), company.bic.unwrap()))
        };
        let good = company(" fr76 3000 6000 0112 3456 7890 189", "agrifrpp").unwrap();
        assert_eq!(good, ("FR7630006000011234567890189".into(), "AGRIFRPP".into()));
        // A wrong digit, a digit too few, a country without IBANs.
        for bad in ["FR7630006000011234567890188", "FR763000600001123456789018", "US7630006000011234567890189", "x"] {
            assert_eq!(company(bad, "AGRIFRPP").unwrap_err().code, "bad_iban", "{bad}");
        }
        for bad in ["AGRIFRP", "AGRIFRPPX", "AGR1FRPP", "AGRIFRPPXXXX", "AGRIFRPÉ"] {
            assert_eq!(company("FR7630006000011234567890189", bad).unwrap_err().code, "bad_bic", "{bad}");
        }
    }

    #[test]
    fn a_bad_field_is_named() {
        let bad = |value: serde_json::Value| Settings::default().edited(input(value)).unwrap_err().field;
        assert_eq!(bad(serde_json::json!({ "company": { "email": "x" } })), "company.email");
        assert_eq!(bad(serde_json::json!({ "company": { "iban": "x" } })), "company.iban");
        assert_eq!(bad(serde_json::json!({ "default_vat_rate": "19" })), "default_vat_rate");
        assert_eq!(bad(serde_json::json!({ "payment_terms_days": 366 })), "payment_terms_days");
        assert_eq!(bad(serde_json::json!({ "order_number": { "next": 0 } })), "order_number.next");
        let twice =
            serde_json::json!({ "vat_rates": [{ "name": "a", "rate": "20" }, { "name": "b", "rate": "20.0" }] });
        assert_eq!(bad(twice), "vat_rates[1].rate");
        let nameless = serde_json::json!({ "vat_rates": [{ "name": " ", "rate": "20" }] });
        assert_eq!(bad(nameless), "vat_rates[0].name");
    }
}
