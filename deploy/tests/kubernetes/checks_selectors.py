"""Who names somebody finds them: selectors their pods, targets their Deployments, ports their listeners."""

from manifests import OURS, matches


def selectors_find_pods(manifests):
    for pod in manifests.pods():
        selector = pod.owner["spec"].get("selector")
        if selector and not matches(selector, pod.labels):
            yield f"{pod}: its selector does not select its own pods"
        if selector and len(manifests.selected(selector)) > 1:
            yield f"{pod}: its selector selects the pods of others, too"
        for constraint in pod.spec.get("topologySpreadConstraints", []):
            if not matches(constraint["labelSelector"], pod.labels):
                yield f"{pod}: spread over {constraint['topologyKey']} does not select its own pods"
    for service in manifests.of("Service"):
        found = manifests.selected({"matchLabels": service["spec"]["selector"]})
        if len({str(pod) for pod in found}) != 1:
            yield f"Service {service['metadata']['name']}: selects {len(found)} kinds of pods, not one"
    for kind in ("PodDisruptionBudget", "NetworkPolicy"):
        for found in manifests.of(kind):
            selector = found["spec"].get("selector") or found["spec"].get("podSelector")
            name = f"{kind} {found['metadata']['name']}"
            if not manifests.selected(selector or {}):
                yield f"{name}: selects no pod"
            for expression in (selector or {}).get("matchExpressions", []):
                for value in expression.get("values", []):
                    if expression["operator"] == "In" and not manifests.selected(
                            {"matchLabels": {expression["key"]: value}}):
                        yield f"{name}: there is no pod {value}"


def scalers_find_deployments(manifests):
    targets = {}
    for found in manifests.of("HorizontalPodAutoscaler") + manifests.of("ScaledObject"):
        target, name = found["spec"]["scaleTargetRef"], found["metadata"]["name"]
        deployment = manifests.get(target["kind"], target["name"])
        if deployment is None:
            yield f"{name}: there is no {target['kind']} {target['name']}"
            continue
        if other := targets.get(target["name"]):
            yield f"{name} and {other} both scale {target['name']}"
        targets[target["name"]] = name
        if "replicas" in deployment["spec"]:
            yield f"Deployment {target['name']}: says how many pods there are, though {name} decides"
        for container in deployment["spec"]["template"]["spec"]["containers"]:
            if not {"cpu", "memory"} <= container["resources"]["requests"].keys():
                yield f"{name}: a share of a request that {container['name']} does not make"


def services_meet_ports(manifests):
    for service in manifests.of("Service"):
        for port in service["spec"]["ports"]:
            for pod in manifests.selected({"matchLabels": service["spec"]["selector"]}):
                if port["targetPort"] not in pod.ports():
                    yield f"Service {service['metadata']['name']}: {pod} has no port named {port['targetPort']}"
    for ingress in manifests.of("Ingress"):
        for path in (p for rule in ingress["spec"]["rules"] for p in rule["http"]["paths"]):
            backend = path["backend"]["service"]
            service = manifests.get("Service", backend["name"])
            ports = [port["name"] for port in service["spec"]["ports"]] if service else []
            if backend["port"].get("name") not in ports:
                yield f"Ingress, {path['path']}: there is no port {backend['port']} of a Service {backend['name']}"


def probes_meet_ports(manifests):
    for pod in manifests.pods():
        for container in pod.containers:
            ports = {port["name"]: port["containerPort"] for port in container.get("ports", [])}
            for kind in ("startupProbe", "livenessProbe", "readinessProbe"):
                probe = container.get(kind)
                if probe is None:
                    if pod.name in OURS and pod.kind == "Deployment":
                        yield f"{pod}: {container['name']} has no {kind}"
                    continue
                port = (probe.get("httpGet") or probe.get("tcpSocket"))["port"]
                if port not in ports:
                    yield f"{pod}: {kind} asks port {port}, which {container['name']} does not name"


def settings_meet_ports(manifests):
    """What the program is told to listen on is what its container says."""
    listens = {"http": "COMPTOIR_HTTP_LISTEN", "health": "COMPTOIR_HTTP_HEALTH_LISTEN"}
    for pod in (pod for name in ("backend", "sqs-worker") if (pod := manifests.pod(name))):
        for name, number in pod.ports().items():
            if manifests.settings().get(listens[name]) != f"0.0.0.0:{number}":
                yield f"{pod}: port {name} is {number}, {listens[name]} is {manifests.settings().get(listens[name])}"
    frontend, backend = manifests.pod("frontend"), manifests.get("Service", "backend-service")
    told = next((e["value"] for c in frontend.containers for e in c["env"] if e["name"] == "BACKEND"), None)
    if told != f"{backend['metadata']['name']}:{backend['spec']['ports'][0]['port']}":
        yield f"frontend hands /api to {told}, which is not backend-service"
