use domain::{Actor, DeadLetterId};
use store::Error;
use store::dead_letters::{self, Cause, DeadLetter, State};
use testkit::{Bench, change, for_each_engine, query};

use crate::pages;

fn letter(bench: &Bench, message_id: &str) -> DeadLetter {
    DeadLetter {
        id: bench.context.id(DeadLetterId::new),
        message_id: message_id.into(),
        message_type: "ORDER_CREATED".into(),
        subject: Some("ord_1".into()),
        body: r#"{"note": "illisible ✗"}"#.into(),
        cause: Cause::Exhausted,
        error: "no answer".into(),
        receive_count: 6,
        state: State::Open,
        reason: None,
        created_at: bench.context.now(),
        closed_at: None,
        closed_by: None,
    }
}

async fn insert(bench: &Bench, letter: &DeadLetter) -> bool {
    change!(bench.db, |tx, letter| dead_letters::insert(tx, letter).await).await.unwrap()
}

async fn get(bench: &Bench, id: DeadLetterId) -> Option<DeadLetter> {
    query!(bench.db, |tx, id| dead_letters::get(tx, *id).await).await.unwrap()
}

async fn close(bench: &Bench, id: DeadLetterId, state: State, reason: Option<&'static str>) -> Result<(), Error> {
    let (actor, now) = (Actor::system("test"), bench.context.now());
    change!(bench.db, |tx, id, state, reason, actor, now| {
        dead_letters::close(tx, *id, *state, *reason, actor, *now).await
    })
    .await
}

#[tokio::test]
async fn a_message_has_one_open_letter_at_a_time() {
    for_each_engine(async |bench| {
        let first = letter(&bench, "m");
        assert!(insert(&bench, &first).await);
        assert_eq!(get(&bench, first.id).await, Some(first.clone()));
        assert!(!insert(&bench, &letter(&bench, "m")).await);
        assert!(insert(&bench, &letter(&bench, "other")).await);
        close(&bench, first.id, State::Redriven, None).await.unwrap();
        assert!(insert(&bench, &letter(&bench, "m")).await, "it failed again, and is on the desk again");
        let open = query!(bench.db, |tx| dead_letters::count_open(tx).await).await.unwrap();
        assert_eq!(open, 2);
        assert_eq!(get(&bench, bench.context.id(DeadLetterId::new)).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_letter_is_decided_once() {
    for_each_engine(async |bench| {
        let open = letter(&bench, "m");
        insert(&bench, &open).await;
        close(&bench, open.id, State::Discarded, Some("doublon")).await.unwrap();
        for state in [State::Discarded, State::Redriven] {
            let late = close(&bench, open.id, state, None).await;
            assert!(matches!(late, Err(Error::Stale)), "{late:?}");
        }
        let closed = DeadLetter {
            state: State::Discarded,
            reason: Some("doublon".into()),
            closed_at: Some(bench.context.now()),
            closed_by: Some("system:test".into()),
            ..open
        };
        assert_eq!(get(&bench, closed.id).await, Some(closed));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_decide_at_once_exactly_one_does() {
    for_each_engine(async |bench| {
        let open = letter(&bench, "m");
        insert(&bench, &open).await;
        let all =
            (0..20).map(|i| close(&bench, open.id, if i % 2 == 0 { State::Redriven } else { State::Discarded }, None));
        let outcomes = crate::soon(futures_util::future::join_all(all)).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(()) | Err(Error::Stale))), "{outcomes:?}");
    })
    .await;
}

#[tokio::test]
async fn a_list_is_of_one_state_or_of_all_newest_first() {
    for_each_engine(async |bench| {
        let mut ids = Vec::new();
        for (i, cause) in
            [Cause::Malformed, Cause::UnknownType, Cause::Exhausted].into_iter().cycle().take(5).enumerate()
        {
            let one = DeadLetter { cause, subject: None, ..letter(&bench, &format!("m{i}")) };
            insert(&bench, &one).await;
            ids.insert(0, one.id);
        }
        close(&bench, ids[1], State::Discarded, Some("x")).await.unwrap();
        let open = [ids[0], ids[2], ids[3], ids[4]];
        for (state, wanted) in [(None, ids.as_slice()), (Some(State::Open), &open), (Some(State::Redriven), &[])] {
            let pages = pages(async |after| {
                query!(bench.db, |tx, state, after| dead_letters::list(tx, *state, after.as_deref(), 2).await).await
            })
            .await;
            assert!(pages.iter().rev().skip(1).all(|page| page.len() == 2));
            assert_eq!(pages.concat().iter().map(|letter| letter.id).collect::<Vec<_>>(), wanted);
        }
    })
    .await;
}

#[tokio::test]
async fn a_letter_of_a_foreign_message_can_be_sent_again() {
    for_each_engine(async |bench| {
        // As long as an id and a type may be that somebody else's program has put on the queue.
        let foreign = DeadLetter { message_type: "T".repeat(64), ..letter(&bench, &"é".repeat(64)) };
        insert(&bench, &foreign).await;
        let (ctx, id) = (bench.ctx(), foreign.id);
        change!(bench.db, |tx, ctx, id| ops::dead_letters::redrive(tx, ctx, *id).await).await.unwrap();
        let now = bench.context.now();
        let due = change!(bench.db, |tx, now| store::outbox::due(tx, *now, 5).await).await.unwrap();
        assert_eq!((&due[0].id, &due[0].body), (&foreign.message_id, &foreign.body));
    })
    .await;
}
