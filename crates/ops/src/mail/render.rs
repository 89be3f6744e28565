//! Templates: Jinja as minijinja has it, without macros and includes, and with filters that write what people read. What a
//! template looks like and does is bounded, so that none can hang or end a process.

use std::collections::BTreeSet;

use domain::{Currency, Invalid, Language, MAX_LINES, MailKind, MailTemplateInput};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior, escape_formatter};
use serde_json::Value as Json;

use super::bounds::{Bound, STEPS};
use super::deadline::{Deadline, LATE};
use super::output::Output;
use super::shape::{self, Misshapen};
use super::view::View;
use super::{apart, filters, rows, sample};
use crate::Error;

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

/// Makes the mail, in a thread of its own. The refusal names the part, the line and what is wrong with it.
pub(crate) async fn render(template: MailTemplateInput, view: View) -> Result<Rendered, Error> {
    apart::run(move || make(&template, &view)).await
}

/// Refuses what could not make a mail: another syntax, a name that is not known (also where no sample goes), too much work, be it
/// for the longest of orders.
pub(crate) async fn check(kind: MailKind, language: Language, template: MailTemplateInput) -> Result<(), Error> {
    apart::run(move || try_out(kind, language, &template)).await
}

fn make(template: &MailTemplateInput, view: &View) -> Result<Rendered, Invalid> {
    let subject = one_line(&part("subject", &template.subject, view)?);
    if subject.is_empty() {
        return Err(Invalid::new("subject", "bad_template", "makes no text"));
    }
    Ok(Rendered { subject, text: part("text", &template.text, view)?, html: part("html", &template.html, view)? })
}

fn part(name: &'static str, source: &str, view: &View) -> Result<String, Invalid> {
    part_until(Deadline::new(), name, source, view)
}

fn part_until(deadline: Deadline, name: &'static str, source: &str, view: &View) -> Result<String, Invalid> {
    shape::check(source, &syntax()).map_err(|why| misshapen(name, why))?;
    let environment = environment(view.language, view.order.currency, deadline);
    let mut output = Output::default();
    let template = environment.template_from_named_str(name, source);
    let context = rows::with_rows(&Value::from(Serde(view)), deadline);
    let made = template.and_then(|template| template.render_captured_to(context?, &mut output).map(drop));
    match made {
        Ok(()) => Ok(output.text()),
        Err(_) if output.is_full() => Err(Bound::Output.exceeded(name, None)),
        Err(error) => Err(refused(name, &error)),
    }
}

fn try_out(kind: MailKind, language: Language, template: &MailTemplateInput) -> Result<(), Invalid> {
    let full = sample::full(kind, language);
    for (name, source) in [("subject", &template.subject), ("text", &template.text), ("html", &template.html)] {
        shape::check(source, &syntax()).map_err(|why| misshapen(name, why))?;
        check_names(name, source, &full)?;
    }
    make(template, &full)?;
    make(template, &sample::bare(kind, language))?;
    let longest = make(template, &sample::longest(kind, language));
    longest.map_err(|e| Invalid { message: format!("{} for an order of {MAX_LINES} lines", e.message), ..e })?;
    Ok(())
}

/// Control characters and line ends become spaces: a header is one line.
pub(super) fn one_line(text: &str) -> String {
    let visible: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let words: Vec<&str> = visible.split_whitespace().collect();
    words.join(" ").chars().take(MAX_SUBJECT).collect()
}

fn environment<'s>(language: Language, currency: Currency, deadline: Deadline) -> Environment<'s> {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(STEPS));
    environment.set_recursion_limit(50);
    environment.set_auto_escape_callback(|name| if name == "html" { AutoEscape::Html } else { AutoEscape::None });
    // A field without a value says nothing; a name that is not known is a mistake.
    environment.set_formatter(move |out, state, value| {
        deadline.check()?;
        if value.is_none() { Ok(()) } else { escape_formatter(out, state, value) }
    });
    environment.set_syntax(syntax());
    filters::add(&mut environment, language, currency, deadline);
    environment
}

/// Lines on which only blocks stand leave nothing behind.
fn syntax() -> SyntaxConfig {
    SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build().unwrap_or_default()
}

/// Names that nothing stands behind, in branches too that no sample takes.
fn check_names(part: &'static str, source: &str, full: &View) -> Result<(), Invalid> {
    let environment = environment(full.language, full.order.currency, Deadline::new());
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
    let line = error.line();
    let what = match (error.kind(), error.detail()) {
        (ErrorKind::OutOfFuel, Some(LATE)) => return Bound::Time.exceeded(part, line),
        (ErrorKind::OutOfFuel, _) => return Bound::Steps.exceeded(part, line),
        (kind, Some(detail)) => format!("{kind}: {detail}"),
        (kind, None) => kind.to_string(),
    };
    at_line(part, line, &what)
}

fn misshapen(part: &'static str, why: Misshapen) -> Invalid {
    match why {
        Misshapen::Syntax(error) => refused(part, &error),
        Misshapen::TooMuch(bound, line) => bound.exceeded(part, line),
        Misshapen::Forbidden(line, what) => at_line(part, Some(line), what),
    }
}

fn at_line(part: &'static str, line: Option<usize>, what: &str) -> Invalid {
    let message = line.map_or_else(|| what.to_owned(), |line| format!("line {line}: {what}"));
    Invalid::new(part, "bad_template", message).on_line(line)
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "hostile_tests.rs"]
mod hostile_tests;
