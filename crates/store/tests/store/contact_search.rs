use domain::ContactInput;
use store::contact_lists::{self, Filter};
use store::contacts;
use testkit::{Bench, change, fixtures, for_each_engine, query};

use crate::pages;

async fn found(bench: &Bench, text: &'static str) -> Vec<String> {
    let filter = Filter { q: Some(text.into()), ..Filter::default() };
    let page = query!(bench.db, |tx, filter| contact_lists::list(tx, filter, None, 50).await).await.unwrap();
    assert_eq!(page.next, None);
    page.items.into_iter().map(|contact| contact.name).collect()
}

/// Nothing but a name: what else the fixture has would be found too.
async fn add(bench: &Bench, names: &[&str]) {
    for name in names {
        let input = ContactInput { name: (*name).into(), ..ContactInput::default() };
        bench.create_contact(input).await.unwrap();
    }
}

#[tokio::test]
async fn words_are_found_by_their_beginnings_without_accents_or_case() {
    for_each_engine(async |bench| {
        add(&bench, &["Épicerie Dupré", "DUPRÉ & Fils", "Dupont", "Maison Adupré", "L'Œuvre", "漢字 商店"]).await;
        assert_eq!(found(&bench, "dupr").await, ["Épicerie Dupré", "DUPRÉ & Fils"]);
        assert_eq!(found(&bench, "DUPRÉ").await, ["Épicerie Dupré", "DUPRÉ & Fils"]);
        assert_eq!(found(&bench, "oeuvre").await, ["L'Œuvre"]);
        assert_eq!(found(&bench, "漢").await, ["漢字 商店"]);
        assert!(found(&bench, "upr").await.is_empty());
        assert!(found(&bench, " -- ").await.is_empty());
        // No words are no search: everything is listed.
        assert_eq!(found(&bench, " ").await.len(), 6);
    })
    .await;
}

#[tokio::test]
async fn every_word_of_a_search_must_be_there_in_any_order() {
    for_each_engine(async |bench| {
        add(&bench, &["Épicerie Dupré Lyon", "Épicerie Martin", "Garage Dupré"]).await;
        assert_eq!(found(&bench, "dup epi").await, ["Épicerie Dupré Lyon"]);
        assert_eq!(found(&bench, "lyon dupre epicerie").await, ["Épicerie Dupré Lyon"]);
        assert!(found(&bench, "dupre martin").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_contact_is_found_by_everything_people_know_of_it() {
    for_each_engine(async |bench| {
        let input = ContactInput {
            vat_number: Some("FR40303265045".into()),
            external_id: Some("ALFKI".into()),
            ..fixtures::contact("Épicerie Dupré")
        };
        bench.create_contact(input).await.unwrap();
        for text in ["claire vasseur", "commandes@example.com", "69002", "lyon", "fr403", "alfki", "+33 4 72"] {
            assert_eq!(found(&bench, text).await, ["Épicerie Dupré"], "{text}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_contact_with_several_matching_words_is_found_once_and_the_shortest_match_comes_first() {
    for_each_engine(async |bench| {
        // `lyon` stands in the name and in the city.
        bench.create_contact(ContactInput { name: "Lyonnaise Lyon".into(), ..fixtures::contact("") }).await.unwrap();
        add(&bench, &["Lyonnet"]).await;
        assert_eq!(found(&bench, "lyo").await, ["Lyonnaise Lyon", "Lyonnet"]);
        assert_eq!(found(&bench, "lyonn").await, ["Lyonnaise Lyon", "Lyonnet"]);
    })
    .await;
}

#[tokio::test]
async fn pages_of_a_search_hold_each_contact_once() {
    for_each_engine(async |bench| {
        for i in 0..7 {
            add(&bench, &[format!("Dupont Dupond Dup{i}").as_str(), "Dupont"]).await;
        }
        for limit in 1..=4 {
            let pages = pages(async |after| {
                let filter = Filter { q: Some("dup".into()), ..Filter::default() };
                query!(bench.db, |tx, filter, after, limit| {
                    contact_lists::list(tx, filter, after.as_deref(), *limit).await
                })
                .await
            })
            .await;
            assert!(pages.iter().rev().skip(1).all(|page| page.len() == limit), "{limit}");
            let mut ids: Vec<String> = pages.concat().into_iter().map(|contact| contact.id.to_string()).collect();
            assert_eq!(ids.len(), 14, "{limit}");
            ids.sort();
            ids.dedup();
            assert_eq!(ids.len(), 14, "{limit}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_update_forgets_the_old_words() {
    for_each_engine(async |bench| {
        let before = bench.add_contact("Épicerie Dupré").await;
        let after = before.edited(fixtures::contact("Garage Martin"), bench.context.now()).unwrap();
        change!(bench.db, |tx, before, after| contacts::update(tx, before, after).await).await.unwrap();
        assert!(found(&bench, "dupre").await.is_empty());
        assert_eq!(found(&bench, "martin claire").await, ["Garage Martin"]);
    })
    .await;
}

#[tokio::test]
async fn very_long_words_are_found_by_themselves() {
    for_each_engine(async |bench| {
        add(&bench, &["Donaudampfschifffahrtsgesellschaftskapitän GmbH"]).await;
        assert_eq!(found(&bench, "Donaudampfschifffahrtsgesellschaftskapitän").await.len(), 1);
        assert_eq!(found(&bench, "donaudampfschifffahrtsgesellschaft").await.len(), 1);
    })
    .await;
}
