//! What can go wrong between us and a database, by what the caller can do about it.

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database cannot be reached or cannot write now. Nothing was changed, unless a commit's answer was lost: then it
    /// is unknown, and the caller may ask again with the same idempotency key.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// A unique key is taken: `contacts_external_id`, `outbox_id`, …
    #[error("{key} is already taken")]
    Duplicate { key: String },
    /// The row is no longer what the caller has read.
    #[error("the row has changed meanwhile")]
    Stale,
    /// A row that must be there is not.
    #[error("the row does not exist")]
    Missing,
    /// Two transactions met; the store retries this by itself, and gives up after some tries.
    #[error("the database could not serialise the change: {0}")]
    Contended(String),
    /// A page's cursor is not one of ours.
    #[error("the cursor is not valid")]
    BadCursor,
    /// A filter of a list cannot be accepted.
    #[error(transparent)]
    Invalid(#[from] domain::Invalid),
    /// The block of reserved order numbers is used up; `Db::write` gets another and runs the change again.
    #[error("no order number is reserved")]
    NumbersExhausted,
    /// What is in the database is not what we wrote, or our SQL is wrong: a defect.
    #[error("the database answered unexpectedly: {0}")]
    Unexpected(String),
}

impl Error {
    pub(crate) fn duplicate_of(&self, wanted: &str) -> bool {
        matches!(self, Self::Duplicate { key } if key == wanted)
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        let rusqlite::Error::SqliteFailure(failure, message) = &error else {
            return Self::Unexpected(error.to_string());
        };
        let message = message.clone().unwrap_or_else(|| failure.to_string());
        match failure.code {
            Code::ConstraintViolation => match message.strip_prefix("UNIQUE constraint failed: ") {
                // `contacts.external_id`, or `events.subject, events.sequence`: the first column names the key.
                Some(columns) => {
                    let first = columns.split(',').next().unwrap_or(columns);
                    Self::Duplicate { key: first.replace('.', "_") }
                }
                None => Self::Unexpected(message),
            },
            Code::DatabaseBusy | Code::DatabaseLocked => Self::Contended(message),
            Code::DiskFull
            | Code::CannotOpen
            | Code::ReadOnly
            | Code::SystemIoFailure
            | Code::PermissionDenied
            | Code::OutOfMemory => Self::Unavailable(message),
            _ => Self::Unexpected(message),
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let sqlx::Error::Database(refusal) = &error else {
            return match error {
                sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) => {
                    Self::Unavailable(error.to_string())
                }
                other => Self::Unexpected(other.to_string()),
            };
        };
        let Some(number) =
            refusal.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>().map(sqlx::mysql::MySqlDatabaseError::number)
        else {
            return Self::Unexpected(refusal.to_string());
        };
        let message = refusal.message().to_owned();
        // Numbers: https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html
        match number {
            1062 => Self::Duplicate { key: duplicate_key(&message) },
            1205 | 1213 => Self::Contended(message),
            // Too many connections, shutdown, read-only, disk full, connection limits, access denied, unknown database.
            1040 | 1053 | 1290 | 1792 | 1836 | 1021 | 1114 | 1203 | 1226 | 1044 | 1045 | 1049 | 1927 | 4031 => {
                Self::Unavailable(message)
            }
            _ => Self::Unexpected(format!("{number}: {message}")),
        }
    }
}

/// `Duplicate entry 'x' for key 'contacts.contacts_external_id'` (MySQL) or `… key 'contacts_external_id'` (MariaDB).
fn duplicate_key(message: &str) -> String {
    let quoted = message.rsplit('\'').nth(1).unwrap_or("");
    quoted.rsplit('.').next().unwrap_or(quoted).to_owned()
}
