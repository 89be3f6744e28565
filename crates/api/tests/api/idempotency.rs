use domain::{ContactId, OrderInput};
use futures_util::future::join_all;
use serde_json::json;
use testkit::{fixtures, query};

use crate::backend::{Backend, on_each_engine};

async fn input(backend: &Backend) -> OrderInput {
    fixtures::order(backend.bench.add_contact("Épicerie Dupré").await.id)
}

async fn orders(backend: &Backend) -> i64 {
    query!(backend.bench.db, |tx| store::orders::count(tx).await).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_equal_requests_at_once_make_one_order_and_get_one_answer() {
    on_each_engine(async |backend| {
        let (clerk, input) = (backend.clerk(), input(&backend).await);
        let answers = join_all((0..100).map(|_| clerk.post("/orders", &input).key("k-1").send())).await;
        for answer in &answers {
            assert_eq!((answer.status, answer.said()), (201, answers[0].said()), "{}", answer.body);
        }
        assert_eq!(orders(&backend).await, 1);
        let subject = answers[0].body["id"].as_str().unwrap();
        let told = clerk.pages(&format!("/events?limit=5&subject={subject}")).await.concat();
        assert_eq!(told.len(), 1);
    })
    .await;
}

/// What a first request takes away (a SKU, the money for a refund) is not there for its twins: they get its answer all the
/// same.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_equal_requests_for_what_there_is_once_get_one_answer_too() {
    on_each_engine(async |backend| {
        let manager = backend.manager();
        let order = backend.bench.place_order(input(&backend).await).await.unwrap();
        manager.create("/transactions", fixtures::payment(order.id, 1_000)).await;
        let requests = [
            ("/products", json!(fixtures::product("COM-18", "Comté", 1))),
            ("/transactions", json!(fixtures::refund(order.id, 1_000))),
        ];
        for (path, body) in requests {
            let answers = join_all((0..100).map(|_| manager.post(path, &body).key(path).send())).await;
            for answer in &answers {
                assert_eq!((answer.status, answer.said()), (201, answers[0].said()), "{}", answer.body);
            }
        }
        assert_eq!(manager.read("/products").await["items"].as_array().unwrap().len(), 1);
        assert_eq!(manager.read(&format!("/orders/{}", order.id)).await["refunded"], 1_000);
    })
    .await;
}

#[tokio::test]
async fn money_is_not_recorded_without_a_key() {
    on_each_engine(async |backend| {
        let order = backend.bench.place_order(input(&backend).await).await.unwrap();
        let clerk = backend.clerk();
        let call = clerk.act("/transactions").json(fixtures::payment(order.id, 100));
        call.refused(400, "idempotency_key_required").await;
    })
    .await;
}

#[tokio::test]
async fn a_key_is_the_same_with_and_without_the_quotes_of_a_structured_field() {
    on_each_engine(async |backend| {
        let (clerk, input) = (backend.clerk(), input(&backend).await);
        let first = clerk.post("/orders", &input).key("\"k-1\"").gives(201).await;
        for same in ["k-1", "\"k-1\";v=1"] {
            assert_eq!(clerk.post("/orders", &input).key(same).gives(201).await.body, first.body, "{same}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_repeated_request_gets_the_first_answer_even_from_a_new_server() {
    on_each_engine(async |backend| {
        let input = input(&backend).await;
        let first = backend.clerk().post("/orders", &input).key("k-1").gives(201).await;
        // What has become of the order since is another matter.
        let fulfil = format!("/orders/{}/fulfil", first.body["id"].as_str().unwrap());
        backend.clerk().act(&fulfil).gives(200).await;
        let backend = backend.restarted().await;
        let second = backend.clerk().post("/orders", &input).key("k-1").gives(201).await;
        assert_eq!(second.said(), first.said());
        assert_eq!(orders(&backend).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_key_is_for_one_request_of_one_person() {
    on_each_engine(async |backend| {
        let (clerk, input) = (backend.clerk(), input(&backend).await);
        let first = clerk.post("/orders", &input).key("k-1").gives(201).await;
        let other = OrderInput { notes: Some("two of them".into()), ..input.clone() };
        clerk.post("/orders", other).key("k-1").refused(422, "idempotency_key_reused").await;
        let contact = fixtures::contact("Dupré");
        clerk.post("/contacts", contact).key("k-1").refused(422, "idempotency_key_reused").await;
        let of_manager = backend.manager().post("/orders", &input).key("k-1").gives(201).await;
        assert_ne!(of_manager.body["id"], first.body["id"]);
        // Without a key, twice is twice.
        clerk.create("/orders", &input).await;
        clerk.create("/orders", &input).await;
        assert_eq!(orders(&backend).await, 4);
    })
    .await;
}

#[tokio::test]
async fn a_key_must_be_a_short_visible_text() {
    on_each_engine(async |backend| {
        let (clerk, input) = (backend.clerk(), input(&backend).await);
        for bad in ["", "  ", "\"\"", "\"k", "k\"", "\"a\"b", &"x".repeat(256)] {
            clerk.post("/orders", &input).key(bad).refused(400, "bad_idempotency_key").await;
        }
        clerk.post("/orders", &input).key("clé").refused(400, "bad_idempotency_key").await;
        clerk.post("/orders", &input).key(&"x".repeat(255)).gives(201).await;
    })
    .await;
}

#[tokio::test]
async fn a_refused_request_may_be_repeated_once_it_is_possible() {
    on_each_engine(async |backend| {
        let (clerk, input) = (backend.clerk(), input(&backend).await);
        let contact: ContactId = input.contact_id;
        clerk.act(&format!("/contacts/{contact}/archive")).version(1).gives(200).await;
        clerk.post("/orders", &input).key("k-1").refused(422, "invalid").await;
        clerk.act(&format!("/contacts/{contact}/restore")).version(2).gives(200).await;
        clerk.post("/orders", &input).key("k-1").gives(201).await;
    })
    .await;
}

#[tokio::test]
async fn contacts_and_transactions_are_created_once_a_key_too() {
    on_each_engine(async |backend| {
        let (clerk, order) = (backend.clerk(), backend.bench.place_order(input(&backend).await).await.unwrap());
        let twice = async |path: &str, body: serde_json::Value| {
            let first = clerk.post(path, &body).key(path).gives(201).await;
            let second = clerk.post(path, &body).key(path).gives(201).await;
            assert_eq!(first.said(), second.said());
        };
        twice("/contacts", json!(fixtures::contact("Garage Martin"))).await;
        twice("/transactions", json!(fixtures::payment(order.id, 100))).await;
        let order = clerk.read(&format!("/orders/{}", order.id)).await;
        assert_eq!(order["received"], 100);
    })
    .await;
}
