//! Orders: what a contact asked for, and how far it has come.

use serde::{Deserialize, Serialize};

use crate::error::{optional_text, required};
use crate::money::checked;
use crate::tags::checked_tags;
use crate::vat::vat_lines;
use crate::{
    ContactId, Currency, Date, Discount, Invalid, MAX_LINES, OrderId, OrderInput, OrderLineInput, Percent, PlacedAs,
    Quantity, Timestamp, VatLine,
};

/// `draft → confirmed → fulfilled → closed`; `draft | confirmed → cancelled`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    Draft,
    Confirmed,
    Fulfilled,
    Closed,
    Cancelled,
}

/// Follows from the order's total and its succeeded transactions; never set by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    Unpaid,
    PartiallyPaid,
    Paid,
    Overpaid,
    /// All that was received has been given back.
    Refunded,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OrderLine {
    pub description: String,
    pub sku: Option<String>,
    pub quantity: Quantity,
    #[schema(example = 1290)]
    pub unit_price: i64,
    pub discount: Option<Discount>,
    pub vat_rate: Percent,
    /// `round(quantity × unit price − discount)`, in minor units.
    #[schema(example = 3225)]
    pub net: i64,
}

/// All amounts are in minor units of `currency`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Order {
    pub id: OrderId,
    /// Goes up by one with each change, payments included; the `ETag`.
    #[schema(minimum = 1)]
    pub version: i64,
    /// Goes up when a confirmed order is edited; former revisions are kept.
    #[schema(minimum = 1)]
    pub revision: i64,
    /// What people call it; unique, increasing, not without gaps.
    #[schema(example = "O-1042")]
    pub number: String,
    pub contact_id: ContactId,
    pub state: OrderState,
    pub currency: Currency,
    pub reference: Option<String>,
    pub notes: Option<String>,
    /// Each once, sorted; not part of a revision's terms.
    #[serde(default)]
    pub tags: Vec<String>,
    pub external_id: Option<String>,
    pub ordered_at: Timestamp,
    pub due_on: Option<Date>,
    /// The day on which the contact wants the order.
    #[serde(default)]
    pub delivery_date: Option<Date>,
    pub lines: Vec<OrderLine>,
    pub vat: Vec<VatLine>,
    #[schema(example = 3225)]
    pub net: i64,
    #[schema(example = 3402)]
    pub total: i64,
    /// Sum of succeeded payments.
    pub received: i64,
    /// Sum of succeeded refunds.
    pub refunded: i64,
    pub payment_status: PaymentStatus,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl PaymentStatus {
    #[must_use]
    pub const fn of(total: i64, received: i64, refunded: i64) -> Self {
        let kept = received - refunded;
        if received > 0 && kept == 0 {
            Self::Refunded
        } else if kept > total {
            Self::Overpaid
        } else if kept == total {
            Self::Paid
        } else if kept > 0 {
            Self::PartiallyPaid
        } else {
            Self::Unpaid
        }
    }
}

impl OrderState {
    /// The states that can follow.
    #[must_use]
    pub const fn next(self) -> &'static [Self] {
        match self {
            Self::Draft => &[Self::Confirmed, Self::Cancelled],
            Self::Confirmed => &[Self::Fulfilled, Self::Cancelled],
            Self::Fulfilled => &[Self::Closed],
            Self::Closed | Self::Cancelled => &[],
        }
    }

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Confirmed => "confirmed",
            Self::Fulfilled => "fulfilled",
            Self::Closed => "closed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether the order counts in the figures: a draft does not yet, a cancelled one no longer.
    #[must_use]
    pub const fn counts(self) -> bool {
        matches!(self, Self::Confirmed | Self::Fulfilled | Self::Closed)
    }
}

/// A new order that is valid and has no id or number yet: one that is refused must not use them up.
#[derive(Clone, Debug)]
pub struct Unnumbered(Order);

impl Unnumbered {
    /// The order, as it stands after its first event. One that says nothing of it is due so many days after it was ordered.
    #[must_use]
    pub fn numbered(self, id: OrderId, number: String, payment_terms_days: Option<i32>) -> Order {
        let terms = payment_terms_days.map(|days| self.0.ordered_at.date().plus_days(days));
        Order { id, number, due_on: self.0.due_on.or(terms), ..self.0 }
    }
}

impl Order {
    /// A new order, once it has its id and number.
    pub fn place(input: OrderInput, now: Timestamp) -> Result<Unnumbered, Invalid> {
        let state = match input.place_as {
            PlacedAs::Draft => OrderState::Draft,
            PlacedAs::Confirmed => OrderState::Confirmed,
            PlacedAs::Fulfilled => OrderState::Fulfilled,
        };
        let order = Self {
            id: OrderId::new(0, 0),
            version: 0,
            revision: 1,
            number: String::new(),
            contact_id: input.contact_id,
            state,
            currency: input.currency.ok_or_else(|| required("currency"))?,
            reference: None,
            notes: None,
            tags: Vec::new(),
            external_id: None,
            ordered_at: now,
            due_on: None,
            delivery_date: None,
            lines: Vec::new(),
            vat: Vec::new(),
            net: 0,
            total: 0,
            received: 0,
            refunded: 0,
            payment_status: PaymentStatus::Unpaid,
            created_at: now,
            updated_at: now,
        };
        order.with(input, now).map(Unnumbered)
    }

