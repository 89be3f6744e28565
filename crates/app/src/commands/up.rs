//! `comptoir up`: everything in one process.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use domain::Role as UserRole;

use super::user;
use crate::failure::Failure;
use crate::run::{Parts, Role};

const FIRST_EMAIL: &str = "admin@comptoir.example";

pub(crate) async fn run(parts: Parts, sample: bool) -> Result<(), Failure> {
    parts.db.schema().migrate().await?;
    let users = parts
        .db
        .read((), |tx, ()| Box::pin(store::users::count(tx)))
        .await
        .map_err(|e: store::Error| Failure::from(e))?;
    let address = parts.settings.http.listen;
    println!("Comptoir on http://{address}  (API to try: http://{address}/api/docs)");
    println!("data in {}", parts.db.describe());
    if users == 0 {
        first_administrator(&parts, sample).await?;
    }
    parts.run(Role::Everything).await
}

/// With a sample: somebody with a generated password, shown this once. Without: asks, where there is somebody to ask.
async fn first_administrator(parts: &Parts, sample: bool) -> Result<(), Failure> {
    if sample {
        let password = ops::passwords::generate(&parts.context);
        user::add(parts, FIRST_EMAIL, "Administrator", UserRole::Admin, &password).await?;
        println!(
            "sign in as {FIRST_EMAIL} with {password}  (shown once; change it: comptoir user passwd {FIRST_EMAIL})"
        );
        return Ok(());
    }
    if !std::io::stdin().is_terminal() {
        println!("nobody may sign in yet: comptoir user add EMAIL --role admin");
        return Ok(());
    }
    print!("Who is the first administrator? E-mail address: ");
    std::io::stdout().flush().map_err(Failure::unexpected)?;
    let mut email = String::new();
    std::io::stdin().lock().read_line(&mut email).map_err(Failure::unexpected)?;
    let password = user::password(parts, false)?;
    let user = user::add(parts, email.trim(), "Administrator", UserRole::Admin, &password).await?;
    println!("{} may sign in", user.email);
    Ok(())
}
