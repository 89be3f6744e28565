//! Who may sign in.

use domain::{Role, User, UserId};

use crate::table::{self, Assignments, Column, Columns, Table, table};
use crate::{Error, Page, Reader, Tx};

table! {
    /// The table `users`, without the hash of the password.
    Users("users") of User {
        id,
        email,
        name,
        role,
        language,
        disabled_at,
        created_at,
        version,
    }
    derived { second_factor = false }
}

/// Whether a user has a second factor: the column that [`read`] reads after those of [`Users`].
const HAS_SECOND_FACTOR: &str =
    "EXISTS (SELECT 1 FROM second_factors f WHERE f.user_id = users.id AND f.confirmed_at IS NOT NULL)";

fn read(row: &mut Reader) -> Result<User, Error> {
    let user = Users::read(row)?;
    Ok(User { second_factor: row.next()?, ..user })
}

fn columns() -> String {
    [Users::columns(), ", ", HAS_SECOND_FACTOR].concat()
}

/// Saves a new user with the hash of a password. [`Error::Duplicate`] `users_email` if the address is taken.
pub async fn insert(tx: &mut Tx<'_>, user: &User, password_hash: &str) -> Result<(), Error> {
    let row = Assignments::all::<Users>(user)?.and("password_hash", password_hash);
    table::insert(tx, Users::NAME, row).await
}

pub async fn get(tx: &mut Tx<'_>, id: UserId) -> Result<Option<User>, Error> {
    tx.row(format!("SELECT {} FROM users WHERE id = ?", columns()), &[id.into()], read).await
}

/// The user of an address, with the hash of the password.
pub async fn by_email(tx: &mut Tx<'_>, email: &str) -> Result<Option<(User, String)>, Error> {
    let sql = format!("SELECT {}, password_hash FROM users WHERE email = ?", columns());
    tx.row(sql, &[email.into()], |row| Ok((read(row)?, row.next()?))).await
}

/// One page of users, by address.
pub async fn list(tx: &mut Tx<'_>, after: Option<&str>, limit: usize) -> Result<Page<User>, Error> {
    if after.is_some_and(|after| !after.contains('@')) {
        return Err(Error::BadCursor);
    }
    let sql = format!("SELECT {} FROM users WHERE email > ? ORDER BY email LIMIT ?", columns());
    let rows = tx.rows(sql, &[after.unwrap_or("").into(), (limit + 1).into()], read).await?;
    Ok(Page::of(rows, limit, |user| user.email.clone()))
}

/// Replaces what can change of a user, but for the password; [`Error::Stale`] if somebody else has changed the user meanwhile.
pub async fn update(tx: &mut Tx<'_>, before: &User, user: &User) -> Result<(), Error> {
    let columns: [Column<User>; 5] = [Users::name, Users::role, Users::language, Users::disabled_at, Users::version];
    let values = [user.id.into(), before.version.into()];
    let (sql, values) = Assignments::of(user, &columns)?.update(Users::NAME, "id = ? AND version = ?", values);
    tx.execute_one(sql, &values).await
}

/// Saves the hash of a new password; false if there is no such user.
pub async fn set_password(tx: &mut Tx<'_>, id: UserId, password_hash: &str) -> Result<bool, Error> {
    let sql = "UPDATE users SET password_hash = ? WHERE id = ?";
    Ok(tx.execute(sql, &[password_hash.into(), id.into()]).await? == 1)
}

/// Administrators who may sign in. They stay what they are until the commit: two who each take the other's role away meet here.
pub async fn lock_admins(tx: &mut Tx<'_>) -> Result<Vec<UserId>, Error> {
    let locking = tx.dialect().locking();
    let sql = format!("SELECT id FROM users WHERE role = ? AND disabled_at IS NULL ORDER BY id{locking}");
    tx.rows(sql, &[Role::Admin.into()], Reader::next).await
}

pub async fn count(tx: &mut Tx<'_>) -> Result<i64, Error> {
    Ok(tx.row("SELECT COUNT(*) FROM users", &[], Reader::next).await?.unwrap_or(0))
}
