//! Reads the folder of migrations.

use std::fmt::Write as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};

/// One migration: a file with one SQL statement.
pub(super) struct Migration {
    pub(super) file: String,
    pub(super) number: u32,
    pub(super) text: String,
}

/// Reads all migrations, in the order in which they are applied. A `.sql` file with another kind of name is an error.
pub(super) fn read(folder: &Path) -> Result<Vec<Migration>, String> {
    let explain = |e: std::io::Error| format!("{}: {e}", folder.display());
    let mut migrations = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(explain)? {
        let path = entry.map_err(explain)?.path();
        let file = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        if path.extension().is_none_or(|extension| extension != "sql") {
            continue;
        }
        let number = number(&file).ok_or_else(|| format!("{file}: a step is called NNNN_what_it_does.sql"))?;
        let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        migrations.push(Migration { file, number, text });
    }
    migrations.sort_by(|one, other| one.file.cmp(&other.file));
    Ok(migrations)
}

/// The number of a migration's file: `0001_create_contacts.sql` → 1.
pub(super) fn number(file: &str) -> Option<u32> {
    let (number, name) = file.strip_suffix(".sql")?.split_once('_')?;
    let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    let digits = number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit());
    (digits && !name.is_empty() && name.chars().all(plain)).then(|| number.parse().ok())?
}

/// The SHA-256 digest of a text, in hexadecimal.
pub(super) fn digest(text: &str) -> String {
    Sha256::digest(text).iter().fold(String::new(), |mut hex, byte| {
        // Writing to a string does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
