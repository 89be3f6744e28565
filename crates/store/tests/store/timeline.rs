use domain::EventId;
use store::timeline::{self, Entry};
use testkit::{Bench, change, for_each_engine, query};

use crate::pages;

fn entry(bench: &Bench, subject: &str) -> Entry {
    Entry {
        subject: subject.into(),
        event_id: bench.context.id(EventId::new),
        event_type: "ORDER_CREATED".into(),
        occurred_at: bench.context.now(),
        actor: "system:test".into(),
        about: "ord_1".into(),
        summary: "Commande O-1042 🧀".into(),
    }
}

#[tokio::test]
async fn a_timeline_shows_its_subject_newest_first() {
    for_each_engine(async |bench| {
        let all: Vec<Entry> = ["con_1", "ord_1", "con_1", "con_1"].map(|subject| entry(&bench, subject)).to_vec();
        change!(bench.db, |tx, all| timeline::insert(tx, all).await).await.unwrap();
        change!(bench.db, |tx| timeline::insert(tx, &[]).await).await.unwrap();
        let of = async |subject: &'static str| {
            let listed = pages(async |after| {
                query!(bench.db, |tx, subject, after| timeline::list(tx, &[(*subject).to_owned()], after.as_deref(), 2)
                    .await)
                .await
            });
            listed.await.concat()
        };
        assert_eq!(of("con_1").await, [all[3].clone(), all[2].clone(), all[0].clone()]);
        assert_eq!(of("ord_1").await, [all[1].clone()]);
        assert_eq!(of("ord_2").await, []);
    })
    .await;
}

#[tokio::test]
async fn one_event_stands_on_several_timelines_and_on_each_once() {
    for_each_engine(async |bench| {
        let one = entry(&bench, "con_1");
        let both = vec![one.clone(), Entry { subject: "ord_1".into(), ..one.clone() }];
        change!(bench.db, |tx, both| timeline::insert(tx, both).await).await.unwrap();
        let again = change!(bench.db, |tx, both| timeline::insert(tx, both).await).await;
        assert!(matches!(again, Err(store::Error::Duplicate { .. })), "{again:?}");
    })
    .await;
}
