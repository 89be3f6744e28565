//! `comptoir import`
use crate::cli::ImportCommand;
use crate::failure::Failure;
use crate::run::Parts;

pub(crate) async fn run(_parts: &Parts, _command: ImportCommand) -> Result<(), Failure> {
    Err(Failure::Refused("being built".into()))
}
