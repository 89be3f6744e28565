//! How fast a worker does all that orders ask for: timeline, figures, a mail to a mail server and a webhook to a receiver, both
//! here.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;

use domain::{EventType, InternalHosts, WebhookEndpointInput};
use ops::Seal;
use store::{Context, Db, change};
use testkit::{Mailbox, Mode, Receiver};

use crate::Outcome;
use crate::drain::wait_until_done;
use crate::orders::float;
use crate::place::{Place, contacts, ctx, order};
use crate::process::{SECRET, Server};
use crate::table::Table;

const ORDERS: usize = 6_000;
const HOST: &str = "127.0.0.1";

pub(crate) async fn run(binary: &Path, place: &Place, table: &mut Table) -> Outcome<()> {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let (url, db) = place.fresh("effects").await?;
    let (receiver, mailbox) = (Receiver::start(Mode::Answer(204)).await, Mailbox::start(0).await);
    let context = Context::system();
    add_endpoint(&db, &context, receiver.url.clone()).await?;
    place_orders(&db, &context).await?;
    let settings = [
        ("COMPTOIR_WEBHOOKS_INTERNAL_HOSTS", HOST.to_owned()),
        ("COMPTOIR_MAIL_SMTP_URL", mailbox.url.clone()),
        // Each mail waits 40 ms or more for delayed acknowledgements (docs/mail.md).
        ("COMPTOIR_MAIL_CONNECTIONS", "64".to_owned()),
    ];
    let begun = Instant::now();
    let (server, _) = Server::start_with(binary, "work", place, &url, &settings).await?;
    wait_until_done(&db, true).await?;
    let seconds = begun.elapsed().as_secs_f64();
    let (cpu, (_, memory)) = (server.cpu().as_secs_f64() * 1000.0 / float(ORDERS), server.memory());
    let webhooks: BTreeSet<String> = receiver.hooks().iter().map(|hook| hook.id().to_owned()).collect();
    let mails: BTreeSet<String> = mailbox.mails().into_iter().map(|mail| mail.id).collect();
    let name = place.name();
    table.row(
        format!("{name}: orders/s with all effects, draining {ORDERS}"),
        format!("{:.0}", float(ORDERS) / seconds),
        "≥ 500",
    );
    table.row(
        format!("{name}: … webhooks and mails that arrived"),
        format!("{} and {}", webhooks.len(), mails.len()),
        "all",
    );
    table.row(format!("{name}: … worker's CPU per order, ms"), format!("{cpu:.2}"), "");
    table.row(format!("{name}: … worker's memory at most, MB"), format!("{memory:.0}"), "< 150");
    Ok(())
}

async fn add_endpoint(db: &Db, context: &Context, url: String) -> Outcome<()> {
    let event_types = vec![EventType::OrderCreated];
    let (ctx, input) = (ctx(context), WebhookEndpointInput { url, description: None, event_types, active: true });
    let added = change!(db, move |tx, ctx, input| {
        let seal = Seal::new(SECRET.as_bytes(), None)?;
        let internal = InternalHosts::parse(&[HOST.to_owned()]).unwrap_or_default();
        ops::webhooks::endpoints::create(tx, ctx, &seal, &internal, input.clone()).await
    });
    added.await.map(drop).map_err(|e: ops::Error| e.into())
}

async fn place_orders(db: &Db, context: &Context) -> Outcome<()> {
    let ids = contacts(db, context, 0, 500).await?;
    // Fewer in a transaction than a process reserves order numbers at once on MySQL.
    for chunk in ids.chunks(50).cycle().take(ORDERS / 50) {
        let (ctx, ids) = (ctx(context), chunk.to_vec());
        let placed = change!(db, move |tx, ctx, ids| {
            for id in ids {
                ops::orders::place(tx, ctx, order(*id)).await?;
            }
            Ok::<_, ops::Error>(())
        });
        placed.await?;
    }
    Ok(())
}
