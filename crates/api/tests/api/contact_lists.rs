//! Filters and sorts of `/contacts`.

use std::time::Duration;

use serde_json::{Value, json};

use crate::backend::{Backend, on_each_engine, path_of};

fn names(pages: &[Vec<Value>]) -> Vec<String> {
    pages.concat().iter().map(|contact| contact["name"].as_str().unwrap().to_owned()).collect()
}

/// Five contacts, a minute apart; the first was changed last, and one is archived.
async fn five(backend: &Backend) {
    let clerk = backend.clerk();
    let person = |name: &str, city: &str, tags: Value| {
        let (emails, addresses) =
            (json!([{ "address": format!("{name}@example.com") }]), json!([{ "city": city, "country": "France" }]));
        json!({ "name": name, "kind": "person", "emails": emails, "addresses": addresses, "tags": tags, "language": "en" })
    };
    let mut all = Vec::new();
    for input in [
        person("Marc", "Lyon", json!(["bio", "vip"])),
        person("Zoé", "Saint-Étienne", json!(["bio"])),
        json!({ "name": "Dupré", "addresses": [{ "city": "Paris" }, { "city": "LYON" }], "tags": ["Bio"] }),
        person("Abel", "Lyon", json!([])),
        json!({ "name": "Élan" }),
    ] {
        all.push(clerk.create("/contacts", input).await);
        backend.pass_time(Duration::from_mins(1));
    }
    clerk.act(&(path_of("contacts", &all[3]) + "/archive")).version(1).gives(200).await;
    backend.pass_time(Duration::from_mins(1));
    clerk.act(&(path_of("contacts", &all[0]) + "/archive")).version(1).gives(200).await;
    clerk.act(&(path_of("contacts", &all[0]) + "/restore")).version(2).gives(200).await;
}

