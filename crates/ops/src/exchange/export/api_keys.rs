//! `api-keys.csv`

use domain::ApiKey;
use store::{BoxFuture, Page, Tx, api_keys};

use super::{Cell, Export, maybe_text, text};
use crate::Error;

/// API keys, newest first. Nothing by which somebody could use one.
#[derive(Clone, Debug, Default)]
pub struct ApiKeys;

impl Export for ApiKeys {
    type Item = ApiKey;
    const NAME: &'static str = "api-keys";
    const COLUMNS: &'static [&'static str] = &[
        "name",
        "role",
        "prefix",
        "per_minute",
        "created_by",
        "created_at",
        "expires_at",
        "last_used_at",
        "revoked_at",
        "id",
    ];

    fn page<'t>(
        &'t self,
        tx: &'t mut Tx<'_>,
        after: Option<&'t str>,
    ) -> BoxFuture<'t, Result<Page<ApiKey>, store::Error>> {
        Box::pin(api_keys::list(tx, after, 500))
    }

    fn rows(key: &ApiKey) -> Result<Vec<Vec<Cell<'_>>>, Error> {
        Ok(vec![vec![
            Cell::Borrowed(&key.name),
            text(key.role),
            Cell::Borrowed(&key.prefix),
            maybe_text(key.per_minute),
            Cell::Borrowed(key.created_by.as_str()),
            text(key.created_at),
            maybe_text(key.expires_at),
            maybe_text(key.last_used_at),
            maybe_text(key.revoked_at),
            text(key.id),
        ]])
    }
}
