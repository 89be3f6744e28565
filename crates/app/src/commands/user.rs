//! `comptoir user`

use std::io::{BufRead as _, IsTerminal as _};

use domain::{Actor, Role, User};
use ops::{Ctx, passwords, users};

use super::print_json;
use crate::cli::UserCommand;
use crate::failure::Failure;
use crate::run::Parts;

pub(crate) async fn run(parts: &Parts, command: UserCommand) -> Result<(), Failure> {
    match command {
        UserCommand::Add { email, name, role, generate } => {
            let password = password(parts, generate)?;
            let name = name.unwrap_or_else(|| email.split('@').next().unwrap_or("").to_owned());
            let user = add(parts, &email, &name, role, &password).await?;
            println!("{} may sign in as {}", user.email, user.role);
            if generate {
                println!("password: {password}");
            }
        }
        UserCommand::List { json } => list(parts, json).await?,
        UserCommand::Passwd { email, generate } => {
            let password = password(parts, generate)?;
            users::set_password(&parts.db, &parts.context, &email, &password).await?;
            println!("{email} has a new password");
            if generate {
                println!("password: {password}");
            }
        }
    }
    Ok(())
}

pub(crate) async fn add(parts: &Parts, email: &str, name: &str, role: Role, password: &str) -> Result<User, Failure> {
    let hash = passwords::hash(&parts.context, password).await?;
    let ctx = Ctx::new(&parts.context, Actor::system("command-line"));
    let input = (ctx, email.to_owned(), name.to_owned(), role, hash);
    let added = parts
        .db
        .write(input, |tx, (ctx, email, name, role, hash)| Box::pin(users::add(tx, ctx, email, name, *role, hash)));
    Ok(added.await?)
}

async fn list(parts: &Parts, json: bool) -> Result<(), Failure> {
    let users = parts
        .db
        .read((), |tx, ()| Box::pin(store::users::list(tx)))
        .await
        .map_err(|e: store::Error| Failure::from(e))?;
    if json {
        return print_json(&users);
    }
    if users.is_empty() {
        println!("nobody yet; add somebody: comptoir user add EMAIL --role admin");
    }
    for User { email, name, role, .. } in users {
        println!("{:8} {email}  {name}", role.as_str());
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
