//! The filters of templates: they write what people read. Each looks at the clock first, so that loops of filters end.

use domain::{Currency, Date, Language, Money, Percent, Quantity, written};
use minijinja::value::Value;
use minijinja::{Environment, Error, ErrorKind};

use super::deadline::Deadline;

/// Characters of a wrong value that a refusal repeats.
const MAX_SHOWN: usize = 100;

pub(super) fn add(environment: &mut Environment, language: Language, currency: Currency, deadline: Deadline) {
    environment.add_filter("money", move |minor: Option<i64>| {
        deadline.check()?;
        Ok::<_, Error>(minor.map(|minor| written::money(Money { minor, currency }, language)))
    });
    let mut add = |name: &'static str, write: fn(&str, Language) -> Option<String>| {
        environment.add_filter(name, move |text: Option<String>| {
            deadline.check()?;
            let written = |text: String| write(&text, language).ok_or_else(|| unfit(&text));
            text.map(written).transpose()
        });
    };
    add("date", |day, language| Some(written::date(day.parse::<Date>().ok()?, language)));
    add("percent", |rate, language| Some(written::percent(rate.parse::<Percent>().ok()?, language)));
    add("quantity", |number, language| Some(written::quantity(number.parse::<Quantity>().ok()?, language)));
    add("iban", |iban, _| Some(written::iban(iban)));
    add("method", |method, language| Some(name_method(method, language)));
    add("upper", |text, _| Some(text.to_uppercase()));
    environment.add_filter("default", |value: Value, other: Value| if value.is_none() { other } else { value });
}

fn unfit(text: &str) -> Error {
    let shown: String = text.chars().take(MAX_SHOWN).collect();
    Error::new(ErrorKind::InvalidOperation, format!("{shown:?} is nothing for this filter"))
}

fn name_method(method: &str, language: Language) -> String {
    let (fr, en) = match method {
        "card" => ("carte bancaire", "card"),
        "transfer" => ("virement", "bank transfer"),
        "cash" => ("espèces", "cash"),
        "cheque" => ("chèque", "cheque"),
        "direct_debit" => ("prélèvement", "direct debit"),
        _ => ("autre moyen", "other means"),
    };
    match language {
        Language::Fr => fr.into(),
        Language::En => en.into(),
    }
}
