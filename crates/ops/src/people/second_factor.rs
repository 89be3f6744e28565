//! A second factor: codes of six digits that a telephone makes from a shared secret and the time (TOTP, RFC 6238), and ten
//! recovery codes for when it is lost.

use domain::{SecurityKind, User, UserId};
use serde_json::json;
use store::second_factors::{self, SecondFactor};
use store::{Db, Tx, change, users};
use totp_rs::{Builder, Totp};

use crate::access::throttle::Attempt;
use crate::access::tokens;
use crate::error::Refusable;
use crate::people::security;
use crate::{Ctx, Error, Gate, Seal};

/// Bits of the secret: what RFC 4226, section 4 recommends.
const SECRET_BYTES: usize = 20;
const RECOVERY_CODES: usize = 10;
/// Without letters that look like others.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// What an authenticator needs to know.
pub struct Begun {
    /// Base 32.
    pub secret: String,
    /// `otpauth://totp/…`, for a QR code (<https://github.com/google/google-authenticator/wiki/Key-Uri-Format>).
    pub url: String,
}

pub(crate) enum Checked {
    /// Or the user has no second factor.
    Right,
    Missing,
    Wrong,
}

pub(crate) fn required() -> Error {
    Error::unauthorised("second_factor_required", "send the code of the second factor too")
}

pub(crate) fn wrong() -> Error {
    Error::unauthorised("bad_second_factor", "the code is wrong, or was used before")
}

/// Whether `code` is right for the user, and uses it up. A code of 30 seconds ago or ahead will do (RFC 6238, section 5.2).
pub(crate) async fn check(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    seal: &Seal,
    user: &User,
    code: Option<&str>,
) -> Result<Checked, Error> {
    let factor = second_factors::get(tx, user.id).await?;
    let Some(factor) = factor.filter(|factor| factor.confirmed_at.is_some()) else { return Ok(Checked::Right) };
    let code: String = code.unwrap_or("").to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    if code.is_empty() {
        return Ok(Checked::Missing);
    }
    let right = if code.len() == 6 {
        match step_of(ctx, seal, user, &factor, &code)? {
            Some(step) => second_factors::use_step(tx, user.id, step).await?,
            None => false,
        }
    } else {
        second_factors::use_code(tx, user.id, &tokens::hash(&code), ctx.now).await?
    };
    Ok(if right { Checked::Right } else { Checked::Wrong })
}

fn step_of(ctx: &Ctx, seal: &Seal, user: &User, factor: &SecondFactor, code: &str) -> Result<Option<i64>, Error> {
    let (secret, _) = seal.open(&user.id.to_string(), &factor.sealed_secret)?;
    let seconds = ctx.now.unix_millis() / 1000;
    let step = totp(user, &secret)?.check(code, seconds);
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

fn totp(user: &User, secret: &[u8]) -> Result<Totp, Error> {
    // A colon would end the issuer.
    let account = user.email.replace(':', "");
    let totp = Builder::new().with_secret(secret).with_issuer(Some("Comptoir")).with_account_name(account).build();
    totp.map_err(|e| Error::Store(store::Error::Unexpected(e.to_string())))
}

/// Makes a secret, which is in use once [`confirm`]ed.
pub async fn begin(tx: &mut Tx<'_>, ctx: &Ctx, seal: &Seal, user: UserId) -> Result<Begun, Error> {
    let user = get(tx, user).await?;
    if user.second_factor {
        return Err(Error::conflict("second_factor_on", "the second factor is on; switch it off first"));
    }
    second_factors::delete(tx, user.id).await?;
    let mut secret = [0; SECRET_BYTES];
    ctx.secret(&mut secret);
    let totp = totp(&user, &secret)?;
    let factor = SecondFactor {
        user_id: user.id,
        sealed_secret: seal.seal(ctx, &user.id.to_string(), &secret)?,
        last_step: 0,
        created_at: ctx.now,
        confirmed_at: None,
    };
    second_factors::insert(tx, &factor).await.map_err(Error::taken("second_factors_user_id", "user"))?;
    let url = totp.to_url().map_err(|e| Error::Store(store::Error::Unexpected(e.to_string())))?;
    Ok(Begun { secret: totp.secret().to_base32(), url })
}

/// Switches the second factor on for whoever shows a code; gives the recovery codes.
pub async fn confirm(tx: &mut Tx<'_>, ctx: &Ctx, seal: &Seal, user: UserId, code: &str) -> Result<Vec<String>, Error> {
    let user = get(tx, user).await?;
    let factor = second_factors::get(tx, user.id).await?.filter(|factor| factor.confirmed_at.is_none());
    let nothing = || Error::conflict("no_second_factor", "there is no second factor that waits to be confirmed");
    let factor = factor.ok_or_else(nothing)?;
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let Some(step) = step_of(ctx, seal, &user, &factor, &code)? else {
        return Err(domain::Invalid::new("code", "bad_code", "is not what the secret makes now").into());
    };
    if !second_factors::confirm(tx, user.id, ctx.now).await? {
        return Err(nothing());
    }
    second_factors::use_step(tx, user.id, step).await?;
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| tokens::letters(ctx, LETTERS, 16)).collect();
    let hashes: Vec<String> = codes.iter().map(|code| tokens::hash(code)).collect();
    second_factors::insert_codes(tx, user.id, &hashes).await?;
    security::record(tx, ctx, SecurityKind::SecondFactorOn, Some(&user.id.to_string()), json!({})).await?;
    Ok(codes.iter().map(|code| grouped(code)).collect())
}

