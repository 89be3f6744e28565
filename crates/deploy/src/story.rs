//! The two ways: forward to a release, and back to the one before it.

use std::time::Duration;

use super::cluster::{Apply, Cluster};
use super::manifest::{Key, Manifest, Phase};
use super::problem::{Outcome, Problem};
use super::progress::say;
use super::records::{Record, Records, State};
use super::rollout;
use super::smoke::Smoke;

pub(crate) struct Desk<'d> {
    pub(crate) cluster: &'d Cluster,
    pub(crate) smoke: &'d Smoke,
    /// For each roll-out.
    pub(crate) patience: Duration,
}

impl Desk<'_> {
    /// Settings, migration, pods, smoke test. Whatever of it fails leaves the way back to the caller.
    pub(crate) async fn forward(&self, manifest: &Manifest, how: Apply) -> Outcome<()> {
        say("settings, accounts, network");
        self.apply(manifest, Phase::Ground, how).await?;
        rollout::secrets(self.cluster, manifest).await?;
        self.roll_out(manifest, Phase::Database, how).await?;
        if let Some(job) = manifest.in_phase(Phase::Migration).next() {
            say("migration");
            rollout::migration(self.cluster, job, self.patience).await?;
        }
        self.serve(manifest, how).await
    }

    /// The same without a migration: tables only grow, so the former release runs on them as they are.
    pub(crate) async fn back(&self, former: &Record, left: &Manifest) -> Outcome<()> {
        say(&format!("back to {former}"));
        self.apply(&former.manifest, Phase::Ground, Apply::Force).await?;
        self.roll_out(&former.manifest, Phase::Database, Apply::Force).await?;
        self.serve(&former.manifest, Apply::Force).await?;
        self.prune(left, &former.manifest).await
    }

    async fn serve(&self, manifest: &Manifest, how: Apply) -> Outcome<()> {
        say("pods");
        self.roll_out(manifest, Phase::Pods, how).await?;
        self.smoke.run().await
    }

    async fn apply(&self, manifest: &Manifest, phase: Phase, how: Apply) -> Outcome<()> {
        for object in manifest.in_phase(phase) {
            self.cluster.apply(object, how).await?;
        }
        Ok(())
    }

    async fn roll_out(&self, manifest: &Manifest, phase: Phase, how: Apply) -> Outcome<()> {
        self.apply(manifest, phase, how).await?;
        for workload in manifest.in_phase(phase) {
            rollout::finished(self.cluster, workload, self.patience).await?;
        }
        Ok(())
    }

    /// Deletes what one manifest brought and another does not know.
    async fn prune(&self, left: &Manifest, stays: &Manifest) -> Outcome<()> {
        for key in left.keys().difference(&stays.keys()).filter(|key| is_ours_to_delete(key)) {
            say(&format!("{key} goes"));
            self.cluster.delete(key).await?;
        }
        Ok(())
    }

    /// Writes down that a release is verified, and lets go of what nobody needs any more.
    pub(crate) async fn conclude(&self, record: &Record, records: &Records) -> Outcome<()> {
        let verified = Record { state: State::Verified, ..record.clone() };
        verified.write(self.cluster).await?;
        // Of an unfinished one before us, too: nobody has cleared up after it.
        for former in records.0.iter().rev().take_while(|former| former.state != State::Failed) {
            self.prune(&former.manifest, &record.manifest).await?;
            if former.state == State::Verified {
                break;
            }
            self.failed(former, &Problem::Interrupted).await?;
        }
        for outdated in records.outdated() {
            self.cluster.delete(&outdated.key()).await?;
        }
        Ok(())
    }

    pub(crate) async fn failed(&self, record: &Record, why: &Problem) -> Outcome<()> {
        // The reason, not the logs with it.
        let detail = why.to_string().lines().next().unwrap_or_default().to_owned();
        Record { state: State::Failed, detail, ..record.clone() }.write(self.cluster).await
    }
}

/// A namespace takes everything with it, and data lies in claims; the migration's Job stays for its log.
fn is_ours_to_delete(key: &Key) -> bool {
    !matches!(key.kind.as_str(), "Namespace" | "PersistentVolumeClaim" | "PersistentVolume" | "Job")
}
