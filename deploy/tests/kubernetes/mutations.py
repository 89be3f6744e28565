"""Small mistakes in rendered manifests, each of which the named check must notice. A check without one is itself an error."""

from checks_network import NAMESPACE
from manifests import OURS


def container(m, pod):
    return m.pod(pod).spec["containers"][0]


def policy(m, name):
    return m.get("NetworkPolicy", name)["spec"]


def first_path(m):
    return m.get("Ingress", "comptoir")["spec"]["rules"][0]["http"]["paths"][0]


def drop(m, kind, name):
    m.objects.remove(m.get(kind, name))


def drop_env(m, pod, name):
    env = container(m, pod)["env"]
    env.remove(next(e for e in env if e["name"] == name))


def annotate(m, key, old, new):
    notes = m.get("Ingress", "comptoir")["metadata"]["annotations"]
    key = f"alb.ingress.kubernetes.io/{key}"
    assert old in notes[key], key
    notes[key] = notes[key].replace(old, new)


def put(place, *path_and_value):
    """put(place, key, key, value)"""
    *path, last, value = path_and_value
    for key in path:
        place = place[key]
    place[last] = value


def hpa(m, name):
    return m.get("HorizontalPodAutoscaler", name)["spec"]


def keda_beside_hpa(m):
    other = m.get("HorizontalPodAutoscaler", "sqs-worker-hpa")
    m.objects.append({"apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject",
                      "metadata": {"name": "sqs-worker", "namespace": NAMESPACE},
                      "spec": {"scaleTargetRef": other["spec"]["scaleTargetRef"], "minReplicaCount": 1,
                               "maxReplicaCount": 5, "triggers": []}})


