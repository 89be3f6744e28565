//! The file of the picture at the head of documents. Which one it is stands in the settings.

use crate::{Error, Reader, Tx};

/// Keeps one, instead of any other.
pub async fn replace(tx: &mut Tx<'_>, sha256: &str, file: &[u8]) -> Result<(), Error> {
    clear(tx).await?;
    tx.execute("INSERT INTO logos (sha256, file) VALUES (?, ?)", &[sha256.into(), file.into()]).await.map(drop)
}

pub async fn clear(tx: &mut Tx<'_>) -> Result<(), Error> {
    tx.execute("DELETE FROM logos", &[]).await.map(drop)
}

pub async fn get(tx: &mut Tx<'_>, sha256: &str) -> Result<Option<Vec<u8>>, Error> {
    tx.row("SELECT file FROM logos WHERE sha256 = ?", &[sha256.into()], Reader::next).await
}
