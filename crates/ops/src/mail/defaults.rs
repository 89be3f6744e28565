//! The templates that Comptoir brings: two files for each kind and language below `defaults/`. The `.txt` has the subject on
//! its first line, then `---`, then the text; the `.html` is built of tables and inline styles and loads nothing, which is what
//! mail programs show.

use domain::{Language, MailKind, MailTemplateInput};

macro_rules! files {
    ($name:literal) => {
        (include_str!(concat!("defaults/", $name, ".txt")), include_str!(concat!("defaults/", $name, ".html")))
    };
}

#[must_use]
pub fn template(kind: MailKind, language: Language) -> MailTemplateInput {
    use Language::{En, Fr};
    let (text, html) = match (kind, language) {
        (MailKind::OrderConfirmation, Fr) => files!("order_confirmation.fr"),
        (MailKind::OrderConfirmation, En) => files!("order_confirmation.en"),
        (MailKind::Receipt, Fr) => files!("receipt.fr"),
        (MailKind::Receipt, En) => files!("receipt.en"),
        (MailKind::RefundNotice, Fr) => files!("refund_notice.fr"),
        (MailKind::RefundNotice, En) => files!("refund_notice.en"),
    };
    let (subject, text) = text.split_once("\n---\n").unwrap_or(("", text));
    MailTemplateInput { subject: subject.into(), text: text.into(), html: html.into() }
}
