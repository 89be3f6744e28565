//! Reads the form with which a file is sent: `multipart/form-data` (RFC 7578). Files go to the disk as they come, never into
//! memory; what is cut off or refused on the way leaves nothing.

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::StatusCode;
use domain::{Import, ImportKind};
use ops::exchange::import::{Map, Options};
use ops::exchange::import_jobs::{Request as Wanted, Upload};
use std::path::PathBuf;
use tokio::fs::File;
use tokio::io::{AsyncWriteExt as _, BufWriter};

use crate::{App, Problem};

/// Of a field that is no file, in bytes: a map names some dozens of columns.
const MAX_TEXT: usize = 64 * 1024;

/// A form that was received, and not judged yet.
pub(crate) struct Form {
    upload: Upload,
    kind: Option<String>,
    file: Option<(String, PathBuf)>,
    lines: Option<PathBuf>,
    map: Option<String>,
    dry_run: Option<String>,
    skip_bad: Option<String>,
}

impl FromRequest<App> for Form {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let mut parts = Multipart::from_request(request, app).await.map_err(|_| {
            Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "bad_content_type", "send multipart/form-data")
        })?;
        let upload = app.imports.receive().map_err(|e| store::Error::Unexpected(e.to_string()))?;
        let mut form = Self { upload, kind: None, file: None, lines: None, map: None, dry_run: None, skip_bad: None };
        let mut room = Room { left: app.settings.import_bytes, most: app.settings.import_bytes };
        while let Some(field) = parts.next_field().await.map_err(|e| unreadable(&e))? {
            form.take(field, &mut room).await?;
        }
        Ok(form)
    }
}

/// How many bytes of files may still come.
struct Room {
    left: u64,
    most: u64,
}

impl Form {
    async fn take(&mut self, field: Field<'_>, room: &mut Room) -> Result<(), Problem> {
        let name = field.name().unwrap_or_default().to_owned();
        let slot = match name.as_str() {
            "file" | "lines" => {
                let told = field.file_name().unwrap_or("file.csv").to_owned();
                let there = if name == "file" { self.file.is_some() } else { self.lines.is_some() };
                if there {
                    return Err(Problem::invalid(name, "given_twice", "must be given once".into()));
                }
                let path = save(&self.upload, &name, &told, field, room).await?;
                if name == "file" {
                    self.file = Some((told, path));
                } else {
                    self.lines = Some(path);
                }
                return Ok(());
            }
            "kind" => &mut self.kind,
            "map" => &mut self.map,
            "dry_run" => &mut self.dry_run,
            "skip_bad" => &mut self.skip_bad,
            _ => {
                let known = "is none of kind, file, lines, map, dry_run, skip_bad".into();
                return Err(Problem::invalid(name, "unknown_field", known));
            }
        };
        if slot.is_some() {
            return Err(Problem::invalid(name, "given_twice", "must be given once".into()));
        }
        *slot = Some(text(&name, field).await?);
        Ok(())
    }

    /// What is wanted, and the files of it.
    pub(crate) fn checked(self) -> Result<(Upload, Wanted), Problem> {
        let missing = |field: &str| Problem::invalid(field.into(), "required", "must be given".into());
        let kind = match self.kind.as_deref().map(str::trim) {
            Some("contacts") => ImportKind::Contacts,
            Some("orders") => ImportKind::Orders,
            Some(_) => return Err(Problem::invalid("kind".into(), "bad_name", "must be contacts or orders".into())),
            None => return Err(missing("kind")),
        };
        let (file_name, file) = self.file.ok_or_else(|| missing("file"))?;
        let map = self.map.filter(|map| !map.trim().is_empty()).map(|map| Map::parse(&map)).transpose();
        let map = map.map_err(|e| Problem::invalid("map".into(), "bad_map", e.to_string()))?;
        let options = Options { dry_run: truth("dry_run", self.dry_run)?, skip_bad: truth("skip_bad", self.skip_bad)? };
        let file_name = Import::clean_name(&file_name);
        Ok((self.upload, Wanted { kind, file_name, file, lines: self.lines, map, options }))
    }
}

async fn save(
    upload: &Upload,
    part: &str,
    told: &str,
    mut field: Field<'_>,
    room: &mut Room,
) -> Result<PathBuf, Problem> {
    let failed = |e: std::io::Error| Problem::from(store::Error::Unexpected(format!("an upload: {e}")));
    upload.part(part).map_err(failed)?;
    let path = upload.place(part, told);
    let mut file = BufWriter::with_capacity(64 * 1024, File::create(&path).await.map_err(failed)?);
    while let Some(bytes) = field.chunk().await.map_err(|e| unreadable(&e))? {
        room.left = room.left.checked_sub(bytes.len() as u64).ok_or_else(|| {
            let detail = format!("files may have at most {} MB together", room.most / 1_000_000);
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail)
        })?;
        file.write_all(&bytes).await.map_err(failed)?;
    }
    file.flush().await.map_err(failed)?;
    Ok(path)
}

async fn text(name: &str, mut field: Field<'_>) -> Result<String, Problem> {
    let mut text = Vec::new();
    while let Some(bytes) = field.chunk().await.map_err(|e| unreadable(&e))? {
        text.extend_from_slice(&bytes);
        if text.len() > MAX_TEXT {
            return Err(Problem::invalid(name.into(), "too_long", format!("must be at most {MAX_TEXT} bytes")));
        }
    }
    String::from_utf8(text).map_err(|_| Problem::invalid(name.into(), "bad_text", "must be UTF-8".into()))
}

fn truth(field: &str, text: Option<String>) -> Result<bool, Problem> {
    match text.as_deref().map(str::trim) {
        None | Some("" | "false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(Problem::invalid(field.into(), "bad_value", "must be true or false".into())),
    }
}

/// A form that ends too early, or is none.
fn unreadable(error: &MultipartError) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "bad_request", format!("the form cannot be read: {}", error.body_text()))
}
