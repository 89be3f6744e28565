use domain::{ContactId, Delivery, DeliveryId, DeliveryKind, DeliveryState, EventId, Language, MailKind, OrderId};
use store::mails::{self, Content, Filter, Mail};
use store::{deliveries, mail_templates};
use testkit::{Bench, change, for_each_engine, query};

use crate::pages;

fn mail(bench: &Bench, contact: u128, order: u128) -> Mail {
    Mail {
        id: bench.context.id(DeliveryId::new),
        kind: MailKind::Receipt,
        contact_id: ContactId::new(1, contact),
        order_id: OrderId::new(1, order),
        message_id: "é@example.com".into(),
        resent_of: None,
        resent_by: Some("usr_1".into()),
        created_at: bench.context.now(),
        sent_at: None,
        content: Content::default(),
    }
}

fn content() -> Content {
    let text = |text: &str| Some(text.to_owned());
    Content {
        language: Some(Language::En),
        sender: text("Épicerie <desk@example.com>"),
        recipient_name: text("Zoë 🧀"),
        recipient: text("zoe@example.com"),
        subject: text("Sujet"),
        text: text("Texte\n"),
        html: text("<p>"),
        document_id: Some(domain::DocumentId::new(1, 2)),
    }
}

async fn insert(bench: &Bench, mails: &[Mail]) {
    let (planned, now) = (mails.to_vec(), bench.context.now());
    let deliveries: Vec<(Delivery, Option<String>)> = planned
        .iter()
        .map(|mail| {
            let (subject, target) = (mail.order_id.to_string(), mail.contact_id.to_string());
            (Delivery::new(mail.id, DeliveryKind::Mail, EventId::new(1, 1), subject, target, now), None)
        })
        .collect();
    let written = change!(bench.db, |tx, planned, deliveries| {
        mails::insert(tx, planned).await?;
        deliveries::insert(tx, deliveries).await
    });
    written.await.unwrap();
}

async fn listed(bench: &Bench, filter: Filter) -> Vec<Vec<DeliveryId>> {
    let list = pages(async |after| {
        let (filter, after) = (filter.clone(), after);
        query!(bench.db, |tx, filter, after| mails::list(tx, filter, after.as_deref(), 2).await).await
    });
    list.await.into_iter().map(|page| page.into_iter().map(|(mail, _)| mail.id).collect()).collect()
}

