//! A Lease that keeps two deployments from running at once. Whoever deploys holds and renews it; one that was killed stops
//! renewing, and when its duration is over the next may begin. <https://kubernetes.io/docs/concepts/architecture/leases/>

use std::sync::Arc;
use std::time::Duration;

use k8s_openapi::api::coordination::v1::{Lease as Object, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{MicroTime, ObjectMeta};
use k8s_openapi::jiff::{SignedDuration, Timestamp};
use kube::Api;
use kube::api::PostParams;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::cluster::{Cluster, FIELD_MANAGER, retry};
use super::manifest::NAMESPACE;
use super::problem::{Outcome, Problem};
use super::time::now;

/// The lease that this process holds, renewed in the background.
pub(crate) struct Lease {
    api: Api<Object>,
    holder: String,
    lost: Arc<Notify>,
    renewal: JoinHandle<()>,
}

impl Lease {
    /// Acquires the lease and starts to renew it.
    ///
    /// # Errors
    ///
    /// [`Problem::Busy`] when somebody else holds it.
    pub(crate) async fn acquire(cluster: &Cluster, holder: &str, duration: Duration) -> Outcome<Self> {
        let api: Api<Object> = Api::namespaced(cluster.client.clone(), NAMESPACE);
        acquire_or_renew(&api, holder, duration).await?;
        let lost = Arc::new(Notify::new());
        let renewal = tokio::spawn(renew(api.clone(), holder.to_owned(), duration, Arc::clone(&lost)));
        Ok(Self { api, holder: holder.to_owned(), lost, renewal })
    }

    /// Waits until the lease is lost: another process holds it, or it could not be renewed for its whole duration.
    pub(crate) async fn lost(&self) {
        self.lost.notified().await;
    }

    /// Releases the lease, so that the next deployment may begin at once.
    pub(crate) async fn release(self) {
        self.renewal.abort();
        if let Ok(Some(mut object)) = self.api.get_opt(FIELD_MANAGER).await
            && holder_of(&object) == Some(&self.holder)
        {
            object.spec = Some(LeaseSpec { holder_identity: Some(String::new()), ..object.spec.unwrap_or_default() });
            // If that fails, its time ends by itself.
            let _ = self.api.replace(FIELD_MANAGER, &PostParams::default(), &object).await;
        }
    }
}

async fn renew(api: Api<Object>, holder: String, duration: Duration, lost: Arc<Notify>) {
    let mut renewed = now();
    loop {
        // Two renewals may fail.
        tokio::time::sleep(duration / 3).await;
        match acquire_or_renew(&api, &holder, duration).await {
            Ok(()) => renewed = now(),
            Err(Problem::Busy { .. }) => return lost.notify_one(),
            Err(_) if now().duration_since(renewed).unsigned_abs() > duration => return lost.notify_one(),
            Err(_) => {}
        }
    }
}

/// Acquires the lease, or renews it. The server compares versions: of two who take it at once, one is refused and looks again.
async fn acquire_or_renew(api: &Api<Object>, holder: &str, duration: Duration) -> Outcome<()> {
    let parameters = PostParams { field_manager: Some(FIELD_MANAGER.to_owned()), ..PostParams::default() };
    for _ in 0..5 {
        let found = retry("Lease", || api.get_opt(FIELD_MANAGER)).await?;
        let at = now();
        let written = match found {
            None => api.create(&parameters, &lease_object(holder, at, duration, None)).await,
            Some(object) if is_free(&object, holder, at) => {
                api.replace(FIELD_MANAGER, &parameters, &lease_object(holder, at, duration, Some(object))).await
            }
            Some(object) => {
                let spec = object.spec.unwrap_or_default();
                let renewed = spec.renew_time.map_or_else(String::new, |MicroTime(at)| at.to_string());
                return Err(Problem::Busy { holder: spec.holder_identity.unwrap_or_default(), renewed });
            }
        };
        match written {
            Ok(_) => return Ok(()),
            // Somebody was faster, or it was us and the answer was lost: look again.
            Err(kube::Error::Api(status)) if status.code == 409 => {}
            Err(kube::Error::Api(status)) => {
                return Err(Problem::Cluster { what: "Lease".into(), why: status.message });
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(200)).await,
        }
    }
    Err(Problem::Cluster { what: "Lease".into(), why: "it could not be written".into() })
}

fn lease_object(holder: &str, now: Timestamp, duration: Duration, before: Option<Object>) -> Object {
    let before = before.unwrap_or_default();
    let spec = before.spec.unwrap_or_default();
    let renewed = spec.holder_identity.as_deref() == Some(holder);
    Object {
        metadata: ObjectMeta { name: Some(FIELD_MANAGER.to_owned()), ..before.metadata },
        spec: Some(LeaseSpec {
            holder_identity: Some(holder.to_owned()),
            lease_duration_seconds: i32::try_from(duration.as_secs()).ok(),
            acquire_time: if renewed { spec.acquire_time } else { Some(MicroTime(now)) },
            renew_time: Some(MicroTime(now)),
            lease_transitions: Some(spec.lease_transitions.unwrap_or(0) + i32::from(!renewed)),
            ..LeaseSpec::default()
        }),
    }
}

fn is_free(object: &Object, holder: &str, now: Timestamp) -> bool {
    let spec = object.spec.clone().unwrap_or_default();
    let theirs = holder_of(object).is_some_and(|other| !other.is_empty() && other != holder);
    let seconds = i64::from(spec.lease_duration_seconds.unwrap_or(0));
    let fresh = spec.renew_time.is_some_and(|MicroTime(at)| now < at + SignedDuration::from_secs(seconds));
    !(theirs && fresh)
}

fn holder_of(object: &Object) -> Option<&String> {
    object.spec.as_ref()?.holder_identity.as_ref()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DURATION: Duration = Duration::from_secs(30);

    #[test]
    fn a_lease_is_its_holders_until_its_time_has_passed() {
        let now = Timestamp::UNIX_EPOCH;
        let taken = lease_object("one", now, DURATION, None);
        let later = |seconds| now + SignedDuration::from_secs(seconds);
        assert!(is_free(&taken, "one", later(1)), "its own");
        assert!(!is_free(&taken, "two", later(29)), "somebody else's");
        assert!(is_free(&taken, "two", later(30)), "nobody has renewed it");
        let renewed = lease_object("one", later(10), DURATION, Some(taken));
        assert!(!is_free(&renewed, "two", later(30)));
        let spec = renewed.spec.clone().expect("a spec");
        assert_eq!((spec.acquire_time, spec.lease_transitions), (Some(MicroTime(now)), Some(1)));
        let after = lease_object("two", later(50), DURATION, Some(renewed)).spec.expect("a spec");
        assert_eq!((after.acquire_time, after.lease_transitions), (Some(MicroTime(later(50))), Some(2)));
    }
}