/// `abcd-efgh-…`: to be written down.
fn grouped(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// Switches the second factor off for whoever knows the password and has a code.
pub async fn switch_off(
    db: &Db,
    gate: &Gate,
    ctx: Ctx,
    user: UserId,
    password: &str,
    code: String,
) -> Result<(), Error> {
    let (user, right) = crate::people::users::verify(db, gate, &ctx, user, password).await?;
    change!(db, |tx, gate, ctx, user, right, code| turn_off(tx, ctx, &gate.seal, user, *right, code).await).await?
}

async fn turn_off(tx: &mut Tx<'_>, ctx: &Ctx, seal: &Seal, user: &User, right: bool, code: &str) -> Refusable<()> {
    let attempt = Attempt::at(ctx, &user.email);
    if let Err(refusal) = attempt.check(tx, ctx.now).await {
        return Ok(Err(refusal));
    }
    if !right {
        attempt.fail(tx, ctx.now).await?;
        return Ok(Err(crate::people::users::wrong_password()));
    }
    match check(tx, ctx, seal, user, Some(code)).await? {
        Checked::Right => {}
        Checked::Missing => return Ok(Err(required())),
        Checked::Wrong => {
            attempt.fail(tx, ctx.now).await?;
            return Ok(Err(wrong()));
        }
    }
    attempt.succeed(tx).await?;
    remove(tx, ctx, user.id).await.map(Ok)
}

/// Switches the second factor off without a code: the telephone is lost. For administrators.
pub async fn remove(tx: &mut Tx<'_>, ctx: &Ctx, user: UserId) -> Result<(), Error> {
    let user = get(tx, user).await?;
    second_factors::delete(tx, user.id).await?;
    // One that was never confirmed was never on.
    if user.second_factor {
        security::record(tx, ctx, SecurityKind::SecondFactorOff, Some(&user.id.to_string()), json!({})).await?;
    }
    Ok(())
}

/// Removes a user's second factor, found by the user's e-mail address.
pub async fn remove_by_email(tx: &mut Tx<'_>, ctx: &Ctx, email: &str) -> Result<User, Error> {
    let found = users::by_email(tx, &User::normal_email(email)?).await?;
    let (user, _) = found.ok_or(Error::NotFound { what: "user" })?;
    remove(tx, ctx, user.id).await?;
    Ok(user)
}

/// Seals anew what was sealed with the key before the current one; says how many. After that, the former is not needed here.
pub async fn reseal(tx: &mut Tx<'_>, ctx: &Ctx, seal: &Seal) -> Result<usize, Error> {
    let mut resealed = 0;
    for factor in second_factors::list(tx).await? {
        let owner = factor.user_id.to_string();
        if let Ok((secret, true)) = seal.open(&owner, &factor.sealed_secret) {
            let sealed = seal.seal(ctx, &owner, &secret)?;
            resealed += usize::from(second_factors::reseal(tx, &factor, &sealed).await?);
        }
    }
    Ok(resealed)
}

async fn get(tx: &mut Tx<'_>, user: UserId) -> Result<User, Error> {
    users::get(tx, user).await?.ok_or(Error::NotFound { what: "user" })
}
