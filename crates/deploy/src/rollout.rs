//! Waits: for secrets, the migration, and the pods. What goes wrong is told with the pods' own words.

use std::time::{Duration, Instant};

use k8s_openapi::api::core::v1::{ContainerStatus, Pod};
use kube::api::DynamicObject;
use serde_json::Value;

use super::cluster::{Apply, Cluster};
use super::manifest::{Key, Manifest, Phase};
use super::problem::{Outcome, Problem};
use super::progress::{say, spoken};

const STEP: Duration = Duration::from_secs(1);
/// For what other controllers of the cluster bring, such as secrets.
const SOON: Duration = Duration::from_mins(2);
/// The Job's pods.
const MIGRATION: &str = "app.kubernetes.io/name=migrate";
/// Reasons for which a container does not run; while they last, no patience helps.
const STUCK: &[&str] =
    &["CrashLoopBackOff", "ImagePullBackOff", "InvalidImageName", "CreateContainerConfigError", "CreateContainerError"];

/// External secrets are fetched by their operator.
pub(crate) async fn secrets(cluster: &Cluster, manifest: &Manifest) -> Outcome<()> {
    for object in manifest.in_phase(Phase::Ground).filter(|object| Key::of(object).kind == "ExternalSecret") {
        let (key, begun) = (Key::of(object), Instant::now());
        loop {
            let live = cluster.get(&key).await?.unwrap_or_else(|| object.clone());
            match condition(&live, "Ready") {
                Some(("True", _)) => break,
                told if begun.elapsed() > SOON => {
                    let why = told.map_or("nothing is said of it", |(_, why)| why).to_owned();
                    return Err(Problem::Failed(format!("{key} is not ready after {}: {why}", spoken(SOON))));
                }
                _ => tokio::time::sleep(STEP).await,
            }
        }
    }
    Ok(())
}

/// Runs the migration's Job, which cannot be changed, only made anew. Its own deadline ends it; a pod that cannot even begin ends
/// it sooner.
pub(crate) async fn migration(cluster: &Cluster, job: &DynamicObject, patience: Duration) -> Outcome<()> {
    let (key, mut hopeless) = (Key::of(job), Hopeless::default());
    cluster.delete(&key).await?;
    while cluster.get(&key).await?.is_some() {
        tokio::time::sleep(STEP).await;
    }
    cluster.apply(job, Apply::Force).await?;
    loop {
        let live = cluster.get(&key).await?;
        let live = live.ok_or_else(|| Problem::Failed(format!("{key} has vanished: was it deleted?")))?;
        if let Some(("True", _)) = condition(&live, "Complete") {
            say(&format!("{key}: {}", last_words(cluster, MIGRATION).await));
            return Ok(());
        }
        if let Some(("True", why)) = condition(&live, "Failed") {
            let said = last_words(cluster, MIGRATION).await;
            return Err(Problem::Failed(format!("the migration has failed ({why}):\n{said}")));
        }
        let pods = cluster.pods(MIGRATION).await?;
        if let Some(why) = hopeless.after(&pods, patience) {
            return Err(Problem::Failed(format!("the migration cannot begin: {why}")));
        }
        tokio::time::sleep(STEP).await;
    }
}

/// Waits until every pod of a workload is a new one and is ready.
pub(crate) async fn finished(cluster: &Cluster, workload: &DynamicObject, patience: Duration) -> Outcome<()> {
    let (key, begun) = (Key::of(workload), Instant::now());
    let (mut told, mut hopeless) = (String::new(), Hopeless::default());
    loop {
        let live = cluster.get(&key).await?.ok_or_else(|| Problem::Failed(format!("{key} has vanished")))?;
        let progress = Progress::of(&live);
        let now = format!("{key}: {progress}");
        if now != told {
            say(&now);
            told = now;
        }
        if progress.is_done() {
            return Ok(());
        }
        let stuck = hopeless.after(&pods_of(cluster, &live).await?, patience).is_some();
        let given_up = condition(&live, "Progressing").is_some_and(|(status, _)| status == "False");
        if stuck || given_up || begun.elapsed() > patience {
            let after = spoken(begun.elapsed());
            let pods = complaints(cluster, &live).await?;
            return Err(Problem::Failed(format!("{key} is not there after {after}: {progress}\n{pods}")));
        }
        tokio::time::sleep(STEP).await;
    }
}

/// As `kubectl rollout status` reckons.
#[derive(Debug, PartialEq, Eq)]
struct Progress {
    seen: bool,
    wanted: u64,
    all: u64,
    new: u64,
    available: u64,
}

impl Progress {
    fn of(workload: &DynamicObject) -> Self {
        let number = |path: &str| workload.data.pointer(path).and_then(Value::as_u64);
        let generation = workload.metadata.generation.and_then(|generation| u64::try_from(generation).ok());
        let updated = number("/status/updatedReplicas").unwrap_or(0);
        Self {
            seen: number("/status/observedGeneration") >= generation,
            wanted: number("/spec/replicas").unwrap_or(1),
            all: number("/status/replicas").unwrap_or(0),
            new: updated,
            // Old API servers do not say it of StatefulSets.
            available: number("/status/availableReplicas").or(number("/status/readyReplicas")).unwrap_or(0),
        }
    }

    fn is_done(&self) -> bool {
        self.seen && self.new >= self.wanted && self.all <= self.new && self.available >= self.new
    }
}

impl std::fmt::Display for Progress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self { seen: false, .. } => write!(f, "not begun yet"),
            Self { wanted, new, .. } if new < wanted => write!(f, "{new} of {wanted} pods are new"),
            Self { all, new, .. } if all > new => write!(f, "{} old pods still go", all - new),
            Self { wanted, available, .. } if available < wanted => write!(f, "{available} of {wanted} pods are ready"),
            Self { wanted, .. } => write!(f, "{wanted} of {wanted} pods are new and ready"),
        }
    }
}

