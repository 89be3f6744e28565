//! `/api/v1/security-log`: who signed in, who may do what, who took data out.

use axum::Json as Out;
use axum::extract::State;
use axum::response::Response;
use domain::{SecurityEntry, SecurityKind, Timestamp};
use ops::export;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::security_log::{self, Filter};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::auth::Caller;
use crate::http::body::Query;
use crate::http::csv::{CsvQuery, download};
use crate::http::page::{Page, PageQuery};
use crate::{App, Problem};
use store::query;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(list_csv))
}

#[derive(Clone, Debug, Deserialize, Serialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Only these kinds, with commas between them.
    #[param(value_type = Option<Vec<SecurityKind>>, style = Form, explode = false)]
    kind: Option<String>,
    /// Only what this user, key or part of the system did.
    actor: Option<String>,
    /// Only what is about this user, key, session, …
    subject: Option<String>,
    /// From this moment on.
    #[param(value_type = Option<Timestamp>)]
    from: Option<Timestamp>,
    /// Before this moment.
    #[param(value_type = Option<Timestamp>)]
    to: Option<Timestamp>,
}

impl Which {
    fn filter(self) -> Result<Filter, Problem> {
        let kinds = self.kind.as_deref().unwrap_or("").split(',').filter(|name| !name.is_empty());
        let kinds: Result<Vec<SecurityKind>, _> =
            kinds.map(|name| serde_json::from_value(Value::String(name.to_owned()))).collect();
        let kinds = kinds.map_err(|_| {
            Problem::invalid("kind".into(), "bad_kind", "must be kinds of entries, with commas between them".into())
        })?;
        Ok(Filter { kinds, actor: self.actor, subject: self.subject, from: self.from, to: self.to })
    }
}

/// List the security log, newest first.
#[utoipa::path(get, path = "/security-log", tag = "security-log", params(PageQuery, Which),
    security(("bearer" = ["admin"])), responses((status = 200, body = Page<SecurityEntry>)))]
async fn list(
    State(app): State<App>,
    Query(page): Query<PageQuery>,
    Query(which): Query<Which>,
) -> Result<Out<Page<SecurityEntry>>, Problem> {
    let (filter, after, limit) = (which.filter()?, page.after()?, page.limit()?);
    let found =
        query!(app.db, move |tx, filter, after, limit| security_log::list(tx, filter, after.as_deref(), *limit).await);
    Ok(Out(found.await.map_err(Problem::from)?.into()))
}

/// All entries of the list as a CSV file.
#[utoipa::path(get, path = "/security-log.csv", tag = "security-log", params(Which, CsvQuery), security(("bearer" = ["admin"])),
    responses((status = 200, body = String, content_type = "text/csv", headers(("Content-Disposition" = String)))))]
async fn list_csv(
    State(app): State<App>,
    caller: Caller,
    Query(which): Query<Which>,
    Query(file): Query<CsvQuery>,
) -> Result<Response, Problem> {
    download(&app, &caller, export::SecurityLog { filter: which.clone().filter()? }, &which, file).await
}
