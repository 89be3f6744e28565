"""Objects of a cluster, with the versions and generations that the API gives them."""

import copy
import threading
import time
import uuid

from apply import apply, managed

# kind → (group/version, plural, whether it lies in a namespace)
KINDS = {
    "Namespace": ("v1", "namespaces", False), "ConfigMap": ("v1", "configmaps", True), "Secret": ("v1", "secrets", True),
    "Service": ("v1", "services", True), "ServiceAccount": ("v1", "serviceaccounts", True), "Pod": ("v1", "pods", True),
    "Deployment": ("apps/v1", "deployments", True), "Job": ("batch/v1", "jobs", True),
    "HorizontalPodAutoscaler": ("autoscaling/v2", "horizontalpodautoscalers", True),
    "Ingress": ("networking.k8s.io/v1", "ingresses", True), "NetworkPolicy": ("networking.k8s.io/v1", "networkpolicies", True),
    "PodDisruptionBudget": ("policy/v1", "poddisruptionbudgets", True), "Lease": ("coordination.k8s.io/v1", "leases", True),
    "ExternalSecret": ("external-secrets.io/v1", "externalsecrets", True),
    "SecretStore": ("external-secrets.io/v1", "secretstores", True),
}


class Refused(Exception):
    """A Status, as the API answers it."""

    def __init__(self, code, reason, message, causes=()):
        super().__init__(message)
        self.code, self.reason, self.causes = code, reason, list(causes)


def now(fine=False):
    moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
    return moment + (f".{time.time_ns() // 1000 % 1_000_000:06}Z" if fine else "Z")


def matches(labels, selector):
    return all((labels or {}).get(name) == value for name, value in selector.items())


class Store:
    def __init__(self):
        self.lock, self.objects, self.owners, self.version = threading.RLock(), {}, {}, 0

    def get(self, kind, name):
        with self.lock:
            if (kind, name) not in self.objects:
                raise Refused(404, "NotFound", f'{KINDS[kind][1]} "{name}" not found')
            return copy.deepcopy(self.objects[kind, name])

    def list(self, kind, **labels):
        with self.lock:
            found = [found for (its, _), found in sorted(self.objects.items()) if its == kind]
            return [copy.deepcopy(one) for one in found if matches(one["metadata"].get("labels"), labels)]

    def put(self, kind, wanted, owners=None):
        """Writes an object as it is; a changed spec is a new generation."""
        with self.lock:
            name = wanted["metadata"]["name"]
            before = self.objects.get((kind, name))
            wanted = copy.deepcopy(wanted)
            metadata = wanted["metadata"]
            kept = (before or {}).get("metadata", {})
            metadata["uid"] = kept.get("uid") or str(uuid.uuid4())
            metadata["creationTimestamp"] = kept.get("creationTimestamp") or now()
            changed = before is None or before.get("spec") != wanted.get("spec")
            metadata["generation"] = kept.get("generation", 0) + changed
            if KINDS[kind][2]:
                metadata.setdefault("namespace", "devops-ppp")
            self.version += 1
            metadata["resourceVersion"] = str(self.version)
            if owners is not None:
                self.owners[kind, name] = owners
                metadata["managedFields"] = managed(owners, wanted["apiVersion"])
            self.objects[kind, name] = wanted
            return copy.deepcopy(wanted)

    def housed(self, kind, wanted):
        """Nothing can be made, not even tried, in a namespace that is not there."""
        namespace = wanted["metadata"].get("namespace", "devops-ppp")
        if KINDS[kind][2] and ("Namespace", namespace) not in self.objects:
            raise Refused(404, "NotFound", f'namespaces "{namespace}" not found')

    def create(self, kind, wanted):
        with self.lock:
            self.housed(kind, wanted)
            if (kind, wanted["metadata"]["name"]) in self.objects:
                raise Refused(409, "AlreadyExists", f'{KINDS[kind][1]} "{wanted["metadata"]["name"]}" already exists')
            return self.put(kind, {"apiVersion": KINDS[kind][0], "kind": kind, **wanted})

    def replace(self, kind, wanted):
        with self.lock:
            before = self.get(kind, wanted["metadata"]["name"])
            asked = wanted["metadata"].get("resourceVersion")
            if asked and asked != before["metadata"]["resourceVersion"]:
                raise Refused(409, "Conflict", "the object has been modified; please apply your changes to the latest version")
            return self.put(kind, {"apiVersion": KINDS[kind][0], "kind": kind, **wanted})

    def apply(self, kind, wanted, manager, force, dry_run):
        with self.lock:
            name = wanted["metadata"]["name"]
            self.housed(kind, wanted)
            before = self.objects.get((kind, name))
            if before and kind == "Job" and before["spec"]["template"] != wanted["spec"]["template"]:
                raise Refused(422, "Invalid", f'Job "{name}" is invalid: spec.template: field is immutable')
            merged, owners = apply(before, wanted, self.owners.get((kind, name), {}), manager, force)
            if kind == "Deployment":
                merged["spec"].setdefault("replicas", 1)
            return merged if dry_run else self.put(kind, merged, owners)

    def update(self, kind, name, change):
        """A controller's write: `change` alters the object; nothing happens when it is gone."""
        with self.lock:
            if (kind, name) in self.objects:
                changed = copy.deepcopy(self.objects[kind, name])
                change(changed)
                if changed != self.objects[kind, name]:
                    self.put(kind, changed)

    def delete(self, kind, name):
        with self.lock:
            gone = self.get(kind, name)
            del self.objects[kind, name]
            self.owners.pop((kind, name), None)
            return gone
