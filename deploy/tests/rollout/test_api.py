"""The stand-in speaks the real protocol: the real kubectl is content with it."""

import json
import shutil
import subprocess
import time
import urllib.error
import urllib.request

import pytest

from api import Api
from store import Store

pytestmark = pytest.mark.skipif(not shutil.which("kubectl"), reason="not checked: no kubectl")
NAMESPACE = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "devops-ppp"}}


class Logs:
    def log(self, name, previous, lines):
        return f"{name} says {lines}{' of before' if previous else ''}\n"


class Kubectl:
    def __init__(self, folder):
        self.store = Store()
        self.api = Api(self.store, Logs(), token=None)
        self.kubeconfig = self.api.kubeconfig(folder / "kubeconfig")
        self.store.create("Namespace", NAMESPACE)

    def __call__(self, *arguments, given=None):
        # A cache of its own: discovery of another cluster at this port is no answer.
        command = ["kubectl", f"--kubeconfig={self.kubeconfig}", f"--cache-dir={self.kubeconfig.parent / 'cache'}", *arguments]
        text = json.dumps(given) if given else ""
        return subprocess.run(command, input=text, capture_output=True, text=True, timeout=60)

    def apply(self, manager, given, *more):
        return self("apply", "--server-side", "--validate=false", f"--field-manager={manager}", "-f", "-", *more, given=given)


@pytest.fixture
def kubectl(tmp_path):
    return Kubectl(tmp_path)


def settings(**data):
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings", "namespace": "devops-ppp"}, "data": data}


def test_two_managers_of_one_field_are_a_conflict_in_kubectls_own_words(kubectl):
    assert "configmap/settings serverside-applied" in kubectl.apply("first", settings(SIZE="3")).stdout
    told = kubectl.apply("second", settings(SIZE="9"))
    assert told.returncode == 1
    assert 'conflict with "first"' in told.stderr and ".data.SIZE" in told.stderr, told.stderr
    assert kubectl.apply("second", settings(SIZE="9"), "--force-conflicts").returncode == 0
    assert kubectl("get", "configmap", "settings", "-o", "jsonpath={.data.SIZE}").stdout == "9"


def test_a_dry_run_tells_the_result_and_changes_nothing(kubectl):
    kubectl.apply("first", settings(SIZE="3"))
    version = kubectl.store.get("ConfigMap", "settings")["metadata"]["resourceVersion"]
    told = kubectl.apply("first", settings(SIZE="9"), "--dry-run=server", "-o", "jsonpath={.data.SIZE}")
    assert told.stdout == "9", told.stderr
    live = kubectl.store.get("ConfigMap", "settings")
    assert (live["data"]["SIZE"], live["metadata"]["resourceVersion"]) == ("3", version)


def test_objects_are_created_once_found_by_label_and_deleted(kubectl):
    labelled = settings(SIZE="3")
    labelled["metadata"]["labels"] = {"part": "desk"}
    assert kubectl("create", "--validate=false", "-f", "-", given=labelled).returncode == 0
    assert "AlreadyExists" in kubectl("create", "--validate=false", "-f", "-", given=labelled).stderr
    assert kubectl("get", "configmaps", "-l", "part=desk", "-o", "name").stdout == "configmap/settings\n"
    assert kubectl("get", "configmaps", "-l", "part=till", "-o", "name").stdout == ""
    assert kubectl("delete", "configmap", "settings", "--wait=false").returncode == 0
    assert "NotFound" in kubectl("get", "configmap", "settings").stderr


def test_whoever_replaces_what_is_no_longer_newest_is_told(kubectl):
    kubectl.apply("first", settings(SIZE="3"))
    old = kubectl.store.get("ConfigMap", "settings")
    kubectl.apply("first", settings(SIZE="4"))
    told = kubectl("replace", "--validate=false", "-f", "-", given=old)
    assert "the object has been modified" in told.stderr, told.stderr


def test_nothing_is_applied_into_a_namespace_that_is_not_there(kubectl):
    kubectl.store.delete("Namespace", "devops-ppp")
    for more in ([], ["--dry-run=server"]):
        assert 'namespaces "devops-ppp" not found' in kubectl.apply("first", settings(SIZE="3"), *more).stderr
    assert kubectl.store.list("ConfigMap") == []


def test_logs_are_served(kubectl):
    kubectl.store.create("Pod", {"metadata": {"name": "backend-1"}, "spec": {"containers": [{"name": "backend"}]}})
    assert kubectl("logs", "backend-1", "--tail=5").stdout == "backend-1 says 5\n"
    assert kubectl("logs", "backend-1", "--tail=5", "--previous").stdout == "backend-1 says 5 of before\n"


def test_nobody_without_the_token_is_answered(kubectl):
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{Api(kubectl.store, Logs()).url}/api/v1/namespaces", timeout=10)
    assert refused.value.code == 401


def test_of_two_dropped_requests_one_was_done(kubectl):
    """What a client that tries again must cope with."""
    def post(name):
        body = json.dumps({"metadata": {"name": name}}).encode()
        headers = {"Content-Type": "application/json"}
        asked = urllib.request.Request(f"{kubectl.api.url}/api/v1/namespaces/devops-ppp/configmaps", body, headers)
        with pytest.raises((OSError, urllib.error.URLError)):
            urllib.request.urlopen(asked, timeout=10)
    kubectl.api.drops = 1
    post("one")
    post("two")
    time.sleep(0.1)
    assert len(kubectl.store.list("ConfigMap")) == 1
