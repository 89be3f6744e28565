//! What a deployment would change, asked of the cluster itself: server-side apply as a dry run knows defaults, and what others own.

use kube::api::DynamicObject;
use serde_json::Value;

use super::cluster::{Apply, Cluster};
use super::manifest::{Key, Manifest, Phase, phase_of};
use super::problem::Outcome;

/// The server's own, which change with every write.
const OWN: &[&str] = &["managedFields", "resourceVersion", "generation", "uid", "creationTimestamp"];
/// A value is shown up to here.
const SHOWN: usize = 200;

/// Lines for people: `+` comes, `-` goes, `~` changes. A conflict ends it before anything was changed.
pub(crate) async fn difference(
    cluster: &Cluster,
    wanted: &Manifest,
    former: Option<&Manifest>,
    force: bool,
) -> Outcome<Vec<String>> {
    let mut lines = Vec::new();
    for object in &wanted.objects {
        let key = Key::of(object);
        // Made anew each time: its pods' template cannot be changed.
        if phase_of(object) == Phase::Migration {
            continue;
        }
        let Some(live) = cluster.get(&key).await? else {
            lines.push(format!("+ {key}"));
            continue;
        };
        let after = match cluster.apply(object, Apply::Try).await {
            Err(super::problem::Problem::Conflict { .. }) if force => continue,
            other => other?,
        };
        lines.extend(changes(&key, &live, &after));
    }
    let gone = former.map(|former| &former.keys() - &wanted.keys()).unwrap_or_default();
    lines.extend(gone.iter().filter(|key| key.kind != "Job").map(|key| format!("- {key}")));
    Ok(lines)
}

fn changes(key: &Key, live: &DynamicObject, after: &DynamicObject) -> Vec<String> {
    let mut found = Vec::new();
    compare("", &plain(live), &plain(after), &mut found);
    let secret = key.kind == "Secret";
    let told = |(path, old, new)| {
        if secret { format!("~ {key} {path}") } else { format!("~ {key} {path}: {old} → {new}") }
    };
    found.into_iter().map(told).collect()
}

fn plain(object: &DynamicObject) -> Value {
    let mut value = serde_json::to_value(object).unwrap_or_default();
    if let Some(fields) = value.as_object_mut() {
        fields.remove("status");
    }
    if let Some(metadata) = value.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.retain(|name, _| !OWN.contains(&name.as_str()));
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
            for (place, (old, new)) in old.iter().zip(new).enumerate() {
                let name = new.get("name").and_then(Value::as_str).map_or_else(|| place.to_string(), str::to_owned);
                compare(&format!("{path}[{name}]"), old, new, found);
            }
        }
        _ if before != after => found.push((path.to_owned(), shown(before), shown(after))),
        _ => {}
    }
}

fn shown(value: &Value) -> String {
    let text = match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match text.char_indices().nth(SHOWN) {
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
    fn only_what_people_care_for_is_told() {
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
        assert_eq!(changes(&Key::of(&live), &live, &after), expected);
        assert!(changes(&Key::of(&live), &live, &deployment("3", "a", Value::Null)).is_empty());
    }

    #[test]
    fn a_secret_is_not_printed() {
        let secret = |value: &str| {
            object(
                serde_json::json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"KEY": value}}),
            )
        };
        let (live, after) = (secret("b2xk"), secret("bmV3"));
        assert_eq!(changes(&Key::of(&live), &live, &after), ["~ Secret/s data.KEY"]);
    }
}
