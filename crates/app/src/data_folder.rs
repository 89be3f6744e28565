//! The folder of a site that runs from one: its database, its secret, mails, files of imports. Its owner's alone, and one
//! `comptoir up` at a time.

use std::fs::{File, Metadata, OpenOptions, Permissions, TryLockError, set_permissions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::settings::Settings;

/// What everybody else may do with a file.
const OTHERS: u32 = 0o077;
/// Held by the process that runs; its number is in it.
const LOCK: &str = "comptoir.lock";

/// Takes from others what they may do with a folder and files that an earlier release, or a copy, has left open, and says so.
/// What is made from now on is made private (the umask).
pub(crate) fn make_private(settings: &Settings) {
    let folder = &settings.data.folder;
    let database = settings.database.url.strip_prefix("sqlite:").map(|path| path.trim_start_matches("//"));
    let beside = |suffix| database.map(|path| PathBuf::from(format!("{path}{suffix}")));
    let files = [beside(""), beside("-wal"), beside("-shm"), Some(folder.join("jwt-secret"))];
    let files: Vec<PathBuf> = files.into_iter().flatten().filter(|file| file.exists()).collect();
    // A folder in which nothing of ours lies is somebody else's, whatever the settings say.
    let ours = files.iter().any(|file| file.parent() == Some(folder));
    let folders = [folder.clone(), folder.join("mail"), folder.join("imports")];
    let folders = folders.into_iter().filter(|_| ours);
    for path in files.iter().cloned().chain(folders) {
        match close(&path) {
            Ok(true) => {
                tracing::warn!(path = %path.display(), "other users of this machine could read this; now only its owner can");
            }
            Ok(false) => {}
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(error) => tracing::warn!(path = %path.display(), %error, "other users of this machine can read this"),
        }
    }
}

/// Whether something was open to others, and is not any more. Somebody else's stays as it is.
fn close(path: &Path) -> io::Result<bool> {
    let found = std::fs::metadata(path)?;
    let mode = found.permissions().mode();
    if mode & OTHERS == 0 || !is_ours(&found) {
        return Ok(false);
    }
    set_permissions(path, Permissions::from_mode(mode & !OTHERS))?;
    Ok(true)
}

/// Another's folder that we may use (a volume of a cluster, by its group), or one for everybody (`/tmp`), is not ours to change.
fn is_ours(found: &Metadata) -> bool {
    const STICKY: u32 = 0o1000;
    found.uid() == rustix::process::geteuid().as_raw() && found.permissions().mode() & STICKY == 0
}

/// Takes the folder for this process, as long as what is returned is kept, however the process ends.
pub(crate) fn claim(folder: &Path) -> Result<File, Failure> {
    let path = folder.join(LOCK);
    let failed = |e: io::Error| Failure::Unavailable(format!("{}: {e}", path.display()));
    std::fs::create_dir_all(folder).map_err(failed)?;
    let mut lock =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(failed)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            lock.read_to_string(&mut holder).map_err(failed)?;
            return Err(Failure::Refused(format!(
                "comptoir up runs on {} already, as process {}: stop that one first, or name another folder in \
                 COMPTOIR_DATA_FOLDER",
                folder.display(),
                holder.trim()
            )));
        }
        Err(TryLockError::Error(e)) => return Err(failed(e)),
    }
    lock.set_len(0).and_then(|()| writeln!(lock, "{}", std::process::id())).map_err(failed)?;
    Ok(lock)
}
