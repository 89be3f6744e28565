use domain::{Delivery, WebhookEndpoint};
use serde_json::json;
use store::attempts::{self, Attempt};
use store::deliveries;
use store::mail_templates::{self, Changed};
use store::mails::{self, Content, Mail};
use store::webhook_endpoints::{self, Sealed};
use testkit::{Bench, change, for_each_engine};

use super::{at, check, id, row, second, with};

#[tokio::test]
async fn columns_of_what_leaves_the_building_hold_what_their_names_say() {
    for_each_engine(async |bench| {
        let fields = json!({
            "id": id("dlv", 1), "kind": "webhook", "event_id": id("evt", 1), "subject": "subject", "target": "target",
            "state": "dead", "attempts": 2, "next_attempt_at": at(1), "error": "error", "created_at": at(2), "done_at": at(3),
        });
        let new: Vec<(Delivery, Option<String>)> = vec![(row(&fields), Some("body".into()))];
        change!(bench.db, |tx, new| deliveries::insert(tx, new).await).await.unwrap();
        check(&bench, "deliveries", with(&fields, json!({ "body": "body" }))).await;
        let made = Attempt { at: second(1), error: Some("error".into()), status: Some(503), duration_ms: Some(12) };
        change!(bench.db, |tx, made| attempts::insert(tx, "message", "id", made).await).await.unwrap();
        let wanted = json!({
            "message_id": "message", "id": "id", "made_at": at(1), "duration_ms": 12, "status": 503, "error": "error",
        });
        check(&bench, "attempts", wanted).await;
        let fields = json!({
            "id": id("whk", 1), "version": 2, "url": "https://example.com/", "description": "description",
            "event_types": ["ORDER_CREATED"], "state": "disabled", "previous_secret_until": at(1), "created_at": at(2),
            "updated_at": at(3),
        });
        let endpoint: WebhookEndpoint = row(&fields);
        let new = Sealed { endpoint, secret: "secret".into(), previous_secret: Some("previous".into()) };
        change!(bench.db, |tx, new| webhook_endpoints::insert(tx, new).await).await.unwrap();
        let wanted = with(&fields, json!({ "secret": "secret", "previous_secret": "previous" }));
        check(&bench, "webhook_endpoints", wanted.clone()).await;
        let mut changed = Sealed { secret: "other".into(), previous_secret: Some("secret".into()), ..new.clone() };
        changed.endpoint.version = 3;
        let before = new.endpoint;
        change!(bench.db, |tx, before, changed| webhook_endpoints::update(tx, before, changed).await).await.unwrap();
        let rotated = json!({ "version": 3, "secret": "other", "previous_secret": "secret" });
        check(&bench, "webhook_endpoints", with(&wanted, rotated)).await;
        columns_of_mails(&bench).await;
    })
    .await;
}

async fn columns_of_mails(bench: &Bench) {
    let text = |text: &str| Some(text.to_owned());
    let content = Content {
        language: Some(domain::Language::Fr),
        sender: text("sender"),
        recipient_name: text("recipient_name"),
        recipient: text("recipient"),
        subject: text("subject"),
        text: text("text_body"),
        html: text("html_body"),
        document_id: Some(id("doc", 1).parse().unwrap()),
    };
    let mail = Mail {
        id: id("dlv", 1).parse().unwrap(),
        kind: domain::MailKind::Receipt,
        contact_id: id("con", 1).parse().unwrap(),
        order_id: id("ord", 1).parse().unwrap(),
        message_id: "message_id".into(),
        resent_of: Some(id("dlv", 2).parse().unwrap()),
        resent_by: text("resent_by"),
        created_at: second(1),
        sent_at: Some(second(2)),
        content: content.clone(),
    };
    let new = vec![mail.clone()];
    change!(bench.db, |tx, new| mails::insert(tx, new).await).await.unwrap();
    let wanted = json!({
        "id": id("dlv", 1), "kind": "receipt", "contact_id": id("con", 1), "order_id": id("ord", 1),
        "message_id": "message_id", "resent_of": id("dlv", 2), "resent_by": "resent_by", "created_at": at(1),
        "sent_at": at(2), "language": "fr", "sender": "sender", "recipient_name": "recipient_name",
        "recipient": "recipient", "subject": "subject", "document_id": id("doc", 1), "text_body": "text_body",
        "html_body": "html_body",
    });
    check(bench, "mails", wanted.clone()).await;
    let (id, content, now) = (mail.id, Content { sender: text("other"), ..content }, second(3));
    change!(bench.db, |tx, id, content, now| mails::sent(tx, *id, content, *now).await).await.unwrap();
    check(bench, "mails", with(&wanted, json!({ "sender": "other", "sent_at": at(3) }))).await;
    let changed = Changed {
        kind: domain::MailKind::RefundNotice,
        language: domain::Language::En,
        version: 1,
        texts: Some(row(&json!({ "subject": "subject", "text": "text", "html": "html" }))),
        updated_at: second(1),
    };
    change!(bench.db, |tx, changed| mail_templates::save(tx, changed).await).await.unwrap();
    let wanted = json!({
        "kind": "refund_notice", "language": "en", "version": 1, "subject": "subject", "text_body": "text",
        "html_body": "html", "updated_at": at(1),
    });
    check(bench, "mail_templates", wanted).await;
}
