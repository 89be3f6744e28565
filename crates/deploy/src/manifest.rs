//! The objects of a release: an overlay as `kubectl kustomize` renders it, with the release's images.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use kube::api::DynamicObject;
use serde_json::Value;

use super::problem::{Outcome, Problem};

pub(crate) const NAMESPACE: &str = "devops-ppp";
/// Kinds whose pods are rolled out and waited for.
const WORKLOADS: &[&str] = &["Deployment", "StatefulSet"];
/// The digest that overlays carry as an example; no image has it.
const PLACEHOLDER_DIGEST: &str = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

/// The objects of a release, in kustomize's order: what others need comes first.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Manifest {
    pub(crate) objects: Vec<DynamicObject>,
}

/// Identifies an object in a cluster.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ObjectKey {
    pub(crate) api_version: String,
    pub(crate) kind: String,
    pub(crate) namespace: Option<String>,
    pub(crate) name: String,
}

impl std::fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.kind, self.name)
    }
}

impl ObjectKey {
    pub(crate) fn of(object: &DynamicObject) -> Self {
        let types = object.types.clone().unwrap_or_default();
        Self {
            api_version: types.api_version,
            kind: types.kind,
            namespace: object.metadata.namespace.clone(),
            name: object.metadata.name.clone().unwrap_or_default(),
        }
    }
}

/// The step of a deployment in which an object is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Settings, accounts and network, which pods need.
    Prerequisites,
    /// A database of the cluster's own (overlays/local), which the migration needs.
    Database,
    Migration,
    Workloads,
}

impl Manifest {
    /// Renders an overlay with `kubectl kustomize`.
    ///
    /// # Errors
    ///
    /// When there is no such overlay, or no `kubectl`.
    pub(crate) fn render(overlays: &Path, overlay: &str) -> Outcome<Self> {
        let folder = overlays.join(overlay);
        if !folder.is_dir() {
            return Err(Problem::Usage(format!("no overlay {overlay}: {} is not there", folder.display())));
        }
        let rendered = Command::new("kubectl").arg("kustomize").arg(&folder).output();
        let rendered = rendered.map_err(|error| Problem::Usage(format!("kubectl, which renders overlays: {error}")))?;
        if !rendered.status.success() {
            let why = String::from_utf8_lossy(&rendered.stderr).trim().to_owned();
            return Err(Problem::Usage(format!("{} cannot be rendered: {why}", folder.display())));
        }
        Self::parse(&String::from_utf8_lossy(&rendered.stdout))
    }

    fn parse(yaml: &str) -> Outcome<Self> {
        // As Kubernetes reads it: `ON` and `yes` are strings.
        let options = serde_saphyr::options! { strict_booleans: true };
        let objects = serde_saphyr::from_multiple_with_options(yaml, options)
            .map_err(|error| Problem::Usage(format!("what kubectl rendered is not understood: {error}")))?;
        Ok(Self { objects })
    }

    /// Reads the text that [`Manifest::to_json`] wrote.
    pub(crate) fn from_json(text: &str) -> Outcome<Self> {
        let objects = serde_json::from_str(text)
            .map_err(|error| Problem::Failed(format!("the record of a release cannot be read: {error}")))?;
        Ok(Self { objects })
    }

    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(&self.objects).unwrap_or_default()
    }

    /// Sets the digest (`sha256:…`), or the whole reference, of every container that uses an image (`backend`).
    pub(crate) fn set_image(&mut self, image: &str, reference: &str) -> Outcome<()> {
        let digest = reference.rsplit('@').next().unwrap_or(reference);
        let hexadecimal = digest.strip_prefix("sha256:").is_some_and(|digits| {
            digits.len() == 64 && digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
        });
        if !hexadecimal {
            return Err(Problem::Usage(format!(
                "{reference}: give the {image} by its digest, sha256:… (a tag can move)"
            )));
        }
        for used in self.images_mut().filter(|used| name_of(used) == image) {
            *used = match reference.split_once('@') {
                Some(_) => reference.to_owned(),
                None => format!("{}@{digest}", repository_of(used)),
            };
        }
        Ok(())
    }

    /// The set of images that containers use.
    pub(crate) fn images(&self) -> BTreeSet<String> {
        self.clone().images_mut().map(|image| image.clone()).collect()
    }

    /// Checks that every image has a real digest.
    ///
    /// # Errors
    ///
    /// When an image still has the overlay's example.
    pub(crate) fn check_images(&self) -> Outcome<()> {
        match self.images().into_iter().find(|image| image.ends_with(PLACEHOLDER_DIGEST)) {
            Some(image) => {
                Err(Problem::Usage(format!("which {}? give --{} sha256:…", name_of(&image), name_of(&image))))
            }
            None => Ok(()),
        }
    }

    fn images_mut(&mut self) -> impl Iterator<Item = &mut String> {
        let containers = self.objects.iter_mut().filter_map(|object| object.data.pointer_mut("/spec/template/spec"));
        let lists = containers.filter_map(Value::as_object_mut).flat_map(|spec| {
            spec.iter_mut().filter(|(name, _)| matches!(name.as_str(), "containers" | "initContainers"))
        });
        let each = lists.filter_map(|(_, list)| list.as_array_mut()).flatten();
        each.filter_map(|container| match container.get_mut("image") {
            Some(Value::String(image)) => Some(image),
            _ => None,
        })
    }

    pub(crate) fn keys(&self) -> BTreeSet<ObjectKey> {
        self.objects.iter().map(ObjectKey::of).collect()
    }

    pub(crate) fn in_phase(&self, phase: Phase) -> impl Iterator<Item = &DynamicObject> {
        self.objects.iter().filter(move |object| phase_of(object) == phase)
    }

    pub(crate) fn find(&self, kind: &str) -> Option<&DynamicObject> {
        self.objects.iter().find(|object| ObjectKey::of(object).kind == kind)
    }

    /// The public URL: the host of the Ingress.
    pub(crate) fn public_url(&self) -> Option<String> {
        let host = self.find("Ingress")?.data.pointer("/spec/rules/0/host")?.as_str()?;
        Some(format!("https://{host}"))
    }

    /// The manifest without the migration's Job, which runs once and is no part of a release's lasting state.
    pub(crate) fn without_migration(&self) -> Self {
        let stays = |object: &&DynamicObject| phase_of(object) != Phase::Migration;
        Self { objects: self.objects.iter().filter(stays).cloned().collect() }
    }
}

