"""What kustomize has made of deploy/kubernetes, and how to find one's way in it."""

import copy
import os
import pathlib
import subprocess
import tempfile

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[3]
KUBERNETES = ROOT / "deploy" / "kubernetes"
CLUSTER = yaml.safe_load((pathlib.Path(__file__).parent / "cluster.yaml").read_text())

NAME = "app.kubernetes.io/name"
OURS = ("frontend", "backend", "sqs-worker", "migrate")
TEMPLATED = ("Deployment", "StatefulSet", "DaemonSet", "Job")


class RenderError(Exception):
    pass


def kustomize(folder):
    done = subprocess.run(["kubectl", "kustomize", folder], capture_output=True, text=True)
    if done.returncode:
        raise RenderError(done.stderr.strip())
    return [document for document in yaml.safe_load_all(done.stdout) if document]


def with_components(components):
    """The base with these components, in this order."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder).resolve()
        relative = lambda path: os.path.relpath(path, folder)
        (folder / "kustomization.yaml").write_text(yaml.safe_dump({
            "resources": [relative(KUBERNETES / "base")],
            "components": [relative(KUBERNETES / "components" / name) for name in components],
        }))
        return kustomize(folder)


class Pod:
    """A pod template and whom it belongs to."""

    def __init__(self, owner):
        self.owner, self.kind, self.name = owner, owner["kind"], owner["metadata"]["name"]
        template = owner["spec"]["template"]
        self.metadata, self.spec = template.setdefault("metadata", {}), template["spec"]
        self.labels = self.metadata.get("labels", {})
        self.containers = self.spec.get("initContainers", []) + self.spec["containers"]

    def __str__(self):
        return f"{self.kind} {self.name}"

    def ports(self):
        """Name → number of all that its containers say they listen on."""
        return {port.get("name"): port["containerPort"] for c in self.containers for port in c.get("ports", [])}


class Manifests:
    def __init__(self, name, objects):
        self.name, self.objects = name, objects

    def copy(self):
        return Manifests(self.name, copy.deepcopy(self.objects))

    def of(self, kind):
        return [o for o in self.objects if o["kind"] == kind]

    def get(self, kind, name):
        return next((o for o in self.of(kind) if o["metadata"]["name"] == name), None)

    def pods(self):
        return [Pod(o) for kind in TEMPLATED for o in self.of(kind)]

    def pod(self, name):
        return next((pod for pod in self.pods() if pod.name == name), None)

    def our_pods(self):
        return [pod for pod in self.pods() if pod.name in OURS]

    def selected(self, selector):
        return [pod for pod in self.pods() if matches(selector, pod.labels)]

    def settings(self):
        return (self.get("ConfigMap", "app-config") or {}).get("data", {})


def matches(selector, labels):
    """Whether a LabelSelector selects these labels; an empty one selects everything."""
    if any(labels.get(key) != value for key, value in (selector.get("matchLabels") or {}).items()):
        return False
    operators = {
        "In": lambda value, values: value in values,
        "NotIn": lambda value, values: value not in values,
        "Exists": lambda value, _: value is not None,
        "DoesNotExist": lambda value, _: value is None,
    }
    return all(operators[e["operator"]](labels.get(e["key"]), e.get("values"))
               for e in selector.get("matchExpressions") or [])


def amount(quantity):
    """A quantity of Kubernetes as a number: cores, or bytes."""
    text = str(quantity)
    units = {"m": 1e-3, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "k": 1e3, "M": 1e6, "G": 1e9}
    for unit, factor in units.items():
        if text.endswith(unit):
            return float(text.removesuffix(unit)) * factor
    return float(text)
