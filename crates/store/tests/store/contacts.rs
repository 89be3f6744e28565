use std::collections::BTreeSet;

use domain::{Address, Contact, ContactInput, ContactKind, ContactState, Language};
use store::contact_lists::{self, Filter};
use store::{Error, contacts};
use testkit::{Bench, change, fixtures, for_each_engine, query};

use crate::pages;

fn full() -> ContactInput {
    ContactInput {
        kind: ContactKind::Person,
        language: Language::En,
        vat_number: Some("FR40303265045".into()),
        notes: Some("Sonner deux fois.\nNe livre pas 🐕 le lundi".into()),
        external_id: Some("ALFKI".into()),
        addresses: vec![
            Address { region: Some("Auvergne-Rhône-Alpes".into()), ..fixtures::contact("").addresses[0].clone() },
            Address { label: Some("quai".into()), city: Some("Vénissieux 🚚".into()), ..Address::default() },
        ],
        siren: Some("303265045".into()),
        siret: Some("30326504500011".into()),
        tags: vec!["bio".into(), "Épicerie".into()],
        ..fixtures::contact("Épicerie Dupré")
    }
}

async fn get(bench: &Bench, contact: &Contact) -> Contact {
    let id = contact.id;
    query!(bench.db, |tx, id| contacts::get(tx, *id).await).await.unwrap().unwrap()
}

async fn names(bench: &Bench, limit: usize) -> Vec<Vec<String>> {
    pages(async |after| {
        let page =
            query!(bench.db, |tx, after, limit| contact_lists::list(tx, &Filter::default(), after.as_deref(), *limit)
                .await)
            .await?;
        Ok(page.map(|contact| contact.name))
    })
    .await
}

#[tokio::test]
async fn a_contact_comes_back_as_it_was_saved() {
    for_each_engine(async |bench| {
        let full = bench.create_contact(full()).await.unwrap();
        assert_eq!(get(&bench, &full).await, full);
        let bare = ContactInput { name: "Nu".into(), ..ContactInput::default() };
        let bare = bench.create_contact(bare).await.unwrap();
        assert_eq!(get(&bench, &bare).await, bare);
        let found = query!(bench.db, |tx| contacts::by_external_id(tx, "ALFKI").await).await.unwrap();
        assert_eq!(found, Some(full));
        assert_eq!(query!(bench.db, |tx| contacts::by_external_id(tx, "alfki").await).await.unwrap(), None);
        assert_eq!(query!(bench.db, |tx| contacts::count(tx).await).await.unwrap(), 2);
    })
    .await;
}

#[tokio::test]
async fn an_update_replaces_everything_and_needs_the_version_that_was_read() {
    for_each_engine(async |bench| {
        let before = bench.add_contact("Épicerie Dupré").await;
        let after = before.edited(full(), bench.context.now()).unwrap();
        let after = Contact { state: ContactState::Archived, ..after };
        change!(bench.db, |tx, before, after| contacts::update(tx, before, after).await).await.unwrap();
        assert_eq!(get(&bench, &before).await, after);
        let late = change!(bench.db, |tx, before, after| contacts::update(tx, before, after).await).await;
        assert!(matches!(late, Err(Error::Stale)), "{late:?}");
        assert_eq!(get(&bench, &before).await, after);
    })
    .await;
}

#[tokio::test]
async fn an_unknown_contact_is_none_and_cannot_be_updated() {
    for_each_engine(async |bench| {
        let id = bench.context.id(domain::ContactId::new);
        assert_eq!(query!(bench.db, |tx, id| contacts::get(tx, *id).await).await.unwrap(), None);
        let ghost = Contact::create(id, full(), bench.context.now()).unwrap();
        let updated = change!(bench.db, |tx, ghost| contacts::update(tx, ghost, ghost).await).await;
        assert!(matches!(updated, Err(Error::Stale)), "{updated:?}");
    })
    .await;
}

