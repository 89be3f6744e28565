use domain::{Buyer, LegalCopy};
use store::legal_copies;
use testkit::{change, fixtures, for_each_engine, query};

#[tokio::test]
async fn a_copy_comes_back_as_it_was_kept_and_goes_after_its_last_day() {
    for_each_engine(async |bench| {
        let contact = bench.create_contact(fixtures::contact("Épicerie 🧀")).await.unwrap();
        let mut copies = Vec::new();
        for keep_until in ["2036-12-31", "2037-12-31", "2037-12-31"] {
            copies.push(LegalCopy {
                order_id: bench.add_order(contact.id).await.id,
                contact_id: contact.id,
                buyer: Buyer::of(&contact),
                keep_until: keep_until.parse().unwrap(),
                created_at: bench.context.now(),
            });
        }
        let (id, all) = (copies[1].order_id, copies.clone());
        change!(bench.db, |tx, all| legal_copies::insert(tx, all).await).await.unwrap();
        let kept = query!(bench.db, |tx, id| legal_copies::get(tx, *id).await).await.unwrap();
        assert_eq!(kept.as_ref(), Some(&copies[1]));
        let of = async || {
            let contact = [contact.id];
            query!(bench.db, |tx, contact| legal_copies::of(tx, contact).await).await.unwrap()
        };
        assert_eq!(of().await, copies);
        for (today, gone, left) in
            [("2036-12-31", 0, 3), ("2037-01-01", 1, 2), ("2038-01-01", 1, 1), ("2038-01-01", 1, 0)]
        {
            let today: domain::Date = today.parse().unwrap();
            let forgotten = change!(bench.db, |tx, today| legal_copies::forget(tx, *today, 1).await).await.unwrap();
            assert_eq!((forgotten, of().await.len()), (gone, left), "{today}");
        }
    })
    .await;
}
