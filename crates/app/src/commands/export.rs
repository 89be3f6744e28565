//! `comptoir export`

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use domain::Actor;
use ops::Ctx;
use ops::exchange::export::{
    self, ApiKeys, BYTE_ORDER_MARK, Columns, Contacts, DeadLetters, Events, Export, OrderLines, Orders, Products,
    SecurityLog, Stats, Transactions, Users,
};

use crate::cli::ExportList;
use crate::failure::Failure;
use crate::run::Parts;
use store::change;

/// Writes a whole list, as the API's `.csv` addresses give it. A file appears under its name once it is whole.
pub(crate) async fn run(
    parts: &Parts,
    list: ExportList,
    file: Option<&Path>,
    columns: Option<&str>,
) -> Result<(), Failure> {
    let today = parts.context.now().date();
    let orders = Orders { filter: store::order_lists::Filter::default(), today };
    match list {
        ExportList::Contacts => write(parts, Contacts::default(), file, columns).await,
        ExportList::Orders => write(parts, orders, file, columns).await,
        ExportList::OrderLines => write(parts, OrderLines(orders), file, columns).await,
        ExportList::Transactions => write(parts, Transactions::default(), file, columns).await,
        ExportList::Events => write(parts, Events::default(), file, columns).await,
        ExportList::DeadLetters => write(parts, DeadLetters::default(), file, columns).await,
        ExportList::Products => write(parts, Products::default(), file, columns).await,
        ExportList::SecurityLog => write(parts, SecurityLog::default(), file, columns).await,
        ExportList::Users => write(parts, Users, file, columns).await,
        ExportList::ApiKeys => write(parts, ApiKeys, file, columns).await,
        ExportList::Stats => {
            let from = domain::Timestamp::from_micros(0).date();
            write(parts, Stats { from, to: today }, file, columns).await
        }
    }
}

async fn write<E: Export>(parts: &Parts, list: E, file: Option<&Path>, columns: Option<&str>) -> Result<(), Failure> {
    let columns = Columns::of::<E>(columns).map_err(|e| Failure::Usage(format!("--columns: {}", e.message)))?;
    let ctx = Ctx::new(&parts.context, Actor::system("export"));
    let noting = change!(parts.db, move |tx, ctx| export::record::<E>(tx, ctx, &serde_json::json!({})).await);
    noting.await?;
    let Some(path) = file else { return pages(parts, list, &columns, &mut io::stdout().lock()).await };
    let part = path.with_added_extension("part");
    let explain = |e: io::Error| Failure::Usage(format!("{}: {e}", path.display()));
    let mut target = io::BufWriter::new(std::fs::File::create(&part).map_err(explain)?);
    pages(parts, list, &columns, &mut target).await?;
    let written = target.into_inner().map_err(|e| explain(e.into_error()))?;
    written.sync_all().and_then(|()| std::fs::rename(&part, path)).map_err(explain)
}

async fn pages<E: Export>(parts: &Parts, list: E, columns: &Columns, target: &mut impl Write) -> Result<(), Failure> {
    let failed = |e: io::Error| Failure::Usage(format!("the list could not be written: {e}"));
    let list = Arc::new(list);
    let mut text = [BYTE_ORDER_MARK, &columns.header()?].concat();
    let mut after = None;
    loop {
        let (rows, next) = export::page(&parts.db, &list, columns, after).await?;
        text.extend(rows);
        target.write_all(&text).map_err(failed)?;
        text.clear();
        if next.is_none() {
            return target.flush().map_err(failed);
        }
        after = next;
    }
}
