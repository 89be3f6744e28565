use domain::{Document, DocumentId, DocumentKind, Language, Order};
use store::{Error, documents};
use testkit::{Bench, change, for_each_engine, query};

/// What is no text in any encoding.
const FILE: &[u8] = b"%PDF-1.7\n\xff\xfe\x00\x80\xc3";

fn document(bench: &Bench, order: &Order) -> Document {
    Document {
        id: bench.context.id(DocumentId::new),
        kind: DocumentKind::OrderConfirmation,
        language: Language::En,
        order_id: order.id,
        contact_id: order.contact_id,
        transaction_id: None,
        order_version: 3,
        revision: 2,
        file_name: "Reçu 🧀.pdf".into(),
        sha256: "ab".repeat(32),
        size: 14,
        created_at: bench.context.now(),
    }
}

async fn insert(bench: &Bench, document: &Document, content: &str, file: &[u8]) -> Result<bool, Error> {
    let (document, content, file) = (document.clone(), content.to_owned(), file.to_vec());
    change!(bench.db, |tx, document, content, file| documents::insert(tx, document, content, file).await).await
}

#[tokio::test]
async fn a_document_and_its_file_come_back_to_the_byte() {
    for_each_engine(async |bench| {
        let contact = bench.add_contact("Épicerie").await;
        let order = bench.add_order(contact.id).await;
        let all = (0..=255).cycle().take(300_000).collect::<Vec<u8>>();
        for (content, file) in [("a", FILE), ("b", &all), ("c", b"only ASCII"), ("d", b"")] {
            let document = document(&bench, &order);
            assert!(insert(&bench, &document, content, file).await.unwrap());
            let (id, content) = (document.id, content.to_owned());
            let found = query!(bench.db, |tx, id, content| {
                let by_content = documents::by_content(tx, content).await?;
                Ok::<_, Error>((documents::get(tx, *id).await?, by_content, documents::file(tx, *id).await?))
            });
            let (by_id, by_content, kept) = found.await.unwrap();
            assert_eq!((by_id.as_ref(), by_content.as_ref()), (Some(&document), Some(&document)));
            assert!(kept.unwrap() == file, "{content}");
        }
        let none = bench.context.id(DocumentId::new);
        let found = query!(bench.db, |tx, none| documents::file(tx, *none).await).await.unwrap();
        assert_eq!(found, None);
    })
    .await;
}

#[tokio::test]
async fn what_says_the_same_is_kept_once() {
    for_each_engine(async |bench| {
        let contact = bench.add_contact("Épicerie").await;
        let order = bench.add_order(contact.id).await;
        assert!(insert(&bench, &document(&bench, &order), "same", FILE).await.unwrap());
        let again = insert(&bench, &document(&bench, &order), "same", FILE).await;
        assert!(matches!(&again, Err(Error::Duplicate { key }) if key == "documents_content"), "{again:?}");
    })
    .await;
}

#[tokio::test]
async fn an_order_lists_its_documents_newest_first_page_by_page() {
    for_each_engine(async |bench| {
        let contact = bench.add_contact("Épicerie").await;
        let (order, other) = (bench.add_order(contact.id).await, bench.add_order(contact.id).await);
        let mut made = Vec::new();
        for i in 0..5 {
            let one = document(&bench, &order);
            insert(&bench, &one, &format!("{i}"), FILE).await.unwrap();
            made.insert(0, one);
        }
        insert(&bench, &document(&bench, &other), "other", FILE).await.unwrap();
        let (mut found, mut after) = (Vec::new(), None::<String>);
        loop {
            let id = order.id;
            let page = query!(bench.db, |tx, id, after| documents::of_order(tx, *id, after.as_deref(), 2).await);
            let page = page.await.unwrap();
            assert!(page.items.len() <= 2);
            found.extend(page.items);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(found, made);
        let (id, bad) = (order.id, Some("x".to_owned()));
        let refused = query!(bench.db, |tx, id, bad| documents::of_order(tx, *id, bad.as_deref(), 2).await).await;
        assert!(matches!(refused, Err(Error::BadCursor)));
    })
    .await;
}

#[tokio::test]
async fn documents_go_with_their_contact_and_an_erased_one_gets_none() {
    for_each_engine(async |bench| {
        let (contact, other) = (bench.add_contact("Épicerie").await, bench.add_contact("Autre").await);
        let (order, theirs) = (bench.add_order(contact.id).await, bench.add_order(other.id).await);
        let stays = document(&bench, &theirs);
        insert(&bench, &document(&bench, &order), "goes", FILE).await.unwrap();
        insert(&bench, &stays, "stays", FILE).await.unwrap();
        let both = [contact.id, other.id];
        let of = async || query!(bench.db, |tx, both| documents::of_contacts(tx, both).await).await.unwrap();
        assert_eq!(of().await.len(), 2);

        let gone = contact.erased(bench.context.now());
        let forgotten = change!(bench.db, |tx, contact, gone| {
            store::contacts::update(tx, contact, gone).await?;
            documents::forget(tx, &[contact.id]).await
        });
        assert_eq!(forgotten.await.unwrap(), 1);
        assert_eq!(of().await, [stays]);
        assert!(!insert(&bench, &document(&bench, &order), "late", FILE).await.unwrap());
        assert_eq!(of().await.len(), 1);
    })
    .await;
}
