//! A list as a CSV file: written while it is read, page after page, as fast as the client takes it and no further.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use ops::exchange::export::{self, BYTE_ORDER_MARK, Columns, Export};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::access::auth::Caller;
use crate::{App, Problem};
use store::change;

/// How a file is to look.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CsvQuery {
    /// Only these columns, in this order, with commas between them; all, if not given. `import` stands for those that an
    /// import takes back, where the list has such.
    #[param(example = "name")]
    columns: Option<String>,
}

/// The whole of a list, as a file to keep. `filters` is what was asked for, for the security log.
///
/// The first page is read before the answer begins, so that what can be known by then is told by a status. What fails later
/// ends the connection before the end of the body: a client sees that the file is not whole.
pub(crate) async fn download<E: Export>(
    app: &App,
    caller: &Caller,
    list: E,
    filters: impl Serialize,
    CsvQuery { columns }: CsvQuery,
) -> Result<Response, Problem> {
    let columns = Columns::of::<E>(columns.as_deref())?;
    let list = Arc::new(list);
    let mut text = [BYTE_ORDER_MARK, &columns.header()?].concat();
    let (rows, next) = export::page(&app.db, &list, &columns, None).await?;
    text.extend(rows);
    let (ctx, filters) = (app.ctx(caller), asked(filters));
    change!(app.db, move |tx, ctx, filters| export::record::<E>(tx, ctx, filters).await).await?;

    let state = (app.db.clone(), list, columns, Some(text), next);
    let pages = stream::try_unfold(state, |(db, list, columns, text, next)| async move {
        let (text, next) = match (text, next) {
            (Some(text), next) => (text, next),
            (None, None) => return Ok(None),
            (None, after) => export::page(&db, &list, &columns, after).await.inspect_err(
                |error| tracing::warn!(%error, list = E::NAME, "a file was cut off because its list could not be read"),
            )?,
        };
        Ok::<_, ops::Error>(Some((Bytes::from(text), (db, list, columns, None, next))))
    });
    let name = format!("attachment; filename=\"{}-{}.csv\"", E::NAME, app.context.now().date());
    Ok((headers(name), Body::from_stream(pages)).into_response())
}

/// Of a CSV file that is to be kept, under a name.
pub(crate) fn headers(disposition: String) -> [(HeaderName, String); 2] {
    let content_type = "text/csv; charset=utf-8".to_owned();
    [(header::CONTENT_TYPE, content_type), (header::CONTENT_DISPOSITION, disposition)]
}

/// The filters that were given.
fn asked(filters: impl Serialize) -> Value {
    let mut filters = serde_json::to_value(filters).unwrap_or_default();
    if let Some(given) = filters.as_object_mut() {
        given.retain(|_, value| !value.is_null() && value.as_array().is_none_or(|several| !several.is_empty()));
    }
    filters
}
