//! One trace, from a request over the queue to its effects and to what leaves the building, as a collector sees it.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message as _;
use serde_json::json;
use testkit::{Mode, Receiver};

use crate::home::Home;
use crate::server::{Server, until};

const TRACE: u128 = 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c;
const CALLER: u128 = 0xb7ad_6b71_6920_3331;

#[derive(Clone, Debug, PartialEq, Eq)]
struct Seen {
    service: String,
    name: String,
    trace: u128,
    id: u128,
    parent: u128,
}

/// Understands what is sent by the protocol's own definition.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<Seen>>>);

impl Collector {
    async fn start(&self) -> String {
        let (listener, all) = (tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap(), self.clone());
        let address = listener.local_addr().unwrap();
        let take = move |body: Bytes| async move { all.take(&body) };
        tokio::spawn(axum::serve(listener, Router::new().route("/v1/traces", post(take))).into_future());
        format!("http://{address}")
    }

    fn take(&self, body: &Bytes) {
        let number = |bytes: &[u8]| bytes.iter().fold(0, |number, byte| number << 8 | u128::from(*byte));
        for sent in ExportTraceServiceRequest::decode(body.clone()).unwrap().resource_spans {
            let attributes = sent.resource.unwrap().attributes;
            let named = attributes.iter().find(|attribute| attribute.key == "service.name").unwrap();
            let service = format!("{:?}", named.value.as_ref().unwrap());
            for span in sent.scope_spans.into_iter().flat_map(|scope| scope.spans) {
                let (trace, id, parent) = (number(&span.trace_id), number(&span.span_id), number(&span.parent_span_id));
                let seen = Seen { service: service.clone(), name: span.name, trace, id, parent };
                self.0.lock().unwrap().push(seen);
            }
        }
    }

    fn of(&self, name: &str) -> Seen {
        let all = self.0.lock().unwrap();
        let found: Vec<_> = all.iter().filter(|seen| seen.trace == TRACE && seen.name == name).collect();
        assert_eq!(found.len(), 1, "{name} in {all:#?}");
        found[0].clone()
    }
}

fn add_contact(server: &Server) {
    let head = format!("{}traceparent: 00-{TRACE:032x}-{CALLER:016x}-01\r\n", server.head_of_post("/contacts"));
    assert_eq!(server.send(&head, br#"{ "name": "Dupr\u00e9" }"#).status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_trace_leads_from_a_request_to_the_webhook_that_it_causes() {
    let (collector, receiver) = (Collector::default(), Receiver::start(Mode::Answer(200)).await);
    let home = Home::migrated().with("COMPTOIR_WEBHOOKS_INTERNAL_HOSTS", "127.0.0.1");
    let home = home.with("OTEL_EXPORTER_OTLP_ENDPOINT", collector.start().await);
    let backend = Server::start(&home, "serve");
    let worker = backend.beside(&home, "work");
    backend.post("/webhook-endpoints", &json!({ "url": receiver.url }));
    add_contact(&backend);
    until("the webhook comes", || !receiver.hooks().is_empty());
    // What is left is sent at the end.
    assert_eq!((backend.stop(), worker.stop()), (Some(0), Some(0)));

    let request = collector.of("POST /api/v1/contacts");
    assert_eq!(request.parent, CALLER);
    for name in ["CONTACT_CREATED", "WEBHOOK"] {
        let seen = collector.of(name);
        assert_eq!(seen.parent, request.id, "{name}");
        assert!(seen.service.contains("sqs-worker") && request.service.contains("backend"), "{seen:?}");
    }
    let told: serde_json::Value = serde_json::from_str(&receiver.hooks()[0].body).unwrap();
    assert_eq!(told["traceparent"], format!("00-{TRACE:032x}-{:016x}-01", request.id));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_collector_nothing_is_traced_and_a_lost_one_disturbs_nobody() {
    let receiver = Receiver::start(Mode::Answer(200)).await;
    let home = Home::migrated().with("COMPTOIR_WEBHOOKS_INTERNAL_HOSTS", "127.0.0.1");
    let server = Server::start(&home, "up");
    server.post("/webhook-endpoints", &json!({ "url": receiver.url }));
    add_contact(&server);
    until("the webhook comes", || !receiver.hooks().is_empty());
    assert!(!receiver.hooks()[0].body.contains("traceparent"));
    assert_eq!(server.stop(), Some(0));

    let home = home.with("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9");
    let server = Server::start(&home, "up");
    add_contact(&server);
    assert_eq!(server.stop(), Some(0));
    home.with("OTEL_EXPORTER_OTLP_ENDPOINT", "nonsense").run(&["serve"]).failed(2, "otlp_endpoint");
}