#[tokio::test]
async fn a_mail_is_read_with_its_fate_and_with_what_was_sent() {
    for_each_engine(async |bench| {
        let new = mail(&bench, 1, 1);
        let (id, now) = (new.id, bench.context.now());
        insert(&bench, std::slice::from_ref(&new)).await;
        let get = async || query!(bench.db, |tx, id| mails::get(tx, *id).await).await.unwrap();
        let (read, fate) = get().await.unwrap();
        assert_eq!((read, fate.state, fate.attempts), (new.clone(), DeliveryState::Pending, 0));
        let content = content();
        change!(bench.db, |tx, id, content, now| {
            deliveries::done(tx, &[*id], *now).await?;
            mails::sent(tx, *id, content, *now).await
        })
        .await
        .unwrap();
        let (read, fate) = get().await.unwrap();
        assert_eq!(read, Mail { sent_at: Some(now), content: content.clone(), ..new });
        assert_eq!((fate.state, fate.attempts), (DeliveryState::Done, 1));
        // A delivery that was forgotten leaves what is known of it.
        change!(bench.db, |tx| tx.execute("DELETE FROM deliveries", &[]).await).await.unwrap();
        assert_eq!(get().await.unwrap().1.state, DeliveryState::Done);
        let unknown = DeliveryId::new(1, 1);
        assert!(query!(bench.db, |tx, unknown| mails::get(tx, *unknown).await).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn mails_are_listed_newest_first_by_contact_order_and_state() {
    for_each_engine(async |bench| {
        let all: Vec<Mail> =
            [(1, 1), (1, 2), (2, 3), (1, 1)].map(|(contact, order)| mail(&bench, contact, order)).into();
        insert(&bench, &all).await;
        insert(&bench, &[]).await;
        let (id, now) = (all[1].id, bench.context.now());
        change!(bench.db, |tx, id, now| deliveries::done(tx, &[*id], *now).await).await.unwrap();
        let ids = |of: &[usize]| of.iter().map(|i| all[*i].id).collect::<Vec<_>>();
        assert_eq!(listed(&bench, Filter::default()).await, [ids(&[3, 2]), ids(&[1, 0])]);
        let of = Filter { contact_id: Some(ContactId::new(1, 1)), ..Filter::default() };
        assert_eq!(listed(&bench, of.clone()).await.concat(), ids(&[3, 1, 0]));
        let order_id = Some(OrderId::new(1, 1));
        assert_eq!(listed(&bench, Filter { order_id, ..of }).await.concat(), ids(&[3, 0]));
        let state = vec![DeliveryState::Done, DeliveryState::Dead];
        assert_eq!(listed(&bench, Filter { state, ..Filter::default() }).await.concat(), ids(&[1]));
    })
    .await;
}

#[tokio::test]
async fn what_mails_said_to_a_contact_can_be_taken_out() {
    for_each_engine(async |bench| {
        let all: Vec<Mail> = [1, 2, 1].map(|contact| mail(&bench, contact, 1)).into();
        insert(&bench, &all).await;
        let (content, now, ids) = (content(), bench.context.now(), [all[0].id, all[1].id]);
        let of = [ContactId::new(1, 1), ContactId::new(1, 3)];
        let blanked = change!(bench.db, |tx, content, now, ids, of| {
            for id in ids {
                mails::sent(tx, *id, content, *now).await?;
            }
            mails::blank(tx, of).await
        });
        assert_eq!(blanked.await.unwrap(), 2);
        let erased = query!(bench.db, |tx| mails::erased(tx).await).await.unwrap();
        assert_eq!(erased, [all[0].id]);
        let left = query!(bench.db, |tx, of| mails::of_contacts(tx, of).await).await.unwrap();
        let said: Vec<Option<&str>> = left.iter().map(|(mail, _)| mail.content.text.as_deref()).collect();
        assert_eq!(said, [Some("(erased)"), None]);
        assert!(!format!("{left:?}").contains("zoe@") && !format!("{left:?}").contains("Zoë"));
        let other = query!(bench.db, |tx, ids| mails::get(tx, ids[1]).await).await.unwrap().unwrap().0;
        assert_eq!(other.content, content);
    })
    .await;
}

#[tokio::test]
async fn a_template_is_saved_by_whoever_has_seen_the_last_version() {
    for_each_engine(async |bench| {
        let texts = domain::MailTemplateInput { subject: "é".into(), text: "t\n".into(), html: "<p>".into() };
        let now = bench.context.now();
        let version = |version, texts| mail_templates::Changed {
            kind: MailKind::Receipt,
            language: Language::Fr,
            version,
            texts,
            updated_at: now,
        };
        let save = async |changed: &mail_templates::Changed| {
            let changed = changed.clone();
            change!(bench.db, |tx, changed| mail_templates::save(tx, changed).await).await
        };
        let (first, second) = (version(1, Some(texts)), version(2, None));
        save(&first).await.unwrap();
        assert!(matches!(save(&first).await, Err(store::Error::Stale)));
        assert!(matches!(save(&version(3, None)).await, Err(store::Error::Stale)));
        let all = async || query!(bench.db, |tx| mail_templates::all(tx).await).await.unwrap();
        assert_eq!(all().await, std::slice::from_ref(&first));
        save(&second).await.unwrap();
        let read = query!(bench.db, |tx| mail_templates::get(tx, MailKind::Receipt, Language::Fr).await).await.unwrap();
        assert_eq!(read, Some(second));
    })
    .await;
}
