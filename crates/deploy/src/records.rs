//! Records of deployments: a `ConfigMap` for each, with the whole manifest, so that rolling back needs neither git nor a registry's
//! list. The newest verified one is what should be running.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::ConfigMap;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::api::DynamicObject;

use super::cluster::{ApplyMode, Cluster, FIELD_MANAGER};
use super::manifest::{Manifest, NAMESPACE, ObjectKey};
use super::problem::{Outcome, Problem};
use super::time::now;

const SELECTOR: &str = "app.kubernetes.io/managed-by=comptoir-deploy";
/// How many verified records are kept; ECR keeps as many images.
const KEPT_RELEASES: usize = 10;

/// How far a deployment got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// It has changed something, and its end is not recorded.
    Started,
    /// It was rolled out, and the smoke test went through.
    Verified,
    /// It failed and was rolled back.
    Failed,
}

impl State {
    fn as_str(self) -> &'static str {
        match self {
            Self::Started => "begun",
            Self::Verified => "verified",
            Self::Failed => "failed",
        }
    }
}

/// One deployment: its release, state and manifest.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    /// The deployment's number; each has the one after the deployment before it.
    pub(crate) number: u32,
    /// The release's name, usually its commit.
    pub(crate) release: String,
    pub(crate) state: State,
    pub(crate) at: String,
    pub(crate) by: String,
    /// The reason of a failure; otherwise empty.
    pub(crate) detail: String,
    pub(crate) manifest: Manifest,
}

impl std::fmt::Display for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "release {} (deployment {})", self.release, self.number)
    }
}

/// All records of a cluster, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Records(pub(crate) Vec<Record>);

impl Records {
    pub(crate) async fn read(cluster: &Cluster) -> Outcome<Self> {
        let found = cluster.list("v1", "ConfigMap", SELECTOR).await?;
        let mut records = found.into_iter().map(Record::parse).collect::<Outcome<Vec<_>>>()?;
        records.sort_by_key(|record| record.number);
        Ok(Self(records))
    }

    /// The record of the latest deployment, however it ended.
    pub(crate) fn newest(&self) -> Option<&Record> {
        self.0.last()
    }

    /// The newest verified record: what should be running.
    pub(crate) fn last_verified(&self) -> Option<&Record> {
        self.0.iter().rfind(|record| record.state == State::Verified)
    }

    /// The record that a rollback by hand returns to: the running release if the newest deployment was left unfinished, otherwise
    /// the newest verified one with other images.
    pub(crate) fn rollback_target(&self) -> Option<&Record> {
        let current = self.last_verified()?;
        if self.newest().is_some_and(|newest| newest.state == State::Started) {
            return Some(current);
        }
        let verified = self.0.iter().filter(|record| record.state == State::Verified);
        verified.rev().find(|record| record.manifest.images() != current.manifest.images())
    }

    pub(crate) fn verified(&self, release: &str) -> Option<&Record> {
        self.0.iter().rfind(|record| record.release == release && record.state == State::Verified)
    }

    pub(crate) fn next_record(&self, release: &str, by: &str, manifest: &Manifest) -> Record {
        Record {
            number: self.newest().map_or(1, |newest| newest.number + 1),
            release: release.to_owned(),
            state: State::Started,
            at: now().to_string(),
            by: by.to_owned(),
            detail: String::new(),
            manifest: manifest.without_migration(),
        }
    }

    /// The records older than the last [`KEPT_RELEASES`] verified ones.
    pub(crate) fn outdated(&self) -> impl Iterator<Item = &Record> {
        let verified: Vec<_> = self.0.iter().filter(|record| record.state == State::Verified).collect();
        let oldest_kept = verified.iter().rev().nth(KEPT_RELEASES - 1).map_or(0, |record| record.number);
        self.0.iter().filter(move |record| record.number < oldest_kept)
    }
}

impl Record {
    pub(crate) async fn write(&self, cluster: &Cluster) -> Outcome<()> {
        cluster.apply(&self.object()?, ApplyMode::Force).await.map(drop)
    }

    pub(crate) fn key(&self) -> ObjectKey {
        ObjectKey {
            api_version: "v1".into(),
            kind: "ConfigMap".into(),
            namespace: Some(NAMESPACE.into()),
            name: format!("comptoir-release-{:06}", self.number),
        }
    }

