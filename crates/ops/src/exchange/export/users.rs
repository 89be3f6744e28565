//! `users.csv`

use domain::User;
use store::{BoxFuture, Page, Tx, users};

use super::{Cell, Export, maybe_text, named, text};
use crate::Error;

/// Users by their e-mail addresses. Nothing by which somebody could sign in.
#[derive(Clone, Debug, Default)]
pub struct Users;

impl Export for Users {
    type Item = User;
    const NAME: &'static str = "users";
    const COLUMNS: &'static [&'static str] =
        &["email", "name", "role", "language", "second_factor", "disabled_at", "created_at", "id"];

    fn page<'t>(
        &'t self,
        tx: &'t mut Tx<'_>,
        after: Option<&'t str>,
    ) -> BoxFuture<'t, Result<Page<User>, store::Error>> {
        Box::pin(users::list(tx, after, 500))
    }

    fn rows(user: &User) -> Result<Vec<Vec<Cell<'_>>>, Error> {
        Ok(vec![vec![
            Cell::Borrowed(&user.email),
            Cell::Borrowed(&user.name),
            text(user.role),
            user.language.map_or(Ok(Cell::Borrowed("")), named)?,
            text(user.second_factor),
            maybe_text(user.disabled_at),
            text(user.created_at),
            text(user.id),
        ]])
    }
}
