use domain::{Role, User, UserId};
use store::second_factors::{self, SecondFactor};
use store::{Error, users};
use testkit::{Bench, change, for_each_engine, query};

async fn add(bench: &Bench) -> SecondFactor {
    let now = bench.context.now();
    let user = User::new(bench.context.id(UserId::new), "zoe@example.com", "Zoé", Role::Clerk, now).unwrap();
    change!(bench.db, |tx, user| users::insert(tx, user, "$argon2id$1").await).await.unwrap();
    let sealed_secret = "sealed".into();
    let factor = SecondFactor { user_id: user.id, sealed_secret, last_step: 0, created_at: now, confirmed_at: None };
    insert(bench, &factor).await.unwrap();
    factor
}

async fn insert(bench: &Bench, factor: &SecondFactor) -> Result<(), Error> {
    change!(bench.db, |tx, factor| second_factors::insert(tx, factor).await).await
}

async fn get(bench: &Bench, id: UserId) -> Option<SecondFactor> {
    query!(bench.db, |tx, id| second_factors::get(tx, *id).await).await.unwrap()
}

#[tokio::test]
async fn a_second_factor_is_on_once_confirmed() {
    for_each_engine(async |bench| {
        let factor = add(&bench).await;
        let id = factor.user_id;
        assert!(matches!(insert(&bench, &factor).await, Err(Error::Duplicate { .. })));
        let is_on = async || query!(bench.db, |tx, id| users::get(tx, *id).await).await.unwrap().unwrap().second_factor;
        assert!(!is_on().await);
        let now = bench.context.now();
        let confirm =
            async || change!(bench.db, |tx, id, now| second_factors::confirm(tx, *id, *now).await).await.unwrap();
        assert!(confirm().await && !confirm().await);
        assert!(is_on().await);
        assert_eq!(get(&bench, id).await, Some(SecondFactor { confirmed_at: Some(now), ..factor }));
        let delete = async || change!(bench.db, |tx, id| second_factors::delete(tx, *id).await).await.unwrap();
        assert!(delete().await && !delete().await);
        assert!(get(&bench, id).await.is_none() && !is_on().await);
    })
    .await;
}

#[tokio::test]
async fn a_step_and_a_recovery_code_are_used_once() {
    for_each_engine(async |bench| {
        let id = add(&bench).await.user_id;
        let use_step = async |step: i64| {
            change!(bench.db, |tx, id, step| second_factors::use_step(tx, *id, *step).await).await.unwrap()
        };
        assert!(use_step(100).await && !use_step(100).await && !use_step(99).await && use_step(101).await);
        let hashes: Vec<String> = ["one", "two", "three"].map(String::from).to_vec();
        change!(bench.db, |tx, id, hashes| second_factors::insert_codes(tx, *id, hashes).await).await.unwrap();
        let now = bench.context.now();
        let use_code = async |hash: &'static str| {
            change!(bench.db, |tx, id, hash, now| second_factors::use_code(tx, *id, hash, *now).await).await.unwrap()
        };
        assert!(use_code("two").await && !use_code("two").await && !use_code("four").await);
        assert_eq!(query!(bench.db, |tx, id| second_factors::codes_left(tx, *id).await).await.unwrap(), 2);
        change!(bench.db, |tx, id| second_factors::delete(tx, *id).await).await.unwrap();
        assert!(!use_code("one").await);
    })
    .await;
}

#[tokio::test]
async fn a_secret_is_sealed_anew_unless_it_has_changed() {
    for_each_engine(async |bench| {
        let factor = add(&bench).await;
        let reseal =
            async || change!(bench.db, |tx, factor| second_factors::reseal(tx, factor, "anew").await).await.unwrap();
        assert!(reseal().await && !reseal().await);
        let all = query!(bench.db, |tx| second_factors::list(tx).await).await.unwrap();
        assert_eq!(all, [SecondFactor { sealed_secret: "anew".into(), ..factor }]);
    })
    .await;
}