    fn object(&self) -> Outcome<DynamicObject> {
        let text = |value: &str| value.to_owned();
        let map = ConfigMap {
            metadata: ObjectMeta {
                name: Some(self.key().name),
                namespace: Some(NAMESPACE.into()),
                labels: Some(BTreeMap::from([(text("app.kubernetes.io/managed-by"), text(FIELD_MANAGER))])),
                ..ObjectMeta::default()
            },
            data: Some(BTreeMap::from([
                (text("release"), self.release.clone()),
                (text("state"), text(self.state.as_str())),
                (text("at"), self.at.clone()),
                (text("by"), self.by.clone()),
                (text("detail"), self.detail.clone()),
                (text("manifest"), self.manifest.to_json()),
            ])),
            ..ConfigMap::default()
        };
        let value = serde_json::to_value(map).and_then(serde_json::from_value);
        value.map_err(|error| Problem::Failed(format!("the record of {self}: {error}")))
    }

    fn parse(object: DynamicObject) -> Outcome<Self> {
        let name = object.metadata.name.clone().unwrap_or_default();
        let unreadable = |why: &str| Problem::Failed(format!("ConfigMap/{name} is no record of a release: {why}"));
        let field = |field: &str| object.data.get("data")?.get(field)?.as_str().map(str::to_owned);
        let number = name.rsplit('-').next().and_then(|number| number.parse().ok());
        let state = match field("state").as_deref() {
            Some("begun") => State::Started,
            Some("verified") => State::Verified,
            Some("failed") => State::Failed,
            other => return Err(unreadable(&format!("state {other:?}"))),
        };
        Ok(Self {
            number: number.ok_or_else(|| unreadable("its name has no number"))?,
            release: field("release").ok_or_else(|| unreadable("no release"))?,
            state,
            at: field("at").unwrap_or_default(),
            by: field("by").unwrap_or_default(),
            detail: field("detail").unwrap_or_default(),
            manifest: Manifest::from_json(&field("manifest").ok_or_else(|| unreadable("no manifest"))?)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(number: u32, state: State, image: &str) -> Record {
        let deployment = serde_json::json!([{
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "backend"},
            "spec": {"template": {"spec": {"containers": [{"name": "backend", "image": image}]}}}
        }]);
        let manifest = Manifest::from_json(&deployment.to_string()).expect("a manifest");
        let release = format!("r{number}");
        Record { number, release, state, at: String::new(), by: String::new(), detail: String::new(), manifest }
    }

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let written = Record { detail: "no pod became ready".into(), ..record(7, State::Failed, "a") };
        let read = Record::parse(written.object().expect("an object")).expect("a record");
        assert_eq!((read.number, read.state, &read.detail), (7, State::Failed, &written.detail));
        assert_eq!(read.manifest, written.manifest);
    }

    #[test]
    fn what_failed_or_was_left_half_way_is_never_gone_back_to() {
        let mut records = Records(vec![
            record(1, State::Verified, "a"),
            record(2, State::Verified, "b"),
            record(3, State::Failed, "c"),
        ]);
        assert_eq!(records.last_verified().map(|record| record.number), Some(2));
        assert_eq!(records.rollback_target().map(|record| record.number), Some(1), "by hand: to what ran before");
        records.0.push(record(4, State::Started, "d"));
        assert_eq!(records.last_verified().map(|record| record.number), Some(2));
        assert_eq!(records.rollback_target().map(|record| record.number), Some(2), "half-way: to what ran last");
        assert!(records.verified("r3").is_none(), "it failed");
        assert_eq!(records.next_record("r5", "us", &Manifest::default()).number, 5);
    }

    #[test]
    fn going_back_passes_over_the_same_images() {
        let records =
            [record(1, State::Verified, "a"), record(2, State::Verified, "b"), record(3, State::Verified, "b")];
        assert_eq!(Records(records.to_vec()).rollback_target().map(|record| record.number), Some(1));
        assert!(Records(records[1..].to_vec()).rollback_target().is_none(), "there is nothing before");
    }

    #[test]
    fn the_last_ten_that_worked_are_kept() {
        let mut records: Vec<_> = (1..=12).map(|number| record(number, State::Verified, "a")).collect();
        records[5].state = State::Failed;
        let numbers: Vec<_> = Records(records).outdated().map(|record| record.number).collect();
        assert_eq!(numbers, [1]);
    }
}
