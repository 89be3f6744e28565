//! What mails say: an administrator may change it, look at it, and have back what Comptoir brings.

use domain::{Invalid, Language, MailKind, MailTemplate, MailTemplateInput, OrderId, SecurityKind, TransactionKind};
use serde_json::json;
use store::mail_templates::{self, Changed};
use store::{Db, Tx, change, contacts, orders, query, settings, transactions};

use crate::mail::render::{self, Rendered};
use crate::mail::{View, defaults, sample};
use crate::people::security;
use crate::{Ctx, Error};

const WHAT: &str = "mail template";

/// The kind of transaction that mails of a kind are about, beside the order.
pub(crate) const fn wanted_transaction(kind: MailKind) -> Option<TransactionKind> {
    match kind {
        MailKind::OrderConfirmation => None,
        MailKind::Receipt => Some(TransactionKind::Payment),
        MailKind::RefundNotice => Some(TransactionKind::Refund),
    }
}

/// The template that mails are made from now.
pub async fn get(tx: &mut Tx<'_>, kind: MailKind, language: Language) -> Result<MailTemplate, Error> {
    Ok(template(kind, language, mail_templates::get(tx, kind, language).await?))
}

/// All of them: each kind in each language.
pub async fn all(tx: &mut Tx<'_>) -> Result<Vec<MailTemplate>, Error> {
    let changed = mail_templates::all(tx).await?;
    let pairs = MailKind::ALL.into_iter().flat_map(|kind| Language::ALL.map(|language| (kind, language)));
    let of = |(kind, language)| {
        let found = changed.iter().find(|changed| (changed.kind, changed.language) == (kind, language));
        template(kind, language, found.cloned())
    };
    Ok(pairs.map(of).collect())
}

/// Replaces a template. One that could not make a mail is refused with its line. `expected` is the version that the caller has
/// seen. In three steps, because trying a template out takes its time and SQLite has one writer: [`seen`] reads, then it is
/// tried out in no transaction, then the change is written.
pub async fn edit(
    db: &Db,
    ctx: &Ctx,
    (kind, language): (MailKind, Language),
    expected: i64,
    input: MailTemplateInput,
) -> Result<MailTemplate, Error> {
    query!(db, move |tx, kind, language, expected| seen(tx, *kind, *language, *expected).await).await?;
    let input = input.checked()?;
    render::check(kind, language, input.clone()).await?;
    let ctx = ctx.clone();
    let writing = change!(db, move |tx, ctx, kind, language, expected, input| {
        // Somebody may have been faster meanwhile.
        let before = seen(tx, *kind, *language, *expected).await?;
        if before.customised && texts(&before) == *input {
            return Ok(before);
        }
        save(tx, ctx, &before, Some(input.clone())).await
    });
    writing.await
}

/// Gives back what Comptoir brings.
pub async fn reset(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    (kind, language): (MailKind, Language),
    expected: i64,
) -> Result<MailTemplate, Error> {
    let before = seen(tx, kind, language, expected).await?;
    if before.customised { save(tx, ctx, &before, None).await } else { Ok(before) }
}

/// The mail that a template makes: of a draft or of what holds now, with an order's data or a made-up one's.
pub async fn preview(
    db: &Db,
    (kind, language): (MailKind, Language),
    draft: Option<MailTemplateInput>,
    order_id: Option<OrderId>,
) -> Result<Rendered, Error> {
    let draft = draft.map(MailTemplateInput::checked).transpose()?;
    let reading = query!(db, move |tx, kind, language, draft, order_id| {
        let (kind, language) = (*kind, *language);
        let template = match draft {
            Some(draft) => draft.clone(),
            None => texts(&get(tx, kind, language).await?),
        };
        let view = match order_id {
            Some(id) => of_order(tx, kind, language, *id).await?,
            None => View { company: settings::get(tx).await?.company, ..sample::full(kind, language) },
        };
        Ok::<_, Error>((template, view))
    });
    let (template, view) = reading.await?;
    render::render(template, view).await
}

async fn of_order(tx: &mut Tx<'_>, kind: MailKind, language: Language, id: OrderId) -> Result<View, Error> {
    let unknown = || Invalid::new("order_id", "unknown_order", "there is no such order");
    let order = orders::get(tx, id).await?.ok_or_else(unknown)?;
    let contact = contacts::get(tx, order.contact_id).await?.ok_or(store::Error::Missing)?;
    let transaction = match wanted_transaction(kind) {
        None => None,
        Some(wanted) => {
            let filter = transactions::Filter { order_id: Some(id), ..transactions::Filter::default() };
            let page = transactions::list(tx, &filter, None, 200).await?;
            let made = |t: &domain::Transaction| t.kind == wanted && t.state == domain::TransactionState::Succeeded;
            let none =
                || Invalid::new("order_id", "nothing_moved", "this order has no such transaction that succeeded");
            Some(page.items.into_iter().find(made).ok_or_else(none)?)
        }
    };
    let contact = domain::Contact { language, ..contact };
    Ok(View::of(settings::get(tx).await?.company, &contact, &order, transaction.as_ref()))
}

fn template(kind: MailKind, language: Language, changed: Option<Changed>) -> MailTemplate {
    let version = changed.as_ref().map_or(0, |changed| changed.version);
    let updated_at = changed.as_ref().map(|changed| changed.updated_at);
    let own = changed.and_then(|changed| changed.texts);
    let customised = own.is_some();
    let MailTemplateInput { subject, text, html } = own.unwrap_or_else(|| defaults::template(kind, language));
    MailTemplate { kind, language, version, customised, subject, text, html, updated_at }
}

pub(crate) fn texts(template: &MailTemplate) -> MailTemplateInput {
    let MailTemplate { subject, text, html, .. } = template.clone();
    MailTemplateInput { subject, text, html }
}

async fn seen(tx: &mut Tx<'_>, kind: MailKind, language: Language, expected: i64) -> Result<MailTemplate, Error> {
    let before = get(tx, kind, language).await?;
    if before.version == expected { Ok(before) } else { Err(Error::stale(WHAT, before.version, &before)) }
}

async fn save(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    before: &MailTemplate,
    texts: Option<MailTemplateInput>,
) -> Result<MailTemplate, Error> {
    let MailTemplate { kind, language, version, .. } = *before;
    let changed = Changed { kind, language, version: version + 1, texts, updated_at: ctx.now };
    match mail_templates::save(tx, &changed).await {
        // Somebody was faster between our reading and our writing.
        Err(store::Error::Stale) => {
            let current = get(tx, kind, language).await?;
            return Err(Error::stale(WHAT, current.version, &current));
        }
        saved => saved?,
    }
    let noted =
        if changed.texts.is_some() { SecurityKind::MailTemplateChanged } else { SecurityKind::MailTemplateReset };
    let subject = format!("{kind}/{}", language.as_str());
    security::record(tx, ctx, noted, Some(&subject), json!({ "version": changed.version })).await?;
    Ok(template(kind, language, Some(changed)))
}
