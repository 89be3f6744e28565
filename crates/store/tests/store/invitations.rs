use std::time::Duration;

use domain::{Actor, Invitation, InvitationId, Role, UserId};
use store::{Error, invitations};
use testkit::{Bench, change, for_each_engine, query};

fn invitation(bench: &Bench, email: &str) -> Invitation {
    let now = bench.context.now();
    Invitation {
        id: bench.context.id(InvitationId::new),
        user_id: None,
        email: email.into(),
        name: "Zoé Ångström".into(),
        role: Role::Manager,
        created_by: Actor::system("test"),
        created_at: now,
        expires_at: now.plus(Duration::from_hours(1)),
        accepted_at: None,
        revoked_at: None,
    }
}

async fn insert(bench: &Bench, invitation: &Invitation, hash: &'static str) -> Result<(), Error> {
    change!(bench.db, |tx, invitation, hash| invitations::insert(tx, invitation, hash).await).await
}

#[tokio::test]
async fn an_address_has_one_good_link_which_is_used_once() {
    for_each_engine(async |bench| {
        let (first, second) = (invitation(&bench, "zoe@example.com"), invitation(&bench, "zoe@example.com"));
        let now = bench.context.now();
        insert(&bench, &first, "one").await.unwrap();
        let twin = insert(&bench, &second, "two").await;
        assert!(matches!(&twin, Err(Error::Duplicate { key }) if key == "invitations_open_key"), "{twin:?}");
        change!(bench.db, |tx, now| invitations::revoke_for(tx, "zoe@example.com", *now).await).await.unwrap();
        insert(&bench, &second, "two").await.unwrap();
        let by_token = async |hash: &'static str| {
            query!(bench.db, |tx, hash| invitations::by_token(tx, hash).await).await.unwrap()
        };
        assert_eq!(by_token("one").await, Some(Invitation { revoked_at: Some(now), ..first.clone() }));
        assert_eq!((by_token("two").await, by_token("Two").await), (Some(second.clone()), None));
        let accept = async |id: InvitationId| {
            change!(bench.db, |tx, id, now| invitations::accept(tx, *id, *now).await).await.unwrap()
        };
        assert!(!accept(first.id).await && accept(second.id).await && !accept(second.id).await);
        let id = second.id;
        assert!(!change!(bench.db, |tx, id, now| invitations::revoke(tx, *id, *now).await).await.unwrap());
        let read = query!(bench.db, |tx, id| invitations::get(tx, *id).await).await.unwrap();
        assert_eq!(read, Some(Invitation { accepted_at: Some(now), ..second }));
        insert(&bench, &invitation(&bench, "zoe@example.com"), "three").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn all_links_are_listed_newest_first() {
    for_each_engine(async |bench| {
        let all = ["a@example.com", "b@example.com", "c@example.com"].map(|email| invitation(&bench, email));
        for (invitation, hash) in all.iter().zip(["a", "b", "c"]) {
            insert(&bench, invitation, hash).await.unwrap();
        }
        let user_id = Some(bench.context.id(UserId::new));
        let d = Invitation { user_id, ..invitation(&bench, "d@example.com") };
        insert(&bench, &d, "d").await.unwrap();
        let pages = crate::pages(async |after| {
            query!(bench.db, |tx, after| invitations::list(tx, after.as_deref(), 2).await).await
        });
        let [a, b, c] = all;
        assert_eq!(pages.await, [vec![d, c], vec![b, a]]);
    })
    .await;
}
