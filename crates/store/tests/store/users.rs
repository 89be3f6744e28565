use domain::{Language, Role, User, UserId};
use futures_util::future::join_all;
use store::{Error, users};
use testkit::{Bench, change, for_each_engine, query};

fn user(bench: &Bench, email: &str) -> User {
    let (id, now) = (bench.context.id(UserId::new), bench.context.now());
    User { language: Some(Language::Fr), ..User::new(id, email, "Zoé Ångström", Role::Manager, now).unwrap() }
}

async fn insert(bench: &Bench, user: &User) -> Result<(), Error> {
    change!(bench.db, |tx, user| users::insert(tx, user, "$argon2id$1").await).await
}

#[tokio::test]
async fn a_user_is_found_by_id_and_with_the_hash_by_address() {
    for_each_engine(async |bench| {
        let zoe = user(&bench, "zoe@example.com");
        insert(&bench, &zoe).await.unwrap();
        let id = zoe.id;
        assert_eq!(query!(bench.db, |tx, id| users::get(tx, *id).await).await.unwrap(), Some(zoe.clone()));
        let by_email =
            async |email: &'static str| query!(bench.db, |tx, email| users::by_email(tx, email).await).await.unwrap();
        assert_eq!(by_email("zoe@example.com").await, Some((zoe, "$argon2id$1".into())));
        assert_eq!(by_email("Zoe@example.com").await, None);
        let nobody = bench.context.id(UserId::new);
        assert_eq!(query!(bench.db, |tx, nobody| users::get(tx, *nobody).await).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn an_address_belongs_to_one_user() {
    for_each_engine(async |bench| {
        insert(&bench, &user(&bench, "zoe@example.com")).await.unwrap();
        let twin = insert(&bench, &user(&bench, "zoe@example.com")).await;
        assert!(matches!(&twin, Err(Error::Duplicate { key }) if key == "users_email"), "{twin:?}");
        insert(&bench, &user(&bench, "zoé@example.com")).await.unwrap();
        insert(&bench, &user(&bench, "adam@example.com")).await.unwrap();
        let pages =
            crate::pages(async |after| query!(bench.db, |tx, after| users::list(tx, after.as_deref(), 2).await).await);
        let pages = pages.await;
        let emails: Vec<_> = pages.concat().into_iter().map(|user| user.email).collect();
        assert_eq!((pages.len(), pages[0].len()), (2, 2));
        assert_eq!(emails, ["adam@example.com", "zoe@example.com", "zoé@example.com"]);
        assert_eq!(query!(bench.db, |tx| users::count(tx).await).await.unwrap(), 3);
    })
    .await;
}

#[tokio::test]
async fn a_password_is_changed_where_there_is_a_user() {
    for_each_engine(async |bench| {
        let zoe = user(&bench, "zoe@example.com");
        insert(&bench, &zoe).await.unwrap();
        let set = async |id: UserId, hash: &'static str| {
            change!(bench.db, |tx, id, hash| users::set_password(tx, *id, hash).await).await.unwrap()
        };
        assert!(set(zoe.id, "$argon2id$2").await);
        assert!(set(zoe.id, "$argon2id$2").await, "the same again is not an unknown user");
        assert!(!set(bench.context.id(UserId::new), "$argon2id$2").await);
        let found = query!(bench.db, |tx| users::by_email(tx, "zoe@example.com").await).await.unwrap();
        assert_eq!(found.unwrap().1, "$argon2id$2");
    })
    .await;
}

#[tokio::test]
async fn a_user_is_changed_by_whoever_has_seen_the_latest_version() {
    for_each_engine(async |bench| {
        let zoe = user(&bench, "zoe@example.com");
        insert(&bench, &zoe).await.unwrap();
        let disabled = zoe.with_disabled(Some(bench.context.now()));
        let update = async |before: &User, user: &User| {
            change!(bench.db, |tx, before, user| users::update(tx, before, user).await).await
        };
        update(&zoe, &disabled).await.unwrap();
        let id = zoe.id;
        assert_eq!(query!(bench.db, |tx, id| users::get(tx, *id).await).await.unwrap(), Some(disabled));
        assert!(matches!(update(&zoe, &zoe.with_disabled(None)).await, Err(Error::Stale)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_locks_the_administrators_sees_what_the_one_before_has_left() {
    for_each_engine(async |bench| {
        let mut admins = Vec::new();
        for i in 0..6 {
            let admin = User { role: Role::Admin, ..user(&bench, &format!("admin{i}@example.com")) };
            insert(&bench, &admin).await.unwrap();
            admins.push(admin);
        }
        insert(&bench, &user(&bench, "manager@example.com")).await.unwrap();
        // Each leaves, unless nobody else is left.
        let leaves = admins.iter().map(|admin| {
            let gone = admin.with_disabled(Some(bench.context.now()));
            change!(bench.db, |tx, admin, gone| {
                let others = users::lock_admins(tx).await?.iter().filter(|id| **id != admin.id).count();
                if others > 0 { users::update(tx, admin, gone).await } else { Ok(()) }
            })
        });
        for left in crate::soon(join_all(leaves)).await {
            left.unwrap();
        }
        let left = change!(bench.db, |tx| users::lock_admins(tx).await).await.unwrap();
        assert_eq!(left.len(), 1);
    })
    .await;
}
