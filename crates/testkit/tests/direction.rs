//! Arrows point inward only: who may depend on whom, and on what. DESIGN's picture, as a test.

#![expect(clippy::unwrap_used, reason = "all of this is tests")]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// What each crate may use of ours.
const INWARD: [(&str, &[&str]); 9] = [
    ("domain", &[]),
    ("store", &["domain"]),
    ("queue", &["domain", "store"]),
    ("documents", &["domain"]),
    ("traces", &[]),
    ("ops", &["domain", "store", "documents"]),
    ("api", &["domain", "store", "ops", "traces"]),
    ("worker", &["domain", "store", "ops", "queue", "traces"]),
    ("app", &["domain", "store", "ops", "queue", "api", "worker", "traces"]),
];
/// Packages that are not shipped and may use everything.
const FOR_DEVELOPMENT: [&str; 5] = ["bench", "testkit", "deploy", "cost", "check-migrations"];

/// Libraries that only some may name: by the beginning of the name.
const RESERVED: [(&str, &[&str]); 21] = [
    ("sqlx", &["store", "queue"]),
    ("rusqlite", &["store", "queue"]),
    // `app` serves the router that `api` makes; it has no handler of its own.
    ("axum", &["api", "app"]),
    ("tower", &["api", "app"]),
    ("hyper", &["app"]),
    ("governor", &["api"]),
    ("utoipa-", &["api"]),
    ("jsonwebtoken", &["api"]),
    ("aws-config", &["queue"]),
    ("aws-sdk-", &["queue"]),
    ("aws-smithy-", &["queue"]),
    ("argon2", &["ops"]),
    ("totp-rs", &["ops"]),
    ("clap", &["app"]),
    ("krilla", &["documents"]),
    ("harfrust", &["documents"]),
    ("skrifa", &["documents"]),
    ("qrcode", &["documents"]),
    ("reqwest", &["worker"]),
    ("opentelemetry", &["traces"]),
    ("tracing-opentelemetry", &["traces"]),
];

/// What documents are made with: nothing that asks the clock, draws lots, reads a file or waits.
const OF_DOCUMENTS: [&str; 7] = ["comptoir-domain", "harfrust", "krilla", "qrcode", "serde", "skrifa", "thiserror"];

/// Everything that the domain uses: values and their serialisation, no I/O, no async, no framework.
const OF_DOMAIN: [&str; 8] =
    ["iban_validate", "jiff", "serde", "serde_json", "thiserror", "unicode-normalization", "url", "utoipa"];

/// The workspace's packages, as Cargo describes them.
///
/// Read as plain JSON: the crate that has types for it would change the features of `serde_json`, and with them what
/// `cargo test` can take over from `cargo build`.
fn packages() -> Vec<Value> {
    let told = Command::new(env!("CARGO")).args(["metadata", "--no-deps", "--format-version", "1"]).output().unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let metadata: Value = serde_json::from_slice(&told.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

/// The last part of a path.
fn file_name(path: &Value) -> Option<&str> {
    Path::new(path.as_str()?).file_name()?.to_str()
}

/// The folder's name: `domain` for `comptoir-domain`, `app` for `comptoir`.
fn short(package: &Value) -> String {
    let manifest = Path::new(package["manifest_path"].as_str().unwrap());
    manifest.parent().unwrap().file_name().unwrap().to_str().unwrap().to_owned()
}

/// What the crate itself needs, without what its tests need.
fn needed(package: &Value) -> impl Iterator<Item = &Value> {
    package["dependencies"].as_array().unwrap().iter().filter(|dependency| dependency["kind"] != "dev")
}

fn ours(dependency: &Value) -> Option<&str> {
    file_name(&dependency["path"])
}

fn name(dependency: &Value) -> &str {
    dependency["name"].as_str().unwrap()
}

#[test]
fn our_crates_depend_inward_only() {
    for package in &packages() {
        let name = short(package);
        if FOR_DEVELOPMENT.contains(&&*name) {
            continue;
        }
        let (_, allowed) = INWARD.iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("place {name}"));
        for dependency in needed(package).filter_map(ours) {
            assert!(allowed.contains(&dependency), "{name} must not use {dependency}");
        }
    }
}

#[test]
fn each_library_is_named_where_it_belongs_and_nowhere_else() {
    for package in &packages() {
        let place = short(package);
        for dependency in needed(package).filter(|_| !FOR_DEVELOPMENT.contains(&&*place)) {
            let library = name(dependency);
            for (begin, places) in RESERVED {
                let allowed = !library.starts_with(begin) || places.contains(&&*place);
                assert!(allowed, "{place} must not use {library}");
            }
        }
    }
}

#[test]
fn the_domain_and_the_documents_use_nothing_that_waits_or_talks() {
    let packages = packages();
    for (place, all) in [("domain", &OF_DOMAIN[..]), ("documents", &OF_DOCUMENTS)] {
        let package = packages.iter().find(|package| short(package) == place).unwrap();
        let used: BTreeSet<&str> = needed(package).map(name).collect();
        assert_eq!(used, all.iter().copied().collect());
    }
}

#[test]
fn the_binary_has_one_provider_of_cryptography() {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--package", "comptoir", "--edges", "normal,build", "--prefix", "none", "--format", "{p}"])
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8(tree.stdout).unwrap();
    let used: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(used.contains("aws-lc-rs") && used.contains("rustls"));
    for other in ["ring", "openssl", "openssl-sys", "native-tls", "boring", "rustls-graviola", "schannel"] {
        assert!(!used.contains(other), "{other} is a second one: cargo tree -p comptoir -i {other}");
    }
}
