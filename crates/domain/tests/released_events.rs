//! Events of former releases: what the journals of those who upgrade hold, and what receivers of webhooks know.

#![expect(clippy::unwrap_used, reason = "also in what the test calls")]

extern crate comptoir_domain as domain;

use std::collections::BTreeSet;
use std::path::PathBuf;

use domain::Event;
use serde_json::Value;

/// The events in the journal of each release that is kept, as JSON.
fn released() -> Vec<String> {
    let folder: PathBuf = concat!(env!("CARGO_MANIFEST_DIR"), "/../app/tests/upgrade/releases").into();
    let files = std::fs::read_dir(folder).unwrap().map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap());
    let rows =
        files.flat_map(|file| file.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<Value>>());
    // A row of the journal ends with the event.
    let last = rows.filter_map(|row| row.as_array()?.last()?.as_str().map(str::to_owned));
    last.filter(|text| text.starts_with('{') && text.contains(r#""specversion":"#)).collect()
}

/// Whether all that `old` says is in `new`; fields may have come since.
fn holds(new: &Value, old: &Value) -> bool {
    match (new, old) {
        (Value::Object(new), Value::Object(old)) => {
            old.iter().all(|(name, old)| new.get(name).is_some_and(|new| holds(new, old)))
        }
        (Value::Array(new), Value::Array(old)) => {
            new.len() == old.len() && new.iter().zip(old).all(|(new, old)| holds(new, old))
        }
        (new, old) => new == old,
    }
}

#[test]
fn a_released_event_is_written_as_it_was_read() {
    let (mut types, mut same) = (BTreeSet::new(), 0);
    for body in released() {
        let event = Event::read(&body).unwrap_or_else(|error| panic!("{error}: {body}"));
        types.insert(event.event_type.as_str());
        let written = serde_json::to_string(&event).unwrap();
        let data = |json: &str| serde_json::from_str::<Value>(json).unwrap()["data"].take();
        assert!(holds(&data(&written), &data(&body)), "{body}\nis written as\n{written}");
        // An erasure writes what it leaves with sorted names.
        if body.starts_with(r#"{"specversion""#) {
            let envelope = |json: &str| json.split_once(r#""data":"#).map(|(envelope, _)| envelope.to_owned());
            assert_eq!(envelope(&written), envelope(&body));
            same += 1;
        }
    }
    assert!(types.len() >= 9 && same >= 30, "{types:?}, {same}");
}
