use domain::{EventType, WebhookEndpoint, WebhookEndpointId, WebhookEndpointState};
use store::Error;
use store::webhook_endpoints::{self, Sealed};
use testkit::{Bench, change, for_each_engine, query};

use crate::pages;

fn sealed(bench: &Bench, state: WebhookEndpointState) -> Sealed {
    let now = bench.context.now();
    let endpoint = WebhookEndpoint {
        id: bench.context.id(WebhookEndpointId::new),
        version: 1,
        url: "https://erp.example.com/hooks?clé=1".into(),
        description: Some("ERP".into()),
        event_types: vec![EventType::OrderCreated, EventType::OrderUpdated],
        state,
        previous_secret_until: None,
        created_at: now,
        updated_at: now,
    };
    Sealed { endpoint, secret: "sealed".into(), previous_secret: None }
}

async fn insert(bench: &Bench, new: &Sealed) {
    change!(bench.db, |tx, new| webhook_endpoints::insert(tx, new).await).await.unwrap();
}

async fn get(bench: &Bench, id: WebhookEndpointId) -> Option<Sealed> {
    query!(bench.db, |tx, id| webhook_endpoints::get(tx, *id).await).await.unwrap()
}

#[tokio::test]
async fn an_endpoint_is_saved_by_whoever_has_its_last_version() {
    for_each_engine(async |bench| {
        let new = sealed(&bench, WebhookEndpointState::Active);
        insert(&bench, &new).await;
        assert_eq!(get(&bench, new.endpoint.id).await, Some(new.clone()));
        let before = new.endpoint.clone();
        let mut changed = new.clone();
        changed.endpoint = WebhookEndpoint {
            version: 2,
            url: "https://other.example.com/".into(),
            description: None,
            event_types: Vec::new(),
            previous_secret_until: Some(bench.context.now()),
            ..before.clone()
        };
        changed.previous_secret = Some("former".into());
        change!(bench.db, |tx, before, changed| webhook_endpoints::update(tx, before, changed).await).await.unwrap();
        assert_eq!(get(&bench, new.endpoint.id).await, Some(changed.clone()));
        let late = change!(bench.db, |tx, before, changed| webhook_endpoints::update(tx, before, changed).await).await;
        assert!(matches!(late, Err(Error::Stale)), "{late:?}");
        let anew = Sealed { secret: "anew".into(), previous_secret: None, ..changed };
        change!(bench.db, |tx, anew| webhook_endpoints::reseal(tx, anew.endpoint.id, anew).await).await.unwrap();
        assert_eq!(get(&bench, new.endpoint.id).await, Some(anew));
    })
    .await;
}

#[tokio::test]
async fn only_active_endpoints_get_something() {
    for_each_engine(async |bench| {
        let all = [WebhookEndpointState::Active, WebhookEndpointState::Disabled, WebhookEndpointState::Active]
            .map(|state| sealed(&bench, state));
        for new in &all {
            insert(&bench, new).await;
        }
        let active = async || query!(bench.db, |tx| webhook_endpoints::active(tx).await).await.unwrap();
        assert_eq!(active().await, [all[0].endpoint.clone(), all[2].endpoint.clone()]);
        let (first, now) = (all[0].endpoint.id, bench.context.now());
        let gone =
            async || change!(bench.db, |tx, first, now| webhook_endpoints::gone(tx, *first, *now).await).await.unwrap();
        assert!(gone().await && !gone().await, "once");
        assert_eq!(active().await, [all[2].endpoint.clone()]);
        assert_eq!(get(&bench, first).await.unwrap().endpoint.version, 2);

        let listed = pages(async |after: Option<String>| {
            query!(bench.db, |tx, after| webhook_endpoints::list(tx, after.as_deref(), 2).await).await
        });
        let ids: Vec<_> = listed.await.concat().iter().map(|endpoint| endpoint.id).collect();
        assert_eq!(ids, [all[2].endpoint.id, all[1].endpoint.id, first]);
        let ids = vec![first];
        assert_eq!(query!(bench.db, |tx, ids| webhook_endpoints::some(tx, ids).await).await.unwrap().len(), 1);
        assert_eq!(query!(bench.db, |tx| webhook_endpoints::all(tx).await).await.unwrap().len(), 3);
        change!(bench.db, |tx, first| webhook_endpoints::delete(tx, *first).await).await.unwrap();
        assert_eq!(get(&bench, first).await, None);
    })
    .await;
}
