"""Rows K1 to K9 of the brief, literally."""

from checks_capacity import range_of


def expect(row, what, found, wanted):
    if found != wanted:
        yield f"{row}: {what} is {found}, the brief says {wanted}"


NEEDED = {  # row, replicas by HPA, requests, limits
    "frontend": ("K4", (2, 8), {"cpu": "100m", "memory": "128Mi"}, {"cpu": "200m", "memory": "256Mi"}),
    "backend": ("K5", (2, 10), {"cpu": "250m", "memory": "256Mi"}, {"cpu": "500m", "memory": "512Mi"}),
    "sqs-worker": ("K6", (1, 5), {"cpu": "250m", "memory": "256Mi"}, {"cpu": "500m", "memory": "512Mi"}),
}
ENVIRONMENT = {"backend": {"DATABASE_URL", "JWT_SECRET", "SQS_QUEUE_URL"}, "sqs-worker": {"SQS_QUEUE_URL", "AWS_REGION"}}


def rows(manifests):
    """What holds in every rendering."""
    yield from expect("K*", "namespace", [n["metadata"]["name"] for n in manifests.of("Namespace")], ["devops-ppp"])
    yield from expect("K1", "app-config", manifests.get("ConfigMap", "app-config") is not None, True)
    yield from expect("K3", "sqs-consumer", manifests.get("ServiceAccount", "sqs-consumer") is not None, True)
    for name, (row, (fewest, _), requests, limits) in NEEDED.items():
        pod = manifests.pod(name)
        resources = pod.spec["containers"][0]["resources"]
        yield from expect(row, f"{name}: requests", resources["requests"], requests)
        yield from expect(row, f"{name}: limits", resources["limits"], limits)
        yield from expect(row, f"{name}: fewest pods", range_of(manifests, pod.owner)[0], fewest)
        rolling = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
        yield from expect("K9", f"{name}: roll-out", pod.owner["spec"]["strategy"], rolling)
        probes = {"livenessProbe", "readinessProbe"} <= pod.spec["containers"][0].keys()
        yield from expect(row, f"{name}: probes", probes, True)
    for name in ("frontend-service", "backend-service"):
        yield from expect("K4, K5", f"{name}: type", manifests.get("Service", name)["spec"]["type"], "ClusterIP")
    for name, wanted in ENVIRONMENT.items():
        container = manifests.pod(name).spec["containers"][0]
        told = {env["name"] for env in container["env"]} | manifests.settings().keys()
        yield from expect("K5, K6", f"{name}: lacks in its environment", wanted - told, set())
    worker, backend = manifests.pod("sqs-worker"), manifests.pod("backend")
    yield from expect("K6", "sqs-worker: account", worker.spec["serviceAccountName"], "sqs-consumer")
    yield from expect("A6", "sqs-worker: image", worker.spec["containers"][0]["image"],
                      backend.spec["containers"][0]["image"])
    yield from expect("A6", "sqs-worker: command", worker.spec["containers"][0]["args"], ["work"])
    yield from expect("A5", "visibility", manifests.settings().get("COMPTOIR_QUEUE_VISIBILITY_SECONDS"), "300")
    yield from expect("A5", "receives", manifests.settings().get("COMPTOIR_QUEUE_MAX_RECEIVES"), "5")


