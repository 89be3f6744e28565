//! The steps of a deployment: to a new release, and back to the one before it.

use std::time::Duration;

use super::cluster::{ApplyMode, Cluster};
use super::manifest::{Manifest, ObjectKey, Phase};
use super::output::report;
use super::problem::{Outcome, Problem};
use super::records::{Record, Records, State};
use super::rollout;
use super::smoke::SmokeTest;

/// Applies a manifest phase by phase, waits for each and runs the smoke test.
pub(crate) struct Deployer<'d> {
    pub(crate) cluster: &'d Cluster,
    pub(crate) smoke: &'d SmokeTest,
    /// How long the pods of one workload may take to be ready.
    pub(crate) rollout_timeout: Duration,
}

impl Deployer<'_> {
    /// Deploys a manifest: settings, migration, pods, smoke test. When a step fails, rolling back is left to the caller.
    pub(crate) async fn deploy(&self, manifest: &Manifest, mode: ApplyMode) -> Outcome<()> {
        report("settings, accounts, network");
        self.apply(manifest, Phase::Prerequisites, mode).await?;
        rollout::wait_for_secrets(self.cluster, manifest).await?;
        self.roll_out(manifest, Phase::Database, mode).await?;
        if let Some(job) = manifest.in_phase(Phase::Migration).next() {
            report("migration");
            rollout::run_migration(self.cluster, job, self.rollout_timeout).await?;
        }
        self.roll_out_workloads(manifest, mode).await
    }

    /// Deploys a former release again, without a migration: tables only grow, so it runs on them as they are.
    pub(crate) async fn roll_back(&self, former: &Record, left: &Manifest) -> Outcome<()> {
        report(&format!("back to {former}"));
        self.apply(&former.manifest, Phase::Prerequisites, ApplyMode::Force).await?;
        self.roll_out(&former.manifest, Phase::Database, ApplyMode::Force).await?;
        self.roll_out_workloads(&former.manifest, ApplyMode::Force).await?;
        self.prune(left, &former.manifest).await
    }

    /// Rolls the workloads out and runs the smoke test.
    async fn roll_out_workloads(&self, manifest: &Manifest, mode: ApplyMode) -> Outcome<()> {
        report("pods");
        self.roll_out(manifest, Phase::Workloads, mode).await?;
        self.smoke.run().await
    }

    async fn apply(&self, manifest: &Manifest, phase: Phase, mode: ApplyMode) -> Outcome<()> {
        for object in manifest.in_phase(phase) {
            self.cluster.apply(object, mode).await?;
        }
        Ok(())
    }

    async fn roll_out(&self, manifest: &Manifest, phase: Phase, mode: ApplyMode) -> Outcome<()> {
        self.apply(manifest, phase, mode).await?;
        for workload in manifest.in_phase(phase) {
            rollout::wait_until_done(self.cluster, workload, self.rollout_timeout).await?;
        }
        Ok(())
    }

    /// Deletes the objects of one manifest that are not in another.
    async fn prune(&self, left: &Manifest, stays: &Manifest) -> Outcome<()> {
        for key in left.keys().difference(&stays.keys()).filter(|key| is_ours_to_delete(key)) {
            report(&format!("{key} goes"));
            self.cluster.delete(key).await?;
        }
        Ok(())
    }

    /// Records that a release is verified, and deletes objects and records that are no longer needed.
    pub(crate) async fn finish(&self, record: &Record, records: &Records) -> Outcome<()> {
        let verified = Record { state: State::Verified, ..record.clone() };
        verified.write(self.cluster).await?;
        // Of an unfinished one before us, too: nobody has cleared up after it.
        for former in records.0.iter().rev().take_while(|former| former.state != State::Failed) {
            self.prune(&former.manifest, &record.manifest).await?;
            if former.state == State::Verified {
                break;
            }
            self.mark_failed(former, &Problem::Interrupted).await?;
        }
        for outdated in records.outdated() {
            self.cluster.delete(&outdated.key()).await?;
        }
        Ok(())
    }

    /// Records that a deployment failed, with the reason's first line.
    pub(crate) async fn mark_failed(&self, record: &Record, why: &Problem) -> Outcome<()> {
        // The reason, not the logs with it.
        let detail = why.to_string().lines().next().unwrap_or_default().to_owned();
        Record { state: State::Failed, detail, ..record.clone() }.write(self.cluster).await
    }
}

/// Whether an object may be deleted when a release no longer has it: never a namespace, which takes everything with it, nor
/// volumes, which hold data; the migration's Job stays for its log.
fn is_ours_to_delete(key: &ObjectKey) -> bool {
    !matches!(key.kind.as_str(), "Namespace" | "PersistentVolumeClaim" | "PersistentVolume" | "Job")
}
