//! `GET /api/v1/contacts`: which contacts, and in which order.

use axum::Json as Out;
use axum::extract::State;
use axum::response::Response;
use domain::{Contact, ContactId, ContactKind, ContactState, Language, Timestamp};
use ops::export;
use serde::{Deserialize, Serialize};
use store::contact_lists::{self as lists, Filter, Sort};

use crate::access::auth::Caller;
use crate::http::body::Query;
use crate::http::csv::{CsvQuery, download};
use crate::http::page::{Page, PageQuery, several, words};
use crate::{App, Problem};

/// Which contacts. Texts compare without accents and case.
#[derive(Clone, Debug, Deserialize, Serialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// Only contacts that have, for each of these words, a word that begins with it: name, e-mail, town, …; best matches first.
    #[param(example = "dupr lyon")]
    q: Option<String>,
    /// If not given: active and archived ones.
    state: Option<ContactState>,
    kind: Option<ContactKind>,
    #[param(example = "épicerie")]
    tag: Option<String>,
    /// One of the contact's addresses, whole.
    #[param(example = "commandes@dupre.example")]
    email: Option<String>,
    /// Of one of its addresses, whole.
    #[param(example = "Lyon")]
    city: Option<String>,
    /// Of one of its addresses, whole.
    #[param(example = "France")]
    country: Option<String>,
    language: Option<Language>,
    /// Only contacts that have changed at this moment or after it.
    updated_since: Option<Timestamp>,
    /// Only these, at most 200; in any state, if none is asked for.
    #[serde(default, deserialize_with = "several")]
    #[param(style = Form, explode = false, required = false, min_items = 1, max_items = 200)]
    ids: Vec<ContactId>,
    /// `name`, if not given. Not with `q`, which has an order of its own.
    #[param(inline)]
    sort: Option<ContactSort>,
}

/// More would not fit a page.
const MOST_IDS: usize = 200;

/// In which order; with `-`, the latest first.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, utoipa::ToSchema)]
enum ContactSort {
    #[serde(rename = "name")]
    Name,
    #[serde(rename = "created_at")]
    Created,
    #[serde(rename = "-created_at")]
    CreatedLast,
    #[serde(rename = "updated_at")]
    Updated,
    #[serde(rename = "-updated_at")]
    UpdatedLast,
}

impl From<ContactSort> for Sort {
    fn from(sort: ContactSort) -> Self {
        match sort {
            ContactSort::Name => Self::Name,
            ContactSort::Created => Self::Created,
            ContactSort::CreatedLast => Self::CreatedLast,
            ContactSort::Updated => Self::Updated,
            ContactSort::UpdatedLast => Self::UpdatedLast,
        }
    }
}

impl Which {
    /// What is asked for: a list in an order, or what a search finds.
    fn exported(self) -> Result<export::Contacts, Problem> {
        let Self { q, state, kind, tag, email, city, country, language, updated_since, ids, sort } = self;
        if ids.len() > MOST_IDS {
            return Err(Problem::invalid("ids".into(), "too_many", format!("at most {MOST_IDS}")));
        }
        let filter = Filter { state, kind, tag, email, city, country, language, updated_since, ids };
        Ok(export::Contacts { q: words(q, sort)?, filter, sort: sort.map(Sort::from).unwrap_or_default() })
    }
}

/// List contacts, or search them.
#[utoipa::path(get, path = "/contacts", tag = "contacts", params(PageQuery, Which), security(("bearer" = ["viewer"])),
    responses((status = 200, body = Page<Contact>)))]
pub(crate) async fn list(
    State(app): State<App>,
    Query(page): Query<PageQuery>,
    Query(which): Query<Which>,
) -> Result<Out<Page<Contact>>, Problem> {
    let input = (which.exported()?, page.after()?, page.limit()?);
    let found = app.db.read(input, |tx, (export::Contacts { q, filter, sort }, after, limit)| {
        Box::pin(async move {
            match q {
                Some(q) => lists::search(tx, q, filter, after.as_deref(), *limit).await,
                None => lists::list(tx, filter, *sort, after.as_deref(), *limit).await,
            }
        })
    });
    Ok(Out(found.await.map_err(Problem::from)?.into()))
}

/// All contacts of the list as a CSV file, with the primary one of several addresses. An import takes it back.
#[utoipa::path(get, path = "/contacts.csv", tag = "contacts", params(Which, CsvQuery), security(("bearer" = ["clerk"])),
    responses((status = 200, body = String, content_type = "text/csv", headers(("Content-Disposition" = String)))))]
pub(crate) async fn list_csv(
    State(app): State<App>,
    caller: Caller,
    Query(which): Query<Which>,
    Query(file): Query<CsvQuery>,
) -> Result<Response, Problem> {
    download(&app, &caller, which.clone().exported()?, &which, file).await
}
