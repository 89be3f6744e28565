//! The same content makes the same bytes.

use std::process::Command;

use comptoir_documents::render;
use domain::Language;

use crate::fixtures::{KINDS, content};

const PLACE: &str = "COMPTOIR_TEST_DOCUMENTS";

/// All of them, one behind the other.
fn all() -> Vec<u8> {
    let one = |kind| [Language::Fr, Language::En].map(|language| render(&content(kind, language)).unwrap()).concat();
    KINDS.map(one).concat()
}

#[test]
fn made_again_it_is_the_same_to_the_byte() {
    assert!(all() == all());
}

#[test]
fn another_process_makes_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("documents");
    let other = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "same::what_the_other_process_does", "--ignored"])
        .env(PLACE, &place)
        .output()
        .unwrap();
    assert!(other.status.success(), "{}", String::from_utf8_lossy(&other.stderr));
    assert!(std::fs::read(place).unwrap() == all());
}

#[test]
#[ignore = "the other half of the test above"]
fn what_the_other_process_does() {
    std::fs::write(std::env::var_os(PLACE).unwrap(), all()).unwrap();
}

#[test]
fn another_content_makes_other_bytes() {
    let content = content(KINDS[0], Language::Fr);
    let mut other = content.clone();
    other.order.revision = 2;
    assert!(render(&content).unwrap() != render(&other).unwrap());
}
