//! Where the files of imports lie while they are needed. The files hold what people wrote of others: they are gone when their
//! import is, and what a dead process has left is gone when the next one starts.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

/// One process's folder. The lock on the file beside it, `NAME.lock`, lasts as long as the process, however that ends.
pub(super) struct Folder {
    path: PathBuf,
    lock_path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Makes the folder, and removes those of processes that are gone. `name` is no other process's.
    pub(super) fn open(root: &Path, name: &str) -> io::Result<Self> {
        private_dir().recursive(true).create(root)?;
        remove_what_is_left(root)?;
        let (path, lock_path) = (root.join(name), root.join(format!("{name}.lock")));
        // Under its name only once it is locked: nobody sees a lock file of ours that is free.
        let unlocked = root.join(format!("{name}.new"));
        let lock = File::create(&unlocked)?;
        lock.lock()?;
        fs::rename(&unlocked, &lock_path)?;
        private_dir().create(&path)?;
        Ok(Self { path, lock_path, _lock: lock })
    }

    pub(super) fn upload(&self, name: &str) -> io::Result<Upload> {
        let path = self.path.join(name);
        private_dir().create(&path)?;
        Ok(Upload { path })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What stays nevertheless, the next start removes.
        drop(fs::remove_dir_all(&self.path));
        drop(fs::remove_file(&self.lock_path));
    }
}

fn private_dir() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.mode(0o700);
    builder
}

fn remove_what_is_left(root: &Path) -> io::Result<()> {
    for entry in fs::read_dir(root)? {
        let lock_path = entry?.path();
        if lock_path.extension().is_none_or(|extension| extension != "lock") {
            continue;
        }
        // Gone meanwhile, or held by a process that lives.
        let Ok(lock) = File::open(&lock_path) else { continue };
        if lock.try_lock().is_err() {
            continue;
        }
        match fs::remove_dir_all(lock_path.with_extension("")) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => fs::remove_file(&lock_path)?,
        }
    }
    Ok(())
}

/// The files of one import; gone with it.
pub struct Upload {
    path: PathBuf,
}

impl Upload {
    /// Where to write a file that the sender calls `name`: it keeps what is harmless of that name, for people.
    #[must_use]
    pub fn place(&self, part: &str, name: &str) -> PathBuf {
        let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
        let kept = last.chars().filter(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ' | '(' | ')'));
        let kept: String = kept.take(60).collect();
        let kept = kept.trim_matches(['.', ' ']);
        // Two files of one import may have one name.
        let folder = self.path.join(part);
        folder.join(if kept.is_empty() { "file.csv" } else { kept })
    }

    /// Makes room for a part.
    pub fn part(&self, part: &str) -> io::Result<()> {
        private_dir().recursive(true).create(self.path.join(part))
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        // What stays nevertheless, the next start removes.
        drop(fs::remove_dir_all(&self.path));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inside(root: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(root).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn what_a_dead_process_has_left_is_removed_and_what_a_living_one_has_is_not() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().join("imports");
        let living = Folder::open(&root, "living").unwrap();
        let dead = Folder::open(&root, "dead").unwrap();
        let (upload, lost) = (living.upload("imp").unwrap(), dead.upload("imp").unwrap());
        upload.part("file").unwrap();
        fs::write(upload.place("file", "a.csv"), "x").unwrap();
        // As if killed: nothing is tidied, only the lock is gone.
        let (path, lock_path) = (dead.path.clone(), dead.lock_path.clone());
        std::mem::forget(lost);
        drop(dead);
        fs::create_dir_all(path.join("imp")).unwrap();
        fs::write(&lock_path, "").unwrap();

        let next = Folder::open(&root, "next").unwrap();
        assert_eq!(inside(&root), ["living", "living.lock", "next", "next.lock"]);
        assert_eq!(fs::read(upload.place("file", "a.csv")).unwrap(), b"x");
        drop((upload, living, next));
        assert!(inside(&root).is_empty());
    }

    #[test]
    fn a_name_stays_inside_its_folder() {
        let upload = Upload { path: "/imports/imp".into() };
        for (name, kept) in [
            ("customers 2026.csv", "customers 2026.csv"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Kunden\\Käufer.csv", "Käufer.csv"),
            ("..", "file.csv"),
            ("", "file.csv"),
            ("\0/\n", "file.csv"),
        ] {
            assert_eq!(upload.place("file", name), PathBuf::from("/imports/imp/file").join(kept), "{name:?}");
        }
    }
}
