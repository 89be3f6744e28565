//! The data of events: what changed, as it is after the change and was before it.

use serde::{Deserialize, Serialize};

use crate::{Contact, ContactId, Order, PaymentStatus, Product, Settings, Transaction};

/// The data of `ORDER_*` events: the order after the change and before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OrderChange {
    pub order: Order,
    /// Absent when the order is new. With it, figures can be kept by differences, in whatever order events arrive.
    pub before: Option<Order>,
}

/// The data of `CONTACT_CREATED` and `CONTACT_UPDATED`: the contact after the change, and before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ContactChange {
    pub contact: Contact,
    /// Absent when the contact is new.
    pub before: Option<Contact>,
}

/// The data of `CONTACT_MERGED`: the contact that stays, after the change and before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ContactMerge {
    pub contact: Contact,
    pub before: Contact,
    /// The other one as it was; its orders are the contact's now.
    pub merged: Contact,
}

/// The data of `TRANSACTION_*` events, with what it did to the order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TransactionChange {
    pub transaction: Transaction,
    /// As it was; absent when the transaction is new.
    pub before: Option<Transaction>,
    pub order_number: String,
    pub contact_id: ContactId,
    /// After the change, in minor units.
    pub order_received: i64,
    pub order_refunded: i64,
    pub order_payment_status: PaymentStatus,
}

/// The data of `PRODUCT_*` events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProductChange {
    pub product: Product,
    /// As it was; absent when the product is new.
    pub before: Option<Product>,
}

/// The data of `SETTINGS_UPDATED`. The subject is `settings`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SettingsChange {
    pub settings: Settings,
    pub before: Settings,
}
