//! Lists, page by page. A cursor says where a page ends; what is in it is our business.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::de::{DeserializeOwned, IntoDeserializer};
use serde::{Deserialize, Deserializer, Serialize};

use crate::Problem;

/// Which page of a list.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// Items on the page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// `next_cursor` of the page before; the first page, if not given.
    #[param(min_length = 1)]
    cursor: Option<String>,
}

/// One page. More follow while `next_cursor` is there.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    pub(crate) next_cursor: Option<String>,
}

impl PageQuery {
    pub(crate) fn limit(&self) -> Result<usize, Problem> {
        match self.limit.unwrap_or(50) {
            limit @ 1..=200 => Ok(limit),
            _ => Err(Problem::invalid("limit".into(), "bad_limit", "must be between 1 and 200".into())),
        }
    }

    pub(crate) fn after(&self) -> Result<Option<String>, Problem> {
        let Some(cursor) = &self.cursor else { return Ok(None) };
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        bytes.map(Some).ok_or_else(|| store::Error::BadCursor.into())
    }
}

/// Several values of one parameter: `state=draft,confirmed`.
pub(crate) fn several<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let text = String::deserialize(deserializer)?;
    text.split(',').map(|name| T::deserialize(name.into_deserializer())).collect()
}

/// The words of a search, if there are any. A search has an order of its own, so whoever asks for another is told.
pub(crate) fn words<S>(q: Option<String>, sort: Option<S>) -> Result<Option<String>, Problem> {
    let words = q.filter(|q| !q.trim().is_empty());
    if words.is_some() && sort.is_some() {
        let message = "a search has its best matches first and cannot be sorted: leave out q or sort";
        return Err(Problem::invalid("sort".into(), "filters_with_search", message.into()));
    }
    Ok(words)
}

impl<T> From<store::Page<T>> for Page<T> {
    fn from(page: store::Page<T>) -> Self {
        Self { items: page.items, next_cursor: page.next.map(|next| BASE64_URL_SAFE_NO_PAD.encode(next)) }
    }
}
