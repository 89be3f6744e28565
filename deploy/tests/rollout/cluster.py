"""A cluster for a drill: the API, a node with real processes, and the way in."""

import base64
import pathlib
import shutil
import tempfile

from api import Api
from controllers import Controllers
from ingress import Proxy, public
from pods import Node
from store import Store


class Cluster:
    def __init__(self, images, secrets, cloud):
        # nginx runs as somebody else and must be able to walk through.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="comptoir-cluster-"))
        self.folder.chmod(0o755)
        self.store = Store()
        self.node = Node(self.store, self.folder, images, cloud)
        self.api = Api(self.store, self.node)
        self.inside = Proxy(self.store, self.node, lambda _: "backend-service")
        self.node.backend = self.inside.address
        self.ingress = public(self.store, self.node)
        self.controllers = Controllers(self.store, self.node, secrets)
        self.controllers.start()
        self.kubeconfig = self.api.kubeconfig(self.folder / "kubeconfig")
        # For kubectl, which sends no token over plain HTTP.
        self.open = Api(self.store, self.node, token=None)

    @property
    def url(self):
        return f"http://{self.ingress.address}"

    def secret(self, name, **values):
        data = {key: base64.b64encode(value.encode()).decode() for key, value in values.items()}
        self.store.put("Secret", {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "data": data})

    def images(self):
        """What runs and is ready: name of the Deployment → digests."""
        found = {}
        for pod in self.store.list("Pod"):
            name = pod["metadata"]["labels"]["app.kubernetes.io/name"]
            if pod.get("status", {}).get("phase") == "Running" and "deletionTimestamp" not in pod["metadata"]:
                found.setdefault(name, set()).add(pod["spec"]["containers"][0]["image"].rsplit("@")[-1])
        return found

    def stop(self):
        self.controllers.stopped.set()
        self.controllers.join()
        self.node.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        assert not self.controllers.failures, self.controllers.failures[:3]
