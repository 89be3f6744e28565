"""Settings and secrets: what a pod names exists, what it is given is read, and nothing lies around unused."""

import re

from manifests import CLUSTER, KUBERNETES, ROOT


def read_by_backend():
    defaults = (ROOT / "config.default.toml").read_text()
    return set(re.findall(r"# ← ([A-Z][A-Z0-9_]+)", defaults)) | set(CLUSTER["also_read_by_backend"])


def read_by_frontend():
    templates = (ROOT / "deploy" / "docker" / "nginx" / "templates").glob("*.template")
    return {name for template in templates for name in re.findall(r"\$\{([A-Z_]+)\}", template.read_text())}


def keys_of(manifests, kind, name):
    """The keys that a ConfigMap or Secret has, or will have once whoever fills it has done so; None: nobody fills it."""
    if found := manifests.get(kind, name):
        return set(found.get("data", {}))
    if kind == "Secret":
        for external in manifests.of("ExternalSecret"):
            if external["spec"]["target"]["name"] == name:
                return {item["secretKey"] for item in external["spec"]["data"]}
        if manifests.name == "overlay local":
            return made_by_script(name)
    outside = CLUSTER["from_outside"].get(name)
    return set(outside["keys"]) if outside else None


def made_by_script(secret):
    script = (KUBERNETES / "overlays" / "local" / "secrets").read_text().replace("\\\n", " ")
    found = re.search(rf"^secret {secret} (.+)$", script, re.MULTILINE)
    return set(re.findall(r"(\w+)=", found[1])) - {"password"} if found else None


def references(pod):
    """(kind, name, key, optional) of everything that a pod is given from elsewhere; key None: all of it."""
    for container in pod.containers:
        for env in container.get("env", []):
            for source, kind in (("secretKeyRef", "Secret"), ("configMapKeyRef", "ConfigMap")):
                if ref := env.get("valueFrom", {}).get(source):
                    yield kind, ref["name"], ref["key"], ref.get("optional", False)
        for source in container.get("envFrom", []):
            for field, kind in (("secretRef", "Secret"), ("configMapRef", "ConfigMap")):
                if ref := source.get(field):
                    yield kind, ref["name"], None, ref.get("optional", False)
    for volume in pod.spec.get("volumes", []):
        if ref := volume.get("configMap"):
            yield "ConfigMap", ref["name"], None, ref.get("optional", False)
        if ref := volume.get("secret"):
            yield "Secret", ref["secretName"], None, ref.get("optional", False)


def names_exist(manifests):
    for pod in manifests.pods():
        for kind, name, key, optional in references(pod):
            keys = keys_of(manifests, kind, name)
            if keys is None and not optional:
                yield f"{pod}: {kind} {name} is made by nobody"
            elif keys is not None and key and key not in keys and not optional:
                yield f"{pod}: {kind} {name} has no key {key}"
        mounted = {mount["name"] for c in pod.containers for mount in c.get("volumeMounts", [])}
        volumes = {volume["name"] for volume in pod.spec.get("volumes", [])}
        claims = {c["metadata"]["name"] for c in pod.owner["spec"].get("volumeClaimTemplates", [])}
        if mounted != volumes | claims:
            yield f"{pod}: volumes {sorted(volumes | claims)} are not the mounts {sorted(mounted)}"


