//! Arrows point inward only: who may depend on whom, and on what. DESIGN's picture, as a test.

#![expect(clippy::unwrap_used, reason = "all of this is tests")]

use std::collections::BTreeSet;
use std::process::Command;

use cargo_metadata::{Dependency, DependencyKind, Metadata, MetadataCommand, Package};

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

fn workspace() -> Metadata {
    MetadataCommand::new().no_deps().exec().unwrap()
}

/// The folder's name: `domain` for `comptoir-domain`, `app` for `comptoir`.
fn short(package: &Package) -> String {
    package.manifest_path.parent().unwrap().file_name().unwrap().to_owned()
}

/// What the crate itself needs, without what its tests need.
fn needed(package: &Package) -> impl Iterator<Item = &Dependency> {
    package.dependencies.iter().filter(|dependency| dependency.kind != DependencyKind::Development)
}

fn ours(dependency: &Dependency) -> Option<&str> {
    dependency.path.as_ref().and_then(|path| path.file_name())
}

#[test]
fn our_crates_depend_inward_only() {
    for package in &workspace().packages {
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
    for package in &workspace().packages {
        let name = short(package);
        for dependency in needed(package).filter(|_| !FOR_DEVELOPMENT.contains(&&*name)) {
            for (begin, places) in RESERVED {
                let allowed = !dependency.name.starts_with(begin) || places.contains(&&*name);
                assert!(allowed, "{name} must not use {}", dependency.name);
            }
        }
    }
}

#[test]
fn the_domain_and_the_documents_use_nothing_that_waits_or_talks() {
    let workspace = workspace();
    for (name, all) in [("domain", &OF_DOMAIN[..]), ("documents", &OF_DOCUMENTS)] {
        let package = workspace.packages.iter().find(|package| short(package) == name).unwrap();
        let used: BTreeSet<&str> = needed(package).map(|dependency| dependency.name.as_str()).collect();
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
