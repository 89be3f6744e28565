//! Mails to contacts, taken by a mail server that this project did not write and read by Python's parser.

use std::collections::BTreeSet;
use std::time::Duration;

use domain::{ContactInput, Language, MailKind, MailTemplateInput, OrderInput, PlacedAs, Role, TransactionState};
use ops::mail::Sender;
use serde_json::{Value, json};
use store::mail_templates::Changed;
use testkit::fixtures::{self, email, payment, refund};
use testkit::{SmtpOptions, SmtpServer, change};

use crate::backend::{Backend, on_each_engine, path_of};

/// The worker hands mails to this server.
fn sends_to(backend: &mut Backend, server: &SmtpServer, login: &str) {
    backend.mail.smtp_url = Some(server.url(login));
    backend.mail.smtp_ca = server.certificate();
    backend.mail.sender = Sender::new("Épicerie \"Chez\" Moreau <desk@comptoir.example>", "").unwrap();
}

async fn contact(backend: &Backend, input: ContactInput) -> Value {
    backend.clerk().create("/contacts", input).await
}

fn to(address: &str, language: Language) -> ContactInput {
    ContactInput { emails: vec![email(address)], language, ..fixtures::contact("Épicerie Dupré") }
}

async fn order(backend: &Backend, contact: &Value) -> Value {
    let id = contact["id"].as_str().unwrap().parse().unwrap();
    backend.clerk().create("/orders", OrderInput { place_as: PlacedAs::Confirmed, ..fixtures::order(id) }).await
}

async fn mails(backend: &Backend, filter: &str) -> Vec<Value> {
    backend.by(Role::Viewer).pages(&format!("/mails?limit=3{filter}")).await.concat()
}

fn id_of(mail: &Value) -> String {
    mail["headers"]["Message-ID"][0].as_str().unwrap().trim_matches(['<', '>']).to_owned()
}

#[tokio::test]
async fn a_confirmed_order_its_payment_and_its_refund_are_told_in_the_contacts_language() {
    on_each_engine(async |mut backend| {
        let server = SmtpServer::start(SmtpOptions::default());
        sends_to(&mut backend, &server, "");
        let clerk = backend.clerk();
        let french = contact(&backend, to("claire@dupre.example", Language::Fr)).await;
        let draft = fixtures::order(french["id"].as_str().unwrap().parse().unwrap());
        let draft = clerk.create("/orders", OrderInput { place_as: PlacedAs::Draft, ..draft }).await;
        backend.do_effects().await;
        assert!(server.mails().is_empty(), "a draft is nobody's business");
        clerk.act(&(path_of("orders", &draft) + "/confirm")).gives(200).await;
        let id: domain::OrderId = draft["id"].as_str().unwrap().parse().unwrap();
        let begun = domain::TransactionInput { state: TransactionState::Pending, ..payment(id, 5_000) };
        let begun = clerk.create("/transactions", begun).await;
        backend.do_effects().await;
        assert_eq!(server.mails().len(), 1, "money that is under way is not there");
        let settle = path_of("transactions", &begun) + "/settle";
        clerk.post(&settle, json!({ "state": "succeeded" })).version(1).gives(200).await;
        clerk.act(&(path_of("orders", &draft) + "/fulfil")).gives(200).await;
        backend.do_effects().await;
        backend.manager().create("/transactions", refund(id, 1_000)).await;
        backend.do_effects().await;

        let taken = server.mails();
        let subjects: Vec<String> =
            taken.iter().map(|mail| mail["headers"]["Subject"][0].as_str().unwrap().into()).collect();
        let number = draft["number"].as_str().unwrap();
        let wanted = ["Commande", "Reçu de votre paiement, commande", "Remboursement, commande"];
        assert_eq!(subjects, wanted.map(|begins| format!("{begins} {number}")));
        for mail in &taken {
            assert_eq!(mail["types"], json!(["multipart/alternative", "text/plain", "text/html"]));
            assert_eq!(mail["defects"], json!([]));
            assert_eq!(mail["to"], json!([["Épicerie Dupré", "claire@dupre.example"]]));
            assert_eq!(mail["from"], json!([["Épicerie \"Chez\" Moreau", "desk@comptoir.example"]]));
            assert_eq!(
                (&mail["recipients"], &mail["sender"]),
                (&json!(["claire@dupre.example"]), &json!("desk@comptoir.example"))
            );
            assert_eq!(mail["headers"]["Auto-Submitted"], json!(["auto-generated"]));
            assert!(mail["longest_line"].as_u64().unwrap() <= 998);
        }
        assert!(taken[0]["text"].as_str().unwrap().contains("98,95\u{a0}€"), "{}", taken[0]["text"]);
        assert!(taken[1]["html"].as_str().unwrap().contains("50,00\u{a0}€"));
        assert!(taken[2]["text"].as_str().unwrap().contains("10,00\u{a0}€"));
        let known = mails(&backend, "").await;
        let kinds: Vec<&Value> = known.iter().map(|mail| &mail["kind"]).collect();
        assert_eq!(kinds, ["refund_notice", "receipt", "order_confirmation"]);
        for (known, taken) in known.iter().rev().zip(&taken) {
            assert_eq!((&known["state"], &known["attempts"]), (&json!("done"), &json!(1)));
            assert_eq!(known["message_id"], id_of(taken).as_str());
            assert!(known["message_id"].as_str().unwrap().ends_with("@comptoir.example"));
            let whole = backend.clerk().read(&path_of("mails", known)).await;
            let arrived = taken["text"].as_str().unwrap().replace("\r\n", "\n");
            assert_eq!(whole["text"].as_str().unwrap().trim_end(), arrived.trim_end());
            assert_eq!((&whole["made"][0]["status"], &whole["made"][0]["error"]), (&json!(250), &Value::Null));
            let file = backend.clerk().get(&(path_of("mails", known) + "/file")).gives(200).await;
            assert_eq!(file.body.as_str().unwrap().trim_end(), taken["raw"].as_str().unwrap().trim_end());
        }
        assert_eq!(mails(&backend, &format!("&order_id={id}&state=done,dead")).await.len(), 3);
        assert!(mails(&backend, "&state=pending").await.is_empty());
        assert!(mails(&backend, "&contact_id=con_01JD8Z5Q0V3T9N4C7K2M6X8YRB").await.is_empty());

        let english = contact(&backend, to("tom@harbour.example", Language::En)).await;
        order(&backend, &english).await;
        backend.do_effects().await;
        let last = server.mails().pop().unwrap();
        assert!(last["text"].as_str().unwrap().contains("We confirm your order"), "{}", last["text"]);
    })
    .await;
}

