//! `cargo deploy`: brings a release into a cluster and verifies it there; takes it back when anything of that fails.
//!
//! The order of it is docs/operations.md's ("A new version"). Before the first change everything is checked that can be: the
//! overlay, the images, the cluster, that nobody else deploys, that no field belongs to somebody else, that there is a user for the
//! smoke test. From then on the exit code tells how it ended:
//!
//! - 0: deployed and verified (or, with `--rollback`, gone back and verified)
//! - 1: it failed, and the former release serves again, verified
//! - 2: nothing was changed
//! - 3: a person is needed: neither serves for certain

mod cluster;
mod deployer;
mod difference;
mod identity;
mod lease;
mod limits;
mod manifest;
mod output;
mod problem;
mod records;
mod rollout;
mod smoke;
mod time;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;

use self::cluster::{ApplyMode, Cluster};
use self::deployer::Deployer;
use self::identity::{current_commit, lease_holder};
use self::lease::Lease;
use self::limits::run_with_limits;
use self::manifest::{Manifest, ObjectKey, Phase};
use self::output::report;
use self::problem::{Outcome, Problem};
use self::records::{Record, Records, State};
use self::smoke::SmokeTest;
use self::time::parse_duration;

const FAILED: u8 = 1;
const UNCHANGED: u8 = 2;
const NEEDS_A_PERSON: u8 = 3;

/// Bring a release into a cluster, verify it there, and take it back if it fails.
#[derive(Parser)]
#[command(bin_name = "cargo deploy")]
struct Arguments {
    /// Which of deploy/kubernetes/overlays.
    #[arg(long, value_name = "NAME", required_unless_present = "rollback")]
    overlay: Option<String>,
    /// The backend's image: sha256:… in the overlay's registry, or a whole reference with a digest [default: the overlay's].
    #[arg(long, value_name = "DIGEST")]
    backend: Option<String>,
    /// The frontend's image: sha256:… in the overlay's registry, or a whole reference with a digest [default: the overlay's].
    #[arg(long, value_name = "DIGEST")]
    frontend: Option<String>,
    /// What people call this release [default: the commit that GitHub or git names].
    #[arg(long, value_name = "NAME")]
    release: Option<String>,
    /// Where people come in [default: the host of the overlay's Ingress].
    #[arg(long)]
    url: Option<String>,
    /// Go back by hand: to what ran before, or to what was there when a deployment was killed.
    #[arg(long, conflicts_with_all = ["overlay", "backend", "frontend", "dry_run"])]
    rollback: bool,
    /// Go back to this one of the releases that were verified.
    #[arg(long, value_name = "RELEASE", requires = "rollback")]
    to: Option<String>,
    /// Say what would change, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Take over fields that somebody else manages.
    #[arg(long)]
    force_conflicts: bool,
    /// How long the deployment as a whole may take; rolling back after a failure has as long again.
    #[arg(long, value_name = "TIME", value_parser = parse_duration, default_value = "30m")]
    deadline: Duration,
    /// How long the pods of one Deployment may take to be ready.
    #[arg(long, value_name = "TIME", value_parser = parse_duration, default_value = "10m")]
    rollout_timeout: Duration,
    /// How long a deployment that was killed keeps others out.
    #[arg(long, value_name = "TIME", value_parser = parse_duration, default_value = "30s", hide = true)]
    lease: Duration,
    #[arg(long, value_name = "FOLDER", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/kubernetes/overlays"), hide = true)]
    overlays: PathBuf,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return unchanged(&Problem::Usage(format!("no threads: {error}"))),
    };
    // TLS has one provider, the same in every crate.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    runtime.block_on(async {
        let ended = if arguments.rollback { roll_back(&arguments).await } else { deploy(&arguments).await };
        ended.unwrap_or_else(|problem| unchanged(&problem))
    })
}

/// What a deployment needs to know before it changes anything.
struct Prepared {
    cluster: Cluster,
    records: Records,
    holder: String,
}

