//! Orders: what a contact asked for, and how far it has come.

use serde::{Deserialize, Serialize};

use crate::error::{optional_text, required_text};
use crate::money::checked;
use crate::vat::{line_net, vat_lines};
use crate::{
    ContactId, Currency, Date, Discount, Invalid, MAX_MINOR, OrderFigures, OrderId, Percent, Quantity, Timestamp,
    VatLine,
};

/// More lines than a person would type or a page would show; an order above it is two orders.
pub const MAX_LINES: usize = 500;

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

/// The state in which an order may come into being.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlacedAs {
    Draft,
    #[default]
    Confirmed,
    /// Only for orders brought in from another system.
    Fulfilled,
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
#[serde(deny_unknown_fields)]
pub struct OrderLineInput {
    #[schema(min_length = 1, max_length = 500, example = "Comté 18 mois, meule")]
    pub description: String,
    #[serde(default)]
    #[schema(max_length = 64, example = "COM-18")]
    pub sku: Option<String>,
    pub quantity: Quantity,
    /// Net price of one, in minor units of the order's currency.
    #[serde(deserialize_with = "crate::whole::number")]
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991i64, example = 1290)]
    pub unit_price: i64,
    #[serde(default)]
    pub discount: Option<Discount>,
    pub vat_rate: Percent,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderInput {
    pub contact_id: ContactId,
    pub currency: Currency,
    #[schema(min_items = 1, max_items = 500)]
    pub lines: Vec<OrderLineInput>,
    /// The state it begins in. Cannot be changed by an edit: there are actions for that.
    #[serde(default)]
    pub place_as: PlacedAs,
    /// The contact's own reference, such as the number on their purchase order.
    #[serde(default)]
    #[schema(max_length = 100, example = "BC-2026-118")]
    pub reference: Option<String>,
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub notes: Option<String>,
    /// When it was ordered; now, if not given.
    #[serde(default)]
    pub ordered_at: Option<Timestamp>,
    /// When payment is due.
    #[serde(default)]
    pub due_on: Option<Date>,
    /// The id in the system this order came from; unique.
    #[serde(default)]
    #[schema(max_length = 100, example = "10248")]
    pub external_id: Option<String>,
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
    pub external_id: Option<String>,
    pub ordered_at: Timestamp,
    pub due_on: Option<Date>,
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

impl OrderLineInput {
    fn checked(self) -> Result<OrderLine, Invalid> {
        if !(0..=MAX_MINOR).contains(&self.unit_price) {
            return Err(Invalid::new(
                "unit_price",
                "bad_amount",
                format!("must be between 0 and {MAX_MINOR} minor units"),
            ));
        }
        if let Some(Discount::Amount(amount)) = self.discount
            && !(0..=MAX_MINOR).contains(&amount)
        {
            return Err(Invalid::new("discount.amount", "bad_amount", "must not be negative"));
        }
        Ok(OrderLine {
            description: required_text("description", &self.description, 500)?,
            sku: optional_text("sku", self.sku.as_deref(), 64)?,
            net: line_net(self.quantity, self.unit_price, self.discount)?,
            quantity: self.quantity,
            unit_price: self.unit_price,
            discount: self.discount,
            vat_rate: self.vat_rate,
        })
    }
}

/// A new order that is valid and has no id or number yet: one that is refused must not use them up.
#[derive(Clone, Debug)]
pub struct Unnumbered(Order);

impl Unnumbered {
    /// The order, as it stands after its first event.
    #[must_use]
    pub fn numbered(self, id: OrderId, number: String) -> Order {
        Order { id, number, ..self.0 }
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
            currency: input.currency,
            reference: None,
            notes: None,
            external_id: None,
            ordered_at: now,
            due_on: None,
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
        if input.currency != self.currency && self.received > 0 {
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

    /// What the figures need to know of the order.
    #[must_use]
    pub fn figures(&self) -> OrderFigures {
        let Self { state, currency, total, ordered_at, .. } = self;
        OrderFigures { state: *state, currency: *currency, total: *total, ordered_on: ordered_at.date() }
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
            currency: input.currency,
            reference: optional_text("reference", input.reference.as_deref(), 100)?,
            notes: optional_text("notes", input.notes.as_deref(), 4000)?,
            external_id: optional_text("external_id", input.external_id.as_deref(), 100)?,
            ordered_at: input.ordered_at.unwrap_or(self.ordered_at),
            due_on: input.due_on,
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
