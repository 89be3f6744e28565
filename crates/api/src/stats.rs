//! `/api/v1/stats`

use axum::Json as Out;
use axum::extract::State;
use axum::response::Response;
use domain::{Currency, Date};
use ops::exchange::export;
use serde::{Deserialize, Serialize};
use store::stats::{self, Day};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::auth::Caller;
use crate::http::body::Query;
use crate::http::csv::{CsvQuery, download};
use crate::{App, Problem};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(list_csv))
}

#[derive(Debug, Deserialize, Serialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Days {
    /// First day; 90 days back, if not given.
    from: Option<Date>,
    /// Last day; today, if not given.
    to: Option<Date>,
}

impl Days {
    fn bounds(&self, app: &App) -> (Date, Date) {
        let to = self.to.unwrap_or_else(|| app.context.now().date());
        (self.from.unwrap_or_else(|| to.plus_days(-90)), to)
    }
}

/// What happened on one day in one currency. Amounts in minor units.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct DayStats {
    day: Date,
    currency: Currency,
    /// Orders of that day that are confirmed, fulfilled or closed.
    orders: i64,
    orders_total: i64,
    payments: i64,
    payments_total: i64,
    refunds: i64,
    refunds_total: i64,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Stats {
    /// Oldest first; days on which nothing happened are left out.
    days: Vec<DayStats>,
}

/// Figures of each day.
#[utoipa::path(get, path = "/stats", tag = "stats", params(Days), security(("bearer" = ["viewer"])),
    responses((status = 200, body = Stats)))]
async fn list(State(app): State<App>, Query(days): Query<Days>) -> Result<Out<Stats>, Problem> {
    let found = app.db.read(days.bounds(&app), |tx, (from, to)| Box::pin(stats::list(tx, *from, *to)));
    let days = found.await.map_err(|e: store::Error| Problem::from(e))?;
    Ok(Out(Stats { days: days.into_iter().map(DayStats::from).collect() }))
}

/// Figures of each day as a CSV file.
#[utoipa::path(get, path = "/stats.csv", tag = "stats", params(Days, CsvQuery), security(("bearer" = ["viewer"])),
    responses((status = 200, body = String, content_type = "text/csv", headers(("Content-Disposition" = String)))))]
async fn list_csv(
    State(app): State<App>,
    caller: Caller,
    Query(days): Query<Days>,
    Query(file): Query<CsvQuery>,
) -> Result<Response, Problem> {
    let (from, to) = days.bounds(&app);
    download(&app, &caller, export::Stats { from, to }, &days, file).await
}

impl From<Day> for DayStats {
    fn from(Day { day, currency, figures }: Day) -> Self {
        let stats::Figures { orders, orders_total, payments, payments_total, refunds, refunds_total } = figures;
        Self { day, currency, orders, orders_total, payments, payments_total, refunds, refunds_total }
    }
}
