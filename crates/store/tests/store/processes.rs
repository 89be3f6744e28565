use std::time::Duration;

use domain::{Process, ProcessId, ProcessKind};
use store::processes::{self, Heartbeat, QueueSeen};
use testkit::{Bench, change, for_each_engine, query};

fn said(bench: &Bench, kind: ProcessKind) -> Heartbeat {
    let now = bench.context.now();
    let id = bench.context.id(ProcessId::new);
    Heartbeat {
        process: Process { id, kind, name: "hôte/1".into(), started_at: now, seen_at: now },
        effects: 0,
        queue: None,
    }
}

async fn say(bench: &Bench, said: &Heartbeat) {
    change!(bench.db, |tx, said| processes::record(tx, said).await).await.unwrap();
}

async fn all(bench: &Bench) -> Vec<Heartbeat> {
    query!(bench.db, |tx| processes::all(tx).await).await.unwrap()
}

#[tokio::test]
async fn what_a_process_says_last_is_what_is_known_of_it() {
    for_each_engine(async |bench| {
        let first = said(&bench, ProcessKind::Backend);
        say(&bench, &first).await;
        bench.context.advance(Duration::from_secs(10));
        let mut second = said(&bench, ProcessKind::Worker);
        say(&bench, &second).await;
        // Nothing has changed: that too is said without a second row.
        say(&bench, &second).await;
        let now = bench.context.now();
        second.queue = Some(QueueSeen { waiting: 7, held: 2, oldest: Some(now) });
        second.effects = 12;
        say(&bench, &second).await;
        assert_eq!(all(&bench).await, [first.clone(), second.clone()]);
        second.queue = Some(QueueSeen { waiting: 0, held: 0, oldest: None });
        say(&bench, &second).await;
        assert_eq!(all(&bench).await[1], second);
        let id = second.process.id;
        change!(bench.db, |tx, id| processes::remove(tx, *id).await).await.unwrap();
        assert_eq!(all(&bench).await, [first]);
    })
    .await;
}

#[tokio::test]
async fn who_was_last_there_long_ago_is_forgotten() {
    for_each_engine(async |bench| {
        say(&bench, &said(&bench, ProcessKind::Everything)).await;
        bench.context.advance(Duration::from_secs(1));
        let now = bench.context.now();
        let young = said(&bench, ProcessKind::Everything);
        say(&bench, &young).await;
        let forgotten = change!(bench.db, |tx, now| processes::forget(tx, *now).await).await.unwrap();
        assert_eq!((forgotten, all(&bench).await), (1, vec![young]));
    })
    .await;
}