# (check, what is wrong, how)
OF_PRODUCTION = [
    ("valid", "a field's name is misspelt", lambda m: put(container(m, "backend"), "readinessProb", {})),
    ("valid", "a number where a text belongs", lambda m: put(m.settings(), "AWS_REGION", 1)),
    ("valid", "an object twice", lambda m: m.objects.append(m.get("Service", "backend-service"))),
    ("valid", "a kind that nobody knows", lambda m: put(m.get("Ingress", "comptoir"), "kind", "Ingres")),
    ("valid", "a secret's property is not named",
     lambda m: m.get("ExternalSecret", "app-secrets")["spec"]["data"][0]["remoteRef"].pop("property")),
    ("valid", "the store has credentials",
     lambda m: put(m.get("SecretStore", "secrets-manager"), "spec", "provider", "aws", "auth", {"secretRef": {}})),
    ("in_the_namespace", "another namespace",
     lambda m: put(m.get("Ingress", "comptoir"), "metadata", "namespace", "default")),

    ("selectors_find_pods", "a Service selects nobody",
     lambda m: put(m.get("Service", "backend-service"), "spec", "selector", {"app.kubernetes.io/name": "backand"})),
    ("selectors_find_pods", "a Service selects everybody",
     lambda m: put(m.get("Service", "backend-service"), "spec", "selector", {"app.kubernetes.io/part-of": "devops-ppp"})),
    ("selectors_find_pods", "a budget selects nobody",
     lambda m: put(m.get("PodDisruptionBudget", "backend"), "spec", "selector", "matchLabels", {"app": "backend"})),
    ("selectors_find_pods", "a policy selects nobody",
     lambda m: put(policy(m, "to-aws"), "podSelector", {"matchLabels": {"app": "backend"}})),
    ("selectors_find_pods", "a policy names a pod that is not",
     lambda m: policy(m, "to-database")["podSelector"]["matchExpressions"][0]["values"].append("api")),
    ("selectors_find_pods", "pods spread by another's label",
     lambda m: put(m.pod("backend").spec["topologySpreadConstraints"][0], "labelSelector", {"matchLabels": {"a": "b"}})),
    ("selectors_find_pods", "a Deployment does not select its pods",
     lambda m: put(m.pod("backend").labels, "app.kubernetes.io/name", "api")),
    ("scalers_find_deployments", "an HPA's target is not there",
     lambda m: put(hpa(m, "backend-hpa"), "scaleTargetRef", "name", "api")),
    ("scalers_find_deployments", "KEDA and an HPA scale the same", keda_beside_hpa),
    ("scalers_find_deployments", "a Deployment counts its pods itself",
     lambda m: put(m.pod("backend").owner, "spec", "replicas", 2)),
    ("services_meet_ports", "a Service's port that no container has",
     lambda m: put(m.get("Service", "backend-service")["spec"]["ports"][0], "targetPort", "web")),
    ("services_meet_ports", "the Ingress names another port",
     lambda m: put(first_path(m), "backend", "service", "port", {"name": "https"})),
    ("probes_meet_ports", "a probe of a port that is not named",
     lambda m: put(container(m, "backend"), "readinessProbe", "httpGet", "port", "admin")),
    ("probes_meet_ports", "no startup probe", lambda m: container(m, "sqs-worker").pop("startupProbe")),
    ("settings_meet_ports", "the program listens elsewhere",
     lambda m: put(m.settings(), "COMPTOIR_HTTP_LISTEN", "0.0.0.0:8090")),
    ("settings_meet_ports", "nginx hands on to nobody",
     lambda m: put(container(m, "frontend")["env"][0], "value", "backend:80")),

    ("names_exist", "a secret's key that nobody fills",
     lambda m: m.get("ExternalSecret", "app-secrets")["spec"]["data"].pop(0)),
    ("names_exist", "a ConfigMap that nobody makes", lambda m: drop(m, "ConfigMap", "app-config")),
    ("names_exist", "a volume that is mounted nowhere", lambda m: container(m, "migrate")["volumeMounts"].pop()),
    ("given_is_read", "a setting is misspelt", lambda m: put(m.settings(), "COMPTOIR_HTTP_DRAIN_SECOND", "20")),
    ("given_is_read", "nginx is told what it does not read",
     lambda m: container(m, "frontend")["env"].append({"name": "UPSTREAM", "value": "x"})),
    ("all_is_used", "a secret that no pod takes",
     lambda m: [drop_env(m, pod, "COMPTOIR_MAIL_SMTP_URL") for pod in ("backend", "sqs-worker")]),
    ("all_is_used", "a ConfigMap that no pod takes",
     lambda m: [container(m, pod).pop("envFrom") for pod in OURS if pod != "frontend"]),
    ("secrets_are_secret", "a password in a manifest",
     lambda m: container(m, "backend")["env"].append({"name": "DATABASE_URL", "value": "mysql://a:b@c/d"})),
    ("secrets_are_secret", "a Secret in a manifest",
     lambda m: m.objects.append({"kind": "Secret", "metadata": {"name": "app-secrets"}})),
    ("changed_settings_roll_out", "settings change and pods do not",
     lambda m: put(m.settings(), "COMPTOIR_LOG_FORMAT", "text")),
    ("changed_settings_roll_out", "a pod does not follow its settings",
     lambda m: m.pod("sqs-worker").metadata.pop("annotations")),
    ("database_is_checked", "the authorities lie elsewhere",
     lambda m: put(container(m, "migrate")["volumeMounts"][-1], "mountPath", "/etc/ssl/database")),

    ("restricted", "the namespace enforces less",
     lambda m: put(m.of("Namespace")[0], "metadata", "labels", "pod-security.kubernetes.io/enforce", "baseline")),
    ("restricted", "a pod may be root", lambda m: put(m.pod("backend").spec, "securityContext", "runAsUser", 0)),
    ("restricted", "a user by name only", lambda m: m.pod("frontend").spec["securityContext"].pop("runAsUser")),
    ("restricted", "a root that can be written",
     lambda m: put(container(m, "migrate"), "securityContext", "readOnlyRootFilesystem", False)),
    ("restricted", "a capability",
     lambda m: put(container(m, "backend"), "securityContext", "capabilities", "add", ["NET_ADMIN"])),
    ("restricted", "no seccomp profile", lambda m: m.pod("sqs-worker").spec["securityContext"].pop("seccompProfile")),
    ("restricted", "the node's files",
     lambda m: m.pod("backend").spec["volumes"].append({"name": "x", "hostPath": {"path": "/"}})),
    ("restricted", "the node's network", lambda m: put(m.pod("backend").spec, "hostNetwork", True)),
    ("no_tokens", "a token for Kubernetes", lambda m: m.pod("backend").spec.pop("automountServiceAccountToken")),
    ("no_tokens", "a ServiceAccount that is not there",
     lambda m: put(m.pod("migrate").spec, "serviceAccountName", "default-2")),
    ("images_are_pinned", "whatever is latest", lambda m: put(container(m, "backend"), "image", "backend:latest")),
    ("images_are_pinned", "a tag instead of a digest",
     lambda m: put(container(m, "frontend"), "image", container(m, "frontend")["image"].split("@")[0] + ":1.2")),
    ("resources_are_limited", "no memory limit", lambda m: container(m, "migrate")["resources"]["limits"].pop("memory")),
    ("ends_in_time", "killed too early", lambda m: put(m.pod("backend").spec, "terminationGracePeriodSeconds", 50)),
    ("ends_in_time", "requests may take longer", lambda m: put(m.settings(), "COMPTOIR_HTTP_DRAIN_SECONDS", "60")),
    ("ends_in_time", "no pause before the end", lambda m: container(m, "frontend").pop("lifecycle")),
    ("balancer_fits_the_pods", "idle connections kept for too long",
     lambda m: annotate(m, "load-balancer-attributes", "=60", "=75")),
    ("balancer_fits_the_pods", "streams cut between two signs of life",
     lambda m: annotate(m, "load-balancer-attributes", "=60", "=10")),
    ("balancer_fits_the_pods", "the balancer sends after the end",
     lambda m: annotate(m, "target-group-attributes", "=20", "=300")),

    ("flows_are_drawn", "anybody reaches the backend",
     lambda m: policy(m, "backend-from-ingress")["ingress"][0].pop("from")),
    ("flows_are_drawn", "any port of the frontend",
     lambda m: policy(m, "frontend-from-ingress")["ingress"][0].pop("ports")),
    ("flows_are_drawn", "the whole network instead of the public subnets",
     lambda m: put(policy(m, "backend-from-ingress")["ingress"][0]["from"][0], "ipBlock", "cidr", "10.0.0.0/16")),
    ("flows_are_drawn", "one public subnet is forgotten",
     lambda m: policy(m, "frontend-from-ingress")["ingress"][0]["from"].pop()),
    ("flows_are_drawn", "the machines' metadata",
     lambda m: policy(m, "to-aws")["egress"][0]["to"][0]["ipBlock"]["except"].remove("169.254.0.0/16")),
    ("flows_are_drawn", "our own network by 443",
     lambda m: policy(m, "to-receivers")["egress"][0]["to"][0]["ipBlock"]["except"].remove("10.0.0.0/8")),
    ("flows_are_drawn", "mail by 25",
     lambda m: policy(m, "to-receivers")["egress"][0]["ports"].append({"protocol": "TCP", "port": 25})),
    ("flows_are_drawn", "the migration reaches the Internet", lambda m: put(policy(m, "to-aws"), "podSelector", {})),
    ("flows_are_drawn", "PostgreSQL's port",
     lambda m: put(policy(m, "to-database")["egress"][0]["ports"][0], "port", 5432)),
    ("flows_are_drawn", "a range of ports",
     lambda m: put(policy(m, "to-database")["egress"][0]["ports"][0], "endPort", 9000)),
    ("flows_are_drawn", "every pod of kube-system", lambda m: policy(m, "names")["egress"][0]["to"][0].pop("podSelector")),
    ("flows_are_drawn", "whoever calls itself kube-dns",
     lambda m: put(policy(m, "names")["egress"][0]["to"][0], "namespaceSelector", {})),
    ("flows_are_drawn", "names by UDP are forgotten", lambda m: policy(m, "names")["egress"][0]["ports"].pop(0)),
    ("flows_are_drawn", "metrics for everybody in the cluster",
     lambda m: put(policy(m, "health-from-cloudwatch")["ingress"][0]["from"][0], "namespaceSelector", {})),
    ("flows_are_drawn", "nothing is denied",
     lambda m: [drop(m, "NetworkPolicy", name) for name in ("default-deny", "names")]),
    ("new_pods_are_denied", "the default denies only what comes in",
     lambda m: put(policy(m, "default-deny"), "policyTypes", ["Ingress"])),
    ("new_pods_are_denied", "the default is gone", lambda m: drop(m, "NetworkPolicy", "default-deny")),

    ("connections_fit", "one connection more for each", lambda m: put(m.settings(), "COMPTOIR_DATABASE_POOL_SIZE", "4")),
    ("connections_fit", "more backends", lambda m: put(hpa(m, "backend-hpa"), "maxReplicas", 13)),
    ("minima_fit", "larger requests", lambda m: put(container(m, "backend"), "resources", "requests", "cpu", "1500m")),
    ("minima_fit", "more pods at the least", lambda m: put(hpa(m, "frontend-hpa"), "minReplicas", 30)),

    ("rows", "K1: app-config has another name",
     lambda m: put(m.get("ConfigMap", "app-config"), "metadata", "name", "app-config-1")),
    ("rows", "K3: another account for the worker",
     lambda m: put(m.pod("sqs-worker").spec, "serviceAccountName", "backend")),
    ("rows", "K4: a load balancer of its own",
     lambda m: put(m.get("Service", "frontend-service"), "spec", "type", "LoadBalancer")),
    ("rows", "K5: other limits", lambda m: put(container(m, "backend"), "resources", "limits", "memory", "1Gi")),
    ("rows", "K5: a variable less", lambda m: drop_env(m, "backend", "SQS_QUEUE_URL")),
    ("rows", "K6: another command", lambda m: put(container(m, "sqs-worker"), "args", ["up"])),
    ("rows", "K9: pods go before others come",
     lambda m: put(m.pod("backend").owner, "spec", "strategy", "rollingUpdate", "maxUnavailable", 1)),
    ("rows_of_autoscaling", "K7: another target",
     lambda m: put(hpa(m, "backend-hpa")["metrics"][0], "resource", "target", "averageUtilization", 80)),
    ("rows_of_autoscaling", "K4: another maximum", lambda m: put(hpa(m, "frontend-hpa"), "maxReplicas", 6)),
    ("rows_of_autoscaling", "K7: an HPA less", lambda m: drop(m, "HorizontalPodAutoscaler", "sqs-worker-hpa")),
    ("rows_of_ingress", "K8: /api goes to the frontend",
     lambda m: put(first_path(m), "backend", "service", "name", "frontend-service")),
    ("rows_of_ingress", "K8: no redirect",
     lambda m: m.get("Ingress", "comptoir")["metadata"]["annotations"].pop("alb.ingress.kubernetes.io/ssl-redirect")),
    ("rows_of_ingress", "N6: another security group",
     lambda m: annotate(m, "security-groups", "devops-ppp-alb", "devops-ppp-node")),
    ("rows_of_deployment", "K3: no role", lambda m: m.get("ServiceAccount", "sqs-consumer")["metadata"].pop("annotations")),
    ("rows_of_deployment", "K3: the worker's role for the backend",
     lambda m: put(m.get("ServiceAccount", "backend"), "metadata", "annotations", m.get("ServiceAccount", "sqs-consumer")["metadata"]["annotations"])),
    ("rows_of_deployment", "a Deployment without a budget", lambda m: drop(m, "PodDisruptionBudget", "sqs-worker")),
    ("rows_of_deployment", "another account's certificate",
     lambda m: annotate(m, "certificate-arn", ":222222222222:", ":333333333333:")),
]

