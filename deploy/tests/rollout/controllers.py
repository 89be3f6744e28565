"""What a cluster's controllers do: pods for Deployments and Jobs, secrets from elsewhere, replicas by autoscalers."""

import base64
import hashlib
import json
import threading
import time

STEP = 0.05
# A Job's pause after its first failure: 10 s, faster.
PAUSE = 0.5


class Controllers(threading.Thread):
    """`secrets`: what an ExternalSecret finds."""

    def __init__(self, store, node, secrets):
        super().__init__(daemon=True)
        self.store, self.node, self.secrets, self.stopped = store, node, secrets, threading.Event()
        self.numbers = iter(range(1, 1_000_000))
        self.failures = []

    def run(self):
        while not self.stopped.wait(STEP):
            try:
                for deployment in self.store.list("Deployment"):
                    self.deployment(deployment)
                for job in self.store.list("Job"):
                    self.job(job)
                for wanted in self.store.list("ExternalSecret"):
                    self.secret(wanted)
                self.orphans()
            except Exception as failure:
                self.failures.append(repr(failure))

    def pod(self, owner, template, generation):
        name = f"{owner['metadata']['name']}-{generation}-{next(self.numbers)}"
        labels = {**template["metadata"]["labels"], "pod-template-hash": generation}
        self.node.start({"apiVersion": "v1", "kind": "Pod", "spec": template["spec"],
                         "metadata": {"name": name, "labels": labels, "annotations": {"owner": owner["metadata"]["uid"]}}})

    def deployment(self, deployment):
        name, spec = deployment["metadata"]["name"], deployment["spec"]
        self.autoscale(name, spec["replicas"])
        wanted, template = spec["replicas"], spec["template"]
        # As the pod-template-hash: of what pods are made of.
        generation = hashlib.sha256(json.dumps(template, sort_keys=True).encode()).hexdigest()[:10]
        labels = spec["selector"]["matchLabels"]
        pods = self.node.staying(**labels)
        new = [pod for pod in pods if pod["metadata"]["labels"]["pod-template-hash"] == generation]
        old = [pod for pod in pods if pod not in new]
        ready = {pod.name for pod in self.node.ready(**labels)}
        surge = spec["strategy"]["rollingUpdate"]["maxSurge"]
        missing = spec["strategy"]["rollingUpdate"]["maxUnavailable"]
        available = sum(pod["metadata"]["name"] in ready for pod in pods)
        if len(new) < wanted and len(pods) < wanted + surge:
            self.pod(deployment, template, generation)
        for pod in sorted(old, key=lambda pod: pod["metadata"]["name"] in ready):
            serves = pod["metadata"]["name"] in ready
            if not serves or available > wanted - missing:
                self.node.leave(pod["metadata"]["name"])
                available -= serves
        for pod in new[wanted:]:
            self.node.leave(pod["metadata"]["name"])
        self.tell(name, deployment["metadata"]["generation"], new, old, ready)

    def tell(self, name, generation, new, old, ready):
        count = {"replicas": len(new) + len(old), "updatedReplicas": len(new),
                 "readyReplicas": sum(pod["metadata"]["name"] in ready for pod in (*new, *old)),
                 "availableReplicas": sum(pod["metadata"]["name"] in ready for pod in (*new, *old))}
        status = {"observedGeneration": generation, **{key: number for key, number in count.items() if number},
                  "conditions": [{"type": "Progressing", "status": "True", "reason": "ReplicaSetUpdated"}]}
        self.store.update("Deployment", name, lambda its: its.update(status=status))

    def autoscale(self, name, replicas):
        for scaler in self.store.list("HorizontalPodAutoscaler"):
            least = scaler["spec"].get("minReplicas", 1)
            if scaler["spec"]["scaleTargetRef"]["name"] == name and replicas < least:
                self.store.update("Deployment", name, lambda its: its["spec"].update(replicas=least))

    def job(self, job):
        name, spec = job["metadata"]["name"], job["spec"]
        if any(condition["status"] == "True" for condition in job.get("status", {}).get("conditions", [])):
            return
        mine = [pod for pod in self.store.list("Pod", **spec["template"]["metadata"]["labels"])
                if pod["metadata"]["annotations"]["owner"] == job["metadata"]["uid"]]
        phases = [pod.get("status", {}).get("phase") for pod in mine]
        failed = phases.count("Failed")
        if "Succeeded" in phases:
            end = {"type": "Complete", "status": "True"}
        elif failed > spec.get("backoffLimit", 6):
            end = {"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded",
                   "message": "Job has reached the specified backoff limit"}
        else:
            if failed == len(mine):
                time.sleep(PAUSE if failed else 0)
                self.pod(job, spec["template"], "job")
            return
        self.store.update("Job", name, lambda its: its.update(status={"conditions": [end]}))

    def secret(self, wanted):
        if wanted.get("status"):
            return
        target = wanted["spec"]["target"]["name"]
        keys = [entry["secretKey"] for entry in wanted["spec"]["data"]]
        data = {key: base64.b64encode(self.secrets[key].encode()).decode() for key in keys if key in self.secrets}
        self.store.put("Secret", {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": target}, "data": data})
        ready = {"conditions": [{"type": "Ready", "status": "True", "reason": "SecretSynced"}]}
        self.store.update("ExternalSecret", wanted["metadata"]["name"], lambda its: its.update(status=ready))

    def orphans(self):
        """Pods whose owner is gone."""
        owners = {one["metadata"]["uid"] for kind in ("Deployment", "Job") for one in self.store.list(kind)}
        for pod in self.store.list("Pod"):
            if pod["metadata"]["annotations"]["owner"] not in owners:
                self.node.leave(pod["metadata"]["name"])
                if pod.get("status", {}).get("phase") in ("Succeeded", "Failed"):
                    self.store.delete("Pod", pod["metadata"]["name"])