/// Deploys a release and verifies it, or rolls back. An error means that nothing has been changed yet.
async fn deploy(arguments: &Arguments) -> Outcome<ExitCode> {
    let overlay = arguments.overlay.as_deref().unwrap_or_default();
    let manifest = render(arguments, overlay)?;
    let release = arguments.release.clone().unwrap_or_else(current_commit);
    let prepared = prepare().await?;
    if let Some(namespace) = manifest.find("Namespace").filter(|_| !arguments.dry_run) {
        // Lease and records lie in it.
        prepared.cluster.apply(namespace, ApplyMode::Force).await?;
    }
    let former = prepared.records.last_verified();
    report(&match former {
        Some(former) => format!("{release} to {overlay}; what runs is {former}, verified {}", former.at),
        None => format!("{release} to {overlay}, the first that is recorded there"),
    });
    if arguments.dry_run {
        print_difference(&prepared, &manifest, arguments.force_conflicts).await?;
        report("nothing was changed (--dry-run)");
        return Ok(ExitCode::SUCCESS);
    }
    let url = arguments.url.clone().or_else(|| manifest.public_url());
    let smoke = SmokeTest::prepare(&prepared.cluster, url, former.is_none()).await?;
    let lease = Lease::acquire(&prepared.cluster, &prepared.holder, arguments.lease).await?;
    let ended = deploy_or_roll_back(arguments, &prepared, &manifest, &release, &smoke, &lease).await;
    lease.release().await;
    ended
}