/// Status and message of a condition.
fn condition<'o>(object: &'o DynamicObject, kind: &str) -> Option<(&'o str, &'o str)> {
    let all = object.data.pointer("/status/conditions")?.as_array()?;
    let found = all.iter().find(|condition| condition["type"] == kind)?;
    Some((found["status"].as_str()?, found["message"].as_str().or(found["reason"].as_str()).unwrap_or("")))
}

async fn pods_of(cluster: &Cluster, workload: &DynamicObject) -> Outcome<Vec<Pod>> {
    let labels = workload.data.pointer("/spec/selector/matchLabels").and_then(Value::as_object);
    let pairs = labels.into_iter().flatten().map(|(name, value)| format!("{name}={}", value.as_str().unwrap_or("")));
    cluster.pods(&pairs.collect::<Vec<_>>().join(",")).await
}

/// Since when some pod cannot run. A hiccup of the registry is forgiven for a while, and so is a pod that comes before what it needs.
#[derive(Default)]
struct Hopeless(Option<Instant>);

impl Hopeless {
    /// Why, once it has lasted for a tenth of all patience.
    fn after(&mut self, pods: &[Pod], patience: Duration) -> Option<String> {
        let mut reasons = pods.iter().filter_map(waiting);
        let Some((reason, message)) = reasons.find(|(reason, _)| STUCK.contains(&reason.as_str())) else {
            self.0 = None;
            return None;
        };
        let since = *self.0.get_or_insert_with(Instant::now);
        (since.elapsed() > patience / 10).then(|| format!("{reason} {message}"))
    }
}

/// Why a pod's container does not run.
fn waiting(pod: &Pod) -> Option<(String, String)> {
    let waiting = statuses(pod).find_map(|status| status.state.as_ref()?.waiting.as_ref())?;
    Some((waiting.reason.clone().unwrap_or_default(), waiting.message.clone().unwrap_or_default()))
}

fn statuses(pod: &Pod) -> impl Iterator<Item = &ContainerStatus> {
    pod.status.iter().flat_map(|status| status.container_statuses.iter().flatten())
}

/// Each pod that is not ready, and the end of its log.
async fn complaints(cluster: &Cluster, workload: &DynamicObject) -> Outcome<String> {
    let mut told = Vec::new();
    for pod in pods_of(cluster, workload).await? {
        if statuses(&pod).next().is_some() && statuses(&pod).all(|status| status.ready) {
            continue;
        }
        let name = pod.metadata.name.clone().unwrap_or_default();
        let restarts: i32 = statuses(&pod).map(|status| status.restart_count).sum();
        let why = match waiting(&pod) {
            Some((reason, message)) => format!("{reason} {message}"),
            None => unscheduled(&pod).unwrap_or_else(|| "runs, but is not ready".to_owned()),
        };
        let log = match cluster.log(&name, restarts > 0).await {
            log if log.is_empty() => cluster.log(&name, false).await,
            log => log,
        };
        told.push(format!("{name}: {}, started again {restarts} times\n{}", why.trim(), indented(&log)));
    }
    Ok(told.join("\n"))
}

/// What the scheduler says when no node has room.
fn unscheduled(pod: &Pod) -> Option<String> {
    let mut conditions = pod.status.iter().flat_map(|status| status.conditions.iter().flatten());
    conditions.find(|condition| condition.type_ == "PodScheduled" && condition.status == "False")?.message.clone()
}

async fn last_words(cluster: &Cluster, selector: &str) -> String {
    let pods = cluster.pods(selector).await.unwrap_or_default();
    let newest = pods.iter().max_by_key(|pod| pod.metadata.creation_timestamp.clone());
    match newest.and_then(|pod| pod.metadata.name.as_deref()) {
        Some(name) => indented(&cluster.log(name, false).await),
        None => "no pod has run".to_owned(),
    }
}

fn indented(log: &str) -> String {
    log.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deployment(generation: i64, status: Value) -> DynamicObject {
        serde_json::from_value(serde_json::json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "backend", "generation": generation},
            "spec": {"replicas": 2}, "status": status,
        }))
        .expect("an object")
    }

    #[test]
    fn a_roll_out_is_done_when_the_last_old_pod_is_gone() {
        let status = |seen: u64, all: u64, new: u64, available: u64| serde_json::json!({"observedGeneration": seen, "replicas": all, "updatedReplicas": new, "availableReplicas": available});
        let told = |status: Value| {
            let progress = Progress::of(&deployment(3, status));
            (progress.is_done(), progress.to_string())
        };
        assert_eq!(told(Value::Null), (false, "not begun yet".into()));
        assert_eq!(told(status(2, 2, 2, 2)), (false, "not begun yet".into()), "the status of the former template");
        assert_eq!(told(status(3, 3, 1, 2)), (false, "1 of 2 pods are new".into()));
        assert_eq!(told(status(3, 3, 2, 3)), (false, "1 old pods still go".into()));
        assert_eq!(told(status(3, 2, 2, 1)), (false, "1 of 2 pods are ready".into()));
        assert_eq!(told(status(3, 2, 2, 2)), (true, "2 of 2 pods are new and ready".into()));
    }

    #[test]
    fn conditions_are_found_by_their_type() {
        let status = serde_json::json!({"conditions": [
            {"type": "Available", "status": "True"},
            {"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"},
        ]});
        let object = deployment(1, status);
        assert_eq!(condition(&object, "Progressing"), Some(("False", "ProgressDeadlineExceeded")));
        assert_eq!(condition(&object, "Complete"), None);
    }
}
