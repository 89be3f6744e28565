use domain::{Contact, ContactInput, ContactState};
use store::contact_lists::{self, Filter, Sort};
use store::{Error, contacts};
use testkit::{Bench, change, fixtures, for_each_engine, query};

use crate::pages;

async fn names(bench: &Bench, filter: Filter, sort: Sort) -> Vec<String> {
    let all = pages(async |after| {
        let page = query!(bench.db, |tx, after, filter, sort| {
            contact_lists::list(tx, filter, *sort, after.as_deref(), 1).await
        });
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
            let page = contact_lists::list(tx, &Filter::default(), Sort::Created, None, 1).await?;
            contact_lists::list(tx, &Filter::default(), Sort::CreatedLast, page.next.as_deref(), 1).await
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