#[tokio::test]
async fn an_external_id_names_one_contact_only() {
    for_each_engine(async |bench| {
        bench.create_contact(full()).await.unwrap();
        let id = bench.context.id(domain::ContactId::new);
        let twin = Contact::create(id, full(), bench.context.now()).unwrap();
        let inserted = change!(bench.db, |tx, twin| contacts::insert(tx, twin).await).await;
        assert!(matches!(&inserted, Err(Error::Duplicate { key }) if key == "contacts_external_id"), "{inserted:?}");
        let other = bench.add_contact("Autre").await;
        let taken = other.edited(full(), bench.context.now()).unwrap();
        let updated = change!(bench.db, |tx, other, taken| contacts::update(tx, other, taken).await).await;
        assert!(matches!(&updated, Err(Error::Duplicate { key }) if key == "contacts_external_id"), "{updated:?}");
        assert_eq!(get(&bench, &other).await, other);
        // Unlike in case: another one.
        bench.create_contact(ContactInput { external_id: Some("alfki".into()), ..full() }).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_list_goes_by_name_without_accents_or_case_and_every_page_begins_where_the_last_ended() {
    for_each_engine(async |bench| {
        let given =
            ["zoé", "Éclair", "eclair", "Dupont\tFils", "Dupont", "Dupont fils", "Dupont!", "漢字", "🍎", "ECLAIR"];
        for name in given {
            bench.add_contact(name).await;
        }
        let sorted =
            ["Dupont", "Dupont\tFils", "Dupont fils", "Dupont!", "Éclair", "eclair", "ECLAIR", "zoé", "漢字", "🍎"];
        assert_eq!(names(&bench, 50).await, [sorted]);
        for limit in 1..=9 {
            let pages = names(&bench, limit).await;
            assert!(pages.iter().rev().skip(1).all(|page| page.len() == limit), "{limit}: {pages:?}");
            assert_eq!(pages.concat(), sorted, "{limit}");
        }
    })
    .await;
}

#[tokio::test]
async fn names_that_differ_only_behind_their_hundredth_letter_are_all_listed() {
    for_each_engine(async |bench| {
        let long: Vec<String> = (0..5).map(|i| format!("{}{}", "é".repeat(100 + i % 2), "x".repeat(i))).collect();
        for name in &long {
            bench.add_contact(name).await;
        }
        let listed: BTreeSet<String> = names(&bench, 2).await.concat().into_iter().collect();
        assert_eq!(listed, long.into_iter().collect());
    })
    .await;
}

#[tokio::test]
async fn a_cursor_that_is_not_ours_is_refused() {
    for_each_engine(async |bench| {
        let listed =
            query!(bench.db, |tx| contact_lists::list(tx, &Filter::default(), Some("nonsense"), 5).await).await;
        assert!(matches!(listed, Err(Error::BadCursor)), "{listed:?}");
        let filter = Filter { q: Some("a".into()), ..Filter::default() };
        let found = query!(bench.db, |tx, filter| contact_lists::list(tx, filter, Some("nonsense"), 5).await).await;
        assert!(matches!(found, Err(Error::BadCursor)), "{found:?}");
    })
    .await;
}

#[tokio::test]
async fn other_lists_say_a_contacts_name_and_external_id() {
    for_each_engine(async |bench| {
        let (with, without) = (bench.create_contact(full()).await.unwrap(), bench.add_contact("Garage Martin").await);
        let ids = vec![with.id, without.id, with.id];
        let known = query!(bench.db, |tx, ids| contacts::references(tx, ids).await).await.unwrap();
        assert_eq!(known.len(), 2);
        let of = |contact: &Contact| (known[&contact.id].name.clone(), known[&contact.id].external_id.clone());
        assert_eq!(of(&with), ("Épicerie Dupré".into(), Some("ALFKI".into())));
        assert_eq!(of(&without), ("Garage Martin".into(), None));
        assert!(query!(bench.db, |tx| contacts::references(tx, &[]).await).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn contacts_are_known_by_their_external_id_or_by_ours() {
    for_each_engine(async |bench| {
        let (with, without) = (bench.create_contact(full()).await.unwrap(), bench.add_contact("Garage Martin").await);
        let keys: Vec<String> =
            vec![without.id.to_string(), "ALFKI".into(), "alfki".into(), with.id.to_string(), "con_x".into()];
        let found = query!(bench.db, |tx, keys| contacts::by_keys(tx, keys).await).await.unwrap();
        assert_eq!(found, [Some(without.clone()), Some(with.clone()), None, Some(with.clone()), None]);
        // Somebody may use our ids as theirs: theirs goes first.
        let input = ContactInput { external_id: Some(without.id.to_string()), ..fixtures::contact("Twin") };
        let twin = bench.create_contact(input).await.unwrap();
        let found = query!(bench.db, |tx, keys| contacts::by_keys(tx, keys).await).await.unwrap();
        assert_eq!(found[0], Some(twin));
        assert!(query!(bench.db, |tx| contacts::by_keys(tx, &[]).await).await.unwrap().is_empty());
    })
    .await;
}
