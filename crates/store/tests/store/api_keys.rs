use std::time::Duration;

use domain::{Actor, ApiKey, ApiKeyId, Role};
use store::api_keys;
use testkit::{Bench, change, for_each_engine, query};

async fn add(bench: &Bench, name: &str) -> ApiKey {
    let key = ApiKey {
        id: bench.context.id(ApiKeyId::new),
        name: name.into(),
        role: Role::Clerk,
        prefix: "ck_abcd".into(),
        per_minute: Some(60),
        created_by: Actor::system(name),
        created_at: bench.context.now(),
        expires_at: Some(bench.context.now().plus(Duration::from_hours(1))),
        last_used_at: None,
        revoked_at: None,
    };
    let hash = format!("hash of {name}");
    change!(bench.db, |tx, key, hash| api_keys::insert(tx, key, hash).await).await.unwrap();
    key
}

async fn get(bench: &Bench, id: ApiKeyId) -> ApiKey {
    query!(bench.db, |tx, id| api_keys::get(tx, *id).await).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_key_is_found_by_the_hash_of_its_secret_until_revoked() {
    for_each_engine(async |bench| {
        let (shop, _) = (add(&bench, "shop").await, add(&bench, "till").await);
        let by_secret =
            async |hash: &'static str| query!(bench.db, |tx, hash| api_keys::by_secret(tx, hash).await).await.unwrap();
        assert_eq!((by_secret("hash of shop").await, by_secret("Hash of shop").await), (Some(shop.clone()), None));
        let (id, now) = (shop.id, bench.context.now());
        let of_shop = async || query!(bench.db, |tx| api_keys::open_ones_of(tx, "system:shop").await).await.unwrap();
        assert_eq!(of_shop().await, std::slice::from_ref(&shop));
        let revoke = async || change!(bench.db, |tx, id, now| api_keys::revoke(tx, *id, *now).await).await.unwrap();
        assert!(revoke().await && !revoke().await);
        assert_eq!(by_secret("hash of shop").await, Some(ApiKey { revoked_at: Some(now), ..shop }));
        assert!(of_shop().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_use_is_noted_once_in_a_while() {
    for_each_engine(async |bench| {
        let id = add(&bench, "shop").await.id;
        let touch = async || {
            let (now, since) = (bench.context.now(), bench.context.now().minus(Duration::from_mins(1)));
            change!(bench.db, |tx, id, since, now| api_keys::touch(tx, *id, *since, *now).await).await.unwrap();
            get(&bench, id).await.last_used_at
        };
        let first = bench.context.now();
        assert_eq!(touch().await, Some(first));
        bench.context.advance(Duration::from_secs(59));
        assert_eq!(touch().await, Some(first));
        bench.context.advance(Duration::from_secs(1));
        assert_eq!(touch().await, Some(bench.context.now()));
    })
    .await;
}

#[tokio::test]
async fn keys_are_listed_newest_first() {
    for_each_engine(async |bench| {
        let (a, b, c) = (add(&bench, "a").await, add(&bench, "b").await, add(&bench, "c").await);
        let pages = crate::pages(async |after| {
            query!(bench.db, |tx, after| api_keys::list(tx, after.as_deref(), 2).await).await
        });
        assert_eq!(pages.await, [vec![c, b], vec![a]]);
    })
    .await;
}
