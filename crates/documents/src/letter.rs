//! A document from its content.

use domain::{DocumentKind, Timestamp, TransactionKind};
use krilla::metadata::DateTime;

use crate::sheet::{About, Sheet};
use crate::words::{Words, title};
use crate::{Content, Error, parts};

/// The PDF of a document: the same bytes for the same content.
///
/// Takes some milliseconds of CPU: call it where nothing waits for the thread. A picture that [`crate::check_logo`] would not
/// let in is [`Error::Logo`].
pub fn render(content: &Content) -> Result<Vec<u8>, Error> {
    let words = Words::of(content.language);
    let refund = content.payment.as_ref().is_some_and(|payment| payment.kind == TransactionKind::Refund);
    let title = title(content.kind, content.language, refund);
    let named = format!("{title} {}", content.order.number);
    let mut sheet = Sheet::new(named.clone(), &parts::legal(&content.company, words))?;
    parts::letterhead(&mut sheet, content, words, title)?;
    parts::recipient(&mut sheet, content, words);
    if let Some(payment) = &content.payment {
        parts::statement(&mut sheet, content, payment, words);
    }
    parts::order_lines(&mut sheet, content, words);
    match content.kind {
        DocumentKind::OrderConfirmation => {
            parts::totals(&mut sheet, content, words);
            parts::payment(&mut sheet, content, words);
        }
        DocumentKind::Receipt => parts::totals(&mut sheet, content, words),
        DocumentKind::DeliveryNote => parts::signature(&mut sheet, words),
    }
    sheet.print(about(content, named, words))
}

fn about(content: &Content, title: String, words: &Words) -> About {
    let order = &content.order;
    let payment = content.payment.as_ref();
    let subject = payment.map_or_else(|| order.id.to_string(), |payment| payment.id.to_string());
    About {
        title,
        author: content.company.name.clone().unwrap_or_default(),
        language: words.tag,
        id: format!("{:?} {subject} {}", content.kind, words.tag),
        // The day of the matter, not of the making: made again, it is the same.
        made: moment(payment.map_or(order.ordered_at, |payment| payment.value_date.start())),
    }
}

/// From `2026-11-22T09:30:00.000000Z`.
fn moment(at: Timestamp) -> DateTime {
    let text = at.to_string();
    let number = |from: usize, to: usize| text.get(from..to).and_then(|part| part.parse::<u8>().ok()).unwrap_or(0);
    let year = text.get(0..4).and_then(|year| year.parse().ok()).unwrap_or(1970);
    DateTime::new(year)
        .month(number(5, 7))
        .day(number(8, 10))
        .hour(number(11, 13))
        .minute(number(14, 16))
        .second(number(17, 19))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}
