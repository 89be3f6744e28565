//! `transactions.csv`

use domain::Transaction;
use store::transactions::{self, Filter};
use store::{BoxFuture, Page, Tx, orders};

use super::{Cell, Export, amount, maybe, named, text};
use crate::Error;

/// Payments and refunds.
#[derive(Clone, Debug, Default)]
pub struct Transactions {
    pub filter: Filter,
}

impl Export for Transactions {
    /// With the number of its order.
    type Item = (Transaction, String);
    const NAME: &'static str = "transactions";
    const COLUMNS: &'static [&'static str] = &[
        "order_number",
        "kind",
        "state",
        "currency",
        "amount",
        "method",
        "reference",
        "value_date",
        "id",
        "order_id",
        "created_at",
        "updated_at",
    ];

    fn page<'t>(
        &'t self,
        tx: &'t mut Tx<'_>,
        after: Option<&'t str>,
    ) -> BoxFuture<'t, Result<Page<Self::Item>, store::Error>> {
        Box::pin(async move {
            let found = transactions::list(tx, &self.filter, after, 500).await?;
            let ids: Vec<_> = found.items.iter().map(|transaction| transaction.order_id).collect();
            let numbers = orders::numbers(tx, &ids).await?;
            Ok(found.map(|transaction| {
                let number = numbers.get(&transaction.order_id).cloned().unwrap_or_default();
                (transaction, number)
            }))
        })
    }

    fn rows((transaction, number): &Self::Item) -> Result<Vec<Vec<Cell<'_>>>, Error> {
        Ok(vec![vec![
            Cell::Borrowed(number),
            named(transaction.kind)?,
            named(transaction.state)?,
            text(transaction.currency),
            amount(transaction.amount, transaction.currency),
            named(transaction.method)?,
            maybe(transaction.reference.as_deref()),
            text(transaction.value_date),
            text(transaction.id),
            text(transaction.order_id),
            text(transaction.created_at),
            text(transaction.updated_at),
        ]])
    }
}
