//! `comptoir user`

use std::io::{BufRead as _, IsTerminal as _};

use domain::{Actor, InvitationInput, Role, User};
use ops::Ctx;
use ops::access::passwords;
use ops::access::passwords::Hasher;
use ops::people::second_factor;
use ops::people::users;
use store::{Page, change};

use super::print_json;
use crate::cli::UserCommand;
use crate::failure::Failure;
use crate::run::Parts;

pub(crate) async fn run(parts: &Parts, command: UserCommand) -> Result<(), Failure> {
    match command {
        UserCommand::Add { email, name, role, generate } => {
            let password = password(parts, generate)?;
            let name = name_or_default(name, &email);
            let user = add(parts, &email, &name, role, &password).await?;
            println!("{} may sign in as {}", user.email, user.role);
            if generate {
                println!("password: {password}");
            }
        }
        UserCommand::Invite { email, name, role } => invite(parts, email, name, role).await?,
        UserCommand::List { json } => list(parts, json).await?,
        UserCommand::Passwd { email, generate } => {
            let password = password(parts, generate)?;
            users::set_password(&parts.db, &Hasher::default(), ctx(parts), &email, &password).await?;
            println!("{email} has a new password");
            if generate {
                println!("password: {password}");
            }
        }
        UserCommand::ResetSecondFactor { email } => {
            let ctx = ctx(parts);
            let reset = change!(parts.db, move |tx, ctx, email| second_factor::remove_by_email(tx, ctx, email).await);
            println!("{} signs in with the password alone", reset.await?.email);
        }
    }
    Ok(())
}

fn ctx(parts: &Parts) -> Ctx {
    Ctx::new(&parts.context, Actor::system("command-line"))
}

fn name_or_default(name: Option<String>, email: &str) -> String {
    name.unwrap_or_else(|| email.split('@').next().unwrap_or("").to_owned())
}

async fn invite(parts: &Parts, email: String, name: Option<String>, role: Role) -> Result<(), Failure> {
    let name = name_or_default(name, &email);
    let (ctx, input) = (ctx(parts), InvitationInput { email, name, role });
    let made = change!(parts.db, move |tx, ctx, input| ops::people::invitations::create(tx, ctx, input.clone()).await);
    let (invitation, token) = made.await?;
    let base = parts.settings.http.public_url.trim_end_matches('/');
    println!("{base}/invitation#{token}");
    eprintln!("for {} alone, until {}; shown once", invitation.email, invitation.expires_at);
    if base.is_empty() {
        eprintln!("put the address of this server before it (http.public_url is not set)");
    }
    Ok(())
}

pub(crate) async fn add(parts: &Parts, email: &str, name: &str, role: Role, password: &str) -> Result<User, Failure> {
    let ctx = ctx(parts);
    let hash = Hasher::default().hash(&ctx, password).await?;
    let (email, name) = (email.to_owned(), name.to_owned());
    let added =
        change!(parts.db, move |tx, ctx, email, name, role, hash| users::add(tx, ctx, email, name, *role, hash).await);
    Ok(added.await?)
}

async fn list(parts: &Parts, json: bool) -> Result<(), Failure> {
    let (mut users, mut after) = (Vec::new(), None);
    loop {
        let read =
            parts.db.read(after, |tx, after: &Option<String>| Box::pin(store::users::list(tx, after.as_deref(), 200)));
        let page: Result<Page<User>, store::Error> = read.await;
        let page = page?;
        users.extend(page.items);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    if json {
        return print_json(&users);
    }
    if users.is_empty() {
        println!("nobody yet; add somebody: comptoir user add EMAIL --role admin");
    }
    for User { email, name, role, disabled_at, .. } in users {
        let disabled = if disabled_at.is_some() { "  (disabled)" } else { "" };
        println!("{:8} {email}  {name}{disabled}", role.as_str());
    }
    Ok(())
}

/// Made, asked for twice on a terminal, or one line of standard input.
pub(crate) fn password(parts: &Parts, generate: bool) -> Result<String, Failure> {
    if generate {
        return Ok(passwords::generate(&parts.context));
    }
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        let first = rpassword::prompt_password("password (12 characters or more): ").map_err(Failure::unexpected)?;
        let second = rpassword::prompt_password("again: ").map_err(Failure::unexpected)?;
        return if first == second { Ok(first) } else { Err(Failure::Refused("the two passwords differ".into())) };
    }
    let mut line = String::new();
    stdin.lock().read_line(&mut line).map_err(Failure::unexpected)?;
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}