#[tokio::test]
async fn each_filter_lets_through_what_it_says_page_by_page() {
    on_each_engine(async |backend| {
        five(&backend).await;
        for (filter, expected) in [
            ("", vec!["Abel", "Dupré", "Élan", "Marc", "Zoé"]),
            ("state=active", vec!["Dupré", "Élan", "Marc", "Zoé"]),
            ("state=archived", vec!["Abel"]),
            ("state=erased", vec![]),
            ("kind=person", vec!["Abel", "Marc", "Zoé"]),
            ("language=fr", vec!["Dupré", "Élan"]),
            ("tag=BIO", vec!["Dupré", "Marc", "Zoé"]),
            ("tag=bi", vec![]),
            ("email=MARC@example.com", vec!["Marc"]),
            ("city=lyon", vec!["Abel", "Dupré", "Marc"]),
            ("city=saint-etienne", vec!["Zoé"]),
            ("country=france", vec!["Abel", "Marc", "Zoé"]),
            ("updated_since=2026-11-22T09:05:00Z", vec!["Abel", "Marc"]),
            ("tag=bio&city=lyon&kind=person&language=en&state=active", vec!["Marc"]),
            ("q=lyo", vec![]),
            ("q=lyon&tag=bio", vec!["Dupré", "Marc"]),
            ("q=lyon&state=archived", vec!["Abel"]),
        ] {
            // The best match comes first where there is a search; here, all are as good.
            let expected = if filter == "q=lyo" { vec!["Abel", "Dupré", "Marc"] } else { expected };
            for limit in [1, 2, 50] {
                let mut found = names(&backend.clerk().pages(&format!("/contacts?limit={limit}&{filter}")).await);
                if filter.starts_with("q=") {
                    found.sort();
                }
                assert_eq!(found, expected, "{filter}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn each_sort_goes_on_where_the_page_before_has_ended() {
    on_each_engine(async |backend| {
        five(&backend).await;
        for (sort, expected) in [
            ("name", ["Abel", "Dupré", "Élan", "Marc", "Zoé"]),
            ("created_at", ["Marc", "Zoé", "Dupré", "Abel", "Élan"]),
            ("-created_at", ["Élan", "Abel", "Dupré", "Zoé", "Marc"]),
            ("updated_at", ["Zoé", "Dupré", "Élan", "Abel", "Marc"]),
            ("-updated_at", ["Marc", "Abel", "Élan", "Dupré", "Zoé"]),
        ] {
            for limit in 1..=5 {
                let pages = backend.clerk().pages(&format!("/contacts?limit={limit}&sort={sort}")).await;
                assert!(pages.iter().rev().skip(1).all(|page| page.len() == limit), "{sort}");
                assert_eq!(names(&pages), expected, "{sort}");
            }
            let some = backend.clerk().pages(&format!("/contacts?limit=1&city=lyon&sort={sort}")).await;
            let lyon = expected.into_iter().filter(|name| ["Marc", "Dupré", "Abel"].contains(name));
            assert_eq!(names(&some), lyon.collect::<Vec<_>>(), "{sort}");
        }
    })
    .await;
}

#[tokio::test]
async fn contacts_of_one_moment_are_all_listed_in_both_directions() {
    on_each_engine(async |backend| {
        for i in 0..7 {
            backend.clerk().create("/contacts", json!({ "name": format!("C{i}") })).await;
        }
        for sort in ["created_at", "-created_at", "updated_at", "-updated_at"] {
            let mut found = names(&backend.clerk().pages(&format!("/contacts?limit=2&sort={sort}")).await);
            found.sort();
            assert_eq!(found, ["C0", "C1", "C2", "C3", "C4", "C5", "C6"], "{sort}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_combined_is_refused_and_a_cursor_belongs_to_its_sort() {
    on_each_engine(async |backend| {
        five(&backend).await;
        let clerk = backend.clerk();
        clerk.get("/contacts?q=lyon&sort=name").invalid("sort", "filters_with_search").await;
        clerk.get("/contacts?sort=city").refused(400, "bad_query").await;
        clerk.get("/contacts?state=gone").refused(400, "bad_query").await;
        clerk.get("/contacts?updated_since=yesterday").refused(400, "bad_query").await;
        let sorts = ["name", "created_at", "-created_at", "updated_at", "-updated_at"];
        for sort in sorts {
            let page = clerk.read(&format!("/contacts?limit=1&sort={sort}")).await;
            let cursor = page["next_cursor"].as_str().unwrap();
            for other in sorts.into_iter().filter(|other| *other != sort) {
                let path = format!("/contacts?sort={other}&cursor={cursor}");
                clerk.get(&path).invalid("cursor", "bad_cursor").await;
            }
            clerk.get(&format!("/contacts?q=lyon&cursor={cursor}")).invalid("cursor", "bad_cursor").await;
        }
    })
    .await;
}

#[tokio::test]
async fn contacts_are_asked_for_by_their_ids_in_any_state() {
    on_each_engine(async |backend| {
        five(&backend).await;
        let all = backend.clerk().pages("/contacts").await.concat();
        let ids = |names: &[&str]| {
            let named = all.iter().filter(|contact| names.contains(&contact["name"].as_str().unwrap()));
            named.map(|contact| contact["id"].as_str().unwrap()).collect::<Vec<_>>().join(",")
        };
        let three = ids(&["Abel", "Zoé", "Élan"]);
        for (query, expected) in [
            (format!("ids={three}"), vec!["Abel", "Élan", "Zoé"]),
            (format!("ids={three}&state=active"), vec!["Élan", "Zoé"]),
            (format!("ids={three}&q=lyon&state=archived"), vec!["Abel"]),
            (format!("ids={three}&limit=1"), vec!["Abel", "Élan", "Zoé"]),
            ("ids=con_01JD8Z5Q0V3T9N4C7K2M6X8YRB".into(), vec![]),
        ] {
            assert_eq!(names(&backend.clerk().pages(&format!("/contacts?{query}")).await), expected, "{query}");
        }
        let many = |count: usize| vec!["con_01JD8Z5Q0V3T9N4C7K2M6X8YRB"; count].join(",");
        backend.clerk().get(&format!("/contacts?ids={}", many(200))).gives(200).await;
        backend.clerk().get(&format!("/contacts?ids={}", many(201))).invalid("ids", "too_many").await;
        backend.clerk().get("/contacts?ids=nonsense").refused(400, "bad_query").await;
        backend.clerk().get("/contacts?ids=").refused(400, "bad_query").await;
    })
    .await;
}
