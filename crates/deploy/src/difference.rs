//! What a deployment would change. The cluster itself computes it, by server-side apply as a dry run: it knows defaults, and which
//! fields others own.

use kube::api::DynamicObject;
use serde_json::Value;

use super::cluster::{ApplyMode, Cluster};
use super::manifest::{Manifest, ObjectKey, Phase, phase_of};
use super::problem::Outcome;

/// Fields of `metadata` that the server sets and changes with every write.
const SERVER_FIELDS: &[&str] = &["managedFields", "resourceVersion", "generation", "uid", "creationTimestamp"];
/// Longer values are cut to this many characters.
const MAX_SHOWN: usize = 200;

/// Lists what would change, one line each: `+` added, `-` removed, `~` changed. A conflict is an error.
pub(crate) async fn difference(
    cluster: &Cluster,
    wanted: &Manifest,
    former: Option<&Manifest>,
    force: bool,
) -> Outcome<Vec<String>> {
    let mut lines = Vec::new();
    for object in &wanted.objects {
        let key = ObjectKey::of(object);
        // Made anew each time: its pods' template cannot be changed.
        if phase_of(object) == Phase::Migration {
            continue;
        }
        let Some(live) = cluster.get(&key).await? else {
            lines.push(format!("+ {key}"));
            continue;
        };
        let after = match cluster.apply(object, ApplyMode::DryRun).await {
            Err(super::problem::Problem::Conflict { .. }) if force => continue,
            other => other?,
        };
        lines.extend(changes(&key, &live, &after));
    }
    let gone = former.map(|former| &former.keys() - &wanted.keys()).unwrap_or_default();
    lines.extend(gone.iter().filter(|key| key.kind != "Job").map(|key| format!("- {key}")));
    Ok(lines)
}

fn changes(key: &ObjectKey, live: &DynamicObject, after: &DynamicObject) -> Vec<String> {
    let mut found = Vec::new();
    compare("", &comparable(live), &comparable(after), &mut found);
    let secret = key.kind == "Secret";
    let describe = |(path, old, new)| {
        if secret { format!("~ {key} {path}") } else { format!("~ {key} {path}: {old} → {new}") }
    };
    found.into_iter().map(describe).collect()
}

/// An object without its status and the server's own fields.
fn comparable(object: &DynamicObject) -> Value {
    let mut value = serde_json::to_value(object).unwrap_or_default();
    if let Some(fields) = value.as_object_mut() {
        fields.remove("status");
    }
    if let Some(metadata) = value.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.retain(|name, _| !SERVER_FIELDS.contains(&name.as_str()));
    }
    value
}

fn compare(path: &str, before: &Value, after: &Value, found: &mut Vec<(String, String, String)>) {
    match (before, after) {
        (Value::Object(old), Value::Object(new)) => {
            let names: std::collections::BTreeSet<_> = old.keys().chain(new.keys()).collect();
            for name in names {
                let below = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                let of = |side: &serde_json::Map<String, Value>| side.get(name).cloned().unwrap_or(Value::Null);
                compare(&below, &of(old), &of(new), found);
            }
        }
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            for (index, (old, new)) in old.iter().zip(new).enumerate() {
                let name = new.get("name").and_then(Value::as_str).map_or_else(|| index.to_string(), str::to_owned);
                compare(&format!("{path}[{name}]"), old, new, found);
            }
        }
        _ if before != after => found.push((path.to_owned(), display(before), display(after))),
        _ => {}
    }
}

/// A value as text, cut at [`MAX_SHOWN`].
fn display(value: &Value) -> String {
    let text = match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match text.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(value: Value) -> DynamicObject {
        serde_json::from_value(value).expect("an object")
    }

    #[test]
    fn only_fields_that_a_release_sets_are_listed() {
        let deployment = |version: &str, image: &str, replicas: Value| {
            object(serde_json::json!({
                "apiVersion": "apps/v1", "kind": "Deployment",
                "metadata": {"name": "backend", "resourceVersion": version},
                "spec": {"replicas": replicas, "containers": [{"name": "backend", "image": image}]},
                "status": {"readyReplicas": version},
            }))
        };
        let (live, after) = (deployment("1", "a", Value::Null), deployment("2", "b", 2.into()));
        let expected = [
            "~ Deployment/backend spec.containers[backend].image: a → b",
            "~ Deployment/backend spec.replicas: nothing → 2",
        ];
        assert_eq!(changes(&ObjectKey::of(&live), &live, &after), expected);
        assert!(changes(&ObjectKey::of(&live), &live, &deployment("3", "a", Value::Null)).is_empty());
    }

    #[test]
    fn a_secret_is_not_printed() {
        let secret = |value: &str| {
            object(
                serde_json::json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"KEY": value}}),
            )
        };
        let (live, after) = (secret("b2xk"), secret("bmV3"));
        assert_eq!(changes(&ObjectKey::of(&live), &live, &after), ["~ Secret/s data.KEY"]);
    }
}
