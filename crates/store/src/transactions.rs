//! Payments and refunds.

use domain::{
    ContactId, Currency, Date, OrderId, Transaction, TransactionId, TransactionKind, TransactionMethod,
    TransactionState,
};

use crate::list::{self, Key, KeysOf, Order, Where};
use crate::table::{self, Assignments, Column, Columns, Table, table};
use crate::value::name;
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

/// Which transactions a list shows: those that meet all of it. Days are inclusive.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub order_id: Option<OrderId>,
    /// Of this contact's orders.
    pub contact_id: Option<ContactId>,
    pub kind: Option<TransactionKind>,
    /// Any of these; of every state, if there are none.
    pub states: Vec<TransactionState>,
    pub method: Option<TransactionMethod>,
    pub currency: Option<Currency>,
    pub reference: Option<String>,
    pub value_from: Option<Date>,
    pub value_to: Option<Date>,
}

impl Filter {
    fn conditions(&self) -> Result<Where<'_>, Error> {
        let mut only = Where::default();
        only.given("order_id = ?", self.order_id);
        only.given("order_id IN (SELECT id FROM orders WHERE contact_id = ?)", self.contact_id);
        only.given("kind = ?", self.kind.map(name).transpose()?);
        let states = self.states.iter().map(|state| name(*state)).collect::<Result<Vec<_>, _>>()?;
        only.one_of("state", &states);
        only.given("method = ?", self.method.map(name).transpose()?);
        only.given("currency = ?", self.currency);
        only.given("reference = ?", self.reference.as_deref());
        only.given("value_date >= ?", self.value_from);
        only.given("value_date <= ?", self.value_to);
        Ok(only)
    }
}

/// In which order. Ids rise with the time at which they were made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[schema(as = TransactionSort)]
pub enum Sort {
    #[default]
    #[serde(rename = "-created_at")]
    Newest,
    #[serde(rename = "created_at")]
    Oldest,
    #[serde(rename = "-value_date")]
    LatestDay,
    #[serde(rename = "value_date")]
    EarliestDay,
    #[serde(rename = "-amount")]
    Largest,
    #[serde(rename = "amount")]
    Smallest,
}

impl Sort {
    pub const ALL: [Self; 6] =
        [Self::Newest, Self::Oldest, Self::LatestDay, Self::EarliestDay, Self::Largest, Self::Smallest];

    fn order(self) -> Result<Order<Transaction>, Error> {
        const ID: Key = Key::Text("id");
        let (keys, of): (&'static [Key], KeysOf<Transaction>) = match self {
            Self::Newest | Self::Oldest => (&[ID], |t| vec![t.id.into()]),
            Self::LatestDay | Self::EarliestDay => {
                (&[Key::Text("value_date"), ID], |t| vec![t.value_date.into(), t.id.into()])
            }
            Self::Largest | Self::Smallest => (&[Key::Int("amount"), ID], |t| vec![t.amount.into(), t.id.into()]),
        };
        let descending = matches!(self, Self::Newest | Self::LatestDay | Self::Largest);
        Ok(Order { name: name(self)?, descending, keys, of })
    }
}

pub async fn list(
    tx: &mut Tx<'_>,
    filter: &Filter,
    sort: Sort,
    after: Option<&str>,
    limit: usize,
) -> Result<Page<Transaction>, Error> {
    let select = Transactions::select("");
    list::page(tx, &select, filter.conditions()?, sort.order()?, after, limit, Transactions::read).await
}
