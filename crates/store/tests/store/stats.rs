use domain::{Currency, Date};
use store::stats::{self, Day, Figures};
use testkit::{Bench, change, for_each_engine, query};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

async fn add(bench: &Bench, on: &str, currency: Currency, by: Figures) -> Result<(), store::Error> {
    let on = day(on);
    change!(bench.db, |tx, on, currency, by| stats::add(tx, *on, *currency, *by).await).await
}

async fn list(bench: &Bench, from: &str, to: &str) -> Vec<Day> {
    let (from, to) = (day(from), day(to));
    query!(bench.db, |tx, from, to| stats::list(tx, *from, *to).await).await.unwrap()
}

fn order(total: i64) -> Figures {
    Figures { orders: 1, orders_total: total, ..Figures::default() }
}

#[tokio::test]
async fn differences_add_up_by_day_and_currency() {
    for_each_engine(async |bench| {
        let usd: Currency = "USD".parse().unwrap();
        let rest = Figures { payments: 1, payments_total: 40, refunds: 2, refunds_total: 6, ..Figures::default() };
        for (on, currency, by) in [
            ("2026-11-22", Currency::EUR, order(100)),
            ("2026-11-22", Currency::EUR, order(50)),
            ("2026-11-22", Currency::EUR, rest),
            ("2026-11-22", Currency::EUR, Figures { orders: -1, orders_total: -100, ..Figures::default() }),
            ("2026-11-22", usd, order(7)),
            ("2026-11-23", usd, order(8)),
            ("2026-11-24", usd, order(9)),
        ] {
            add(&bench, on, currency, by).await.unwrap();
        }
        let eur = Figures { orders: 1, orders_total: 50, ..rest };
        let of = |text, currency, figures| Day { day: day(text), currency, figures };
        let wanted =
            [of("2026-11-22", Currency::EUR, eur), of("2026-11-22", usd, order(7)), of("2026-11-23", usd, order(8))];
        assert_eq!(list(&bench, "2026-11-22", "2026-11-23").await, wanted);
        assert_eq!(list(&bench, "2026-11-20", "2026-11-21").await, []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_who_count_the_first_of_a_day_at_once_are_all_counted() {
    for_each_engine(async |bench| {
        let all = (0..50).map(|_| add(&bench, "2026-11-22", Currency::EUR, order(100)));
        for outcome in crate::soon(futures_util::future::join_all(all)).await {
            outcome.unwrap();
        }
        let figures = list(&bench, "2026-11-22", "2026-11-22").await[0].figures;
        assert_eq!(figures, Figures { orders: 50, orders_total: 5_000, ..Figures::default() });
    })
    .await;
}

#[tokio::test]
async fn a_sum_that_no_number_holds_is_refused_and_the_figures_stay_readable() {
    for_each_engine(async |bench| {
        add(&bench, "2026-11-22", Currency::EUR, order(i64::MAX)).await.unwrap();
        assert!(add(&bench, "2026-11-22", Currency::EUR, order(1)).await.is_err());
        let figures = list(&bench, "2026-11-22", "2026-11-22").await[0].figures;
        assert_eq!(figures, order(i64::MAX));
    })
    .await;
}