    /// The order after an edit: everything a caller may say of it is replaced. A confirmed order gets a new revision.
    ///
    /// Fails with the field `state` when the order can no longer be edited, and with `currency` or `contact_id` when the
    /// money that came in would no longer fit.
    pub fn edited(&self, input: OrderInput, now: Timestamp) -> Result<Self, Invalid> {
        if !matches!(self.state, OrderState::Draft | OrderState::Confirmed) {
            let message = format!("a {} order cannot be edited", self.state.as_str());
            return Err(Invalid::new("state", "order_not_editable", message));
        }
        if input.currency.is_some_and(|currency| currency != self.currency) && self.received > 0 {
            return Err(Invalid::new("currency", "currency_fixed", "cannot change once money has been received"));
        }
        if input.contact_id != self.contact_id && self.received > 0 {
            return Err(Invalid::new("contact_id", "contact_fixed", "cannot change once money has been received"));
        }
        let revision = self.revision + i64::from(self.state == OrderState::Confirmed);
        Self { revision, ..self.clone() }.with(input, now)
    }

    /// The order in another state, or why it cannot go there.
    pub fn moved_to(&self, state: OrderState, now: Timestamp) -> Result<Self, Invalid> {
        if !self.state.next().contains(&state) {
            let message = format!("a {} order cannot become {}", self.state.as_str(), state.as_str());
            return Err(Invalid::new("state", "bad_order_state", message));
        }
        Ok(Self { state, version: self.version + 1, updated_at: now, ..self.clone() })
    }

    /// With other tags. They are no business terms: any order can have them, and it makes no revision.
    pub fn tagged(&self, tags: Vec<String>, now: Timestamp) -> Result<Self, Invalid> {
        let tags = checked_tags("tags", tags)?;
        Ok(Self { tags, version: self.version + 1, updated_at: now, ..self.clone() })
    }

    /// With other notes, likewise.
    pub fn noted(&self, notes: Option<&str>, now: Timestamp) -> Result<Self, Invalid> {
        let notes = optional_text("notes", notes, 4000)?;
        Ok(Self { notes, version: self.version + 1, updated_at: now, ..self.clone() })
    }

    /// Whether it says nothing that is not already so.
    #[must_use]
    pub fn says_the_same_as(&self, other: &Self) -> bool {
        *self == Self { version: self.version, updated_at: self.updated_at, ..other.clone() }
    }

    /// What a caller would say to have the same ordered again, as a draft: who, what and at which price. Reference, notes,
    /// dates and the other system's id belong to the order that stands.
    #[must_use]
    pub fn as_draft(&self) -> OrderInput {
        let line = |line: &OrderLine| OrderLineInput {
            description: Some(line.description.clone()),
            sku: line.sku.clone(),
            quantity: line.quantity,
            unit_price: Some(line.unit_price),
            discount: line.discount,
            vat_rate: Some(line.vat_rate),
        };
        OrderInput {
            contact_id: self.contact_id,
            currency: Some(self.currency),
            lines: self.lines.iter().map(line).collect(),
            place_as: PlacedAs::Draft,
            reference: None,
            notes: None,
            tags: self.tags.clone(),
            ordered_at: None,
            due_on: None,
            delivery_date: None,
            external_id: None,
        }
    }

    /// The VAT of each rate, as it follows from the lines.
    pub fn vat_of_lines(&self) -> Result<Vec<VatLine>, Invalid> {
        vat_lines(&self.lines)
    }

    /// Words by which people look for an order, beside its contact's name.
    #[must_use]
    pub fn own_terms(&self) -> Vec<String> {
        let texts = [Some(self.number.as_str()), self.reference.as_deref(), self.external_id.as_deref()];
        let skus = self.lines.iter().filter_map(|line| line.sku.as_deref());
        crate::search::terms(texts.into_iter().flatten().chain(skus))
    }

    /// Takes over what a caller may say, and computes every amount anew.
    fn with(self, input: OrderInput, now: Timestamp) -> Result<Self, Invalid> {
        if input.lines.is_empty() {
            return Err(Invalid::new("lines", "required", "must have at least one line"));
        }
        if input.lines.len() > MAX_LINES {
            return Err(Invalid::new("lines", "too_long", format!("must have at most {MAX_LINES} lines")));
        }
        let lines = input
            .lines
            .into_iter()
            .enumerate()
            .map(|(i, line)| line.checked().map_err(|e| e.inside(&format!("lines[{i}]"))))
            .collect::<Result<Vec<_>, _>>()?;
        let vat = vat_lines(&lines).map_err(|e| e.inside("lines"))?;
        let sum = |amounts: &mut dyn Iterator<Item = i64>| {
            checked(amounts.map(i128::from).sum()).map_err(|e| e.inside("lines"))
        };
        let net = sum(&mut lines.iter().map(|line| line.net))?;
        let total = sum(&mut vat.iter().flat_map(|v| [v.base, v.vat]))?;
        Ok(Self {
            version: self.version + 1,
            contact_id: input.contact_id,
            currency: input.currency.unwrap_or(self.currency),
            reference: optional_text("reference", input.reference.as_deref(), 100)?,
            notes: optional_text("notes", input.notes.as_deref(), 4000)?,
            tags: checked_tags("tags", input.tags)?,
            external_id: optional_text("external_id", input.external_id.as_deref(), 100)?,
            ordered_at: input.ordered_at.unwrap_or(self.ordered_at),
            due_on: input.due_on,
            delivery_date: input.delivery_date,
            lines,
            vat,
            net,
            total,
            payment_status: PaymentStatus::of(total, self.received, self.refunded),
            updated_at: now,
            ..self
        })
    }
}

#[cfg(test)]
#[path = "order_tests.rs"]
mod tests;
