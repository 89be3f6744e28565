"""What a node does: a real process for each pod, with its settings, probes, restarts and end. Times are a twentieth of the
manifests', so that a drill takes seconds.
"""

import base64
import collections
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
import time

from loopback import DIRECT
from store import now

FASTER = 20
NGINX = pathlib.Path(__file__).parents[2] / "docker" / "nginx"
# Why a container waits after it has ended so often.
PATIENT_STARTS = 2

# A program for an image: its command, settings that the image brings, and the signal that stops it.
Image = collections.namedtuple("Image", "command env stop", defaults=({}, signal.SIGTERM))


def scaled(seconds, least=0.05):
    return max(seconds / FASTER, least)


class Pod(threading.Thread):
    def __init__(self, node, wanted):
        super().__init__(daemon=True)
        self.node, self.name, self.spec = node, wanted["metadata"]["name"], wanted["spec"]
        self.container = self.spec["containers"][0]
        self.address = node.address()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"{self.name}-", dir=node.folder))
        self.process, self.leaving, self.restarts, self.ready = None, threading.Event(), 0, False

    # What the API tells of it

    def tell(self, phase="Running", waiting=None, ready=False):
        self.ready = ready
        state = {"waiting": waiting} if waiting else {"running": {}}
        started = phase in ("Succeeded", "Failed")
        state = {"terminated": {"exitCode": self.process.returncode}} if started and self.process else state

        def change(pod):
            condition = {"type": "Ready", "status": "True" if ready else "False"}
            pod["status"] = {"phase": phase, "podIP": self.address, "conditions": [condition], "containerStatuses": [{
                "name": self.container["name"], "image": self.container["image"], "imageID": self.container["image"],
                "ready": ready, "restartCount": self.restarts, "state": state}]}

        self.node.store.update("Pod", self.name, change)

    def log_file(self, restarts=None):
        return self.folder / f"log-{self.restarts if restarts is None else restarts}"

    # Its life

    def run(self):
        image = self.node.images.get(self.container["image"].rsplit("@")[-1])
        if image is None:
            self.tell("Pending", {"reason": "ImagePullBackOff", "message": f"no such image: {self.container['image']}"})
            self.leaving.wait()
        while image and not self.leaving.is_set():
            try:
                env = self.settings(image)
            except KeyError as missing:
                self.tell("Pending", {"reason": "CreateContainerConfigError", "message": f"not found: {missing}"})
                self.leaving.wait(scaled(2))
                continue
            with open(self.log_file(), "w") as log:
                arguments = [*image.command, *self.container.get("args", [])]
                self.process = subprocess.Popen(self.prepared(arguments), env=env, cwd=self.folder, stdin=subprocess.DEVNULL,
                                                stdout=log, stderr=log, start_new_session=True)
            self.tell()
            self.watch()
            self.stop(image)
            if self.spec.get("restartPolicy") == "Never":
                self.tell("Succeeded" if self.process.returncode == 0 else "Failed")
                return
            if not self.leaving.is_set():
                self.restarts += 1
                pause = {"reason": "CrashLoopBackOff", "message": f"it ended with {self.process.returncode}"}
                self.tell(waiting=pause if self.restarts > PATIENT_STARTS else None)
                self.leaving.wait(scaled(10 * 2 ** min(self.restarts, 5)))
        self.node.gone(self)

    def settings(self, image):
        """The environment; KeyError for a ConfigMap, a Secret or a key that is not there."""
        env = {"PATH": os.environ["PATH"], "HOSTNAME": self.name, **image.env}
        for source in self.container.get("envFrom", []):
            env |= self.node.data("ConfigMap", source["configMapRef"]["name"])
        for entry in self.container.get("env", []):
            if "value" in entry:
                env[entry["name"]] = entry["value"]
            elif (source := entry["valueFrom"].get("secretKeyRef")):
                value = self.node.data("Secret", source["name"]).get(source["key"])
                if value is None and not source.get("optional"):
                    raise KeyError(source["key"])
                if value is not None:
                    env[entry["name"]] = value
        env |= {name: value for name, value in image.env.items()}
        # A machine of its own has its own ports and folders.
        env = {name: value.replace("0.0.0.0:", f"{self.address}:") for name, value in env.items()}
        env["COMPTOIR_DATA_FOLDER"] = str(self.folder / "data")
        if drain := env.get("COMPTOIR_HTTP_DRAIN_SECONDS"):
            env["COMPTOIR_HTTP_DRAIN_SECONDS"] = str(max(int(drain) // FASTER, 1))
        return {**env, **self.node.cloud}

    def prepared(self, command):
        """nginx gets its configuration as `start` writes it in the image, with this pod's folder for the image's."""
        if command[0] != "nginx":
            return command
        replaced = {"/tmp/": f"{self.folder}/", "/dev/stdout": f"{self.folder}/access.log", "${BACKEND}": self.node.backend,
                    "${LISTEN}": f"{self.address}:8080", "${ROOT}": str(self.folder / "html")}
        for source, target in {"templates/default.conf.template": "conf.d/default.conf", "nginx.conf": "nginx.conf"}.items():
            text = (NGINX / source).read_text()
            for old, new in replaced.items():
                text = text.replace(old, new)
            (self.folder / target).parent.mkdir(exist_ok=True)
            (self.folder / target).write_text(text)
        (self.folder / "html").mkdir(exist_ok=True)
        (self.folder / "html" / "index.html").write_text("<!doctype html><title>Comptoir</title>")
        nginx = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
        start = [nginx, "-e", "stderr", "-c", str(self.folder / "nginx.conf"), "-g", "daemon off;"]
        if os.geteuid() != 0:
            return start
        for path in (self.folder, *self.folder.rglob("*")):
            os.chown(path, pwd.getpwnam("nobody").pw_uid, -1)
        return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", *start]

    def watch(self):
        """Probes until the process ends, is killed for its probes, or the pod is to go."""
        failures, started = collections.Counter(), False
        probes = {name: self.container.get(f"{name}Probe") for name in ("startup", "liveness", "readiness")}
        while self.process.poll() is None and not self.leaving.is_set():
            if not started:
                started = not probes["startup"] or self.probe(probes["startup"])
                failures["startup"] += not started
                if not started and failures["startup"] >= probes["startup"].get("failureThreshold", 3):
                    return
                self.leaving.wait(scaled((probes["startup"] or {}).get("periodSeconds", 10)))
                continue
            for name in ("liveness", "readiness"):
                passed = not probes[name] or self.probe(probes[name])
                failures[name] = 0 if passed else failures[name] + 1
            if probes["liveness"] and failures["liveness"] >= probes["liveness"].get("failureThreshold", 3):
                return
            ready = failures["readiness"] == 0 or self.ready and failures["readiness"] < probes["readiness"]["failureThreshold"]
            if ready != self.ready:
                self.tell(ready=ready)
            self.leaving.wait(scaled((probes["readiness"] or {}).get("periodSeconds", 10)))

    def probe(self, probe):
        port = probe["httpGet"]["port"]
        port = next((its["containerPort"] for its in self.container["ports"] if its["name"] == port), port)
        try:
            return DIRECT.open(f"http://{self.address}:{port}{probe['httpGet']['path']}", timeout=3).status < 400
        except OSError:
            return False

    def stop(self, image):
        """As a node ends a container: no requests any more, preStop, the signal, and at last the other signal."""
        self.ready = False
        if self.process.poll() is None:
            if self.leaving.is_set():
                time.sleep(scaled(self.container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)))
            self.process.send_signal(image.stop)
            try:
                self.process.wait(self.spec.get("terminationGracePeriodSeconds", 30) / 2)
            except subprocess.TimeoutExpired:
                self.node.killed.append(self.name)
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()


class Node:
    """`images`: digest → Image. `cloud`: settings that a pod of AWS finds around it."""

    def __init__(self, store, folder, images, cloud):
        self.store, self.folder, self.images, self.cloud = store, folder, images, cloud
        self.lock, self.pods, self.numbers, self.backend = threading.RLock(), {}, iter(range(2, 250 * 250)), ""
        self.kept, self.killed = {}, []

    def address(self):
        # Another drill on this machine has other addresses.
        number = next(self.numbers)
        return f"127.{64 + os.getpid() % 128}.{number // 250}.{number % 250 + 1}"

    def start(self, wanted):
        with self.lock:
            self.store.create("Pod", wanted)
            pod = self.pods[wanted["metadata"]["name"]] = self.kept[wanted["metadata"]["name"]] = Pod(self, wanted)
        pod.tell("Pending", {"reason": "ContainerCreating"})
        pod.start()

    def leave(self, name):
        """The pod gets no requests from now on, and ends in its own time."""
        with self.lock:
            pod = self.pods.get(name)
        if pod and not pod.leaving.is_set():
            pod.ready = False
            self.store.update("Pod", name, lambda its: its["metadata"].update(deletionTimestamp=now()))
            pod.leaving.set()

    def gone(self, pod):
        with self.lock:
            self.pods.pop(pod.name, None)
        if (("Pod", pod.name)) in self.store.objects:
            self.store.delete("Pod", pod.name)

    def staying(self, **labels):
        """Pods that are not about to go."""
        return [pod for pod in self.store.list("Pod", **labels) if "deletionTimestamp" not in pod["metadata"]]

    def ready(self, **labels):
        names = [pod["metadata"]["name"] for pod in self.staying(**labels)]
        with self.lock:
            return [self.pods[name] for name in names if name in self.pods and self.pods[name].ready]

    def data(self, kind, name):
        try:
            found = self.store.get(kind, name).get("data", {})
        except Exception:
            raise KeyError(f"{kind}/{name}") from None
        return {key: base64.b64decode(value).decode() if kind == "Secret" else value for key, value in found.items()}

    def log(self, name, previous, lines):
        pod = self.kept.get(name)
        if pod is None or previous and pod.restarts == 0:
            return ""
        file = pod.log_file(pod.restarts - 1 if previous else None)
        return "".join(f"{line}\n" for line in file.read_text(errors="replace").splitlines()[-lines:]) if file.exists() else ""

    def stop(self):
        with self.lock:
            pods = list(self.pods.values())
        for pod in pods:
            pod.leaving.set()
            if pod.process and pod.process.poll() is None:
                os.killpg(pod.process.pid, signal.SIGKILL)
        for pod in pods:
            pod.join(10)
