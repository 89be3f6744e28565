//! What mails say, where somebody has changed it.

use domain::{Language, MailKind, MailTemplateInput, Timestamp};

use crate::value::name;
use crate::{Error, Reader, Tx, dialect};

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

const COLUMNS: &str = "kind, language, version, subject, text_body, html_body, updated_at";

fn read(row: &mut Reader) -> Result<Changed, Error> {
    let (kind, language, version) = (row.next_name()?, row.next_name()?, row.next()?);
    let texts = match (row.next()?, row.next()?, row.next()?) {
        (Some(subject), Some(text), Some(html)) => Some(MailTemplateInput { subject, text, html }),
        _ => None,
    };
    Ok(Changed { kind, language, version, texts, updated_at: row.next()? })
}

pub async fn get(tx: &mut Tx<'_>, kind: MailKind, language: Language) -> Result<Option<Changed>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM mail_templates WHERE kind = ? AND language = ?");
    tx.row(sql, &[name(kind)?, name(language)?], read).await
}

pub async fn all(tx: &mut Tx<'_>) -> Result<Vec<Changed>, Error> {
    tx.rows(format!("SELECT {COLUMNS} FROM mail_templates ORDER BY kind, language"), &[], read).await
}

/// Saves a template whose version has gone up by one; [`Error::Stale`] if somebody else has changed it meanwhile.
pub async fn save(tx: &mut Tx<'_>, changed: &Changed) -> Result<(), Error> {
    let texts = changed.texts.as_ref();
    let values = [
        texts.map(|texts| &texts.subject).into(),
        texts.map(|texts| &texts.text).into(),
        texts.map(|texts| &texts.html).into(),
        changed.updated_at.into(),
        changed.version.into(),
        name(changed.kind)?,
        name(changed.language)?,
    ];
    if changed.version == 1 {
        let sql = format!(
            "INSERT INTO mail_templates (subject, text_body, html_body, updated_at, version, kind, language) VALUES {}",
            dialect::places(1, 7)
        );
        return match tx.execute(sql, &values).await {
            Err(Error::Duplicate { .. }) => Err(Error::Stale),
            done => done.map(drop),
        };
    }
    let sql = "UPDATE mail_templates SET subject = ?, text_body = ?, html_body = ?, updated_at = ?, version = ? \
               WHERE kind = ? AND language = ? AND version = ?";
    let mut all = values.to_vec();
    all.push((changed.version - 1).into());
    tx.execute_one(sql, &all).await
}
