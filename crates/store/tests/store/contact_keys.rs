use domain::{Contact, ContactInput, ContactState, KeyKind};
use store::contact_keys::{self, Alike};
use store::contacts;
use testkit::{Bench, change, fixtures, for_each_engine, query};

async fn alike(bench: &Bench, input: &ContactInput, except: Option<&Contact>) -> Vec<Alike> {
    let (input, except) = (input.clone(), except.map(|contact| contact.id));
    query!(bench.db, |tx, input, except| contact_keys::alike(tx, input, *except).await).await.unwrap()
}

fn named(name: &str) -> ContactInput {
    ContactInput { name: name.into(), ..ContactInput::default() }
}

#[tokio::test]
async fn contacts_that_share_a_telling_value_are_found_with_all_they_share() {
    for_each_engine(async |bench| {
        let phone = |number: &str| vec![fixtures::phone(number)];
        let same = ContactInput {
            emails: vec![fixtures::email("A@B.example")],
            phones: phone("04 72 00 00 01"),
            ..named("X")
        };
        let same = bench.create_contact(same).await.unwrap();
        let town = ContactInput { addresses: fixtures::contact("").addresses, tags: vec!["bio".into()], ..named("Y") };
        bench.create_contact(town.clone()).await.unwrap();
        let asked = ContactInput {
            emails: vec![fixtures::email("a@b.example")],
            phones: phone("+33 472 000 001"),
            name: "Z".into(),
            ..town
        };
        let found = alike(&bench, &asked, None).await;
        assert_eq!(found, [Alike { id: same.id, reasons: vec![KeyKind::Email, KeyKind::Phone] }]);
        assert!(alike(&bench, &asked, Some(&same)).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn keys_follow_an_edit_and_go_with_a_merge() {
    for_each_engine(async |bench| {
        let before = bench.create_contact(named("Dupré")).await.unwrap();
        let after = before.edited(named("Martin"), bench.context.now()).unwrap();
        change!(bench.db, |tx, before, after| contacts::update(tx, before, after).await).await.unwrap();
        assert!(alike(&bench, &named("dupre"), None).await.is_empty());
        assert_eq!(alike(&bench, &named("martin"), None).await.len(), 1);
        let gone = Contact { state: ContactState::Merged, version: after.version + 1, ..after.clone() };
        change!(bench.db, |tx, after, gone| contacts::update(tx, after, gone).await).await.unwrap();
        assert!(alike(&bench, &named("martin"), None).await.is_empty());
    })
    .await;
}
