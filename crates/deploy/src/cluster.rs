//! A client for the cluster's API, the one that `kubectl` uses. Requests are repeated when a connection drops: server-side apply,
//! deleting and reading may be. <https://kubernetes.io/docs/reference/using-api/server-side-apply/>

use std::collections::HashMap;
use std::time::Duration;

use k8s_openapi::api::core::v1::{Pod, Secret};
use kube::api::{Api, DeleteParams, DynamicObject, ListParams, LogParams, Patch, PatchParams};
use kube::core::{ApiResource, GroupVersionKind};
use kube::discovery::{Scope, pinned_kind};
use kube::{Client, Config};
use tokio::sync::Mutex;

use super::manifest::{NAMESPACE, ObjectKey};
use super::problem::{Outcome, Problem};

/// The field manager of server-side apply, and the name of the lease: fields that the deployer sets belong to it.
pub(crate) const FIELD_MANAGER: &str = "comptoir-deploy";
/// Pauses between attempts at one request; about 15 s in all.
const RETRY_DELAYS_MS: &[u64] = &[100, 250, 500, 1000, 2000, 4000, 8000];
/// How long one request may take.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// A connection to the cluster, which knows the kinds that were asked for so far.
pub(crate) struct Cluster {
    pub(crate) client: Client,
    /// Resource and scope of each kind, from discovery.
    kinds: Mutex<HashMap<GroupVersionKind, (ApiResource, Scope)>>,
}

/// How an object is applied.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ApplyMode {
    /// Changes nothing; the answer is the object as it would be.
    DryRun,
    /// Fails when another manager owns one of the fields.
    RefuseConflicts,
    /// Takes fields over from other managers.
    Force,
}

impl Cluster {
    /// Connects to the cluster that `kubectl` would: by KUBECONFIG.
    pub(crate) async fn connect() -> Outcome<Self> {
        let no_cluster = |why: String| Problem::Usage(format!("no cluster: {why} (is KUBECONFIG right?)"));
        let mut config = Config::infer().await.map_err(|error| no_cluster(error.to_string()))?;
        config.connect_timeout = Some(REQUEST_TIMEOUT);
        config.read_timeout = Some(REQUEST_TIMEOUT);
        config.write_timeout = Some(REQUEST_TIMEOUT);
        let address = config.cluster_url.clone();
        let client = Client::try_from(config).map_err(|error| no_cluster(error.to_string()))?;
        let cluster = Self { client, kinds: Mutex::default() };
        retry("the cluster", || cluster.client.list_core_api_resources("v1"))
            .await
            .map_err(|problem| no_cluster(format!("{address}: {problem}")))?;
        Ok(cluster)
    }

    /// Applies an object and returns it as the server then has it.
    pub(crate) async fn apply(&self, object: &DynamicObject, mode: ApplyMode) -> Outcome<DynamicObject> {
        let key = ObjectKey::of(object);
        let api = self.api(&key).await?;
        let mut parameters = PatchParams::apply(FIELD_MANAGER);
        parameters.force = mode == ApplyMode::Force;
        parameters.dry_run = mode == ApplyMode::DryRun;
        let patch = Patch::Apply(object);
        let applied = retry(&key.to_string(), || api.patch(&key.name, &parameters, &patch)).await;
        applied.map_err(|problem| conflict_or_failure(&key, problem))
    }

    pub(crate) async fn get(&self, key: &ObjectKey) -> Outcome<Option<DynamicObject>> {
        let api = self.api(key).await?;
        Ok(retry(&key.to_string(), || api.get_opt(&key.name)).await?)
    }

    /// Deletes an object; one that does not exist counts as deleted.
    pub(crate) async fn delete(&self, key: &ObjectKey) -> Outcome<()> {
        let api = self.api(key).await?;
        let parameters = DeleteParams::background();
        let delete = async || match api.delete(&key.name, &parameters).await {
            Err(kube::Error::Api(status)) if status.is_not_found() => Ok(()),
            other => other.map(drop),
        };
        Ok(retry(&key.to_string(), delete).await?)
    }

    /// Objects of a kind that match a label selector.
    pub(crate) async fn list(&self, api_version: &str, kind: &str, selector: &str) -> Outcome<Vec<DynamicObject>> {
        let namespace = Some(NAMESPACE.to_owned());
        let key = ObjectKey { api_version: api_version.into(), kind: kind.into(), namespace, name: String::new() };
        let api = self.api(&key).await?;
        let parameters = ListParams::default().labels(selector);
        Ok(retry(kind, || api.list(&parameters)).await?.items)
    }

