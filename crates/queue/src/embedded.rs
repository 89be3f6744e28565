//! The queue in the database: nothing to install, survives `kill -9`, works across processes.

use std::sync::Arc;
use std::time::Duration;

use store::queue_messages::{self, New, Row};
use store::{Context, Db, Tx, change, outbox, query};
use tokio::sync::{Mutex, watch};
use tokio::time::{Instant, sleep, timeout_at};

use crate::{Depth, Error, Outgoing, Policy, Receipt, Received, checked_size};

/// How often one waiting receiver of this process looks for what other processes have sent, and for what has become
/// visible again. What this process sends, it hears of at once.
const POLL: Duration = Duration::from_millis(100);

#[derive(Clone)]
pub struct Embedded {
    db: Db,
    ctx: Context,
    name: Arc<str>,
    policy: Policy,
    /// The database rings once for each send, and wakes one receiver: it must not be one that waits for dead letters.
    listens: bool,
    /// Held by the one receiver that polls; the others wait to be told.
    turn: Arc<Mutex<()>>,
    /// True once nobody is to wait for messages any more.
    closing: Arc<watch::Sender<bool>>,
}

impl Embedded {
    #[must_use]
    pub fn new(db: Db, ctx: Context, policy: Policy) -> Self {
        Self { db, ctx, name: "main".into(), policy, listens: true, turn: Arc::default(), closing: Arc::default() }
    }

    #[must_use]
    pub fn dead_letters(&self) -> Self {
        Self {
            name: format!("{}.dead", self.name).into(),
            policy: Policy { max_receives: u32::MAX, ..self.policy },
            listens: false,
            turn: Arc::default(),
            ..self.clone()
        }
    }

    pub(crate) async fn send(&self, batch: &[Outgoing]) -> Result<Vec<Result<(), Error>>, Error> {
        let answers: Vec<_> = batch.iter().map(checked_size).collect();
        let fit = batch.iter().zip(&answers).filter(|(_, answer)| answer.is_ok()).map(|(message, _)| {
            let Outgoing { id, message_type, body } = message.clone();
            self.row(id, message_type, Some(body))
        });
        let fit: Vec<New> = fit.collect();
        if !fit.is_empty() {
            let (name, rows, now) = (self.name.clone(), fit, self.ctx.now());
            change!(self.db, move |tx, name, rows, now| queue_messages::insert(tx, name, rows, *now).await)
                .await
                .map_err(Error::from)?;
        }
        Ok(answers)
    }

    /// Moves everything that is due from the outbox into the queue, up to `limit`, in one transaction: here both lie in the
    /// same database, so there is no moment between sending and marking. An event's body stays in the journal. Says how many.
    pub async fn take_outbox(&self, limit: usize) -> Result<usize, Error> {
        let queue = self.clone();
        let moved = change!(self.db, move |tx, queue, limit| queue.take_outbox_in(tx, *limit).await);
        moved.await.map_err(Error::from)
    }

    async fn take_outbox_in(&self, tx: &mut Tx<'_>, limit: usize) -> Result<usize, store::Error> {
        let now = self.ctx.now();
        let due = outbox::due_rows(tx, now, limit).await?;
        if due.is_empty() {
            return Ok(0);
        }
        let ids: Vec<String> = due.iter().map(|message| message.id.clone()).collect();
        let rows = due.into_iter().map(|outbox::Row { id, message_type, body }| self.row(id, message_type, body));
        queue_messages::insert(tx, &self.name, &rows.collect::<Vec<_>>(), now).await?;
        outbox::remove(tx, &ids).await?;
        Ok(ids.len())
    }

    /// Rows need an id of their own: the same message may be sent twice.
    fn row(&self, message_id: String, message_type: String, body: Option<String>) -> New {
        New { id: self.ctx.id(domain::QueueRowId::new).to_string(), message_id, message_type, body }
    }

