use domain::{Actor, Event, EventData, EventId, Headline, Product, ProductChange, ProductId};
use serde_json::Value;
use store::{Error, events, outbox};
use testkit::{Bench, change, for_each_engine, query};

use crate::pages;

fn event(bench: &Bench, subject: &str, sequence: i64) -> Event {
    let (id, now) = (bench.context.id(EventId::new), bench.context.now());
    let input = testkit::fixtures::product("P-1", "l'été 🌞", sequence);
    let product = Product::create(bench.context.id(ProductId::new), input, now).unwrap();
    let data = EventData::ProductUpdated(Box::new(ProductChange { product, before: None }));
    Event::new(id, subject, sequence, Actor::system("test"), now, data)
}

async fn append(bench: &Bench, event: &Event) -> Result<(), Error> {
    change!(bench.db, |tx, event| events::append(tx, event).await).await
}

#[tokio::test]
async fn an_event_stands_in_the_journal_and_waits_in_the_outbox_with_one_body() {
    for_each_engine(async |bench| {
        let event = event(&bench, "ord_1", 1);
        append(&bench, &event).await.unwrap();
        let (id, now) = (event.id, bench.context.now());
        let kept = query!(bench.db, |tx, id| events::get(tx, *id).await).await.unwrap().unwrap();
        assert_eq!(Event::read(&kept).unwrap(), event);
        let due = change!(bench.db, |tx, now| outbox::due(tx, *now, 10).await).await.unwrap();
        let message = outbox::Message { id: id.to_string(), message_type: "PRODUCT_UPDATED".into(), body: kept };
        assert_eq!(due, [message]);
        let unknown = bench.context.id(EventId::new);
        assert_eq!(query!(bench.db, |tx, unknown| events::get(tx, *unknown).await).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_subject_has_one_event_of_each_sequence() {
    for_each_engine(async |bench| {
        append(&bench, &event(&bench, "ord_1", 1)).await.unwrap();
        append(&bench, &event(&bench, "ord_2", 1)).await.unwrap();
        let twin = append(&bench, &event(&bench, "ord_1", 1)).await;
        assert!(matches!(&twin, Err(Error::Duplicate { key }) if key == "events_subject"), "{twin:?}");
        assert_eq!(query!(bench.db, |tx| events::count(tx).await).await.unwrap(), 2);
        let depth = query!(bench.db, |tx| outbox::depth(tx).await).await.unwrap();
        assert_eq!(depth.waiting, 2, "the twin left nothing in the outbox");
    })
    .await;
}

#[tokio::test]
async fn a_list_is_of_one_subject_by_sequence_or_of_all_by_time() {
    for_each_engine(async |bench| {
        // The sequence 10 sorts behind 9, and not as text does.
        let mut all = Vec::new();
        for (subject, sequence) in [("ord_1", 9), ("ord_2", 1), ("ord_1", 10), ("ord_2", 7), ("ord_1", 12)] {
            let event = event(&bench, subject, sequence);
            append(&bench, &event).await.unwrap();
            all.insert(0, sequence);
        }
        for (subject, sequences) in [(None, all), (Some("ord_1"), vec![12, 10, 9]), (Some("ord_2"), vec![7, 1])] {
            let pages = pages(async |after| {
                query!(bench.db, |tx, subject, after| events::list(tx, *subject, after.as_deref(), 2).await).await
            })
            .await;
            assert!(pages.iter().rev().skip(1).all(|page| page.len() == 2));
            let sequence = |body: &String| serde_json::from_str::<Event<Value>>(body).unwrap().sequence;
            assert_eq!(pages.concat().iter().map(sequence).collect::<Vec<_>>(), sequences);
        }
        let bad = query!(bench.db, |tx| events::list(tx, Some("ord_1"), Some("x"), 2).await).await;
        assert!(matches!(bad, Err(Error::BadCursor)), "{bad:?}");
    })
    .await;
}

#[tokio::test]
async fn headlines_are_read_by_id_above_an_id_and_of_a_subject() {
    for_each_engine(async |bench| {
        let all: Vec<Event> = (1..=5).map(|n| event(&bench, if n % 2 == 0 { "ord_2" } else { "ord_1" }, n)).collect();
        // Committed in another order than that of their ids.
        for event in [&all[1], &all[4], &all[0], &all[3], &all[2]] {
            append(&bench, event).await.unwrap();
        }
        let headlines: Vec<Headline> = all.iter().cloned().map(Headline::from).collect();
        let ids: Vec<EventId> = all.iter().map(|event| event.id).collect();
        let (none, second) = (EventId::new(0, 0), ids[1]);
        assert_eq!(query!(bench.db, |tx, none| events::ids_after(tx, *none, 9).await).await.unwrap(), ids);
        assert_eq!(query!(bench.db, |tx, second| events::ids_after(tx, *second, 2).await).await.unwrap(), ids[2..4]);
        let some = vec![ids[4], ids[0], bench.context.id(EventId::new)];
        let found = query!(bench.db, |tx, some| events::headlines(tx, some).await).await.unwrap();
        assert_eq!(found, [headlines[0].clone(), headlines[4].clone()]);
        let none_of_none = query!(bench.db, |tx| events::headlines(tx, &[]).await).await.unwrap();
        assert_eq!(none_of_none, []);
        let after = query!(bench.db, |tx, second| events::headlines_after(tx, *second, None, 2).await).await.unwrap();
        assert_eq!(after, headlines[2..4]);
        let of = query!(bench.db, |tx, none| events::headlines_after(tx, *none, Some("ord_2"), 9).await).await.unwrap();
        assert_eq!(of, [headlines[1].clone(), headlines[3].clone()]);
    })
    .await;
}
