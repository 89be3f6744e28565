use std::time::Duration;

use domain::Timestamp;
use store::outbox;
use store::samples::{self, Sample, Waiting};
use testkit::{change, for_each_engine, query};

fn sample(minute: Timestamp) -> Sample {
    Sample {
        minute,
        events: 3,
        effects: 2,
        outbox_waiting: 1,
        queue_waiting: Some(4),
        oldest_seconds: None,
        dead_letters_open: 5,
    }
}

#[tokio::test]
async fn a_minute_has_one_sample_and_old_ones_are_forgotten() {
    for_each_engine(async |bench| {
        let now = bench.context.now();
        let minutes = [0, 60, 120].map(|seconds| now.plus(Duration::from_secs(seconds)));
        for minute in minutes {
            let one = sample(minute);
            change!(bench.db, |tx, one| samples::insert(tx, one).await).await.unwrap();
        }
        let late = Sample { events: 99, queue_waiting: None, oldest_seconds: Some(1), ..sample(minutes[1]) };
        change!(bench.db, |tx, late| samples::insert(tx, late).await).await.unwrap();
        let since = async |from: Timestamp| query!(bench.db, |tx, from| samples::since(tx, *from).await).await.unwrap();
        assert_eq!(since(now).await, minutes.map(sample));
        assert_eq!(since(minutes[1]).await, minutes.map(sample)[1..]);
        let (first, third) = (minutes[0], now.plus(Duration::from_mins(3)));
        let known = query!(bench.db, |tx, first, third| {
            Ok::<_, store::Error>((samples::exists(tx, *first).await?, samples::exists(tx, *third).await?))
        });
        assert_eq!(known.await.unwrap(), (true, false));
        let last = minutes[2];
        assert_eq!(change!(bench.db, |tx, last| samples::forget(tx, *last).await).await.unwrap(), 2);
        assert_eq!(since(now).await, [sample(last)]);
    })
    .await;
}

#[tokio::test]
async fn what_waits_for_its_time_does_not_wait_for_us() {
    for_each_engine(async |bench| {
        let now = bench.context.now();
        let later = now.plus(Duration::from_mins(1));
        let waiting = async |at: Timestamp| query!(bench.db, |tx, at| samples::waiting(tx, *at).await).await.unwrap();
        assert_eq!(waiting(now).await, Waiting::default());
        change!(bench.db, |tx, now| outbox::insert(tx, "evt_1", "T", Some("{}"), *now).await).await.unwrap();
        let put = change!(bench.db, |tx, later, now| {
            outbox::insert_later(tx, "dlv_1", "T", Some("{}"), *later, *now).await
        });
        put.await.unwrap();
        assert_eq!(waiting(now).await, Waiting { outbox: 1, outbox_since: Some(now), ..Waiting::default() });
        assert_eq!(waiting(later).await.outbox, 2);
    })
    .await;
}

#[tokio::test]
async fn events_are_counted_by_their_time() {
    for_each_engine(async |bench| {
        let begun = bench.context.now();
        for _ in 0..3 {
            bench.add_contact("Dupré").await;
            bench.context.advance(Duration::from_secs(1));
        }
        let count = async |from: u64, to: u64| {
            let (from, to) = (begun.plus(Duration::from_secs(from)), begun.plus(Duration::from_secs(to)));
            query!(bench.db, |tx, from, to| samples::events(tx, *from, *to).await).await.unwrap()
        };
        assert_eq!((count(0, 3).await, count(0, 1).await, count(1, 3).await, count(3, 9).await), (3, 1, 2, 0));
    })
    .await;
}
