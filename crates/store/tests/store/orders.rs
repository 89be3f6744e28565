use domain::{ContactState, Order, OrderInput, OrderLineInput, OrderState, PlacedAs};
use store::order_lists::{self, Filter};
use store::{Error, contacts, orders};
use testkit::{Bench, change, fixtures, for_each_engine, query};

async fn get(bench: &Bench, order: &Order) -> Order {
    let id = order.id;
    query!(bench.db, |tx, id| orders::get(tx, *id).await).await.unwrap().unwrap()
}

/// A new order that is not saved yet.
fn unsaved(bench: &Bench, number: &str, input: OrderInput) -> Order {
    let order = Order::place(input, bench.context.now()).unwrap();
    order.numbered(bench.context.id(domain::OrderId::new), number.into(), None)
}

async fn insert(bench: &Bench, order: &Order) -> Result<bool, Error> {
    change!(bench.db, |tx, order| orders::insert(tx, order).await).await
}

async fn update(bench: &Bench, before: &Order, after: &Order) -> Result<(), Error> {
    change!(bench.db, |tx, before, after| orders::update(tx, before, after).await).await
}

fn numbered_lines(count: usize) -> Vec<OrderLineInput> {
    (0..count).map(|i| fixtures::line(&format!("Ligne {i} 🧀"), "1.5", 100 + i64::try_from(i).unwrap())).collect()
}

