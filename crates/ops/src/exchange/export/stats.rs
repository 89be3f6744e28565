//! `stats.csv`: the figures of each day and currency.

use domain::Date;
use store::stats::{self, Day};
use store::{BoxFuture, Page, Tx};

use super::{Cell, Export, amount, text};
use crate::Error;

/// The figures of some days, oldest first, both ends included.
#[derive(Clone, Debug)]
pub struct Stats {
    pub from: Date,
    pub to: Date,
}

impl Export for Stats {
    type Item = Day;
    const NAME: &'static str = "stats";
    const COLUMNS: &'static [&'static str] =
        &["day", "currency", "orders", "orders_total", "payments", "payments_total", "refunds", "refunds_total"];

    /// All at once, as the list has them: a day and currency is a short row.
    fn page<'t>(&'t self, tx: &'t mut Tx<'_>, _: Option<&'t str>) -> BoxFuture<'t, Result<Page<Day>, store::Error>> {
        Box::pin(async move { Ok(Page { items: stats::list(tx, self.from, self.to).await?, next: None }) })
    }

    fn rows(Day { day, currency, figures }: &Day) -> Result<Vec<Vec<Cell<'_>>>, Error> {
        let money = |minor| amount(minor, *currency);
        Ok(vec![vec![
            text(day),
            text(currency),
            text(figures.orders),
            money(figures.orders_total),
            text(figures.payments),
            money(figures.payments_total),
            text(figures.refunds),
            money(figures.refunds_total),
        ]])
    }
}