#[tokio::test]
async fn who_does_not_want_mail_or_has_no_address_gets_none_and_one_can_see_why() {
    on_each_engine(async |mut backend| {
        let server = SmtpServer::start(SmtpOptions::default());
        sends_to(&mut backend, &server, "");
        let quiet =
            contact(&backend, ContactInput { mail_opt_out: true, ..to("quiet@example.com", Language::Fr) }).await;
        let nowhere = contact(&backend, ContactInput { emails: Vec::new(), ..to("", Language::Fr) }).await;
        let late = contact(&backend, to("late@example.com", Language::Fr)).await;
        for contact in [&quiet, &nowhere, &late] {
            order(&backend, contact).await;
        }
        // Planned, and not sent yet, when the wish is made.
        let worker = backend.worker();
        while worker::relay::pass(&worker).await.unwrap() > 0 {}
        let events = worker.queue.receive(10, Duration::ZERO).await.unwrap();
        worker::consumer::handle(&worker, events).await.unwrap();
        assert_eq!(mails(&backend, "&state=pending").await.len(), 1);
        let wish = ContactInput { mail_opt_out: true, ..to("late@example.com", Language::Fr) };
        backend.clerk().put(&path_of("contacts", &late), 1, wish).gives(200).await;
        backend.do_effects().await;
        assert!(server.mails().is_empty());
        for (contact, why) in [
            (&quiet, "the contact does not want mail"),
            (&nowhere, "the contact has no e-mail address"),
            (&late, "the contact does not want mail"),
        ] {
            let of = mails(&backend, &format!("&contact_id={}", contact["id"].as_str().unwrap())).await;
            assert_eq!((of.len(), &of[0]["state"], &of[0]["error"]), (1, &json!("skipped"), &json!(why)));
            let clerk = backend.clerk();
            clerk.act(&(path_of("mails", &of[0]) + "/resend")).refused(409, "not_reached").await;
            clerk.get(&(path_of("mails", &of[0]) + "/file")).refused(409, "mail_not_sent").await;
        }
        // With an address, what was skipped can be sent.
        backend.clerk().put(&path_of("contacts", &nowhere), 1, to("here@example.com", Language::En)).gives(200).await;
        let skipped = mails(&backend, &format!("&contact_id={}", nowhere["id"].as_str().unwrap())).await;
        let again = backend.clerk().act(&(path_of("mails", &skipped[0]) + "/resend")).gives(201).await.body;
        backend.do_effects().await;
        assert_eq!(server.mails()[0]["recipients"], json!(["here@example.com"]));
        assert_eq!(backend.clerk().read(&path_of("mails", &again)).await["state"], "done");
    })
    .await;
}

