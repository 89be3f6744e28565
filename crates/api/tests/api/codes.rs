//! The codes of problems, as docs/api-design.md has them in its table.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use crate::backend::Reply;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// Where in the sources a code stands: behind these words, as the argument of this number.
const MAKERS: [(&str, usize); 7] = [
    ("Problem::new(", 1),
    ("Problem::invalid(", 1),
    ("Invalid::new(", 1),
    ("Self::new(StatusCode", 1),
    ("Self::invalid(", 1),
    ("conflict(", 0),
    ("unauthorised(", 0),
];

/// The statuses of each code; `field` stands for a place in `errors`.
static TABLE: LazyLock<BTreeMap<String, Vec<String>>> = LazyLock::new(|| {
    let text = std::fs::read_to_string(Path::new(ROOT).join("docs/api-design.md")).unwrap();
    let mut table = BTreeMap::new();
    for line in text.lines().filter(|line| line.starts_with("| `")) {
        let mut cells = line.split('|').skip(1).map(str::trim);
        let (codes, statuses) = (cells.next().unwrap(), cells.next().unwrap());
        let statuses: Vec<String> = statuses.split(", ").map(str::to_owned).collect();
        for code in codes.split(", ").map(|code| code.trim_matches('`').to_owned()) {
            assert_eq!(table.insert(code.clone(), statuses.clone()), None, "{code} stands there twice");
        }
    }
    table
});

/// Each code of an answer is in the table, with its status.
pub(crate) fn check(what: &str, reply: &Reply) {
    let Some(code) = reply.body["code"].as_str() else { return };
    let status = reply.status.to_string();
    let known = |code: &str, status: &str| TABLE.get(code).is_some_and(|all| all.iter().any(|one| one == status));
    assert!(known(code, &status), "{what}: {code} with {status} is not in docs/api-design.md");
    for error in reply.body["errors"].as_array().into_iter().flatten() {
        let code = error["code"].as_str().unwrap();
        assert!(known(code, "field"), "{what}: {code} of a field is not in docs/api-design.md");
    }
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The text of what the API is made of, without its unit tests.
fn texts() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    for layer in ["domain", "store", "ops", "api"] {
        sources(&Path::new(ROOT).join("crates").join(layer).join("src"), &mut files);
    }
    let text = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap().to_owned();
        (path, code)
    };
    files.into_iter().map(text).collect()
}

/// The literal that is the argument of this number, where it is one.
fn literal(arguments: &str, number: usize) -> Option<&str> {
    let (mut depth, mut at, mut quoted) = (0usize, 0, false);
    let mut rest = arguments;
    for (index, byte) in arguments.bytes().enumerate() {
        match byte {
            b'"' if arguments.as_bytes()[index.saturating_sub(1)] != b'\\' => quoted = !quoted,
            _ if quoted => {}
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' if depth == 0 => break,
            b')' | b']' | b'}' => depth -= 1,
            b',' if depth == 0 => {
                at += 1;
                rest = &arguments[index + 1..];
            }
            _ => {}
        }
        if at == number && (number == 0 || depth == 0) {
            let text = rest.trim_start().strip_prefix('"')?;
            return text.split_once('"').map(|(code, _)| code);
        }
    }
    None
}

#[test]
fn every_code_of_the_sources_is_in_the_table() {
    let mut missing = Vec::new();
    for (path, text) in texts() {
        for (maker, number) in MAKERS {
            for (index, _) in text.match_indices(maker) {
                let arguments = &text[index + maker.len()..];
                let code = literal(arguments, number);
                missing
                    .extend(code.filter(|code| !TABLE.contains_key(*code)).map(|code| (path.clone(), code.to_owned())));
            }
        }
        for after in text.split("code: \"").skip(1) {
            let code = after.split('"').next().unwrap();
            if !TABLE.contains_key(code) {
                missing.push((path.clone(), code.to_owned()));
            }
        }
    }
    assert!(missing.is_empty(), "not in docs/api-design.md: {missing:#?}");
}

#[test]
fn every_code_of_the_table_is_in_the_sources() {
    let texts = texts();
    for code in TABLE.keys() {
        let literal = format!("\"{code}\"");
        assert!(texts.iter().any(|(_, text)| text.contains(&literal)), "{code} is answered by nobody");
    }
}

#[test]
fn the_description_gives_only_examples_of_documented_codes() {
    let document: serde_json::Value = serde_json::from_str(&api::document()).unwrap();
    for (name, response) in document["components"]["responses"].as_object().unwrap() {
        let example = &response["content"]["application/problem+json"]["example"];
        let (code, status) = (example["code"].as_str().unwrap(), example["status"].to_string());
        assert!(TABLE.get(code).is_some_and(|statuses| statuses.contains(&status)), "{name}: {code} {status}");
    }
}
