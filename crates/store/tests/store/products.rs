use std::time::Duration;

use domain::{Product, ProductInput};
use store::products::{self, Filter, Sort};
use store::{Error, Page};
use testkit::{Bench, change, fixtures, for_each_engine, query};

use crate::pages;

async fn get(bench: &Bench, product: &Product) -> Product {
    let id = product.id;
    query!(bench.db, |tx, id| products::get(tx, *id).await).await.unwrap().unwrap()
}

async fn listed(bench: &Bench, filter: &Filter, sort: Sort, limit: usize) -> Vec<String> {
    let filter = Filter { sort: Some(sort), ..filter.clone() };
    let pages = pages(async |after| {
        let list =
            query!(bench.db, |tx, filter, after, limit| products::list(tx, filter, after.as_deref(), *limit).await);
        Ok(list.await?.map(|product| product.sku))
    })
    .await;
    assert!(pages.iter().rev().skip(1).all(|page| page.len() == limit), "{pages:?}");
    pages.concat()
}

async fn found(bench: &Bench, text: &str, filter: &Filter, limit: usize) -> Vec<String> {
    let filter = Filter { q: Some(text.to_owned()), ..filter.clone() };
    let pages = pages(async |after| {
        let search =
            query!(bench.db, |tx, filter, after, limit| products::list(tx, filter, after.as_deref(), *limit).await);
        Ok(search.await?.map(|product| product.sku))
    })
    .await;
    pages.concat()
}

async fn archive(bench: &Bench, product: &Product) {
    let archived = Product { active: false, version: product.version + 1, ..product.clone() };
    change!(bench.db, |tx, product, archived| products::update(tx, product, archived).await).await.unwrap();
}

#[tokio::test]
async fn a_product_comes_back_as_it_was_saved_and_an_update_needs_the_version_that_was_read() {
    for_each_engine(async |bench| {
        let full = ProductInput { external_id: Some("11".into()), ..fixtures::product("COM-18", "Comté 🧀", 0) };
        let before = bench.create_product(full).await.unwrap();
        assert_eq!(get(&bench, &before).await, before);
        let bare = ProductInput { unit: None, ..fixtures::product("VJ-6", "Vin jaune", domain::MAX_MINOR) };
        let bare = bench.create_product(bare).await.unwrap();
        assert_eq!(get(&bench, &bare).await, bare);
        let after = before.edited(fixtures::product("COM-24", "Comté 24 mois", 1), bench.context.now()).unwrap();
        let after = Product { active: false, ..after };
        change!(bench.db, |tx, before, after| products::update(tx, before, after).await).await.unwrap();
        assert_eq!(get(&bench, &before).await, after);
        let late = change!(bench.db, |tx, before, after| products::update(tx, before, after).await).await;
        assert!(matches!(late, Err(Error::Stale)), "{late:?}");
    })
    .await;
}

#[tokio::test]
async fn a_sku_and_an_external_id_name_one_product_only() {
    for_each_engine(async |bench| {
        let with_id = |sku: &str| ProductInput { external_id: Some("11".into()), ..fixtures::product(sku, "x", 1) };
        let saved = bench.create_product(with_id("COM-18")).await.unwrap();
        let insert = async |input: ProductInput| {
            let product =
                Product::create(bench.context.id(domain::ProductId::new), input, bench.context.now()).unwrap();
            change!(bench.db, |tx, product| products::insert(tx, product).await).await
        };
        let twin = insert(fixtures::product("COM-18", "y", 2)).await;
        assert!(matches!(&twin, Err(Error::Duplicate { key }) if key == "products_sku"), "{twin:?}");
        let twin = insert(with_id("COM-19")).await;
        assert!(matches!(&twin, Err(Error::Duplicate { key }) if key == "products_external_id"), "{twin:?}");
        // Unlike in case: another one.
        insert(fixtures::product("com-18", "y", 2)).await.unwrap();
        let found = query!(bench.db, |tx| products::active_by_skus(tx, &["COM-18", "none", "COM-18"]).await).await;
        assert_eq!(found.unwrap(), std::slice::from_ref(&saved));
        archive(&bench, &saved).await;
        let found = query!(bench.db, |tx| products::active_by_skus(tx, &["COM-18"]).await).await.unwrap();
        assert_eq!(found, []);
    })
    .await;
}