def operators_find_their_own(manifests):
    """What custom resources name: stores, authentications, and the variable with the queue's address."""
    for secret in manifests.of("ExternalSecret"):
        store = secret["spec"]["secretStoreRef"]
        if manifests.get(store["kind"], store["name"]) is None:
            yield f"ExternalSecret {secret['metadata']['name']}: there is no {store['kind']} {store['name']}"
    for store in manifests.of("SecretStore"):
        if store["spec"]["provider"]["aws"]["region"] != manifests.settings()["AWS_REGION"]:
            yield f"SecretStore {store['metadata']['name']}: of another region than AWS_REGION"
    for scaled in manifests.of("ScaledObject"):
        pod, name = manifests.pod(scaled["spec"]["scaleTargetRef"]["name"]), scaled["metadata"]["name"]
        for trigger in scaled["spec"]["triggers"]:
            reference = trigger.get("authenticationRef", {}).get("name")
            if trigger["type"].startswith("aws-") and manifests.get("TriggerAuthentication", reference) is None:
                yield f"ScaledObject {name}: there is no TriggerAuthentication {reference}"
            variable = trigger["metadata"].get("queueURLFromEnv")
            if variable and variable not in given(manifests, pod):
                yield f"ScaledObject {name}: {pod} has no {variable}"
            region = trigger["metadata"].get("awsRegion")
            if region and region != manifests.settings()["AWS_REGION"]:
                yield f"ScaledObject {name}: asks in {region}, the worker works in {manifests.settings()['AWS_REGION']}"


def given(manifests, pod):
    """Variable → value (None: a secret) of a pod's environment."""
    values = {}
    for container in pod.containers:
        for source in container.get("envFrom", []):
            name = source.get("configMapRef", {}).get("name")
            values |= (manifests.get("ConfigMap", name) or {}).get("data", {})
        values |= {env["name"]: env.get("value") for env in container.get("env", [])}
    return values


def given_is_read(manifests):
    for pod in manifests.our_pods():
        read = read_by_frontend() if pod.name == "frontend" else read_by_backend()
        for name in sorted(given(manifests, pod).keys() - read):
            yield f"{pod}: nothing reads {name}"


def all_is_used(manifests):
    used = {(kind, name, key) for pod in manifests.pods() for kind, name, key, _ in references(pod)}
    for key in sorted(manifests.settings()):
        if ("ConfigMap", "app-config", None) not in used and ("ConfigMap", "app-config", key) not in used:
            yield f"app-config: no pod uses {key}"
    for name in ("app-secrets", "mysql"):
        for key in sorted(keys_of(manifests, "Secret", name) or ()):
            wanted = name == "app-secrets" or manifests.pod("mysql")
            if wanted and ("Secret", name, key) not in used:
                yield f"{name}: no pod uses {key}"
    for config in manifests.of("ConfigMap"):
        name = config["metadata"]["name"]
        if ("ConfigMap", name, None) not in used and not name.startswith("app-config-version-"):
            yield f"ConfigMap {name}: no pod uses it"


def secrets_are_secret(manifests):
    for found in manifests.of("Secret"):
        yield f"Secret {found['metadata']['name']}: no secret is in a manifest"
    hidden = {"DATABASE_URL", "JWT_SECRET", "JWT_SECRET_PREVIOUS", "COMPTOIR_MAIL_SMTP_URL"}
    for pod in manifests.our_pods():
        for name, value in given(manifests, pod).items():
            if name in hidden and value is not None:
                yield f"{pod}: {name} stands in a manifest"


def changed_settings_roll_out(manifests):
    """The annotation of each pod that reads app-config names a ConfigMap with the same settings and a hash."""
    for pod in (pod for pod in manifests.our_pods() if pod.kind == "Deployment" and pod.name != "frontend"):
        named = pod.metadata.get("annotations", {}).get("app-config-version", "")
        version = manifests.get("ConfigMap", named)
        if version is None or named == "app-config-version":
            yield f"{pod}: a changed setting would not start it anew"
        elif version["data"] != manifests.settings():
            yield f"{named} and app-config differ: an overlay merges into one and not the other"


def database_is_checked(manifests):
    """The authorities lie where DATABASE_URL says (README, Terraform)."""
    for pod in (pod for pod in manifests.our_pods() if pod.name != "frontend"):
        if any(v.get("configMap", {}).get("name") == "database-ca" for v in pod.spec.get("volumes", [])):
            paths = [m["mountPath"] for c in pod.containers for m in c["volumeMounts"] if m["name"] == "database-ca"]
            if paths != ["/etc/comptoir/database-ca"]:
                yield f"{pod}: ConfigMap database-ca is mounted at {paths}"
        elif manifests.name.startswith(("overlay production", "overlay staging")):
            yield f"{pod}: nothing to check the database's certificate with"
