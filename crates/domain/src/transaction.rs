//! Money that moved, or will move, for an order.

use serde::{Deserialize, Serialize};

use crate::error::optional_text;
use crate::{Currency, Date, Invalid, MAX_MINOR, OrderId, Timestamp, TransactionId};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TransactionKind {
    /// From the contact to us.
    Payment,
    /// From us back to the contact.
    Refund,
}

/// `pending → succeeded | failed | cancelled`. A mistake is reversed by another transaction, never deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TransactionState {
    Pending,
    #[default]
    Succeeded,
    Failed,
    Cancelled,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TransactionMethod {
    Card,
    Transfer,
    Cash,
    Cheque,
    DirectDebit,
    #[default]
    Other,
}

/// The states in which a transaction may come into being.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "only described: reading takes any state, so that the refusal can say which may begin")]
enum RecordedAs {
    Pending,
    Succeeded,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransactionInput {
    pub order_id: OrderId,
    pub kind: TransactionKind,
    /// In minor units; always positive, the kind says the direction.
    #[serde(deserialize_with = "crate::whole::number")]
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991i64, example = 4860)]
    pub amount: i64,
    /// Must be the order's.
    pub currency: Currency,
    /// Succeeded, unless the money is still under way: `pending`.
    #[serde(default)]
    #[schema(value_type = RecordedAs)]
    pub state: TransactionState,
    #[serde(default)]
    pub method: TransactionMethod,
    /// What the bank or the card terminal calls it.
    #[serde(default)]
    #[schema(max_length = 100, example = "VIR 20261122-77")]
    pub reference: Option<String>,
    /// The day the money moved.
    #[serde(default)]
    pub value_date: Option<Date>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Transaction {
    pub id: TransactionId,
    /// Goes up by one with each change; the `ETag`.
    #[schema(minimum = 1)]
    pub version: i64,
    pub order_id: OrderId,
    pub kind: TransactionKind,
    pub state: TransactionState,
    #[schema(example = 4860)]
    pub amount: i64,
    pub currency: Currency,
    pub method: TransactionMethod,
    pub reference: Option<String>,
    pub value_date: Date,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Transaction {
    /// A new transaction for an order in `order_currency`.
    pub fn record(
        id: TransactionId,
        input: TransactionInput,
        order_currency: Currency,
        now: Timestamp,
    ) -> Result<Self, Invalid> {
        if !(1..=MAX_MINOR).contains(&input.amount) {
            return Err(Invalid::new("amount", "bad_amount", format!("must be between 1 and {MAX_MINOR} minor units")));
        }
        if input.currency != order_currency {
            return Err(Invalid::new(
                "currency",
                "currency_mismatch",
                format!("must be the order's, {order_currency}"),
            ));
        }
        if !matches!(input.state, TransactionState::Pending | TransactionState::Succeeded) {
            return Err(Invalid::new("state", "bad_transaction_state", "must begin as pending or succeeded"));
        }
        Ok(Self {
            id,
            version: 1,
            order_id: input.order_id,
            kind: input.kind,
            state: input.state,
            amount: input.amount,
            currency: input.currency,
            method: input.method,
            reference: optional_text("reference", input.reference.as_deref(), 100)?,
            value_date: input.value_date.unwrap_or_else(|| now.date()),
            created_at: now,
            updated_at: now,
        })
    }

    /// The end of a pending transaction.
    pub fn settled(&self, state: TransactionState, now: Timestamp) -> Result<Self, Invalid> {
        if self.state != TransactionState::Pending || state == TransactionState::Pending {
            return Err(Invalid::new(
                "state",
                "bad_transaction_state",
                "only a pending transaction can be settled, once",
            ));
        }
        Ok(Self { state, version: self.version + 1, updated_at: now, ..self.clone() })
    }
}
