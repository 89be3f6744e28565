"""What a pod may do, which image it is of, and how it ends."""

import re

from checks_settings import given
from manifests import ROOT

# https://kubernetes.io/docs/concepts/security/pod-security-standards/, "Restricted"
VOLUMES = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}


def restricted(manifests):
    """The Restricted standard, which the namespace enforces, and a little more."""
    namespace = manifests.of("Namespace")[0]["metadata"]["labels"]
    if namespace.get("pod-security.kubernetes.io/enforce") != "restricted":
        yield "the namespace does not enforce the Restricted standard"
    for pod in manifests.pods():
        spec, context = pod.spec, pod.spec.get("securityContext", {})
        for field in ("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace"):
            if spec.get(field):
                yield f"{pod}: {field}"
        for volume in spec.get("volumes", []):
            if kinds := volume.keys() - {"name"} - VOLUMES:
                yield f"{pod}: volume {volume['name']} is a {', '.join(kinds)}"
        for container in pod.containers:
            own = {**context, **container.get("securityContext", {})}
            capabilities = own.get("capabilities", {})
            wrong = {
                "may be root": own.get("runAsNonRoot") is not True,
                "no number as user": not (isinstance(own.get("runAsUser"), int) and own["runAsUser"] > 0),
                "may gain privileges": own.get("allowPrivilegeEscalation") is not False,
                "is privileged": own.get("privileged", False),
                "keeps capabilities": capabilities.get("drop") != ["ALL"] or "add" in capabilities,
                "no seccomp profile": own.get("seccompProfile", {}).get("type") not in ("RuntimeDefault", "Localhost"),
                "may write its root": own.get("readOnlyRootFilesystem") is not True,
                "host port": any("hostPort" in port for port in container.get("ports", [])),
            }
            yield from (f"{pod}: {container['name']}: {what}" for what, is_so in wrong.items() if is_so)


def no_tokens(manifests):
    """Nothing calls Kubernetes. AWS's token (IRSA) is projected by EKS's webhook and needs no other."""
    for pod in manifests.pods():
        if pod.spec.get("automountServiceAccountToken") is not False:
            yield f"{pod}: is given a token for Kubernetes"
        if pod.spec.get("enableServiceLinks") is not False:
            yield f"{pod}: is told all Services in its environment"
        account = pod.spec.get("serviceAccountName")
        if account and manifests.get("ServiceAccount", account) is None:
            yield f"{pod}: there is no ServiceAccount {account}"
    for account in manifests.of("ServiceAccount"):
        if account.get("automountServiceAccountToken") is not False:
            yield f"ServiceAccount {account['metadata']['name']}: gives its pods a token for Kubernetes"
    for kind in ("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"):
        if manifests.of(kind):
            yield f"a {kind}: nothing here needs one"


def images_are_pinned(manifests):
    deployed = manifests.name.startswith(("overlay staging", "overlay production"))
    for pod in manifests.pods():
        for image in (container["image"] for container in pod.containers):
            tag = image.rsplit("/", 1)[-1].partition(":")[2]
            if tag == "latest":
                yield f"{pod}: {image}: says nothing about which"
            if deployed and not re.fullmatch(r"\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com/\w+@sha256:[0-9a-f]{64}", image):
                yield f"{pod}: {image}: not from the account's registry by digest"
            if manifests.name == "overlay local" and not tag:
                yield f"{pod}: {image}: without a tag that is latest"


def resources_are_limited(manifests):
    for pod in manifests.pods():
        for container in pod.containers:
            for kind in ("requests", "limits"):
                if not {"cpu", "memory"} <= container.get("resources", {}).get(kind, {}).keys():
                    yield f"{pod}: {container['name']} has no {kind} of cpu and memory"


def default(setting):
    """A whole number out of config.default.toml, by its variable."""
    text = (ROOT / "config.default.toml").read_text()
    return int(re.search(rf"= (\d+) +# ← {setting}\b", text)[1])


def ends_in_time(manifests):
    """Killed by nobody before it has ended by itself: preStop, then requests under way, then what workers hand over."""
    handed_over = default("COMPTOIR_WEBHOOKS_TIMEOUT_SECONDS")
    for pod in (pod for pod in manifests.our_pods() if pod.kind == "Deployment"):
        pause = sum(c.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0) for c in pod.containers)
        settings = given(manifests, pod)
        if pod.name == "frontend":
            needed = pause + default("COMPTOIR_HTTP_REQUEST_SECONDS")
        else:
            needed = pause + int(settings["COMPTOIR_HTTP_DRAIN_SECONDS"]) + handed_over
        if pod.spec["terminationGracePeriodSeconds"] <= needed:
            yield f"{pod}: is killed after {pod.spec['terminationGracePeriodSeconds']} s, may need {needed} s"
        if pod.name in ("frontend", "backend") and pause < 10:
            yield f"{pod}: stops {pause} s after it was taken out; load balancers send for longer"


def balancer_fits_the_pods(manifests):
    """The load balancer's times against those of nginx, of the backend and of the stream."""
    ingress = manifests.get("Ingress", "comptoir")
    if not ingress or ingress["spec"]["ingressClassName"] != "alb":
        return
    def annotation(name):
        return ingress["metadata"]["annotations"][f"alb.ingress.kubernetes.io/{name}"]
    idle = int(re.search(r"idle_timeout\.timeout_seconds=(\d+)", annotation("load-balancer-attributes"))[1])
    leaving = int(re.search(r"deregistration_delay\.timeout_seconds=(\d+)", annotation("target-group-attributes"))[1])
    nginx = int(re.search(r"^\s*keepalive_timeout (\d+)s;", (ROOT / "deploy/docker/nginx/nginx.conf").read_text(), re.M)[1])
    backend = int(re.search(r"const IDLE: Duration = Duration::from_secs\((\d+)\)",
                            (ROOT / "crates/app/src/serve.rs").read_text())[1])
    heartbeat = int(re.search(r"const KEEP_ALIVE: Duration = Duration::from_secs\((\d+)\)",
                              (ROOT / "crates/api/src/events/stream.rs").read_text())[1])
    if not heartbeat < idle < min(nginx, backend):
        yield f"idle after {idle} s: more than the stream's {heartbeat} s, less than nginx's {nginx} and the backend's {backend}"
    for name in ("frontend", "backend"):
        pause = manifests.pod(name).containers[0]["lifecycle"]["preStop"]["sleep"]["seconds"]
        if leaving != pause:
            yield f"{name}: goes on for {pause} s, the load balancer for {leaving} s"
