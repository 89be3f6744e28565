//! Waits for secrets, the migration and the pods. A failure is reported with the pods' states and the end of their logs.

use std::time::{Duration, Instant};

use k8s_openapi::api::core::v1::{ContainerStatus, Pod};
use kube::api::DynamicObject;
use serde_json::Value;

use super::cluster::{ApplyMode, Cluster};
use super::manifest::{Manifest, ObjectKey, Phase};
use super::output::report;
use super::problem::{Outcome, Problem};
use super::time::format_duration;

/// Pause between two looks at the cluster.
const STEP: Duration = Duration::from_secs(1);
/// How long other controllers may take to provide secrets.
const SECRETS_TIMEOUT: Duration = Duration::from_mins(2);
/// Selects the pods of the migration's Job.
const MIGRATION_SELECTOR: &str = "app.kubernetes.io/name=migrate";
/// Reasons for which a container does not run and that waiting rarely resolves.
const STUCK: &[&str] =
    &["CrashLoopBackOff", "ImagePullBackOff", "InvalidImageName", "CreateContainerConfigError", "CreateContainerError"];

/// Waits until the operator of external secrets has fetched them.
pub(crate) async fn wait_for_secrets(cluster: &Cluster, manifest: &Manifest) -> Outcome<()> {
    for object in
        manifest.in_phase(Phase::Prerequisites).filter(|object| ObjectKey::of(object).kind == "ExternalSecret")
    {
        let (key, begun) = (ObjectKey::of(object), Instant::now());
        loop {
            let live = cluster.get(&key).await?.unwrap_or_else(|| object.clone());
            match condition(&live, "Ready") {
                Some(("True", _)) => break,
                state if begun.elapsed() > SECRETS_TIMEOUT => {
                    let why = state.map_or("nothing is said of it", |(_, why)| why).to_owned();
                    return Err(Problem::Failed(format!(
                        "{key} is not ready after {}: {why}",
                        format_duration(SECRETS_TIMEOUT)
                    )));
                }
                _ => tokio::time::sleep(STEP).await,
            }
        }
    }
    Ok(())
}

/// Runs the migration's Job and waits for its end. A Job cannot be changed, so the former one is deleted first. Its own deadline
/// ends it; pods that cannot start end it sooner.
pub(crate) async fn run_migration(cluster: &Cluster, job: &DynamicObject, timeout: Duration) -> Outcome<()> {
    let (key, mut stuck_pods) = (ObjectKey::of(job), StuckPods::default());
    cluster.delete(&key).await?;
    while cluster.get(&key).await?.is_some() {
        tokio::time::sleep(STEP).await;
    }
    cluster.apply(job, ApplyMode::Force).await?;
    loop {
        let live = cluster.get(&key).await?;
        let live = live.ok_or_else(|| Problem::Failed(format!("{key} has vanished: was it deleted?")))?;
        if let Some(("True", _)) = condition(&live, "Complete") {
            report(&format!("{key}: {}", log_tail(cluster, MIGRATION_SELECTOR).await));
            return Ok(());
        }
        if let Some(("True", why)) = condition(&live, "Failed") {
            let log = log_tail(cluster, MIGRATION_SELECTOR).await;
            return Err(Problem::Failed(format!("the migration has failed ({why}):\n{log}")));
        }
        let pods = cluster.pods(MIGRATION_SELECTOR).await?;
        if let Some(why) = stuck_pods.reason_after(&pods, timeout) {
            return Err(Problem::Failed(format!("the migration cannot begin: {why}")));
        }
        tokio::time::sleep(STEP).await;
    }
}

/// Waits until every pod of a workload is a new one and is ready.
pub(crate) async fn wait_until_done(cluster: &Cluster, workload: &DynamicObject, timeout: Duration) -> Outcome<()> {
    let (key, begun) = (ObjectKey::of(workload), Instant::now());
    let (mut reported, mut stuck_pods) = (String::new(), StuckPods::default());
    loop {
        let live = cluster.get(&key).await?.ok_or_else(|| Problem::Failed(format!("{key} has vanished")))?;
        let progress = Progress::of(&live);
        let now = format!("{key}: {progress}");
        if now != reported {
            report(&now);
            reported = now;
        }
        if progress.is_done() {
            return Ok(());
        }
        let stuck = stuck_pods.reason_after(&pods_of(cluster, &live).await?, timeout).is_some();
        let given_up = condition(&live, "Progressing").is_some_and(|(status, _)| status == "False");
        if stuck || given_up || begun.elapsed() > timeout {
            let after = format_duration(begun.elapsed());
            let pods = describe_unready(cluster, &live).await?;
            return Err(Problem::Failed(format!("{key} is not there after {after}: {progress}\n{pods}")));
        }
        tokio::time::sleep(STEP).await;
    }
}