async fn deploy_or_roll_back(
    arguments: &Arguments,
    prepared: &Prepared,
    manifest: &Manifest,
    release: &str,
    smoke: &SmokeTest,
    lease: &Lease,
) -> Outcome<ExitCode> {
    print_difference(prepared, manifest, arguments.force_conflicts).await?;
    let deployer = Deployer { cluster: &prepared.cluster, smoke, rollout_timeout: arguments.rollout_timeout };
    // Read again: only now nobody else writes them.
    let records = Records::read(&prepared.cluster).await?;
    let record = records.next_record(release, &prepared.holder, manifest);
    record.write(&prepared.cluster).await?;
    let mode = if arguments.force_conflicts { ApplyMode::Force } else { ApplyMode::RefuseConflicts };
    match run_with_limits(arguments.deadline, lease, Box::pin(deployer.deploy(manifest, mode))).await {
        Ok(()) => {
            report(&format!("{record} is verified"));
            if let Err(problem) = deployer.finish(&record, &records).await {
                report(&format!("it serves, but was not written down or cleared up after: {problem}"));
                return Ok(ExitCode::from(NEEDS_A_PERSON));
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(problem) => {
            report(&format!("FAILED: {problem}"));
            Ok(roll_back_failed(arguments, &deployer, lease, &record, &records, &problem).await)
        }
    }
}

/// After a failure, goes back to the release that was verified last.
async fn roll_back_failed(
    arguments: &Arguments,
    deployer: &Deployer<'_>,
    lease: &Lease,
    record: &Record,
    records: &Records,
    why: &Problem,
) -> ExitCode {
    let Some(former) = records.last_verified() else {
        report("there is no former release to go back to; what was applied stays. A person is needed");
        return ExitCode::from(NEEDS_A_PERSON);
    };
    if matches!(why, Problem::LeaseLost) {
        report("whoever has the lease decides now; nothing is taken back from here");
        return ExitCode::from(NEEDS_A_PERSON);
    }
    let back = async {
        deployer.roll_back(former, &record.manifest).await?;
        deployer.mark_failed(record, why).await
    };
    match run_with_limits(arguments.deadline, lease, Box::pin(back)).await {
        Ok(()) => {
            report(&format!("{former} serves again, verified; {record} has failed: {why}"));
            ExitCode::from(FAILED)
        }
        Err(problem) => {
            report(&format!(
                "NOT BACK: {problem}\nwhat failed before: {why}\nA person is needed: docs/operations.md, \"Back by hand\""
            ));
            ExitCode::from(NEEDS_A_PERSON)
        }
    }
}

async fn roll_back(arguments: &Arguments) -> Outcome<ExitCode> {
    let prepared = prepare().await?;
    let lease = Lease::acquire(&prepared.cluster, &prepared.holder, arguments.lease).await?;
    let ended = roll_back_to(arguments, &prepared, &lease).await;
    lease.release().await;
    ended
}

async fn roll_back_to(arguments: &Arguments, prepared: &Prepared, lease: &Lease) -> Outcome<ExitCode> {
    let records = Records::read(&prepared.cluster).await?;
    let to = match &arguments.to {
        Some(release) => records.verified(release).ok_or_else(|| no_such(release, &records))?,
        None => records.rollback_target().ok_or_else(|| Problem::Usage("no former release is recorded".into()))?,
    };
    let url = arguments.url.clone().or_else(|| to.manifest.public_url());
    let smoke = SmokeTest::prepare(&prepared.cluster, url, false).await?;
    let deployer = Deployer { cluster: &prepared.cluster, smoke: &smoke, rollout_timeout: arguments.rollout_timeout };
    let record = records.next_record(&to.release, &prepared.holder, &to.manifest);
    record.write(&prepared.cluster).await?;
    let left = records.newest().map(|newest| newest.manifest.clone()).unwrap_or_default();
    let back = async {
        deployer.roll_back(to, &left).await?;
        deployer.finish(&record, &records).await
    };
    Ok(match run_with_limits(arguments.deadline, lease, Box::pin(back)).await {
        Ok(()) => {
            report(&format!("release {} serves, verified", to.release));
            ExitCode::SUCCESS
        }
        Err(problem) => {
            report(&format!("NOT BACK: {problem}\nA person is needed"));
            ExitCode::from(NEEDS_A_PERSON)
        }
    })
}

fn no_such(release: &str, records: &Records) -> Problem {
    let verified = records.0.iter().filter(|record| record.state == State::Verified);
    let names: Vec<_> = verified.map(|record| format!("{} ({})", record.release, record.at)).collect();
    Problem::Usage(format!("no verified release {release}; there are: {}", names.join(", ")))
}

fn render(arguments: &Arguments, overlay: &str) -> Outcome<Manifest> {
    let mut manifest = Manifest::render(&arguments.overlays, overlay)?;
    for (image, given) in [("backend", &arguments.backend), ("frontend", &arguments.frontend)] {
        if let Some(reference) = given {
            manifest.set_image(image, reference)?;
        }
    }
    manifest.check_images()?;
    let without_pods = |phase| manifest.in_phase(phase).next().is_none();
    if without_pods(Phase::Workloads) || without_pods(Phase::Migration) {
        return Err(Problem::Usage(format!("overlay {overlay} has no Deployment or no migration")));
    }
    Ok(manifest)
}

async fn prepare() -> Outcome<Prepared> {
    let cluster = Cluster::connect().await?;
    let records = Records::read(&cluster).await?;
    if let Some(left) = records.newest().filter(|newest| newest.state == State::Started) {
        report(&format!("{left} by {} was left half-way at {}", left.by, left.at));
    }
    Ok(Prepared { cluster, records, holder: lease_holder() })
}

async fn print_difference(prepared: &Prepared, manifest: &Manifest, force: bool) -> Outcome<()> {
    let former = prepared.records.last_verified().map(|former| former.manifest.clone());
    let absent = match manifest.find("Namespace") {
        Some(namespace) => prepared.cluster.get(&ObjectKey::of(namespace)).await?.is_none(),
        None => false,
    };
    let lines = if absent {
        // Without its namespace nothing can be tried.
        manifest.objects.iter().map(|object| format!("+ {}", ObjectKey::of(object))).collect()
    } else {
        difference::difference(&prepared.cluster, manifest, former.as_ref(), force).await?
    };
    let nothing = lines.is_empty();
    report(&if nothing {
        "no difference to what is there".into()
    } else {
        format!("what changes:\n{}", lines.join("\n"))
    });
    Ok(())
}

fn unchanged(problem: &Problem) -> ExitCode {
    report(&format!("nothing was changed: {problem}"));
    ExitCode::from(UNCHANGED)
}
