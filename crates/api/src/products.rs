//! `/api/v1/products`: the catalogue.

use axum::Json as Out;
use axum::extract::State;
use axum::response::Response;
use domain::{Product, ProductId, ProductInput};
use ops::exchange::export;
use store::products::{self, Filter};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::auth::Caller;
use crate::http::answer::Answer;
use crate::http::body::{Id, Json, Query, Version};
use crate::http::csv::{CsvQuery, download};
use crate::http::idempotency::{Once, once};
use crate::http::page::{Page, PageQuery};
use crate::{App, Problem};
use store::{change, query};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(list_csv))
        .routes(routes!(read, edit))
        .routes(routes!(archive))
        .routes(routes!(restore))
}

/// List products, or search them.
#[utoipa::path(get, path = "/products", tag = "products", params(PageQuery, Filter), security(("bearer" = ["viewer"])),
    responses((status = 200, body = Page<Product>)))]
async fn list(
    State(app): State<App>,
    Query(page): Query<PageQuery>,
    Query(filter): Query<Filter>,
) -> Result<Out<Page<Product>>, Problem> {
    let (after, limit) = (page.after()?, page.limit()?);
    let found =
        query!(app.db, move |tx, filter, after, limit| products::list(tx, filter, after.as_deref(), *limit).await);
    Ok(Out(found.await.map_err(Problem::from)?.into()))
}

/// All products of the list as a CSV file.
#[utoipa::path(get, path = "/products.csv", tag = "products", params(Filter, CsvQuery), security(("bearer" = ["viewer"])),
    responses((status = 200, body = String, content_type = "text/csv", headers(("Content-Disposition" = String)))))]
async fn list_csv(
    State(app): State<App>,
    caller: Caller,
    Query(filter): Query<Filter>,
    Query(file): Query<CsvQuery>,
) -> Result<Response, Problem> {
    download(&app, &caller, export::Products { filter: filter.clone() }, &filter, file).await
}

/// Create a product.
#[utoipa::path(post, path = "/products", tag = "products",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body change something once")),
    request_body = ProductInput, security(("bearer" = ["manager"])),
    responses((status = 201, body = Product, headers(("ETag" = String), ("Location" = String)))))]
async fn create(State(app): State<App>, caller: Caller, request: Once<ProductInput>) -> Result<Answer, Problem> {
    once(&app, &caller, request, |tx, ctx, input| {
        Box::pin(async move {
            let product = ops::products::create(tx, ctx, input.clone()).await?;
            Ok(Answer::created(format!("/api/v1/products/{}", product.id), &product, product.version)?)
        })
    })
    .await
}

/// Read a product.
#[utoipa::path(get, path = "/products/{id}", tag = "products", params(("id" = ProductId, Path)),
    security(("bearer" = ["viewer"])),
    responses((status = 200, body = Product, headers(("ETag" = String)))))]
async fn read(State(app): State<App>, Id(id): Id<ProductId>) -> Result<Answer, Problem> {
    let found = query!(app.db, move |tx, id| products::get(tx, *id).await).await.map_err(Problem::from)?;
    let product = found.ok_or_else(|| Problem::not_found("product"))?;
    Ok(Answer::ok(&product, product.version)?)
}

/// Replace what is said of a product. Orders that stand do not change.
#[utoipa::path(put, path = "/products/{id}", tag = "products",
    params(("id" = ProductId, Path), ("If-Match" = String, Header, description = "The ETag that you have read")),
    request_body = ProductInput, security(("bearer" = ["manager"])),
    responses((status = 200, body = Product, headers(("ETag" = String)))))]
async fn edit(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<ProductId>,
    version: Version,
    Json(input): Json<ProductInput>,
) -> Result<Answer, Problem> {
    let (ctx, version) = (app.ctx(&caller), version.required()?);
    let edited = change!(app.db, move |tx, ctx, id, version, input| {
        ops::products::edit(tx, ctx, *id, *version, input.clone()).await
    });
    let product = edited.await?;
    Ok(Answer::ok(&product, product.version)?)
}

/// Take a product out of the catalogue: order lines take nothing from it any more.
#[utoipa::path(post, path = "/products/{id}/archive", tag = "products",
    params(("id" = ProductId, Path), ("If-Match" = String, Header, description = "The ETag that you have read")),
    security(("bearer" = ["manager"])),
    responses((status = 200, body = Product, headers(("ETag" = String)))))]
async fn archive(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<ProductId>,
    version: Version,
) -> Result<Answer, Problem> {
    set_active(&app, &caller, id, version, false).await
}

/// Bring a product back into the catalogue.
#[utoipa::path(post, path = "/products/{id}/restore", tag = "products",
    params(("id" = ProductId, Path), ("If-Match" = String, Header, description = "The ETag that you have read")),
    security(("bearer" = ["manager"])),
    responses((status = 200, body = Product, headers(("ETag" = String)))))]
async fn restore(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<ProductId>,
    version: Version,
) -> Result<Answer, Problem> {
    set_active(&app, &caller, id, version, true).await
}

async fn set_active(
    app: &App,
    caller: &Caller,
    id: ProductId,
    version: Version,
    active: bool,
) -> Result<Answer, Problem> {
    let (ctx, version) = (app.ctx(caller), version.required()?);
    let changed = change!(app.db, move |tx, ctx, id, version, active| {
        ops::products::set_active(tx, ctx, *id, *version, *active).await
    });
    let product = changed.await?;
    Ok(Answer::ok(&product, product.version)?)
}
