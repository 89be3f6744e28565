use domain::Order;
use store::order_revisions::{self, Revision};
use testkit::{change, for_each_engine, query};

use crate::pages;

#[tokio::test]
async fn revisions_come_back_as_they_were_kept_newest_first_from_the_present_one() {
    for_each_engine(async |bench| {
        let first = bench.add_order(bench.add_contact("A").await.id).await;
        let now = bench.context.now();
        let mut all = vec![];
        for revision in 1..=4 {
            let order = Order { revision, notes: Some(format!("🧀 {revision}")), ..first.clone() };
            change!(bench.db, |tx, order, now| order_revisions::insert(tx, order, *now, "usr_1").await).await.unwrap();
            all.insert(
                0,
                Revision { replaced_at: Some(now), replaced_by: Some("usr_1".to_owned()), ..Revision::present(order) },
            );
        }
        let present = Order { revision: 5, ..first.clone() };
        all.insert(0, Revision::present(present.clone()));
        for limit in 1..=6 {
            let pages = pages(async |after| {
                query!(bench.db, |tx, present, after, limit| {
                    order_revisions::list(tx, present, after.as_deref(), *limit).await
                })
                .await
            })
            .await;
            assert!(pages.iter().rev().skip(1).all(|page| page.len() == limit), "{limit}");
            assert_eq!(pages.concat(), all, "{limit}");
        }
        let id = first.id;
        let one = query!(bench.db, |tx, id| order_revisions::get(tx, *id, 2).await).await.unwrap();
        assert_eq!(one.as_ref(), Some(&all[3]));
        assert_eq!(query!(bench.db, |tx, id| order_revisions::get(tx, *id, 5).await).await.unwrap(), None);
        let twice = change!(bench.db, |tx, first, now| order_revisions::insert(tx, first, *now, "usr_2").await).await;
        assert!(matches!(twice, Err(store::Error::Duplicate { .. })), "{twice:?}");
        let bad = query!(bench.db, |tx, present| order_revisions::list(tx, present, Some("x"), 5).await).await;
        assert!(matches!(bad, Err(store::Error::BadCursor)), "{bad:?}");
    })
    .await;
}
