use std::time::Duration;

use domain::Timestamp;
use futures_util::future::join_all;
use store::sign_in_throttles::{self as throttles, Throttle};
use testkit::{Bench, change, for_each_engine, query};

async fn count(bench: &Bench) -> Throttle {
    let (now, window) = (bench.context.now(), bench.context.now().minus(Duration::from_mins(10)));
    change!(bench.db, |tx, window, now| throttles::count(tx, "a", *window, *now).await).await.unwrap()
}

async fn get(bench: &Bench) -> Option<Throttle> {
    query!(bench.db, |tx| throttles::get(tx, "a").await).await.unwrap()
}

#[tokio::test]
async fn failures_are_counted_until_the_first_is_long_ago_or_one_succeeds() {
    for_each_engine(async |bench| {
        let begin = bench.context.now();
        assert_eq!(get(&bench).await, None);
        assert_eq!(count(&bench).await.failures, 1);
        bench.context.advance(Duration::from_mins(10));
        let second = count(&bench).await;
        assert_eq!((second.failures, second.first_at, second.last_at), (2, begin, bench.context.now()));
        bench.context.advance(Duration::from_secs(1));
        let third = count(&bench).await;
        assert_eq!((third.failures, third.first_at), (1, bench.context.now()));
        assert_eq!(third.blocked_until, Timestamp::from_micros(0));
        let until = bench.context.now().plus(Duration::from_secs(7));
        change!(bench.db, |tx, until| throttles::block(tx, "a", *until).await).await.unwrap();
        assert_eq!(get(&bench).await, Some(Throttle { blocked_until: until, ..third }));
        change!(bench.db, |tx| throttles::reset(tx, "a").await).await.unwrap();
        assert_eq!(get(&bench).await, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_failure_is_lost_when_many_fail_at_once() {
    for_each_engine(async |bench| {
        crate::soon(join_all((0..20).map(|_| count(&bench)))).await;
        assert_eq!(get(&bench).await.unwrap().failures, 20);
    })
    .await;
}

#[tokio::test]
async fn old_failures_are_forgotten() {
    for_each_engine(async |bench| {
        count(&bench).await;
        let now = bench.context.now();
        let forget = async |before: Timestamp| {
            change!(bench.db, |tx, before| throttles::forget(tx, *before, 5).await).await.unwrap()
        };
        assert_eq!(forget(now).await, 0);
        assert_eq!(forget(now.plus(Duration::from_secs(1))).await, 1);
        assert_eq!(get(&bench).await, None);
    })
    .await;
}
