use domain::{Order, OrderInput};
use store::{Error, Reader, orders};
use testkit::{Bench, change, fixtures, for_each_engine, query};

async fn indexed(bench: &Bench) -> Vec<String> {
    let sql = "SELECT tag FROM order_tags ORDER BY tag";
    query!(bench.db, |tx| tx.rows(sql, &[], Reader::next).await).await.unwrap()
}

async fn set(bench: &Bench, before: &Order, after: &Order) -> Result<(), Error> {
    change!(bench.db, |tx, before, after| orders::set_labels(tx, before, after).await).await
}

#[tokio::test]
async fn tags_and_notes_are_saved_and_the_index_of_tags_follows() {
    for_each_engine(async |bench| {
        let contact = bench.add_contact("A").await.id;
        let plain = bench.add_order(contact).await;
        assert_eq!(indexed(&bench).await, [""; 0]);
        let now = bench.context.now();
        let tagged = plain.tagged(vec!["Été".into(), "URGENT".into()], now).unwrap();
        set(&bench, &plain, &tagged).await.unwrap();
        assert_eq!(indexed(&bench).await, ["urgent", "été"]);
        let late = set(&bench, &plain, &tagged).await;
        assert!(matches!(late, Err(Error::Stale)), "{late:?}");
        let noted = tagged.noted(Some("Quai 3 🧀"), now).unwrap();
        set(&bench, &tagged, &noted).await.unwrap();
        let id = plain.id;
        assert_eq!(query!(bench.db, |tx, id| orders::get(tx, *id).await).await.unwrap().unwrap(), noted);
        // An edit replaces them too, and one without tags leaves none.
        let input = OrderInput { tags: vec!["export".into()], ..fixtures::order(contact) };
        let edited = noted.edited(input, now).unwrap();
        change!(bench.db, |tx, noted, edited| orders::update(tx, noted, edited).await).await.unwrap();
        assert_eq!(indexed(&bench).await, ["export"]);
        let bare = edited.edited(fixtures::order(contact), now).unwrap();
        change!(bench.db, |tx, edited, bare| orders::update(tx, edited, bare).await).await.unwrap();
        assert_eq!(indexed(&bench).await, [""; 0]);
        assert_eq!(query!(bench.db, |tx, id| orders::get(tx, *id).await).await.unwrap().unwrap(), bare);
    })
    .await;
}
