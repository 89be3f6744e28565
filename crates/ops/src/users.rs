//! Who may sign in.

use domain::{Invalid, Role, User, UserId};
use store::{Context, Db, Tx, users};

use crate::{Ctx, Error, passwords};

/// Adds a user with the hash of a password (see [`passwords::hash`]).
pub async fn add(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    email: &str,
    name: &str,
    role: Role,
    password_hash: &str,
) -> Result<User, Error> {
    let email = User::normal_email(email)?;
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 200 {
        return Err(Invalid::new("name", "required", "must have 1 to 200 characters").into());
    }
    let user = User { id: ctx.id(UserId::new), email, name: name.to_owned(), role, created_at: ctx.now };
    users::insert(tx, &user, password_hash).await.map_err(Error::taken("users_email", "e-mail address"))?;
    Ok(user)
}

/// Gives a user another password.
pub async fn set_password(db: &Db, context: &Context, email: &str, password: &str) -> Result<(), Error> {
    let email = User::normal_email(email)?;
    let hash = passwords::hash(context, password).await?;
    let changed = db.write((email, hash), |tx, (email, hash)| Box::pin(users::set_password(tx, email, hash))).await;
    if changed? { Ok(()) } else { Err(Error::NotFound { what: "user" }) }
}

/// The user whose address and password these are. An unknown address and a wrong password look and last alike.
pub async fn sign_in(db: &Db, email: &str, password: &str) -> Result<Option<User>, Error> {
    let email = email.trim().to_lowercase();
    let found = db.read(email, |tx, email| Box::pin(users::by_email(tx, email))).await?;
    let (user, hash) = found.unzip();
    Ok(if passwords::verify(hash, password).await? { user } else { None })
}
