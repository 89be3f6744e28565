//! A cluster, by the API that `kubectl` uses. Everything is said again when a connection drops: server-side apply, deleting and
//! reading may be repeated. <https://kubernetes.io/docs/reference/using-api/server-side-apply/>

use std::collections::HashMap;
use std::time::Duration;

use k8s_openapi::api::core::v1::{Pod, Secret};
use kube::api::{Api, DeleteParams, DynamicObject, ListParams, LogParams, Patch, PatchParams};
use kube::core::{ApiResource, GroupVersionKind};
use kube::discovery::{Scope, pinned_kind};
use kube::{Client, Config};
use tokio::sync::Mutex;

use super::manifest::{Key, NAMESPACE};
use super::problem::{Outcome, Problem};

/// Whom the cluster knows us as: fields that we set are ours.
pub(crate) const MANAGER: &str = "comptoir-deploy";
/// Between one attempt and the next; about 15 s in all.
const PAUSES: &[u64] = &[100, 250, 500, 1000, 2000, 4000, 8000];
/// For one answer.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Cluster {
    pub(crate) client: Client,
    /// What discovery said of a kind.
    kinds: Mutex<HashMap<GroupVersionKind, (ApiResource, Scope)>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Apply {
    /// Changes nothing; the answer is what would be.
    Try,
    /// Fields that somebody else manages are refused.
    Ours,
    /// They become ours.
    Force,
}

impl Cluster {
    /// By KUBECONFIG, as `kubectl` finds it.
    pub(crate) async fn connect() -> Outcome<Self> {
        let no_cluster = |why: String| Problem::Usage(format!("no cluster: {why} (is KUBECONFIG right?)"));
        let mut config = Config::infer().await.map_err(|error| no_cluster(error.to_string()))?;
        config.connect_timeout = Some(PATIENCE);
        config.read_timeout = Some(PATIENCE);
        config.write_timeout = Some(PATIENCE);
        let address = config.cluster_url.clone();
        let client = Client::try_from(config).map_err(|error| no_cluster(error.to_string()))?;
        let cluster = Self { client, kinds: Mutex::default() };
        again("the cluster", || cluster.client.list_core_api_resources("v1"))
            .await
            .map_err(|problem| no_cluster(format!("{address}: {problem}")))?;
        Ok(cluster)
    }

    /// Applies an object; gives it as the server has it afterwards.
    pub(crate) async fn apply(&self, object: &DynamicObject, how: Apply) -> Outcome<DynamicObject> {
        let key = Key::of(object);
        let api = self.api(&key).await?;
        let mut parameters = PatchParams::apply(MANAGER);
        parameters.force = how == Apply::Force;
        parameters.dry_run = how == Apply::Try;
        let patch = Patch::Apply(object);
        let applied = again(&key.to_string(), || api.patch(&key.name, &parameters, &patch)).await;
        applied.map_err(|problem| named_conflict(&key, problem))
    }

    pub(crate) async fn get(&self, key: &Key) -> Outcome<Option<DynamicObject>> {
        let api = self.api(key).await?;
        Ok(again(&key.to_string(), || api.get_opt(&key.name)).await?)
    }

    /// One that is not there is deleted already.
    pub(crate) async fn delete(&self, key: &Key) -> Outcome<()> {
        let api = self.api(key).await?;
        let parameters = DeleteParams::background();
        let delete = async || match api.delete(&key.name, &parameters).await {
            Err(kube::Error::Api(status)) if status.is_not_found() => Ok(()),
            other => other.map(drop),
        };
        Ok(again(&key.to_string(), delete).await?)
    }

    /// Objects of a kind with a label.
    pub(crate) async fn list(&self, api_version: &str, kind: &str, selector: &str) -> Outcome<Vec<DynamicObject>> {
        let namespace = Some(NAMESPACE.to_owned());
        let key = Key { api_version: api_version.into(), kind: kind.into(), namespace, name: String::new() };
        let api = self.api(&key).await?;
        let parameters = ListParams::default().labels(selector);
        Ok(again(kind, || api.list(&parameters)).await?.items)
    }

    pub(crate) async fn pods(&self, selector: &str) -> Outcome<Vec<Pod>> {
        let api: Api<Pod> = Api::namespaced(self.client.clone(), NAMESPACE);
        let parameters = ListParams::default().labels(selector);
        Ok(again("Pods", || api.list(&parameters)).await?.items)
    }

    /// The end of a pod's log; of the process before the present one, if there was one. Nothing, when there is none.
    pub(crate) async fn log(&self, pod: &str, previous: bool) -> String {
        let api: Api<Pod> = Api::namespaced(self.client.clone(), NAMESPACE);
        let parameters = LogParams { previous, tail_lines: Some(15), ..LogParams::default() };
        api.logs(pod, &parameters).await.unwrap_or_default()
    }

    pub(crate) async fn secret(&self, name: &str) -> Outcome<Option<Secret>> {
        let api: Api<Secret> = Api::namespaced(self.client.clone(), NAMESPACE);
        Ok(again(&format!("Secret/{name}"), || api.get_opt(name)).await?)
    }

    async fn api(&self, key: &Key) -> Outcome<Api<DynamicObject>> {
        let (group, version) = key.api_version.split_once('/').unwrap_or(("", &key.api_version));
        let kind = GroupVersionKind::gvk(group, version, &key.kind);
        let mut kinds = self.kinds.lock().await;
        if !kinds.contains_key(&kind) {
            let what = format!("{} {}, which this cluster does not know", key.api_version, key.kind);
            let (resource, can) = again(&what, || pinned_kind(&self.client, &kind)).await?;
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

/// An error with what it was about.
pub(crate) struct Refused {
    what: String,
    error: kube::Error,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.error {
            kube::Error::Api(status) => write!(f, "{}", status.message),
            other => write!(f, "{other}"),
        }
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        Self::Cluster { why: refused.to_string(), what: refused.what }
    }
}

/// Asks until there is an answer, or for a quarter of a minute.
pub(crate) async fn again<T, F>(what: &str, mut ask: impl FnMut() -> F) -> Result<T, Refused>
where
    F: Future<Output = kube::Result<T>>,
{
    let mut pauses = PAUSES.iter();
    loop {
        match ask().await {
            Ok(answer) => return Ok(answer),
            Err(error) => match pauses.next() {
                Some(pause) if passes(&error) => tokio::time::sleep(Duration::from_millis(*pause)).await,
                _ => return Err(Refused { what: what.to_owned(), error }),
            },
        }
    }
}

/// What may be otherwise a moment later: a connection that drops, a server that is busy or being replaced.
fn passes(error: &kube::Error) -> bool {
    match error {
        kube::Error::Api(status) => matches!(status.code, 429 | 500 | 502 | 503 | 504),
        kube::Error::HyperError(_) | kube::Error::Service(_) | kube::Error::ReadEvents(_) => true,
        _ => false,
    }
}

fn named_conflict(key: &Key, refused: Refused) -> Problem {
    match &refused.error {
        kube::Error::Api(status) if status.is_conflict() => {
            let causes = status.details.iter().flat_map(|details| &details.causes);
            let causes: Vec<_> = causes.map(|cause| format!("{} ({})", cause.field, cause.message)).collect();
            let causes = if causes.is_empty() { status.message.clone() } else { causes.join(", ") };
            Problem::Conflict { object: key.to_string(), causes }
        }
        _ => refused.into(),
    }
}
