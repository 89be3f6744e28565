//! Lists the files of `migrations/` for `src/migrate.rs`: adding a step is adding a file.

#![expect(clippy::expect_used, reason = "a build that cannot list its migrations must stop")]
#![expect(clippy::unnecessary_debug_formatting, reason = "the path is written as a Rust string")]

use std::fmt::Write as _;
use std::path::Path;

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    println!("cargo::rerun-if-changed=migrations");
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .expect("the migrations folder is part of the source")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "sql"))
        .collect();
    files.sort();
    let mut list = String::from("[\n");
    for path in files {
        let stem = path.file_stem().and_then(|stem| stem.to_str()).expect("a file name in ASCII");
        let (version, name) = stem.split_once('_').expect("a name like 0001_create_contacts.sql");
        let version: i64 = version.parse().expect("a number before the underscore");
        writeln!(list, "    ({version}, {name:?}, include_str!({path:?})),").expect("writing to a string");
    }
    list.push(']');
    let out = std::env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    std::fs::write(Path::new(&out).join("migrations.rs"), list).expect("OUT_DIR can be written");
}
