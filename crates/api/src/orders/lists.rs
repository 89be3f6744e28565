//! `GET /api/v1/orders`: which orders, and in which order.

use axum::Json as Out;
use axum::extract::State;
use axum::response::Response;
use domain::{ContactId, Currency, Date, Order, OrderState, PaymentStatus, Timestamp};
use ops::export;
use serde::{Deserialize, Serialize};
use store::order_lists::{self as lists, Filter, Sort};

use crate::access::auth::Caller;
use crate::http::body::Query;
use crate::http::csv::{CsvQuery, download};
use crate::http::page::{Page, PageQuery, several, words};
use crate::{App, Problem};
use store::query;

#[derive(Clone, Debug, Deserialize, Serialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Search {
    /// Only orders that have, for each of these words, a word that begins with it: number, reference, SKU, the contact's
    /// name. Best matches first: cannot be sorted.
    #[param(example = "dupr")]
    q: Option<String>,
    contact_id: Option<ContactId>,
    /// Any of these.
    #[serde(default, deserialize_with = "several")]
    #[param(style = Form, explode = false, required = false, min_items = 1, example = json!(["draft", "confirmed"]))]
    state: Vec<OrderState>,
    /// Any of these.
    #[serde(default, deserialize_with = "several")]
    #[param(style = Form, explode = false, required = false, min_items = 1, example = json!(["unpaid"]))]
    payment_status: Vec<PaymentStatus>,
    /// Only what is past its due date and not paid in full.
    late: Option<bool>,
    currency: Option<Currency>,
    /// Whatever its case.
    tag: Option<String>,
    /// That a line names.
    sku: Option<String>,
    number: Option<String>,
    reference: Option<String>,
    /// Days are in UTC, and inclusive.
    ordered_from: Option<Date>,
    ordered_to: Option<Date>,
    due_from: Option<Date>,
    due_to: Option<Date>,
    /// In minor units.
    min_total: Option<i64>,
    max_total: Option<i64>,
    /// Only what has changed at this moment or later.
    updated_since: Option<Timestamp>,
    /// Newest first, if not given. By `due_on`, orders without a due date come last.
    #[param(inline)]
    sort: Option<Sort>,
}

impl Search {
    fn filter(self, today: Date) -> Filter {
        Filter {
            contact_id: self.contact_id,
            states: self.state,
            payment_statuses: self.payment_status,
            late_on: self.late.unwrap_or(false).then_some(today),
            currency: self.currency,
            tag: self.tag,
            sku: self.sku,
            number: self.number,
            reference: self.reference,
            ordered_from: self.ordered_from,
            ordered_to: self.ordered_to,
            due_from: self.due_from,
            due_to: self.due_to,
            min_total: self.min_total,
            max_total: self.max_total,
            updated_since: self.updated_since,
        }
    }
}

/// List orders, or search them.
#[utoipa::path(get, path = "/orders", tag = "orders", params(PageQuery, Search), security(("bearer" = ["viewer"])),
    responses((status = 200, body = Page<Order>)))]
pub(crate) async fn list(
    State(app): State<App>,
    Query(page): Query<PageQuery>,
    Query(mut search): Query<Search>,
) -> Result<Out<Page<Order>>, Problem> {
    let (q, sort) = (words(search.q.take(), search.sort)?, search.sort.unwrap_or_default());
    let (filter, after, limit) = (search.filter(app.context.now().date()), page.after()?, page.limit()?);
    let found = query!(app.db, move |tx, q, filter, sort, after, limit| {
        match q {
            Some(q) => lists::search(tx, q, filter, after.as_deref(), *limit).await,
            None => lists::list(tx, filter, *sort, after.as_deref(), *limit).await,
        }
    });
    Ok(Out(found.await.map_err(Problem::from)?.into()))
}

/// What a file of them has.
fn exported(mut search: Search, app: &App) -> Result<export::Orders, Problem> {
    let (q, sort) = (words(search.q.take(), search.sort)?, search.sort.unwrap_or_default());
    Ok(export::Orders { q, filter: search.filter(app.context.now().date()), sort })
}

/// All orders of the list as a CSV file, one row an order.
#[utoipa::path(get, path = "/orders.csv", tag = "orders", params(Search, CsvQuery), security(("bearer" = ["clerk"])),
    responses((status = 200, body = String, content_type = "text/csv", headers(("Content-Disposition" = String)))))]
pub(crate) async fn list_csv(
    State(app): State<App>,
    caller: Caller,
    Query(search): Query<Search>,
    Query(file): Query<CsvQuery>,
) -> Result<Response, Problem> {
    download(&app, &caller, exported(search.clone(), &app)?, &search, file).await
}

/// The lines of all orders of the list as a CSV file, each beside its order. An import takes it back.
#[utoipa::path(get, path = "/order-lines.csv", tag = "orders", params(Search, CsvQuery), security(("bearer" = ["clerk"])),
    responses((status = 200, body = String, content_type = "text/csv", headers(("Content-Disposition" = String)))))]
pub(crate) async fn lines_csv(
    State(app): State<App>,
    caller: Caller,
    Query(search): Query<Search>,
    Query(file): Query<CsvQuery>,
) -> Result<Response, Problem> {
    download(&app, &caller, export::OrderLines(exported(search.clone(), &app)?), &search, file).await
}