#[tokio::test]
async fn a_list_goes_by_sku_by_name_or_by_last_change_and_every_page_begins_where_the_last_ended() {
    for_each_engine(async |bench| {
        for (sku, name) in
            [("B 1", "zeste"), ("B", "Élan"), ("a", "Abel"), ("B-1", "elan"), ("A", "abel"), ("É", "Éloi")]
        {
            bench.add_product(sku, name, 1).await;
            bench.context.advance(Duration::from_secs(1));
        }
        let all = Filter::default();
        for limit in 1..=7 {
            assert_eq!(listed(&bench, &all, Sort::Sku, limit).await, ["A", "B", "B 1", "B-1", "a", "É"], "{limit}");
            assert_eq!(listed(&bench, &all, Sort::Name, limit).await, ["a", "A", "B", "B-1", "É", "B 1"], "{limit}");
            let newest = ["É", "A", "B-1", "a", "B", "B 1"];
            assert_eq!(listed(&bench, &all, Sort::LastChanged, limit).await, newest, "{limit}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_list_or_a_search_can_be_of_active_products_only() {
    for_each_engine(async |bench| {
        let mut products = Vec::new();
        for i in 0..6 {
            products.push(bench.add_product(&format!("COM-{i}"), "Comté râpé", i).await);
        }
        for product in &products[1..4] {
            archive(&bench, product).await;
        }
        let of = |active: bool| Filter { active: Some(active), ..Filter::default() };
        let (active, gone) = (of(true), of(false));
        for limit in 1..=4 {
            assert_eq!(listed(&bench, &active, Sort::Sku, limit).await, ["COM-0", "COM-4", "COM-5"]);
            assert_eq!(listed(&bench, &gone, Sort::Sku, limit).await, ["COM-1", "COM-2", "COM-3"]);
            assert_eq!(found(&bench, "rape comt", &active, limit).await, ["COM-0", "COM-4", "COM-5"]);
            assert_eq!(found(&bench, "com", &gone, limit).await, ["COM-1", "COM-2", "COM-3"]);
        }
        assert_eq!(found(&bench, "com 4", &Filter::default(), 5).await, ["COM-4"]);
        let renamed = products[4].edited(fixtures::product("GRU-4", "Gruyère", 4), bench.context.now()).unwrap();
        let before = products[4].clone();
        change!(bench.db, |tx, before, renamed| products::update(tx, before, renamed).await).await.unwrap();
        assert_eq!(found(&bench, "gruy", &active, 5).await, ["GRU-4"]);
        assert_eq!(found(&bench, "comte", &active, 5).await, ["COM-0", "COM-5"]);
    })
    .await;
}

#[tokio::test]
async fn a_cursor_of_another_order_or_of_nobody_is_refused() {
    for_each_engine(async |bench| {
        for i in 0..3 {
            bench.add_product(&format!("COM-{i}"), "Comté", i).await;
        }
        let list = async |sort: Sort, after: Option<String>| {
            let filter = Filter { sort: Some(sort), ..Filter::default() };
            query!(bench.db, |tx, filter, after| products::list(tx, filter, after.as_deref(), 2).await).await
        };
        let com = Filter { q: Some("com".into()), ..Filter::default() };
        let of_search = query!(bench.db, |tx, com| products::list(tx, com, None, 2).await).await;
        let next = |page: Result<Page<Product>, Error>| page.unwrap().next.unwrap();
        let (of_sku, of_search) = (next(list(Sort::Sku, None).await), next(of_search));
        let of_name = next(list(Sort::Name, None).await);
        for bad in
            [of_name.as_str(), &of_search, "nonsense", "[]", "[\"sku\"]", "[\"sku\",1]", "[\"sku\",\"a\",\"b\"]", ""]
        {
            let listed = list(Sort::Sku, Some(bad.into())).await;
            assert!(matches!(listed, Err(Error::BadCursor)), "{bad}: {listed:?}");
        }
        let bad = of_sku.clone();
        let found = query!(bench.db, |tx, com, bad| products::list(tx, com, Some(bad), 2).await).await;
        assert!(matches!(found, Err(Error::BadCursor)), "{found:?}");
        assert_eq!(list(Sort::Sku, Some(of_sku)).await.unwrap().items.len(), 1);
    })
    .await;
}
