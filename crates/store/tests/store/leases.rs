use std::time::Duration;

use store::leases;
use testkit::{Bench, change, for_each_engine};

const HOUR: Duration = Duration::from_hours(1);

async fn take(bench: &Bench, name: &'static str, holder: &str) -> bool {
    let (holder, now) = (holder.to_owned(), bench.context.now());
    change!(bench.db, |tx, name, holder, now| leases::take(tx, name, holder, *now, HOUR).await).await.unwrap()
}

#[tokio::test]
async fn a_job_has_one_holder_until_its_time_is_up_or_it_is_given_back() {
    for_each_engine(async |bench| {
        assert!(take(&bench, "sweep", "a").await);
        assert!(!take(&bench, "sweep", "b").await);
        assert!(take(&bench, "other", "b").await, "another job");
        bench.context.advance(HOUR.saturating_sub(Duration::from_micros(1)));
        assert!(!take(&bench, "sweep", "b").await);
        assert!(take(&bench, "sweep", "a").await, "its holder keeps it");
        bench.context.advance(HOUR);
        assert!(take(&bench, "sweep", "b").await);
        change!(bench.db, |tx| leases::release(tx, "sweep", "a").await).await.unwrap();
        assert!(!take(&bench, "sweep", "c").await);
        change!(bench.db, |tx| leases::release(tx, "sweep", "b").await).await.unwrap();
        assert!(take(&bench, "sweep", "c").await);
    })
    .await;
}
