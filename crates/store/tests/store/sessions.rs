use std::time::Duration;

use domain::{Role, Session, SessionEnd, SessionId, User, UserId};
use futures_util::future::join_all;
use store::{sessions, users};
use testkit::{Bench, change, for_each_engine, query};

async fn add_user(bench: &Bench, email: &str) -> UserId {
    let user = User::new(bench.context.id(UserId::new), email, "Zoé", Role::Clerk, bench.context.now()).unwrap();
    change!(bench.db, |tx, user| users::insert(tx, user, "$argon2id$1").await).await.unwrap();
    user.id
}

async fn add(bench: &Bench, user_id: UserId) -> Session {
    let now = bench.context.now();
    let session = Session {
        id: bench.context.id(SessionId::new),
        user_id,
        created_at: now,
        last_used_at: now,
        expires_at: now.plus(Duration::from_hours(24)),
        ended_at: None,
        ended_why: None,
        address: Some("203.0.113.7".into()),
        user_agent: Some("Firefox «150»".into()),
    };
    change!(bench.db, |tx, session| sessions::insert(tx, session).await).await.unwrap();
    session
}

async fn get(bench: &Bench, id: SessionId) -> Option<Session> {
    query!(bench.db, |tx, id| sessions::get(tx, *id).await).await.unwrap()
}

#[tokio::test]
async fn a_session_is_kept_with_the_state_of_its_user() {
    for_each_engine(async |bench| {
        let zoe = add_user(&bench, "zoe@example.com").await;
        let session = add(&bench, zoe).await;
        let id = session.id;
        assert_eq!(get(&bench, id).await, Some(session.clone()));
        let state = query!(bench.db, |tx, id| sessions::state(tx, *id).await).await.unwrap();
        assert_eq!(state, Some((session, Role::Clerk, None)));
        let nothing = bench.context.id(SessionId::new);
        assert_eq!(query!(bench.db, |tx, nothing| sessions::state(tx, *nothing).await).await.unwrap(), None);
        bench.context.advance(Duration::from_mins(1));
        let now = bench.context.now();
        change!(bench.db, |tx, id, now| sessions::touch(tx, *id, None, *now).await).await.unwrap();
        let touched = get(&bench, id).await.unwrap();
        assert_eq!((touched.last_used_at, touched.address), (now, None));
    })
    .await;
}

#[tokio::test]
async fn sessions_end_once_one_by_one_or_all_but_one() {
    for_each_engine(async |bench| {
        let (zoe, adam) = (add_user(&bench, "zoe@example.com").await, add_user(&bench, "adam@example.com").await);
        let (one, two, three) = (add(&bench, zoe).await.id, add(&bench, zoe).await.id, add(&bench, zoe).await.id);
        let other = add(&bench, adam).await.id;
        let now = bench.context.now();
        let end = async |id: SessionId| {
            change!(bench.db, |tx, id, now| sessions::end(tx, *id, SessionEnd::Reused, *now).await).await.unwrap()
        };
        assert!(end(one).await);
        assert!(!end(one).await);
        let ended = get(&bench, one).await.unwrap();
        assert_eq!((ended.ended_at, ended.ended_why), (Some(now), Some(SessionEnd::Reused)));
        let but = Some(two);
        let end_all = change!(bench.db, |tx, zoe, but, now| {
            sessions::end_all(tx, *zoe, *but, SessionEnd::PasswordChanged, *now).await
        });
        assert_eq!(end_all.await.unwrap(), 1);
        let open = query!(bench.db, |tx, zoe| sessions::of_user(tx, *zoe).await).await.unwrap();
        assert_eq!(open.iter().map(|session| session.id).collect::<Vec<_>>(), [two]);
        assert!(get(&bench, three).await.unwrap().ended_at.is_some());
        assert!(get(&bench, other).await.unwrap().ended_at.is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_use_a_refresh_token_at_once_one_wins() {
    for_each_engine(async |bench| {
        let session = add(&bench, add_user(&bench, "zoe@example.com").await).await.id;
        let now = bench.context.now();
        change!(bench.db, |tx, session, now| sessions::insert_token(tx, "hash", *session, *now).await).await.unwrap();
        let token = async || query!(bench.db, |tx| sessions::token(tx, "hash").await).await.unwrap();
        assert_eq!(token().await, Some((session, None)));
        let uses = (0..10).map(|_| change!(bench.db, |tx, now| sessions::use_token(tx, "hash", *now).await));
        let won: Vec<bool> = crate::soon(join_all(uses)).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(won.iter().filter(|won| **won).count(), 1, "{won:?}");
        assert_eq!(token().await, Some((session, Some(now))));
        assert_eq!(query!(bench.db, |tx| sessions::token(tx, "Hash").await).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn old_sessions_are_forgotten_with_their_tokens() {
    for_each_engine(async |bench| {
        let zoe = add_user(&bench, "zoe@example.com").await;
        let (one, two) = (add(&bench, zoe).await.id, add(&bench, zoe).await.id);
        let now = bench.context.now();
        for (hash, session) in [("a", one), ("b", one), ("c", two)] {
            change!(bench.db, |tx, hash, session, now| sessions::insert_token(tx, hash, *session, *now).await)
                .await
                .unwrap();
        }
        bench.context.advance(Duration::from_mins(1));
        let now = bench.context.now();
        change!(bench.db, |tx, two, now| sessions::touch(tx, *two, None, *now).await).await.unwrap();
        let forget = async || change!(bench.db, |tx, now| sessions::forget(tx, *now, 5).await).await.unwrap();
        assert_eq!((forget().await, forget().await), (1, 0));
        assert_eq!((get(&bench, one).await, get(&bench, two).await.is_some()), (None, true));
        assert_eq!(query!(bench.db, |tx| sessions::token(tx, "b").await).await.unwrap(), None);
        assert!(query!(bench.db, |tx| sessions::token(tx, "c").await).await.unwrap().is_some());
    })
    .await;
}