    pub(crate) async fn pods(&self, selector: &str) -> Outcome<Vec<Pod>> {
        let api: Api<Pod> = Api::namespaced(self.client.clone(), NAMESPACE);
        let parameters = ListParams::default().labels(selector);
        Ok(retry("Pods", || api.list(&parameters)).await?.items)
    }

    /// The last lines of a pod's log, with `previous` those of its container before the restart. Empty when there are none.
    pub(crate) async fn pod_log(&self, pod: &str, previous: bool) -> String {
        let api: Api<Pod> = Api::namespaced(self.client.clone(), NAMESPACE);
        let parameters = LogParams { previous, tail_lines: Some(15), ..LogParams::default() };
        api.logs(pod, &parameters).await.unwrap_or_default()
    }

    pub(crate) async fn secret(&self, name: &str) -> Outcome<Option<Secret>> {
        let api: Api<Secret> = Api::namespaced(self.client.clone(), NAMESPACE);
        Ok(retry(&format!("Secret/{name}"), || api.get_opt(name)).await?)
    }

    async fn api(&self, key: &ObjectKey) -> Outcome<Api<DynamicObject>> {
        let (group, version) = key.api_version.split_once('/').unwrap_or(("", &key.api_version));
        let kind = GroupVersionKind::gvk(group, version, &key.kind);
        let mut kinds = self.kinds.lock().await;
        if !kinds.contains_key(&kind) {
            let what = format!("{} {}, which this cluster does not know", key.api_version, key.kind);
            let (resource, can) = retry(&what, || pinned_kind(&self.client, &kind)).await?;
            kinds.insert(kind.clone(), (resource, can.scope));
        }
        let (resource, scope) = &kinds[&kind];
        Ok(match scope {
            Scope::Cluster => Api::all_with(self.client.clone(), resource),
            Scope::Namespaced => {
                let namespace = key.namespace.as_deref().unwrap_or(NAMESPACE);
                Api::namespaced_with(self.client.clone(), namespace, resource)
            }
        })
    }
}

/// A request's error, with the object it was about.
pub(crate) struct RequestError {
    what: String,
    error: kube::Error,
}

impl std::fmt::Display for RequestError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.error {
            kube::Error::Api(status) => write!(f, "{}", status.message),
            other => write!(f, "{other}"),
        }
    }
}

impl From<RequestError> for Problem {
    fn from(failed: RequestError) -> Self {
        Self::Cluster { why: failed.to_string(), what: failed.what }
    }
}

/// Repeats a request while its error is transient, for about 15 seconds.
pub(crate) async fn retry<T, F>(what: &str, mut ask: impl FnMut() -> F) -> Result<T, RequestError>
where
    F: Future<Output = kube::Result<T>>,
{
    let mut pauses = RETRY_DELAYS_MS.iter();
    loop {
        match ask().await {
            Ok(answer) => return Ok(answer),
            Err(error) => match pauses.next() {
                Some(pause) if is_transient(&error) => tokio::time::sleep(Duration::from_millis(*pause)).await,
                _ => return Err(RequestError { what: what.to_owned(), error }),
            },
        }
    }
}

/// Whether a request may succeed a moment later: a connection dropped, a server is busy or being replaced.
fn is_transient(error: &kube::Error) -> bool {
    match error {
        kube::Error::Api(status) => matches!(status.code, 429 | 500 | 502 | 503 | 504),
        kube::Error::HyperError(_) | kube::Error::Service(_) | kube::Error::ReadEvents(_) => true,
        _ => false,
    }
}

/// Tells a conflict of field managers from other errors.
fn conflict_or_failure(key: &ObjectKey, failed: RequestError) -> Problem {
    match &failed.error {
        kube::Error::Api(status) if status.is_conflict() => {
            let causes = status.details.iter().flat_map(|details| &details.causes);
            let causes: Vec<_> = causes.map(|cause| format!("{} ({})", cause.field, cause.message)).collect();
            let causes = if causes.is_empty() { status.message.clone() } else { causes.join(", ") };
            Problem::Conflict { object: key.to_string(), causes }
        }
        _ => failed.into(),
    }
}
