//! Payments and refunds.

use domain::{
    ContactId, Currency, Date, OrderId, Transaction, TransactionId, TransactionKind, TransactionMethod,
    TransactionState,
};

use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use crate::list::{self, Key, Where, several, sorts};
use crate::table::{self, Assignments, Column, Columns, Table, table};
use crate::value::names;
use crate::{Error, Page, Tx};

table! {
    /// The table `transactions`.
    Transactions("transactions") of Transaction {
        id,
        version,
        order_id,
        kind,
        state,
        amount,
        currency,
        method,
        reference,
        value_date,
        created_at,
        updated_at,
    }
}

/// Saves a new transaction. What it does to its order is [`crate::orders::move_money`].
pub async fn insert(tx: &mut Tx<'_>, transaction: &Transaction) -> Result<(), Error> {
    table::insert(tx, Transactions::NAME, Assignments::all::<Transactions>(transaction)?).await
}

/// Saves a new state; [`Error::Stale`] if somebody else has changed the transaction meanwhile.
pub async fn set_state(tx: &mut Tx<'_>, before: &Transaction, transaction: &Transaction) -> Result<(), Error> {
    let columns: [Column<Transaction>; 3] = [Transactions::state, Transactions::version, Transactions::updated_at];
    let values = [transaction.id.into(), before.version.into()];
    let (sql, values) =
        Assignments::of(transaction, &columns)?.update(Transactions::NAME, "id = ? AND version = ?", values);
    tx.execute_one(sql, &values).await
}

pub async fn get(tx: &mut Tx<'_>, id: TransactionId) -> Result<Option<Transaction>, Error> {
    tx.row(Transactions::select("WHERE id = ?"), &[id.into()], Transactions::read).await
}

/// Which transactions a list shows, and in which order: query parameters of the API, which must all hold.
#[derive(Clone, Debug, Default, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    pub order_id: Option<OrderId>,
    /// Of this contact's orders.
    pub contact_id: Option<ContactId>,
    pub kind: Option<TransactionKind>,
    /// Any of these.
    #[serde(default, deserialize_with = "several")]
    #[param(style = Form, explode = false, required = false, min_items = 1, example = json!(["pending"]))]
    pub state: Vec<TransactionState>,
    pub method: Option<TransactionMethod>,
    pub currency: Option<Currency>,
    pub reference: Option<String>,
    /// Days are inclusive.
    pub value_from: Option<Date>,
    pub value_to: Option<Date>,
    /// In minor units, both inclusive.
    pub min_amount: Option<i64>,
    pub max_amount: Option<i64>,
    /// Newest first, if not given.
    #[param(inline)]
    pub sort: Option<Sort>,
}

impl Filter {
    fn conditions(&self) -> Result<Where<'_>, Error> {
        let Self {
            order_id,
            contact_id,
            kind,
            state,
            method,
            currency,
            reference,
            value_from,
            value_to,
            min_amount,
            max_amount,
            sort: _,
        } = self;
        let mut only = Where::default();
        only.given("order_id = ?", *order_id);
        only.given("order_id IN (SELECT id FROM orders WHERE contact_id = ?)", *contact_id);
        only.given_name("kind = ?", *kind)?;
        only.one_of("state", &names(state)?);
        only.given_name("method = ?", *method)?;
        only.given("currency = ?", *currency);
        only.given("reference = ?", reference.as_deref());
        only.given("value_date >= ?", *value_from);
        only.given("value_date <= ?", *value_to);
        only.given("amount >= ?", *min_amount);
        only.given("amount <= ?", *max_amount);
        Ok(only)
    }
}

const ID: Key<Transaction> = Key::Text("id", |t| t.id.into());

sorts! {
    /// In which order. Ids rise with the time at which they were made.
    TransactionSort of Transaction {
        #[default]
        Newest = "-created_at" [ID],
        Oldest = "created_at" [ID],
        LatestDay = "-value_date" [Key::Text("value_date", |t| t.value_date.into()), ID],
        EarliestDay = "value_date" [Key::Text("value_date", |t| t.value_date.into()), ID],
        Largest = "-amount" [Key::Int("amount", |t| t.amount.into()), ID],
        Smallest = "amount" [Key::Int("amount", |t| t.amount.into()), ID],
    }
}

pub async fn list(
    tx: &mut Tx<'_>,
    filter: &Filter,
    after: Option<&str>,
    limit: usize,
) -> Result<Page<Transaction>, Error> {
    let (select, order) = (Transactions::select(""), filter.sort.unwrap_or_default().order());
    list::page(tx, &select, filter.conditions()?, order, after, limit, Transactions::read).await
}
