use domain::{Settings, SettingsInput};
use store::{Error, numbers, settings, testing};
use testkit::{Bench, Engine, change, fixtures, for_each_engine, query};

async fn get(bench: &Bench) -> Settings {
    query!(bench.db, |tx| settings::get(tx).await).await.unwrap()
}

async fn save(bench: &Bench, before: &Settings, after: &Settings) -> Result<(), Error> {
    change!(bench.db, |tx, before, after| settings::update(tx, before, after).await).await
}

/// Settings with another format and terms of thirty days.
fn changed(before: &Settings, format: &str) -> Settings {
    let mut input = SettingsInput { payment_terms_days: Some(30), ..SettingsInput::default() };
    input.order_number.format = format.parse().unwrap();
    before.edited(input).unwrap().0
}

#[tokio::test]
async fn settings_begin_as_the_default_and_an_update_needs_the_version_that_was_read() {
    for_each_engine(async |bench| {
        let before = get(&bench).await;
        assert_eq!(before, Settings::default());
        let after = changed(&before, "{year}-{number:5}");
        save(&bench, &before, &after).await.unwrap();
        assert_eq!(get(&bench).await, after);
        let late = save(&bench, &before, &before).await;
        assert!(matches!(late, Err(Error::Stale)), "{late:?}");
        assert_eq!(get(&bench).await, after);
    })
    .await;
}

#[tokio::test]
async fn the_next_order_follows_changed_settings_and_in_another_process_soon_does() {
    for_each_engine(async |bench| {
        let contact = bench.add_contact("A").await.id;
        let other = bench.another_db().await;
        let input = || domain::OrderInput { due_on: None, ..fixtures::order(contact) };
        let (first, elsewhere) =
            (bench.place_order(input()).await.unwrap(), bench.place_order_on(&other, input()).await.unwrap());
        assert_eq!((first.number.as_str(), first.due_on), ("O-1001", None));
        let block = if bench.engine == Engine::Sqlite { 1 } else { 64 };
        assert_eq!(elsewhere.number, format!("O-{}", 1001 + block));

        let before = get(&bench).await;
        save(&bench, &before, &changed(&before, "{year}-{number:6}")).await.unwrap();
        let next = bench.place_order(input()).await.unwrap();
        let number = if bench.engine == Engine::Sqlite { 1003 } else { 1001 + 2 * block };
        assert_eq!(next.number, format!("2026-{number:06}"));
        assert_eq!(next.due_on.unwrap().to_string(), "2026-12-22");
        assert!(bench.add_order(contact).await.due_on.is_some());

        // Another process on MySQL looks again every ten seconds.
        let before_that = bench.place_order_on(&other, input()).await.unwrap();
        assert_eq!(before_that.number.starts_with("O-"), bench.engine == Engine::MySql, "{}", before_that.number);
        testing::distrust_numbers(&other);
        let there = bench.place_order_on(&other, input()).await.unwrap();
        assert!(there.number.starts_with("2026-00"), "{}", there.number);
        assert_eq!(there.due_on, next.due_on);
    })
    .await;
}

#[tokio::test]
async fn a_process_that_looks_again_and_finds_nothing_new_keeps_its_numbers() {
    for_each_engine(async |bench| {
        let contact = bench.add_contact("A").await.id;
        bench.add_order(contact).await;
        testing::distrust_numbers(&bench.db);
        assert_eq!(bench.add_order(contact).await.number, "O-1002");
    })
    .await;
}

#[tokio::test]
async fn the_next_number_can_be_raised_and_not_lowered() {
    for_each_engine(async |bench| {
        let contact = bench.add_contact("A").await.id;
        bench.add_order(contact).await;
        let raise = async |next: i64| change!(bench.db, |tx, next| numbers::raise(tx, *next).await).await.unwrap();
        assert!(raise(5000).await);
        assert_eq!(bench.add_order(contact).await.number, "O-5000");
        assert!(!raise(4999).await);
        assert!(!raise(5000).await);
        let number = bench.add_order(contact).await.number;
        assert!(["O-5001", "O-5064"].contains(&number.as_str()), "{number}");
    })
    .await;
}