#[tokio::test]
async fn an_order_comes_back_as_it_was_saved_with_its_lines_in_their_order() {
    for_each_engine(async |bench| {
        let contact = bench.add_contact("Épicerie Dupré").await;
        let input = OrderInput {
            notes: Some("Quai 3".into()),
            external_id: Some("10248".into()),
            ordered_at: Some("1996-07-04T00:00:00Z".parse().unwrap()),
            ..fixtures::order(contact.id)
        };
        let order = bench.place_order(input).await.unwrap();
        assert_eq!((order.net, order.total), (9_113, 9_895));
        assert_eq!(get(&bench, &order).await, order);
        let id = query!(bench.db, |tx| orders::by_external_id(tx, "10248").await).await.unwrap();
        assert_eq!(id, Some(order.id));
        assert_eq!(query!(bench.db, |tx| orders::count(tx).await).await.unwrap(), 1);
        let nobody = bench.context.id(domain::OrderId::new);
        assert_eq!(query!(bench.db, |tx, nobody| orders::get(tx, *nobody).await).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn an_order_may_have_as_many_lines_as_the_domain_allows() {
    for_each_engine(async |bench| {
        let contact = bench.add_contact("Épicerie Dupré").await;
        for count in [50, 51, 100, domain::MAX_LINES] {
            let order = bench
                .place_order(OrderInput { lines: numbered_lines(count), ..fixtures::order(contact.id) })
                .await
                .unwrap();
            assert_eq!(get(&bench, &order).await, order, "{count}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_order_of_an_unknown_or_archived_contact_is_not_saved() {
    for_each_engine(async |bench| {
        let nobody = bench.context.id(domain::ContactId::new);
        assert!(!insert(&bench, &unsaved(&bench, "O-1", fixtures::order(nobody))).await.unwrap());
        let active = bench.add_contact("Épicerie Dupré").await;
        let mut archived = active.edited(fixtures::contact("Épicerie Dupré"), bench.context.now()).unwrap();
        archived.state = ContactState::Archived;
        change!(bench.db, |tx, active, archived| contacts::update(tx, active, archived).await).await.unwrap();
        assert!(!insert(&bench, &unsaved(&bench, "O-2", fixtures::order(active.id))).await.unwrap());
        assert_eq!(query!(bench.db, |tx| orders::count(tx).await).await.unwrap(), 0);
        let filter = Filter { q: Some("bc".into()), ..Filter::default() };
        let today = bench.context.now().date();
        let page =
            query!(bench.db, |tx, filter, today| order_lists::list(tx, filter, *today, None, 5).await).await.unwrap();
        assert!(page.items.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_number_and_an_external_id_name_one_order_only() {
    for_each_engine(async |bench| {
        let contact = bench.add_contact("Épicerie Dupré").await;
        let input = OrderInput { external_id: Some("10248".into()), ..fixtures::order(contact.id) };
        assert!(insert(&bench, &unsaved(&bench, "O-1", input.clone())).await.unwrap());
        let twin = insert(&bench, &unsaved(&bench, "O-2", input)).await;
        assert!(matches!(&twin, Err(Error::Duplicate { key }) if key == "orders_external_id"), "{twin:?}");
        let twin = insert(&bench, &unsaved(&bench, "O-1", fixtures::order(contact.id))).await;
        assert!(matches!(&twin, Err(Error::Duplicate { key }) if key == "orders_number"), "{twin:?}");
    })
    .await;
}

#[tokio::test]
async fn an_edited_order_has_its_new_lines_and_only_those() {
    for_each_engine(async |bench| {
        let contact = bench.add_contact("Épicerie Dupré").await;
        let first = bench.add_order(contact.id).await;
        let input = OrderInput { lines: numbered_lines(60), due_on: None, ..fixtures::order(contact.id) };
        let second = first.edited(input, bench.context.now()).unwrap();
        assert_eq!((second.revision, second.version), (2, 2));
        update(&bench, &first, &second).await.unwrap();
        assert_eq!(get(&bench, &first).await, second);
        let order = first.id;
        let sql = "SELECT COUNT(*) FROM order_lines WHERE order_id = ?";
        let kept = query!(bench.db, |tx, order| tx.row(sql, &[(*order).into()], store::Reader::next::<i64>).await);
        assert_eq!(kept.await.unwrap(), Some(60));
    })
    .await;
}

#[tokio::test]
async fn an_edited_draft_replaces_its_lines() {
    for_each_engine(async |bench| {
        let contact = bench.add_contact("Épicerie Dupré").await;
        let draft = OrderInput { place_as: PlacedAs::Draft, ..fixtures::order(contact.id) };
        let first = bench.place_order(draft).await.unwrap();
        let input = OrderInput { lines: numbered_lines(2), ..fixtures::order(contact.id) };
        let second = first.edited(input, bench.context.now()).unwrap();
        assert_eq!(second.revision, 1);
        update(&bench, &first, &second).await.unwrap();
        assert_eq!(get(&bench, &first).await, second);
    })
    .await;
}

#[tokio::test]
async fn an_update_needs_the_version_that_was_read_and_an_active_contact() {
    for_each_engine(async |bench| {
        let contact = bench.add_contact("Épicerie Dupré").await;
        let first = bench.add_order(contact.id).await;
        let second = first.edited(fixtures::order(contact.id), bench.context.now()).unwrap();
        update(&bench, &first, &second).await.unwrap();
        let late = update(&bench, &first, &second).await;
        assert!(matches!(late, Err(Error::Stale)), "{late:?}");
        let nobody = fixtures::order(bench.context.id(domain::ContactId::new));
        let third = second.edited(nobody, bench.context.now()).unwrap();
        let moved = update(&bench, &second, &third).await;
        assert!(matches!(moved, Err(Error::Missing)), "{moved:?}");
        let other = bench.add_contact("Garage Martin").await;
        let third = second.edited(fixtures::order(other.id), bench.context.now()).unwrap();
        update(&bench, &second, &third).await.unwrap();
        assert_eq!(get(&bench, &first).await, third);
    })
    .await;
}

#[tokio::test]
async fn a_state_is_saved_once_by_whoever_is_first() {
    for_each_engine(async |bench| {
        let contact = bench.add_contact("Épicerie Dupré").await;
        let before = bench.add_order(contact.id).await;
        let fulfilled = before.moved_to(OrderState::Fulfilled, bench.context.now()).unwrap();
        let cancelled = before.moved_to(OrderState::Cancelled, bench.context.now()).unwrap();
        let set = async |after: &Order| {
            let after = after.clone();
            change!(bench.db, |tx, before, after| orders::set_state(tx, before, after).await).await
        };
        set(&fulfilled).await.unwrap();
        let late = set(&cancelled).await;
        assert!(matches!(late, Err(Error::Stale)), "{late:?}");
        assert_eq!(get(&bench, &before).await, fulfilled);
    })
    .await;
}

#[tokio::test]
async fn other_lists_say_an_orders_number() {
    for_each_engine(async |bench| {
        let contact = bench.add_contact("Épicerie Dupré").await;
        let (one, other) = (bench.add_order(contact.id).await, bench.add_order(contact.id).await);
        let ids = vec![other.id, one.id, other.id];
        let numbers = query!(bench.db, |tx, ids| orders::numbers(tx, ids).await).await.unwrap();
        assert_eq!((numbers.len(), &numbers[&one.id], &numbers[&other.id]), (2, &one.number, &other.number));
    })
    .await;
}

#[tokio::test]
async fn orders_are_known_by_their_external_id_or_by_ours() {
    for_each_engine(async |bench| {
        let contact = bench.add_contact("Épicerie Dupré").await;
        let input = OrderInput { external_id: Some("10248".into()), ..fixtures::order(contact.id) };
        let (with, without) = (bench.place_order(input).await.unwrap(), bench.add_order(contact.id).await);
        let keys: Vec<String> = vec![without.id.to_string(), "10248".into(), "10249".into(), with.id.to_string()];
        let found = query!(bench.db, |tx, keys| orders::by_keys(tx, keys).await).await.unwrap();
        assert_eq!(found, [Some(without.id), Some(with.id), None, Some(with.id)]);
        assert!(query!(bench.db, |tx| orders::by_keys(tx, &[]).await).await.unwrap().is_empty());
    })
    .await;
}
