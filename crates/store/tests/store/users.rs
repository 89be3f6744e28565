use domain::{Role, User, UserId};
use store::{Error, users};
use testkit::{Bench, change, for_each_engine, query};

fn user(bench: &Bench, email: &str) -> User {
    let (id, created_at) = (bench.context.id(UserId::new), bench.context.now());
    User { id, email: email.into(), name: "Zoé Ångström".into(), role: Role::Manager, created_at }
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
        let all = query!(bench.db, |tx| users::list(tx).await).await.unwrap();
        let emails: Vec<_> = all.iter().map(|user| user.email.as_str()).collect();
        assert_eq!(emails, ["adam@example.com", "zoe@example.com", "zoé@example.com"]);
        assert_eq!(query!(bench.db, |tx| users::count(tx).await).await.unwrap(), 3);
    })
    .await;
}

#[tokio::test]
async fn a_password_is_changed_where_there_is_a_user() {
    for_each_engine(async |bench| {
        insert(&bench, &user(&bench, "zoe@example.com")).await.unwrap();
        let set = async |email: &'static str, hash: &'static str| {
            change!(bench.db, |tx, email, hash| users::set_password(tx, email, hash).await).await.unwrap()
        };
        assert!(set("zoe@example.com", "$argon2id$2").await);
        assert!(set("zoe@example.com", "$argon2id$2").await, "the same again is not an unknown user");
        assert!(!set("adam@example.com", "$argon2id$2").await);
        let found = query!(bench.db, |tx| users::by_email(tx, "zoe@example.com").await).await.unwrap();
        assert_eq!(found.unwrap().1, "$argon2id$2");
    })
    .await;
}