/// How far a roll-out is, computed as `kubectl rollout status` does.
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

/// Status and message of the condition of a type.
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

/// The time since when some pod cannot run. It is tolerated for a while: a registry may be unreachable for a moment, or a pod may
/// start before what it needs.
#[derive(Default)]
struct StuckPods(Option<Instant>);

impl StuckPods {
    /// The reason, once it has lasted for a tenth of the timeout.
    fn reason_after(&mut self, pods: &[Pod], timeout: Duration) -> Option<String> {
        let mut reasons = pods.iter().filter_map(waiting_reason);
        let Some((reason, message)) = reasons.find(|(reason, _)| STUCK.contains(&reason.as_str())) else {
            self.0 = None;
            return None;
        };
        let since = *self.0.get_or_insert_with(Instant::now);
        (since.elapsed() > timeout / 10).then(|| format!("{reason} {message}"))
    }
}

/// Reason and message of a container that waits to run.
fn waiting_reason(pod: &Pod) -> Option<(String, String)> {
    let waiting = statuses(pod).find_map(|status| status.state.as_ref()?.waiting.as_ref())?;
    Some((waiting.reason.clone().unwrap_or_default(), waiting.message.clone().unwrap_or_default()))
}

fn statuses(pod: &Pod) -> impl Iterator<Item = &ContainerStatus> {
    pod.status.iter().flat_map(|status| status.container_statuses.iter().flatten())
}

/// Describes each pod that is not ready, with the end of its log.
async fn describe_unready(cluster: &Cluster, workload: &DynamicObject) -> Outcome<String> {
    let mut descriptions = Vec::new();
    for pod in pods_of(cluster, workload).await? {
        if statuses(&pod).next().is_some() && statuses(&pod).all(|status| status.ready) {
            continue;
        }
        let name = pod.metadata.name.clone().unwrap_or_default();
        let restarts: i32 = statuses(&pod).map(|status| status.restart_count).sum();
        let why = match waiting_reason(&pod) {
            Some((reason, message)) => format!("{reason} {message}"),
            None => unscheduled(&pod).unwrap_or_else(|| "runs, but is not ready".to_owned()),
        };
        let log = match cluster.pod_log(&name, restarts > 0).await {
            log if log.is_empty() => cluster.pod_log(&name, false).await,
            log => log,
        };
        descriptions.push(format!("{name}: {}, started again {restarts} times\n{}", why.trim(), indented(&log)));
    }
    Ok(descriptions.join("\n"))
}

/// The scheduler's message for a pod that fits on no node.
fn unscheduled(pod: &Pod) -> Option<String> {
    let mut conditions = pod.status.iter().flat_map(|status| status.conditions.iter().flatten());
    conditions.find(|condition| condition.type_ == "PodScheduled" && condition.status == "False")?.message.clone()
}

async fn log_tail(cluster: &Cluster, selector: &str) -> String {
    let pods = cluster.pods(selector).await.unwrap_or_default();
    let newest = pods.iter().max_by_key(|pod| pod.metadata.creation_timestamp.clone());
    match newest.and_then(|pod| pod.metadata.name.as_deref()) {
        Some(name) => indented(&cluster.pod_log(name, false).await),
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
        let state_of = |status: Value| {
            let progress = Progress::of(&deployment(3, status));
            (progress.is_done(), progress.to_string())
        };
        assert_eq!(state_of(Value::Null), (false, "not begun yet".into()));
        assert_eq!(state_of(status(2, 2, 2, 2)), (false, "not begun yet".into()), "the status of the former template");
        assert_eq!(state_of(status(3, 3, 1, 2)), (false, "1 of 2 pods are new".into()));
        assert_eq!(state_of(status(3, 3, 2, 3)), (false, "1 old pods still go".into()));
        assert_eq!(state_of(status(3, 2, 2, 1)), (false, "1 of 2 pods are ready".into()));
        assert_eq!(state_of(status(3, 2, 2, 2)), (true, "2 of 2 pods are new and ready".into()));
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