def rows_of_autoscaling(manifests):
    hpas = manifests.of("HorizontalPodAutoscaler")
    if not hpas:
        return
    by_keda = manifests.get("ScaledObject", "sqs-worker") is not None
    names = {"backend-hpa", "frontend-hpa"} | (set() if by_keda else {"sqs-worker-hpa"})
    yield from expect("K7", "HPAs", {h["metadata"]["name"] for h in hpas}, names)
    for hpa in hpas:
        name = hpa["metadata"]["name"]
        targets = {m["resource"]["name"]: m["resource"]["target"]["averageUtilization"] for m in hpa["spec"]["metrics"]}
        yield from expect("K7", f"{name}: targets", targets, {"cpu": 70, "memory": 80})
        yield from expect("K7", f"{name}: Deployment", f"{hpa['spec']['scaleTargetRef']['name']}-hpa", name)
    if by_keda:
        spec = manifests.get("ScaledObject", "sqs-worker")["spec"]
        targets = {t["type"]: t["metadata"]["value"] for t in spec["triggers"] if t["type"] in ("cpu", "memory")}
        yield from expect("K7", "KEDA's targets", targets, {"cpu": "70", "memory": "80"})
        made = spec.get("advanced", {}).get("horizontalPodAutoscalerConfig", {}).get("name")
        yield from expect("K7", "KEDA's HPA", made, "sqs-worker-hpa")
    for name, (row, wanted, _, _) in NEEDED.items():
        yield from expect(row, f"{name}: pods", range_of(manifests, manifests.pod(name).owner), wanted)


def rows_of_ingress(manifests):
    for ingress in manifests.of("Ingress"):
        paths = {p["path"]: p["backend"]["service"]["name"] for r in ingress["spec"]["rules"] for p in r["http"]["paths"]}
        yield from expect("K8", "paths", paths, {"/": "frontend-service", "/api": "backend-service"})
        annotations = ingress["metadata"]["annotations"]
        if ingress["spec"]["ingressClassName"] == "alb":
            for key, wanted in {"scheme": "internet-facing", "target-type": "ip", "ssl-redirect": "443",
                                "security-groups": "devops-ppp-alb", "manage-backend-security-group-rules": None,
                                "listen-ports": '[{"HTTP": 80}, {"HTTPS": 443}]'}.items():
                yield from expect("K8", key, annotations.get(f"alb.ingress.kubernetes.io/{key}"), wanted)
            for name in ("frontend-service", "backend-service"):
                told = manifests.get("Service", name)["metadata"].get("annotations", {})
                yield from expect("K8", f"{name}: health check", "alb.ingress.kubernetes.io/healthcheck-path" in told, True)
        else:
            yield from expect("K8", "class", ingress["spec"]["ingressClassName"], "nginx")
            community = [key for key in annotations if key.startswith("nginx.ingress.kubernetes.io")]
            yield from expect("K8", "annotations of the retired controller", community, [])


def rows_of_deployment(manifests):
    """What only holds where it is deployed to AWS."""
    if not manifests.name.startswith(("overlay staging", "overlay production")):
        return
    for kind in ("Ingress", "HorizontalPodAutoscaler", "NetworkPolicy", "PodDisruptionBudget", "ExternalSecret"):
        yield from expect("issue", f"any {kind}", bool(manifests.of(kind)), True)
    protected = {b["spec"]["selector"]["matchLabels"]["app.kubernetes.io/name"] for b in manifests.of("PodDisruptionBudget")}
    yield from expect("issue", "budgets", protected, {d["metadata"]["name"] for d in manifests.of("Deployment")})
    # One registry: that of the account whose roles the pods have.
    account = manifests.pod("backend").spec["containers"][0]["image"].split(".")[0]
    for name, role in {"sqs-consumer": "devops-ppp-sqs-consumer", "backend": "devops-ppp-backend"}.items():
        annotations = manifests.get("ServiceAccount", name)["metadata"].get("annotations", {})
        yield from expect("K3", name, annotations.get("eks.amazonaws.com/role-arn"), f"arn:aws:iam::{account}:role/{role}")
    secret = manifests.get("ExternalSecret", "app-secrets")["spec"]
    yield from expect("K2", "app-secrets", {d["remoteRef"]["key"] for d in secret["data"]}, {"devops-ppp/app"})
    host = manifests.get("Ingress", "comptoir")["spec"]["rules"][0]["host"]
    yield from expect("site", "public address", manifests.settings()["COMPTOIR_HTTP_PUBLIC_URL"], f"https://{host}")
    certificate = manifests.get("Ingress", "comptoir")["metadata"]["annotations"]["alb.ingress.kubernetes.io/certificate-arn"]
    yield from expect("site", "certificate's account", certificate.split(":")[4], account)
