//! What mails say, where somebody has changed it.

use domain::{Language, MailKind, MailTemplateInput, Timestamp};

use crate::table::{self, Assignments, Columns, Table, table};
use crate::value::name;
use crate::{Error, Reader, Tx};

/// A template that was changed at some time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    pub kind: MailKind,
    pub language: Language,
    pub version: i64,
    /// None: what the program brings, again.
    pub texts: Option<MailTemplateInput>,
    pub updated_at: Timestamp,
}

table! {
    /// The table `mail_templates`.
    MailTemplates("mail_templates") of Changed {
        kind,
        language,
        version,
        texts: Texts,
        updated_at,
    }
}

/// The texts of a template, or NULL three times.
struct Texts;

impl Columns for Texts {
    type Row = Option<MailTemplateInput>;

    fn names(names: &mut Vec<&'static str>) {
        names.extend(["subject", "text_body", "html_body"]);
    }

    fn read(row: &mut Reader) -> Result<Option<MailTemplateInput>, Error> {
        Ok(match (row.next()?, row.next()?, row.next()?) {
            (Some(subject), Some(text), Some(html)) => Some(MailTemplateInput { subject, text, html }),
            _ => None,
        })
    }

    fn write<'r>(texts: &'r Option<MailTemplateInput>, to: &mut Assignments<'r>) -> Result<(), Error> {
        let texts = texts.as_ref();
        to.push("subject", texts.map(|texts| &texts.subject));
        to.push("text_body", texts.map(|texts| &texts.text));
        to.push("html_body", texts.map(|texts| &texts.html));
        Ok(())
    }
}

/// The template of a kind of mail in a language, if it was ever changed.
pub async fn get(tx: &mut Tx<'_>, kind: MailKind, language: Language) -> Result<Option<Changed>, Error> {
    let sql = MailTemplates::select("WHERE kind = ? AND language = ?");
    tx.row(sql, &[name(kind)?, name(language)?], MailTemplates::read).await
}

pub async fn all(tx: &mut Tx<'_>) -> Result<Vec<Changed>, Error> {
    tx.rows(MailTemplates::select("ORDER BY kind, language"), &[], MailTemplates::read).await
}

/// Saves a template whose version has gone up by one; [`Error::Stale`] if somebody else has changed it meanwhile.
pub async fn save(tx: &mut Tx<'_>, changed: &Changed) -> Result<(), Error> {
    let row = Assignments::all::<MailTemplates>(changed)?;
    if changed.version == 1 {
        return match table::insert(tx, MailTemplates::NAME, row).await {
            Err(Error::Duplicate { .. }) => Err(Error::Stale),
            done => done,
        };
    }
    let values = [name(changed.kind)?, name(changed.language)?, (changed.version - 1).into()];
    let row = row.without("kind").without("language");
    let (sql, values) = row.update(MailTemplates::NAME, "kind = ? AND language = ? AND version = ?", values);
    tx.execute_one(sql, &values).await
}
