//! The two programs: the one of this source, and the former release's.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use crate::release::root;

#[derive(Clone, Debug)]
pub(crate) struct Program {
    pub(crate) path: PathBuf,
    pub(crate) version: String,
}

impl Program {
    pub(crate) fn present() -> Self {
        Self { path: env!("CARGO_BIN_EXE_comptoir").into(), version: env!("CARGO_PKG_VERSION").into() }
    }

    /// The newest one that was released before this; `None`, having said why, where it cannot be had. It takes minutes to build,
    /// once.
    pub(crate) fn former() -> Option<Self> {
        static BUILT: OnceLock<Option<Program>> = OnceLock::new();
        BUILT.get_or_init(build).clone()
    }
}

/// `scripts/former-release`, which says on standard error what it does and why not.
fn build() -> Option<Program> {
    let built = Command::new(root().join("scripts/former-release")).stderr(Stdio::inherit()).output();
    let built = built.expect("python runs");
    if built.status.code() == Some(3) {
        return None;
    }
    assert!(built.status.success(), "scripts/former-release: {}", built.status);
    let path = PathBuf::from(String::from_utf8_lossy(&built.stdout).trim());
    let folder = path.parent().and_then(|folder| folder.file_name()).expect("a folder with the version's name");
    let version = folder.to_string_lossy().into_owned();
    let told = Command::new(&path).arg("--version").output().expect("it starts");
    let told = String::from_utf8_lossy(&told.stdout).trim().to_owned();
    assert_eq!(told, format!("comptoir {version}"), "the program says what it is");
    Some(Program { path, version })
}