#[tokio::test]
async fn while_the_server_is_down_nothing_is_lost_and_afterwards_each_mail_arrives_under_its_own_id() {
    on_each_engine(async |mut backend| {
        let mut server = SmtpServer::start(SmtpOptions::default());
        sends_to(&mut backend, &server, "");
        server.down();
        let contact = contact(&backend, to("claire@dupre.example", Language::Fr)).await;
        for _ in 0..5 {
            order(&backend, &contact).await;
        }
        for _ in 0..4 {
            backend.do_effects().await;
            backend.pass_time(Duration::from_mins(15));
        }
        let waiting = mails(&backend, "&state=pending").await;
        assert_eq!(waiting.len(), 5);
        assert!(waiting.iter().all(|mail| mail["attempts"] == 4 && mail["error"].is_string()), "{waiting:?}");
        server.up();
        // Some are refused for now.
        server.refuse(&[("claire@dupre.example", 451, 2)]);
        backend.do_effects().await;
        backend.pass_time(Duration::from_hours(3));
        backend.do_effects().await;
        assert_eq!(mails(&backend, "&state=done").await.len(), 5);
        let mut ids: Vec<String> = server.mails().iter().map(id_of).collect();
        ids.sort();
        let mut wanted: Vec<String> =
            waiting.iter().map(|mail| mail["message_id"].as_str().unwrap().to_owned()).collect();
        wanted.sort();
        assert_eq!(ids, wanted);
        assert!(backend.manager().pages("/dead-letters?limit=5").await.concat().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_refused_address_goes_to_the_desk_and_once_mended_its_mail_is_the_same() {
    on_each_engine(async |mut backend| {
        let server = SmtpServer::start(SmtpOptions::default());
        sends_to(&mut backend, &server, "");
        server.refuse(&[("gone@dupre.example", 550, 99)]);
        let contact = contact(&backend, to("gone@dupre.example", Language::Fr)).await;
        order(&backend, &contact).await;
        backend.do_effects().await;
        let dead = mails(&backend, "&state=dead").await.remove(0);
        assert!(dead["error"].as_str().unwrap().contains("550"), "{dead}");
        let date = dead["created_at"].as_str().unwrap()[..19].to_owned();
        backend.clerk().act(&(path_of("mails", &dead) + "/resend")).refused(409, "on_the_desk").await;
        backend.pass_time(Duration::from_hours(5));
        let mended = to("claire@dupre.example", Language::Fr);
        backend.clerk().put(&path_of("contacts", &contact), 1, mended).gives(200).await;
        let letter = backend.manager().pages("/dead-letters?limit=5").await.concat().remove(0);
        assert_eq!((&letter["message_id"], &letter["message_type"]), (&dead["id"], &json!("MAIL")));
        backend.manager().act(&(path_of("dead-letters", &letter) + "/redrive")).gives(200).await;
        backend.do_effects().await;
        let taken = server.mails();
        assert_eq!((taken.len(), id_of(&taken[0]).as_str()), (1, dead["message_id"].as_str().unwrap()));
        assert_eq!(taken[0]["recipients"], json!(["claire@dupre.example"]));
        assert_eq!(&taken[0]["date"].as_str().unwrap()[..19], date, "the date is that of the effect");
    })
    .await;
}

/// As an older version has saved it, which did not refuse it.
async fn has_saved(backend: &Backend, text: &str) {
    let texts = MailTemplateInput { subject: "s".into(), text: text.into(), html: "<p>".into() };
    let (kind, language, updated_at) = (MailKind::OrderConfirmation, Language::Fr, backend.bench.context.now());
    let changed = Changed { kind, language, version: 1, texts: Some(texts), updated_at };
    change!(backend.bench.db, |tx, changed| store::mail_templates::save(tx, changed).await).await.unwrap();
}

#[tokio::test]
async fn a_template_that_would_end_the_process_costs_its_mail_only_and_the_desk_says_why() {
    on_each_engine(async |mut backend| {
        let server = SmtpServer::start(SmtpOptions::default());
        sends_to(&mut backend, &server, "");
        has_saved(&backend, &format!("{{{{ {}1 }}}}", "-".repeat(5_197))).await;
        let french = contact(&backend, to("claire@dupre.example", Language::Fr)).await;
        let english = contact(&backend, to("john@dupre.example", Language::En)).await;
        order(&backend, &french).await;
        order(&backend, &english).await;
        backend.do_effects().await;
        let dead = mails(&backend, "&state=dead").await.remove(0);
        let error = "text: has more than 200 names and signs between one pair of braces (line 1)";
        assert!(dead["error"].as_str().unwrap().contains(error), "{dead}");
        // Others are sent.
        let taken = server.mails();
        assert_eq!((taken.len(), &taken[0]["recipients"]), (1, &json!(["john@dupre.example"])));

        // Once the template is mended, so is the mail.
        backend.by(Role::Admin).delete("/mail-templates/order_confirmation/fr").version(1).gives(200).await;
        let letter = backend.manager().pages("/dead-letters?limit=5").await.concat().remove(0);
        backend.manager().act(&(path_of("dead-letters", &letter) + "/redrive")).gives(200).await;
        backend.do_effects().await;
        assert_eq!(server.mails().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_mail_can_be_sent_again_as_one_of_its_own() {
    on_each_engine(async |mut backend| {
        let server = SmtpServer::start(SmtpOptions::default());
        sends_to(&mut backend, &server, "");
        let contact = contact(&backend, to("claire@dupre.example", Language::Fr)).await;
        let order = order(&backend, &contact).await;
        let (clerk, admin) = (backend.clerk(), backend.by(Role::Admin));
        backend.do_effects().await;
        let first = mails(&backend, "").await.remove(0);
        // Neither a new template nor another language changes what was said; the new address counts.
        let own = json!({ "subject": "x", "text": "x", "html": "x" });
        admin.put("/mail-templates/order_confirmation/fr", 0, own).gives(200).await;
        clerk.put(&path_of("contacts", &contact), 1, to("neuf@dupre.example", Language::En)).gives(200).await;
        let resend = path_of("mails", &first) + "/resend";
        let again = clerk.act(&resend).key("once").gives(201).await.body;
        assert_eq!(clerk.act(&resend).key("once").gives(201).await.body, again);
        assert_eq!((&again["resent_of"], &again["state"]), (&first["id"], &json!("pending")));
        assert_eq!(again["resent_by"], backend.user(Role::Clerk).id.to_string());
        clerk.act(&(path_of("mails", &again) + "/resend")).refused(409, "mail_under_way").await;
        backend.do_effects().await;
        let taken = server.mails();
        assert_eq!((taken.len(), &taken[1]["text"], &taken[1]["html"]), (2, &taken[0]["text"], &taken[0]["html"]));
        assert_eq!(taken[1]["recipients"], json!(["neuf@dupre.example"]));
        assert_ne!(id_of(&taken[1]), id_of(&taken[0]));
        let of_order = mails(&backend, &format!("&order_id={}", order["id"].as_str().unwrap())).await;
        assert_eq!(of_order.len(), 2);
        clerk.act("/mails/dlv_01JD8Z5Q0V3T9N4C7K2M6X8YRB/resend").refused(404, "not_found").await;
    })
    .await;
}

#[tokio::test]
async fn starttls_and_a_login_are_used_and_a_wrong_password_is_not_the_mails_fault() {
    on_each_engine(async |mut backend| {
        let options = SmtpOptions { tls: true, login: Some("desk s3cret"), ascii_only: false };
        let server = SmtpServer::start(options);
        let contact = contact(&backend, to("claire@dupre.example", Language::Fr)).await;
        sends_to(&mut backend, &server, "desk:wrong@");
        order(&backend, &contact).await;
        backend.do_effects().await;
        let waiting = mails(&backend, "").await.remove(0);
        assert_eq!((&waiting["state"], &waiting["attempts"]), (&json!("pending"), &json!(1)), "{waiting}");
        assert!(!waiting["error"].as_str().unwrap().contains("wrong"), "{waiting}");
        // A certificate that nobody vouches for.
        sends_to(&mut backend, &server, "desk:s3cret@");
        backend.mail.smtp_ca = None;
        backend.pass_time(Duration::from_mins(1));
        backend.do_effects().await;
        assert_eq!(mails(&backend, "").await[0]["attempts"], 2);
        assert!(server.mails().is_empty());
        backend.mail.smtp_ca = server.certificate();
        backend.pass_time(Duration::from_mins(10));
        backend.do_effects().await;
        assert_eq!((server.mails().len(), &server.mails()[0]["tls"]), (1, &json!(true)));
    })
    .await;
}

#[tokio::test]
async fn names_and_addresses_of_all_kinds_arrive_as_they_are_or_are_refused_clearly() {
    on_each_engine(async |mut backend| {
        let server = SmtpServer::start(SmtpOptions::default());
        sends_to(&mut backend, &server, "");
        let long = "Compagnie des épiceries ".repeat(8).trim().to_owned();
        let named = |name: &str, address: &str| ContactInput { name: name.into(), ..to(address, Language::En) };
        for (name, address) in [
            ("Dupré\r\nBcc: all@example.com\nX: y", "a@example.com"),
            ("Say \"hello\", <b@c.example> \\ (x)", "b@example.com"),
            (long.as_str(), "c@example.com"),
            ("Łódź 東京 🧀", "d@bücher.example"),
            ("Zoë", "zoë@example.com"),
            ("O'Neil", "o'neil+x@example.com"),
        ] {
            let contact = contact(&backend, named(name, address)).await;
            order(&backend, &contact).await;
            backend.do_effects().await;
        }
        let taken = server.mails();
        let to: Vec<&Value> = taken.iter().map(|mail| &mail["to"][0]).collect();
        let wanted = [
            json!(["Dupré Bcc: all@example.com X: y", "a@example.com"]),
            json!(["Say \"hello\", <b@c.example> \\ (x)", "b@example.com"]),
            json!([long, "c@example.com"]),
            json!(["Łódź 東京 🧀", "d@xn--bcher-kva.example"]),
            json!(["Zoë", "zoë@example.com"]),
            json!(["O'Neil", "o'neil+x@example.com"]),
        ];
        assert_eq!(to, wanted.iter().collect::<Vec<_>>());
        for mail in &taken {
            assert_eq!((mail["recipients"].as_array().unwrap().len(), &mail["defects"]), (1, &json!([])));
            assert!(mail["headers"]["Bcc"].is_null() && mail["headers"]["X"].is_null());
        }
        // What cannot be an address, and what this server cannot take.
        let odd = contact(&backend, named("Odd", "a..b@example.com")).await;
        order(&backend, &odd).await;
        let plain = SmtpServer::start(SmtpOptions { ascii_only: true, ..SmtpOptions::default() });
        backend.do_effects().await;
        sends_to(&mut backend, &plain, "");
        let utf8 = contact(&backend, named("Zoë", "zoë@example.com")).await;
        order(&backend, &utf8).await;
        backend.do_effects().await;
        let dead = mails(&backend, "&state=dead").await;
        assert!(dead[0]["error"].as_str().unwrap().contains("SMTPUTF8"), "{dead:?}");
        assert!(dead[1]["error"].as_str().unwrap().contains("is no e-mail address"), "{dead:?}");
    })
    .await;
}

#[tokio::test]
async fn without_a_server_each_mail_is_a_file_that_goes_when_its_contact_is_erased() {
    on_each_engine(async |backend| {
        let contact = contact(&backend, to("claire@dupre.example", Language::Fr)).await;
        let order = order(&backend, &contact).await;
        backend.do_effects().await;
        let mail = mails(&backend, "").await.remove(0);
        let folder = backend.mail.folder.clone();
        let files = || {
            let names =
                std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
            names.collect::<Vec<_>>()
        };
        assert_eq!(files(), [format!("{}.eml", mail["id"].as_str().unwrap())]);
        let text = std::fs::read_to_string(folder.join(&files()[0])).unwrap();
        let file = backend.clerk().get(&(path_of("mails", &mail) + "/file")).gives(200).await;
        assert_eq!(file.body, text);
        backend.clerk().act(&(path_of("orders", &order) + "/fulfil")).gives(200).await;
        let erase = path_of("contacts", &contact) + "/erase";
        backend.by(Role::Admin).post(&erase, json!({ "reason": "asked" })).version(1).gives(200).await;
        if backend.bench.engine == testkit::Engine::Sqlite {
            assert!(files().is_empty());
        }
        let blank = backend.clerk().read(&path_of("mails", &mail)).await;
        assert_eq!(
            (&blank["to"], &blank["text"], &blank["state"]),
            (&json!("(erased)"), &json!("(erased)"), &json!("done"))
        );
        backend.clerk().act(&(path_of("mails", &mail) + "/resend")).refused(409, "not_reached").await;
        backend.clerk().get(&(path_of("mails", &mail) + "/file")).refused(409, "mail_not_sent").await;
    })
    .await;
}

#[tokio::test]
async fn what_a_contact_was_to_be_written_is_not_sent_once_it_is_erased() {
    on_each_engine(async |mut backend| {
        let mut server = SmtpServer::start(SmtpOptions::default());
        sends_to(&mut backend, &server, "");
        server.down();
        let contact = contact(&backend, to("claire@dupre.example", Language::Fr)).await;
        let order = order(&backend, &contact).await;
        backend.do_effects().await;
        backend.clerk().act(&(path_of("orders", &order) + "/fulfil")).gives(200).await;
        let erase = path_of("contacts", &contact) + "/erase";
        backend.by(Role::Admin).post(&erase, json!({ "reason": "asked" })).version(1).gives(200).await;
        server.up();
        backend.pass_time(Duration::from_hours(1));
        backend.do_effects().await;
        assert!(server.mails().is_empty());
        let mail = mails(&backend, "").await.remove(0);
        assert_eq!((&mail["state"], &mail["error"]), (&json!("skipped"), &json!("the contact was erased")));
    })
    .await;
}

#[tokio::test]
async fn what_is_imported_happened_before_and_nobody_is_written_to() {
    on_each_engine(async |backend| {
        let contact = contact(&backend, to("claire@dupre.example", Language::Fr)).await;
        let ctx = backend.bench.ctx().importing();
        let id = contact["id"].as_str().unwrap().parse().unwrap();
        let input = OrderInput { place_as: PlacedAs::Fulfilled, ..fixtures::order(id) };
        let placed =
            testkit::change!(backend.bench.db, |tx, ctx, input| ops::orders::place(tx, ctx, input.clone()).await);
        let order = placed.await.unwrap();
        let paid = payment(order.id, 100);
        testkit::change!(backend.bench.db, |tx, ctx, paid| ops::transactions::record(tx, ctx, paid.clone()).await)
            .await
            .unwrap();
        backend.do_effects().await;
        assert!(mails(&backend, "").await.is_empty());
        // What happens to it from now on is told.
        backend.clerk().create("/transactions", payment(order.id, 200)).await;
        backend.do_effects().await;
        assert_eq!(mails(&backend, "").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_mail_brings_its_document_where_the_settings_want_it_and_a_repetition_brings_the_same() {
    on_each_engine(async |mut backend| {
        let server = SmtpServer::start(SmtpOptions::default());
        sends_to(&mut backend, &server, "");
        let wanted = domain::SettingsInput { mail_attachments: true, ..domain::SettingsInput::default() };
        backend.by(Role::Admin).put("/settings", 1, wanted).gives(200).await;
        let contact = contact(&backend, to("claire@dupre.example", Language::Fr)).await;
        let order = order(&backend, &contact).await;
        let id: domain::OrderId = order["id"].as_str().unwrap().parse().unwrap();
        backend.clerk().create("/transactions", payment(id, 500)).await;
        backend.do_effects().await;
        let documents = backend.clerk().read(&format!("/orders/{id}/documents")).await["items"].clone();
        let kind = |document: &Value| document["kind"].as_str().unwrap().to_owned();
        // Both mails are made at the same time.
        let kinds: BTreeSet<String> = documents.as_array().unwrap().iter().map(kind).collect();
        assert_eq!(kinds, BTreeSet::from(["receipt".to_owned(), "order_confirmation".to_owned()]));
        let raw = |mail: &Value| mail["raw"].as_str().unwrap().to_owned();
        let sent = server.mails();
        assert_eq!(sent.len(), 2);
        for mail in &sent {
            assert!(raw(mail).contains("Content-Type: application/pdf"), "{}", raw(mail));
            // The first bytes of a PDF, in base64.
            assert!(raw(mail).contains("JVBERi0"), "{}", raw(mail));
        }
        let first = mails(&backend, "").await.pop().unwrap();
        let file = backend.clerk().get(&(path_of("mails", &first) + "/file")).gives(200).await;
        let of_first = sent.iter().find(|mail| id_of(mail) == first["message_id"]).unwrap();
        assert_eq!(file.body.as_str().unwrap().trim_end(), raw(of_first).trim_end());
        backend.clerk().act(&(path_of("mails", &first) + "/resend")).gives(201).await;
        backend.do_effects().await;
        assert!(raw(&server.mails()[2]).contains("JVBERi0"));
        let again = backend.clerk().read(&format!("/orders/{id}/documents")).await["items"].clone();
        assert_eq!(again, documents, "the same document, not another");
    })
    .await;
}