    pub(crate) async fn receive(&self, max: usize, wait: Duration) -> Result<Vec<Received>, Error> {
        let deadline = Instant::now() + wait;
        let mut closing = self.closing.subscribe();
        loop {
            let received = self.take(max).await?;
            if received.len() == max {
                // There may be more than one receiver can take: wake the next.
                self.db.queue_has_more();
            }
            if !received.is_empty() || Instant::now() >= deadline || *closing.borrow() {
                return Ok(received);
            }
            let polled = async {
                let _turn = self.turn.lock().await;
                loop {
                    sleep(POLL).await;
                    if self.has_visible().await.unwrap_or(true) {
                        return;
                    }
                }
            };
            let told = async {
                tokio::select! {
                    () = self.db.queue_written(), if self.listens => {}
                    () = polled => {}
                    // The sender lives as long as this queue.
                    _ = closing.wait_for(|closing| *closing) => {}
                }
            };
            // Past the deadline one more look decides.
            let _ = timeout_at(deadline, told).await;
        }
    }

    pub(crate) fn stop_waiting(&self) {
        self.closing.send_replace(true);
    }

    async fn has_visible(&self) -> Result<bool, Error> {
        let (name, now) = (self.name.clone(), self.ctx.now());
        let some = query!(self.db, move |tx, name, now| queue_messages::any_visible(tx, name, *now).await).await;
        some.map_err(Error::from)
    }

    async fn take(&self, max: usize) -> Result<Vec<Received>, Error> {
        if !self.has_visible().await? {
            return Ok(Vec::new());
        }
        let queue = self.clone();
        let taken = change!(self.db, move |tx, queue, max| queue.take_in(tx, *max).await);
        taken.await.map_err(Error::from)
    }

    async fn take_in(&self, tx: &mut Tx<'_>, max: usize) -> Result<Vec<Received>, store::Error> {
        let now = self.ctx.now();
        let visible = queue_messages::visible(tx, &self.name, now, max).await?;
        let max_receives = i64::from(self.policy.max_receives);
        let (exhausted, good): (Vec<Row>, Vec<Row>) =
            visible.into_iter().partition(|row| row.receive_count >= max_receives);
        if !exhausted.is_empty() {
            let ids: Vec<String> = exhausted.into_iter().map(|row| row.id).collect();
            queue_messages::move_to(tx, &ids, &format!("{}.dead", self.name), now).await?;
        }
        if good.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<String> = good.iter().map(|row| row.id.clone()).collect();
        let receipt = self.ctx.id(domain::ReceiptId::new).to_string();
        queue_messages::take(tx, &ids, &receipt, now.plus(self.policy.visibility)).await?;
        Ok(good.into_iter().map(|row| received(row, &receipt)).collect())
    }

    pub(crate) async fn delete(&self, receipts: &[Receipt]) -> Result<(), Error> {
        let held: Vec<(String, String)> = receipts.iter().filter_map(parts).collect();
        if held.is_empty() {
            return Ok(());
        }
        change!(self.db, move |tx, held| queue_messages::delete(tx, held).await).await.map_err(Error::from)
    }

    pub(crate) async fn extend(&self, receipt: &Receipt, visibility: Duration) -> Result<(), Error> {
        let Some((id, token)) = parts(receipt) else { return Ok(()) };
        let now = self.ctx.now();
        let visible_at = now.plus(visibility);
        let extended = change!(self.db, move |tx, id, token, visible_at, now| {
            queue_messages::extend(tx, id, token, *visible_at, *now).await
        });
        extended.await.map_err(Error::from)
    }

    pub(crate) async fn depth(&self) -> Result<Depth, Error> {
        let (name, now) = (self.name.clone(), self.ctx.now());
        let counted = query!(self.db, move |tx, name, now| queue_messages::depth(tx, name, *now).await).await;
        let (waiting, held, oldest) = counted.map_err(Error::from)?;
        Ok(Depth { waiting, held, oldest })
    }
}

fn received(row: Row, receipt: &str) -> Received {
    Received {
        receipt: Receipt(format!("{} {receipt}", row.id)),
        id: row.message_id,
        message_type: row.message_type,
        body: row.body,
        receive_count: u32::try_from(row.receive_count + 1).unwrap_or(u32::MAX),
        sent_at: row.sent_at,
    }
}

fn parts(receipt: &Receipt) -> Option<(String, String)> {
    receipt.0.split_once(' ').map(|(id, token)| (id.to_owned(), token.to_owned()))
}