def keda(m):
    return m.get("ScaledObject", "sqs-worker")["spec"]


OF_QUEUE_AUTOSCALING = [
    ("valid", "a trigger that does not say where", lambda m: keda(m)["triggers"][0]["metadata"].pop("awsRegion")),
    ("valid", "a number where KEDA wants a text", lambda m: put(keda(m)["triggers"][1], "metadata", "value", 70)),
    ("valid", "KEDA with a key of its own",
     lambda m: put(m.get("TriggerAuthentication", "sqs"), "spec", {"secretTargetRef": []})),
    ("operators_find_their_own", "an authentication that is not there", lambda m: drop(m, "TriggerAuthentication", "sqs")),
    ("operators_find_their_own", "a variable that the worker lacks", lambda m: drop_env(m, "sqs-worker", "SQS_QUEUE_URL")),
    ("operators_find_their_own", "the queue of another region",
     lambda m: put(keda(m)["triggers"][0], "metadata", "awsRegion", "eu-west-3")),
    ("operators_find_their_own", "the secrets of another region",
     lambda m: put(m.get("SecretStore", "secrets-manager"), "spec", "provider", "aws", "region", "eu-west-3")),
    ("operators_find_their_own", "a store that is not there", lambda m: drop(m, "SecretStore", "secrets-manager")),
    ("scalers_find_deployments", "KEDA scales nothing", lambda m: put(keda(m), "scaleTargetRef", "name", "worker")),
    ("connections_fit", "more workers", lambda m: put(keda(m), "maxReplicaCount", 9)),
    ("rows_of_autoscaling", "K6: workers may be none", lambda m: put(keda(m), "minReplicaCount", 0)),
    ("rows_of_autoscaling", "K7: KEDA's HPA has another name", lambda m: keda(m).pop("advanced")),
]
OF_NGINX = [
    ("flows_are_drawn", "any pod of any namespace",
     lambda m: put(policy(m, "backend-from-ingress")["ingress"][0]["from"][0], "namespaceSelector", {})),
    ("flows_are_drawn", "any pod of the controller's namespace",
     lambda m: policy(m, "frontend-from-ingress")["ingress"][0]["from"][0].pop("podSelector")),
    ("rows_of_ingress", "K8: the retired controller",
     lambda m: put(m.get("Ingress", "comptoir")["metadata"]["annotations"], "nginx.ingress.kubernetes.io/proxy-read-timeout", "75")),
]
OF_LOCAL = [
    ("names_exist", "a secret that the script does not make",
     lambda m: put(m.pod("mysql").spec["containers"][0]["env"][2], "valueFrom", "secretKeyRef", "name", "database")),
    ("images_are_pinned", "no tag", lambda m: put(m.pod("mysql").spec["containers"][0], "image", "mysql")),
    ("changed_settings_roll_out", "settings merged into one and not the other",
     lambda m: put(m.settings(), "COMPTOIR_LOG_LEVEL", "debug")),
    ("given_is_read", "a variable of no SDK", lambda m: put(m.settings(), "AWS_ENDPOINT", "http://sqs:9324")),
]
MUTATIONS = {
    "overlay production": OF_PRODUCTION,
    "overlay local": OF_LOCAL,
    "mysql + sqs + external-secrets + autoscaling + ingress-alb + network-policy + pod-disruption + queue-autoscaling":
        OF_QUEUE_AUTOSCALING,
    "mysql + autoscaling + network-policy + ingress-nginx + pod-disruption": OF_NGINX,
}
