use axum::http::Method;
use domain::{MAX_LINES, OrderInput, PlacedAs, Role};
use serde_json::{Value, json};
use testkit::fixtures;

use crate::backend::{Caller, on_each_engine};

const RECEIPT: &str = "/mail-templates/receipt/fr";

fn template(subject: &str, text: &str, html: &str) -> Value {
    json!({ "subject": subject, "text": text, "html": html })
}

async fn subject(admin: &Caller<'_>, path: &str, body: Value) -> String {
    admin.post(&format!("{path}/preview"), body).gives(200).await.body["subject"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_administrator_changes_a_template_and_goes_back_to_the_built_in_one() {
    on_each_engine(async |backend| {
        let admin = backend.by(Role::Admin);
        let all = admin.read("/mail-templates").await["items"].clone();
        assert_eq!(all.as_array().unwrap().len(), 6);
        assert!(all.as_array().unwrap().iter().all(|template| template["customised"] == false));
        let built_in = admin.get(RECEIPT).gives(200).await;
        assert_eq!((built_in.header("etag"), &built_in.body["version"]), (Some("\"0\""), &json!(0)));

        let own =
            template("Reçu {{ order.number }}", "Merci {{ contact.name }}", "<p>{{ transaction.amount|money }}</p>");
        admin.call(Method::PUT, RECEIPT).json(&own).refused(428, "if_match_required").await;
        let changed = admin.put(RECEIPT, 0, &own).gives(200).await;
        assert_eq!((changed.header("etag"), &changed.body["customised"]), (Some("\"1\""), &json!(true)));
        let late = admin.put(RECEIPT, 0, &own).refused(412, "stale").await;
        assert_eq!(late.body["current"], changed.body);
        // What says nothing new is no change.
        let before = backend.everything().await;
        admin.put(RECEIPT, 1, &own).gives(200).await;
        assert_eq!(backend.everything().await, before);
        // Others are as they were.
        assert_eq!(admin.read("/mail-templates/receipt/en").await["version"], 0);

        admin.delete(RECEIPT).version(0).refused(412, "stale").await;
        let back = admin.delete(RECEIPT).version(1).gives(200).await.body;
        assert_eq!(
            (&back["version"], &back["customised"], &back["html"]),
            (&json!(2), &json!(false), &built_in.body["html"])
        );
        // A version is never given twice: whoever has read the first cannot overwrite the third.
        admin.put(RECEIPT, 2, &own).gives(200).await;
        admin.put(RECEIPT, 1, template("x", "x", "x")).refused(412, "stale").await;
        let log = admin.read("/security-log?subject=receipt/fr").await["items"].clone();
        let kinds: Vec<&Value> = log.as_array().unwrap().iter().map(|entry| &entry["kind"]).collect();
        assert_eq!(kinds, ["mail_template_changed", "mail_template_reset", "mail_template_changed"]);
        admin.get("/mail-templates/invoice/fr").refused(404, "not_found").await;
        admin.get("/mail-templates/receipt/de").refused(404, "not_found").await;
    })
    .await;
}

#[tokio::test]
async fn a_template_with_a_mistake_is_refused_with_its_line() {
    on_each_engine(async |backend| {
        let admin = backend.by(Role::Admin);
        let refused = async |body: Value, field: &str, line: Option<u64>| {
            let reply = admin.put(RECEIPT, 0, &body).refused(422, "invalid").await;
            let error = &reply.body["errors"][0];
            assert_eq!((&error["field"], &error["code"]), (&json!(field), &json!("bad_template")), "{error}");
            assert_eq!(error["line"].as_u64(), line, "{error}");
            // A draft is looked at as strictly, where it is looked at at all.
            error["message"].as_str().unwrap().to_owned()
        };
        let html = "<p>\n{% if order.due_on %}\n  {{ order.payd }}\n{% endif %}\n</p>";
        let message = refused(template("s", "t", html), "html", Some(3)).await;
        assert!(message.contains("order.payd"), "{message}");
        refused(template("{{ nobody }}", "t", "h"), "subject", Some(1)).await;
        refused(template("s", "a\nb\n{% if order.number == 'x' %}{{ colour }}{% endif %}", "h"), "text", Some(3)).await;
        refused(template("s", "{% for x in %}", "h"), "text", Some(1)).await;
        refused(template("s", "{{ order.total|euros }}", "h"), "text", Some(1)).await;
        admin.put(RECEIPT, 0, template("s", "t", " ")).invalid("html", "required").await;
        admin.put(RECEIPT, 0, template(&"x".repeat(501), "t", "h")).invalid("subject", "too_long").await;
        let draft = json!({ "template": template("{{ nobody }}", "t", "h") });
        admin.post(&format!("{RECEIPT}/preview"), draft).invalid("subject", "bad_template").await;
    })
    .await;
}

#[tokio::test]
async fn a_preview_shows_a_draft_or_what_holds_with_made_up_or_real_data() {
    on_each_engine(async |backend| {
        let (admin, clerk) = (backend.by(Role::Admin), backend.clerk());
        let confirmation = "/mail-templates/order_confirmation/en";
        let before = backend.everything().await;
        assert_eq!(subject(&admin, confirmation, json!({})).await, "Order O-1042");
        let draft = json!({ "template": template("{{ contact.name }}", "t", "<p>{{ contact.name }}</p>") });
        let seen = admin.post(&format!("{confirmation}/preview"), draft).gives(200).await.body;
        assert_eq!(seen["subject"], "Épicerie Dupré & Fils");
        assert_eq!(seen["html"], "<p>Épicerie Dupré &amp; Fils</p>");
        assert_eq!(backend.everything().await, before);

        let contact = backend.bench.add_contact("Garage <Martin>").await;
        let line = fixtures::line("Pneu", "1", 10_000);
        let lines = vec![line; MAX_LINES];
        let order = clerk
            .create("/orders", OrderInput { lines, place_as: PlacedAs::Draft, ..fixtures::order(contact.id) })
            .await;
        let with = json!({ "order_id": order["id"] });
        let seen = admin.post(&format!("{confirmation}/preview"), &with).gives(200).await.body;
        assert_eq!(seen["subject"], format!("Order {}", order["number"].as_str().unwrap()));
        assert_eq!(seen["text"].as_str().unwrap().matches("- Pneu").count(), MAX_LINES);
        admin.post(&format!("{RECEIPT}/preview"), &with).invalid("order_id", "nothing_moved").await;
        let unknown = json!({ "order_id": "ord_01JD8Z5Q0V3T9N4C7K2M6X8YRB" });
        admin.post(&format!("{RECEIPT}/preview"), unknown).invalid("order_id", "unknown_order").await;
    })
    .await;
}

#[tokio::test]
async fn a_template_that_exceeds_a_bound_is_refused_with_it_and_holds_nobody_up() {
    on_each_engine(async |desk| {
        let admin = desk.by(Role::Admin);
        let minus = |n: usize| format!("a\n{{{{ {}1 }}}}", "-".repeat(n));
        let deep = "{% if 1 %}".repeat(61) + &"{% endif %}".repeat(61);
        let work = "{% for a in 'abcdefgh' %}".repeat(10) + &"{% endfor %}".repeat(10);
        let long = "{% for line in order.lines %}".to_owned() + &"x".repeat(20_000) + "{% endfor %}";
        for (text, code, bound, in_preview) in [
            (minus(7_000), "template_tag_too_long", "200", true),
            (minus(5_197), "template_tag_too_long", "200", true),
            (deep, "template_too_deep", "60", true),
            (work, "template_too_much", "500000", true),
            (long, "template_makes_too_much", "5000000", false),
            ("{{ [[[1]*9999]*9999]*9999 }}".to_owned(), "bad_template", "a list", true),
        ] {
            let own = template("s", &text, "h");
            let refused = admin.put(RECEIPT, 0, &own).refused(422, "invalid").await;
            let error = &refused.body["errors"][0];
            assert_eq!((&error["field"], &error["code"]), (&json!("text"), &json!(code)), "{error}");
            assert!(error["message"].as_str().unwrap().contains(bound), "{error}");
            let preview = format!("{RECEIPT}/preview");
            if in_preview {
                admin.post(&preview, json!({ "template": own })).invalid("text", code).await;
            } else {
                // The made-up order of a preview is short.
                admin.post(&preview, json!({ "template": own })).gives(200).await;
            }
        }
        assert_eq!(admin.read(RECEIPT).await["version"], 0);
    })
    .await;
}