pub(crate) fn phase_of(object: &DynamicObject) -> Phase {
    match ObjectKey::of(object).kind.as_str() {
        "Job" => Phase::Migration,
        "StatefulSet" => Phase::Database,
        kind if WORKLOADS.contains(&kind) => Phase::Workloads,
        _ => Phase::Prerequisites,
    }
}

/// The image's name: `registry/backend@sha256:…` → `backend`.
fn name_of(reference: &str) -> &str {
    let repository = repository_of(reference);
    repository.rsplit('/').next().unwrap_or(repository)
}

/// A reference without digest and tag; a registry may have a port.
fn repository_of(reference: &str) -> &str {
    let named = reference.split('@').next().unwrap_or(reference);
    match named.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => repository,
        _ => named,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = "sha256:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";
    const YAML: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: app-config, namespace: devops-ppp}
data: {COMPTOIR_HTTP_DRAIN_SECONDS: \"20\", ON: \"true\"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: backend, namespace: devops-ppp}
spec:
  template:
    spec:
      initContainers: [{name: wait, image: \"registry:5000/backend:dev\"}]
      containers: [{name: backend, image: \"registry:5000/backend@sha256:0000000000000000000000000000000000000000000000000000000000000000\"}]
---
apiVersion: batch/v1
kind: Job
metadata: {name: migrate, namespace: devops-ppp}
spec: {template: {spec: {containers: [{name: other, image: other}]}}}
";

    fn manifest() -> Manifest {
        Manifest::parse(YAML).expect("a manifest")
    }

    #[test]
    fn images_are_named_by_digest_and_keep_their_registry() {
        let mut manifest = manifest();
        assert!(manifest.check_images().is_err());
        manifest.set_image("backend", DIGEST).expect("a digest");
        let expected = [format!("registry:5000/backend@{DIGEST}"), "other".to_owned()];
        assert_eq!(manifest.images(), BTreeSet::from(expected));
        manifest.check_images().expect("every image has its digest");
        manifest.set_image("backend", &format!("elsewhere/backend@{DIGEST}")).expect("a reference");
        assert!(manifest.images().contains(&format!("elsewhere/backend@{DIGEST}")));
    }

    #[test]
    fn tags_move_and_are_refused() {
        for wrong in ["latest", "registry/backend:1.2", "sha256:12", &DIGEST.to_uppercase()] {
            assert!(manifest().set_image("backend", wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_kept_is_what_was_applied() {
        let manifest = manifest();
        assert_eq!(Manifest::from_json(&manifest.to_json()).expect("text"), manifest);
        // Text that looks like a number or a truth stays text.
        assert_eq!(manifest.objects[0].data.pointer("/data/ON"), Some(&Value::from("true")));
    }

    #[test]
    fn a_migration_has_its_own_turn_and_belongs_to_no_former_state() {
        let manifest = manifest();
        let phases: Vec<_> = manifest.objects.iter().map(phase_of).collect();
        assert_eq!(phases, [Phase::Prerequisites, Phase::Workloads, Phase::Migration]);
        assert_eq!(manifest.without_migration().keys().len(), 2);
    }
}
