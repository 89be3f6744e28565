//! Templates: Jinja as minijinja has it, without macros and includes, and with filters that write what people read. What a
//! template does is bounded (fuel counts steps and memory), so that none can hang a worker.

use std::collections::BTreeSet;

use domain::{Currency, Date, Invalid, Language, MailKind, MailTemplateInput, Money, Percent, Quantity, written};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior, escape_formatter};
use serde_json::Value as Json;

use super::sample;
use super::view::View;

/// Steps of one rendering, and 64 bytes each: thirty times what the longest order needs of the built-in templates.
const FUEL: u64 = 1_000_000;
/// Bytes of a rendered body: three times what the largest order needs.
const MAX_RENDERED: usize = 5_000_000;
/// Characters of a subject: a line of a message has at most 998 (RFC 5322, 2.1.1), and encoding makes them longer.
const MAX_SUBJECT: usize = 200;

/// A mail as people read it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[schema(as = MailPreview)]
pub struct Rendered {
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// Makes the mail. The refusal names the part, the line and what is wrong with it.
pub fn render(template: &MailTemplateInput, view: &View) -> Result<Rendered, Invalid> {
    let environment = environment(view.language, view.order.currency);
    let context = Value::from(Serde(view));
    let one = |name: &'static str, source: &str| {
        let made = environment.template_from_named_str(name, source).and_then(|t| t.render(context.clone()));
        let made = made.map_err(|e| refused(name, &e))?;
        if made.len() > MAX_RENDERED {
            return Err(Invalid::new(name, "bad_template", format!("makes more than {MAX_RENDERED} bytes")));
        }
        Ok(made)
    };
    let subject = one_line(&one("subject", &template.subject)?);
    if subject.is_empty() {
        return Err(Invalid::new("subject", "bad_template", "makes no text"));
    }
    Ok(Rendered { subject, text: one("text", &template.text)?, html: one("html", &template.html)? })
}

/// Refuses what could not make a mail: another syntax, a name that is not known (also where no sample goes), too much work.
pub fn check(kind: MailKind, language: Language, template: &MailTemplateInput) -> Result<(), Invalid> {
    let full = sample::full(kind, language);
    for (name, source) in [("subject", &template.subject), ("text", &template.text), ("html", &template.html)] {
        check_names(name, source, &full)?;
    }
    render(template, &full)?;
    render(template, &sample::bare(kind, language))?;
    Ok(())
}

/// Control characters and line ends become spaces: a header is one line.
pub(super) fn one_line(text: &str) -> String {
    let visible: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let words: Vec<&str> = visible.split_whitespace().collect();
    words.join(" ").chars().take(MAX_SUBJECT).collect()
}

fn environment<'s>(language: Language, currency: Currency) -> Environment<'s> {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.set_recursion_limit(50);
    environment.set_auto_escape_callback(|name| if name == "html" { AutoEscape::Html } else { AutoEscape::None });
    // A field without a value says nothing; a name that is not known is a mistake.
    environment
        .set_formatter(|out, state, value| if value.is_none() { Ok(()) } else { escape_formatter(out, state, value) });
    if let Ok(syntax) = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
        environment.set_syntax(syntax);
    }
    environment.add_filter("money", move |minor: Option<i64>| {
        minor.map(|minor| written::money(Money { minor, currency }, language))
    });
    environment.add_filter("date", move |day: Option<String>| typed(day, |day: Date| written::date(day, language)));
    environment.add_filter("percent", move |rate: Option<String>| {
        typed(rate, |rate: Percent| written::percent(rate, language))
    });
    environment.add_filter("quantity", move |number: Option<String>| {
        typed(number, |number: Quantity| written::quantity(number, language))
    });
    environment.add_filter("iban", |iban: Option<String>| iban.map(|iban| written::iban(&iban)));
    environment.add_filter("method", move |method: Option<String>| method.map(|method| name_method(&method, language)));
    environment.add_filter("upper", |text: Option<String>| text.map(|text| text.to_uppercase()));
    environment.add_filter("default", |value: Value, other: Value| if value.is_none() { other } else { value });
    environment
}

fn typed<T: std::str::FromStr>(
    text: Option<String>,
    write: impl Fn(T) -> String,
) -> Result<Option<String>, minijinja::Error> {
    let Some(text) = text else { return Ok(None) };
    let bad = || minijinja::Error::new(ErrorKind::InvalidOperation, format!("{text:?} is nothing for this filter"));
    text.parse().map(|value| Some(write(value))).map_err(|_| bad())
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

/// Names that nothing stands behind, in branches too that no sample takes.
fn check_names(part: &'static str, source: &str, full: &View) -> Result<(), Invalid> {
    let environment = environment(full.language, full.order.currency);
    let template = environment.template_from_named_str(part, source).map_err(|e| refused(part, &e))?;
    let known = serde_json::to_value(full).unwrap_or_default();
    let used: BTreeSet<String> = template.undeclared_variables(true).into_iter().collect();
    let unknown = used.into_iter().filter(|name| !is_known(&known, name));
    // The first in the text, as its author reads it.
    let first = unknown.map(|name| (line_of(source, &name), name)).min_by_key(|(line, _)| line.unwrap_or(usize::MAX));
    let Some((line, name)) = first else { return Ok(()) };
    Err(at_line(part, line, &format!("{name} is not known here")))
}

fn is_known(known: &Json, name: &str) -> bool {
    name.split('.').try_fold(known, |inside, part| inside.get(part)).is_some()
}

/// Where the name stands first; where it is not written with points, where its first part does.
fn line_of(source: &str, name: &str) -> Option<usize> {
    let stands = |name: &str| source.lines().position(|line| names_in(line).any(|word| word == name)).map(|i| i + 1);
    stands(name).or_else(|| stands(name.split('.').next().unwrap_or(name)))
}

/// Dotted names, and what they begin with.
fn names_in(line: &str) -> impl Iterator<Item = &str> {
    let words = line.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'));
    words.flat_map(|word| word.match_indices('.').map(|(at, _)| &word[..at]).chain([word]))
}

fn refused(part: &'static str, error: &minijinja::Error) -> Invalid {
    let what = match (error.kind(), error.detail()) {
        (ErrorKind::OutOfFuel, _) => "does too much".to_owned(),
        (kind, Some(detail)) => format!("{kind}: {detail}"),
        (kind, None) => kind.to_string(),
    };
    at_line(part, error.line(), &what)
}

fn at_line(part: &'static str, line: Option<usize>, what: &str) -> Invalid {
    let message = line.map_or_else(|| what.to_owned(), |line| format!("line {line}: {what}"));
    Invalid::new(part, "bad_template", message).on_line(line)
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
