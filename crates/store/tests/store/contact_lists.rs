use domain::{Contact, ContactInput, ContactState};
use store::contact_lists::{self, Filter, Sort};
use store::{Error, contacts};
use testkit::{Bench, Engine, change, fixtures, for_each_engine, query};

use crate::pages;

async fn names(bench: &Bench, filter: Filter, sort: Sort) -> Vec<String> {
    let all = pages(async |after| {
        let filter = Filter { sort: Some(sort), ..filter.clone() };
        let page = query!(bench.db, |tx, after, filter| contact_lists::list(tx, filter, after.as_deref(), 1).await);
        Ok(page.await?.map(|contact| contact.name))
    });
    all.await.concat()
}

#[tokio::test]
async fn filters_and_sorts_go_together_page_by_page() {
    for_each_engine(async |bench| {
        for (name, tag) in [("Bb", "x"), ("Aa", "y"), ("Cc", "X")] {
            let input = ContactInput { tags: vec![tag.into()], ..fixtures::contact(name) };
            bench.create_contact(input).await.unwrap();
            bench.context.advance(std::time::Duration::from_secs(1));
        }
        let tag = |tag: &str| Filter { tag: Some(tag.into()), ..Filter::default() };
        assert_eq!(names(&bench, tag("x"), Sort::Name).await, ["Bb", "Cc"]);
        assert_eq!(names(&bench, tag("x"), Sort::CreatedLast).await, ["Cc", "Bb"]);
        assert_eq!(names(&bench, Filter::default(), Sort::UpdatedLast).await, ["Cc", "Aa", "Bb"]);
        assert!(names(&bench, tag("z"), Sort::Name).await.is_empty());
        let other = query!(bench.db, |tx| {
            let by = |sort| Filter { sort: Some(sort), ..Filter::default() };
            let page = contact_lists::list(tx, &by(Sort::Created), None, 1).await?;
            contact_lists::list(tx, &by(Sort::CreatedLast), page.next.as_deref(), 1).await
        });
        assert!(matches!(other.await, Err(Error::BadCursor)));
    })
    .await;
}

#[tokio::test]
async fn what_was_merged_moves_its_orders_and_leads_to_who_has_them() {
    for_each_engine(async |bench| {
        let (a, b, c) = (bench.add_contact("A").await, bench.add_contact("B").await, bench.add_contact("C").await);
        let order = bench.add_order(a.id).await;
        for (from, to) in [(&a, &b), (&b, &c)] {
            let merged = from.merged(to.id, None, bench.context.now()).unwrap();
            let (from, to) = (from.clone(), to.clone());
            let moved = change!(bench.db, |tx, from, to, merged| {
                contacts::update(tx, from, merged).await?;
                contacts::move_orders(tx, merged, to).await
            });
            assert_eq!(moved.await.unwrap(), 1);
        }
        let (id, order_id, first) = (c.id, order.id, a.id);
        let kept = query!(bench.db, |tx, order_id| store::orders::get(tx, *order_id).await).await.unwrap().unwrap();
        assert_eq!((kept.contact_id, kept.version), (c.id, order.version + 2));
        let merged = query!(bench.db, |tx, id| contacts::merged_into(tx, *id).await).await.unwrap();
        assert_eq!(merged, [a.id, b.id]);
        let survivor = query!(bench.db, |tx, first| {
            let contact = contacts::get(tx, *first).await?.ok_or(Error::Missing)?;
            contacts::survivor(tx, contact).await
        });
        assert_eq!(survivor.await.unwrap().id, c.id);
    })
    .await;
}

#[tokio::test]
async fn who_was_erased_is_told() {
    for_each_engine(async |bench| {
        let (a, b) = (bench.add_contact("A").await, bench.add_contact("B").await);
        let gone: Contact = a.erased(bench.context.now());
        assert_eq!(gone.state, ContactState::Erased);
        let ids = [a.id, b.id];
        change!(bench.db, |tx, a, gone| contacts::update(tx, a, gone).await).await.unwrap();
        let erased = query!(bench.db, |tx, ids| contacts::erased(tx, ids).await).await.unwrap();
        assert_eq!(erased, [ids[0]]);
    })
    .await;
}

/// Waits until the statement that writes an order has begun: what it needs is held, so it goes no further.
/// (`innodb_trx` would tell of the lock itself, but not to somebody who keeps asking.)
async fn an_order_waits(bench: &Bench) {
    let sql = "SELECT COUNT(*) FROM information_schema.processlist \
               WHERE db = DATABASE() AND info LIKE 'INSERT INTO orders%'";
    let begun = async || query!(bench.db, |tx| tx.row(sql, &[], store::Reader::next::<i64>).await).await.unwrap();
    while begun().await == Some(0) {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_order_for_a_contact_that_is_being_merged_waits_and_is_refused() {
    for_each_engine(async |bench| {
        if bench.engine == Engine::Sqlite {
            return; // One change at a time: nobody can be in the middle of another's.
        }
        let (from, to) = (bench.add_contact("A").await, bench.add_contact("B").await);
        let merged = from.merged(to.id, None, bench.context.now()).unwrap();
        let (held, go) =
            (std::sync::Arc::new(tokio::sync::Notify::new()), std::sync::Arc::new(tokio::sync::Notify::new()));
        let merging = change!(bench.db, |tx, from, merged, held, go| {
            contacts::update(tx, from, merged).await?;
            held.notify_one();
            go.notified().await;
            Ok::<_, Error>(())
        });
        let placing = async {
            held.notified().await;
            bench.place_order(fixtures::order(from.id)).await
        };
        let releasing = async {
            an_order_waits(&bench).await;
            go.notify_one();
        };
        let (placing, releasing) = (Box::pin(placing), Box::pin(releasing));
        let all = Box::pin(async { tokio::join!(merging, placing, releasing) });
        let (merging, placed, ()) = crate::soon(all).await;
        merging.unwrap();
        assert!(placed.is_err(), "{placed:?}");
    })
    .await;
}
