//! `/api/v1/documents`, and those of an order: confirmations, receipts and delivery notes as PDF.

use axum::Json as Out;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::{Document, DocumentId, DocumentKind, Language, OrderId, TransactionId};
use serde::Deserialize;
use store::{documents, orders, query};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::auth::Caller;
use crate::http::body::{Id, Json, Query};
use crate::http::file::{File, attachment, is_known};
use crate::http::page::{Page, PageQuery};
use crate::{App, Problem};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(of_order, make)).routes(routes!(read)).routes(routes!(file))
}

/// A document to be made.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct DocumentInput {
    kind: DocumentKind,
    /// Of a receipt: the payment or the refund, which must have succeeded.
    #[serde(default)]
    transaction_id: Option<TransactionId>,
    /// The contact's, if not given.
    #[serde(default)]
    language: Option<Language>,
}

/// List the documents that were made of an order, newest first.
#[utoipa::path(get, path = "/orders/{id}/documents", tag = "documents", operation_id = "of_order",
    params(("id" = OrderId, Path), PageQuery), security(("bearer" = ["viewer"])),
    responses((status = 200, body = Page<Document>)))]
async fn of_order(
    State(app): State<App>,
    Id(id): Id<OrderId>,
    Query(page): Query<PageQuery>,
) -> Result<Out<Page<Document>>, Problem> {
    let (after, limit) = (page.after()?, page.limit()?);
    let found = query!(app.db, move |tx, id, after, limit| {
        let Some(order) = orders::get(tx, *id).await? else { return Ok(None) };
        documents::of_order(tx, order.id, after.as_deref(), *limit).await.map(Some)
    });
    let found: Option<store::Page<Document>> = found.await.map_err(|e: store::Error| Problem::from(e))?;
    Ok(Out(found.ok_or_else(|| Problem::not_found("order"))?.into()))
}

/// Make a document of an order as it stands now. There is one for the same data: asked for again, it is found (`200`).
#[utoipa::path(post, path = "/orders/{id}/documents", tag = "documents", params(("id" = OrderId, Path)),
    request_body = DocumentInput, security(("bearer" = ["clerk"])),
    responses(
        (status = 201, body = Document, headers(("Location" = String))),
        (status = 200, description = "It was made before.", body = Document, headers(("Location" = String))),
    ))]
async fn make(
    State(app): State<App>,
    caller: Caller,
    Id(order_id): Id<OrderId>,
    Json(DocumentInput { kind, transaction_id, language }): Json<DocumentInput>,
) -> Result<Response, Problem> {
    let request = ops::documents::Request { order_id, kind, transaction_id, language };
    let (document, new) = ops::documents::find_or_make(&app.db, &app.ctx(&caller), request).await?;
    let status = if new { StatusCode::CREATED } else { StatusCode::OK };
    let location = format!("/api/v1/documents/{}", document.id);
    Ok((status, [(header::LOCATION, location)], Out(document)).into_response())
}

/// Read what is known of a document.
#[utoipa::path(get, path = "/documents/{id}", tag = "documents", params(("id" = DocumentId, Path)),
    security(("bearer" = ["viewer"])), responses((status = 200, body = Document)))]
async fn read(State(app): State<App>, Id(id): Id<DocumentId>) -> Result<Out<Document>, Problem> {
    Ok(Out(query!(app.db, move |tx, id| ops::documents::get(tx, *id).await).await?))
}

/// Download a document. It never changes.
#[utoipa::path(get, path = "/documents/{id}/file", tag = "documents",
    params(("id" = DocumentId, Path), ("If-None-Match" = Option<String>, Header, description = "The ETag of a copy")),
    security(("bearer" = ["viewer"])),
    responses(
        (status = 200, body = inline(File), content_type = "application/pdf",
            headers(("Content-Disposition" = String), ("ETag" = String), ("Cache-Control" = String))),
        (status = 304, description = "The copy is good.", headers(("ETag" = String), ("Cache-Control" = String))),
    ))]
async fn file(State(app): State<App>, Id(id): Id<DocumentId>, headers: HeaderMap) -> Result<Response, Problem> {
    let document = query!(app.db, move |tx, id| ops::documents::get(tx, *id).await).await?;
    let etag = format!("\"{}\"", document.sha256);
    // Only in the reader's own browser, and asked for again after a day: an erasure must not leave copies for ever.
    let kept = [(header::CACHE_CONTROL, "private, max-age=86400".to_owned()), (header::ETAG, etag.clone())];
    if is_known(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    let bytes = query!(app.db, move |tx, id| ops::documents::file(tx, *id).await).await?;
    let said = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, attachment(&document.file_name)),
    ];
    Ok((kept, said, bytes).into_response())
}
