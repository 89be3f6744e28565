//! Requests that cannot be understood. What is understood and not possible is in the file of its resource.

use axum::http::Method;
use domain::Role;
use serde_json::json;
use testkit::fixtures;

use crate::backend::on_each_engine;

const JSON: &str = "application/json";

#[tokio::test]
async fn a_body_that_is_not_json_is_refused() {
    on_each_engine(async |backend| {
        let clerk = backend.clerk();
        for body in ["", "{", "{\"name\": \"x\"", "{\"name\": \"x\"} x", "name=x"] {
            clerk.act("/contacts").text(JSON, body).refused(400, "bad_json").await;
            clerk.act("/contacts").text(JSON, body).key("k").refused(400, "bad_json").await;
        }
        clerk.act("/contacts").text(JSON, b"{\"name\": \"\xff\"}".to_vec()).refused(400, "bad_json").await;
    })
    .await;
}

#[tokio::test]
async fn a_value_of_the_wrong_type_is_named() {
    on_each_engine(async |backend| {
        let clerk = backend.clerk();
        clerk.post("/contacts", json!({ "name": 7 })).invalid("name", "bad_value").await;
        clerk.post("/contacts", json!({ "name": "x", "kind": "company" })).invalid("kind", "bad_value").await;
        let street = json!({ "name": "x", "addresses": [{ "street": [] }] });
        clerk.post("/contacts", street).invalid("addresses[0].street", "bad_value").await;
        clerk.post("/contacts", json!({})).refused(422, "invalid").await;
        clerk.post("/contacts", json!([])).refused(422, "invalid").await;
    })
    .await;
}

#[tokio::test]
async fn a_field_that_nobody_knows_is_refused_and_named() {
    on_each_engine(async |backend| {
        let contact = backend.bench.add_contact("Épicerie Dupré").await;
        let mut order = json!(fixtures::order(contact.id));
        order["lines"][1]["colour"] = json!("blue");
        let reply = backend.clerk().post("/orders", order).refused(422, "invalid").await;
        let detail = reply.body["detail"].as_str().unwrap();
        assert!(detail.contains("lines[1]") && detail.contains("colour"), "{detail}");
        backend.clerk().post("/contacts", json!({ "name": "x", "version": 3 })).refused(422, "invalid").await;
    })
    .await;
}

#[tokio::test]
async fn a_body_of_ten_megabytes_is_refused() {
    on_each_engine(async |backend| {
        let notes = "x".repeat(10 * 1024 * 1024);
        let big = json!({ "name": "x", "notes": notes });
        backend.clerk().post("/contacts", &big).refused(413, "body_too_large").await;
        backend.clerk().post("/contacts", &big).key("k").refused(413, "body_too_large").await;
        backend.nobody().post("/sessions", &big).refused(413, "body_too_large").await;
    })
    .await;
}

#[tokio::test]
async fn the_largest_order_there_can_be_is_taken() {
    on_each_engine(async |backend| {
        let contact = backend.bench.add_contact("Épicerie Dupré").await;
        let mut order = fixtures::order(contact.id);
        let line = domain::OrderLineInput {
            description: Some("🧀".repeat(500)),
            sku: Some("é".repeat(64)),
            ..fixtures::line("x", "1", 1)
        };
        order.lines = vec![line; domain::MAX_LINES];
        order.notes = Some("🧀".repeat(4000));
        backend.clerk().post("/orders", order).key("k").gives(201).await;
        backend.do_effects().await;
        assert!(backend.clerk().pages("/dead-letters?limit=5").await.concat().is_empty());
    })
    .await;
}

#[tokio::test]
async fn another_content_type_is_refused() {
    on_each_engine(async |backend| {
        let clerk = backend.clerk();
        for content_type in ["text/plain", "application/x-www-form-urlencoded", "nonsense"] {
            let body = r#"{"name": "x"}"#;
            clerk.act("/contacts").text(content_type, body).refused(415, "bad_content_type").await;
            clerk.act("/contacts").text(content_type, body).key("k").refused(415, "bad_content_type").await;
        }
        clerk.act("/contacts").refused(415, "bad_content_type").await;
        clerk.act("/contacts").text("application/json; charset=utf-8", r#"{"name": "x"}"#).gives(201).await;
    })
    .await;
}

#[tokio::test]
async fn an_address_or_a_method_that_is_not_there_is_a_problem_too() {
    on_each_engine(async |backend| {
        let clerk = backend.clerk();
        for path in ["/nothing", "/contacts/", "/contacts/a/b/c", "", "/../../etc/passwd"] {
            clerk.get(path).refused(404, "not_found").await;
        }
        for (method, path, allowed) in [
            (Method::DELETE, "/contacts", "GET,HEAD,POST"),
            (Method::PATCH, "/orders/ord_01JD8Z5Q0V3T9N4C7K2M6X8YRB", "GET,HEAD,PUT"),
            (Method::GET, "/sessions/refresh", "POST"),
        ] {
            let refused = clerk.call(method, path).refused(405, "method_not_allowed").await;
            // RFC 9110, section 15.5.6: an answer 405 says which methods there are.
            assert_eq!(refused.header("allow"), Some(allowed));
        }
    })
    .await;
}

#[tokio::test]
async fn an_id_that_cannot_be_one_names_nothing() {
    on_each_engine(async |backend| {
        let ids = [
            "7",
            "con_",
            "con_01JD8Z5Q0V3T9N4C7K2M6X8YRU",
            "con_01jd8z5q0v3t9n4c7k2m6x8yrb",
            "%00",
            "%ff",
            "'%20OR%201=1",
        ];
        for collection in ["contacts", "orders", "transactions", "events", "dead-letters"] {
            for id in ids {
                backend.clerk().get(&format!("/{collection}/{id}")).refused(404, "not_found").await;
            }
        }
    })
    .await;
}

/// Every list that has pages.
const LISTS: [&str; 15] = [
    "/contacts?",
    "/contacts?sort=-updated_at&",
    "/contacts?tag=bio&city=lyon&",
    "/contacts?q=dup&",
    "/orders?",
    "/orders?q=dup&",
    "/transactions?",
    "/events?",
    "/events?subject=ord_01JD8Z5Q0V3T9N4C7K2M6X8YRB&",
    "/dead-letters?",
    "/users?",
    "/invitations?",
    "/api-keys?",
    "/security-log?",
    "/orders/ord_01JD8Z5Q0V3T9N4C7K2M6X8YRB/timeline?",
];

#[tokio::test]
async fn a_cursor_that_is_not_ours_is_refused() {
    on_each_engine(async |backend| {
        // The last two are base64 of «nonsense» and of «9 nonsense».
        for list in LISTS {
            for cursor in ["!", "a", "_w", "bm9uc2Vuc2U", "OSBub25zZW5zZQ"] {
                backend.by(Role::Admin).get(&format!("{list}cursor={cursor}")).invalid("cursor", "bad_cursor").await;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_page_has_one_to_two_hundred_items() {
    on_each_engine(async |backend| {
        for list in LISTS {
            for limit in ["0", "201", "18446744073709551615"] {
                backend.by(Role::Admin).get(&format!("{list}limit={limit}")).invalid("limit", "bad_limit").await;
            }
            for limit in ["", "-1", "ten", "18446744073709551616"] {
                backend.by(Role::Admin).get(&format!("{list}limit={limit}")).refused(400, "bad_query").await;
            }
            for limit in ["1", "200"] {
                backend.by(Role::Admin).get(&format!("{list}limit={limit}")).gives(200).await;
            }
        }
    })
    .await;
}
