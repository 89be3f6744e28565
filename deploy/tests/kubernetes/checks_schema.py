"""Kubernetes' own schema, strictly; and, for kinds that Kubernetes does not know, the shape that their operators document."""

import re

import kubernetes_validate

from manifests import CLUSTER

ANNOTATION_LIMIT = 256 * 1024


def _scaled_object(spec):
    if not {"scaleTargetRef", "minReplicaCount", "maxReplicaCount", "triggers"} <= spec.keys():
        yield "needs scaleTargetRef, minReplicaCount, maxReplicaCount, triggers"
        return
    known = {"aws-sqs-queue": {"queueURLFromEnv", "awsRegion", "queueLength"}, "cpu": {"value"}, "memory": {"value"}}
    for trigger in spec["triggers"]:
        if trigger["type"] not in known:
            yield f"trigger {trigger['type']} is not one of {', '.join(known)}"
        elif missing := known[trigger["type"]] - trigger["metadata"].keys():
            yield f"trigger {trigger['type']} lacks {', '.join(sorted(missing))}"
        elif any(not isinstance(value, str) for value in trigger["metadata"].values()):
            yield f"trigger {trigger['type']}: every value in metadata is a string"


def _trigger_authentication(spec):
    if spec.get("podIdentity") != {"provider": "aws"}:
        yield "must be by the operator's own AWS role: podIdentity: {provider: aws}"


def _secret_store(spec):
    aws = spec.get("provider", {}).get("aws", {})
    if aws.get("service") != "SecretsManager" or not re.fullmatch(r"[a-z]+-[a-z]+-\d", aws.get("region", "")):
        yield "provider.aws needs service SecretsManager and a region"
    if aws.get("auth"):
        yield "no credentials here: the operator's own role reads"


def _external_secret(spec):
    if not {"secretStoreRef", "target", "data", "refreshInterval"} <= spec.keys():
        yield "needs secretStoreRef, target, data, refreshInterval"
        return
    for item in spec["data"]:
        remote = item.get("remoteRef", {})
        if not item.get("secretKey") or not remote.get("key") or remote.get("property") != item["secretKey"]:
            yield f"{item.get('secretKey')}: needs remoteRef.key, and the property of the same name"


# Their schemas are in their operators' Helm charts, which cannot be fetched offline.
NOT_IN_KUBERNETES = {
    ("keda.sh/v1alpha1", "ScaledObject"): _scaled_object,
    ("keda.sh/v1alpha1", "TriggerAuthentication"): _trigger_authentication,
    ("external-secrets.io/v1", "SecretStore"): _secret_store,
    ("external-secrets.io/v1", "ExternalSecret"): _external_secret,
}


def valid(manifests):
    seen = set()
    for found in manifests.objects:
        kind, name = found["kind"], found["metadata"]["name"]
        if (kind, name) in seen:
            yield f"{kind} {name}: twice"
        seen.add((kind, name))
        own = NOT_IN_KUBERNETES.get((found["apiVersion"], kind))
        if own:
            yield from (f"{kind} {name}: {message}" for message in own(found["spec"]))
            continue
        try:
            version = kubernetes_validate.validate(found, CLUSTER["kubernetes"], strict=True)
            if version != CLUSTER["kubernetes"]:
                yield f"there is no schema for {CLUSTER['kubernetes']}: {version} was used"
        except kubernetes_validate.ValidationError as error:
            yield f"{kind} {name}: {'.'.join(map(str, error.path))}: {error.message}"
        except kubernetes_validate.SchemaNotFoundError as error:
            yield f"{kind} {name}: {error.message}"


def in_the_namespace(manifests):
    for found in manifests.objects:
        if found["kind"] != "Namespace" and found["metadata"].get("namespace") != "devops-ppp":
            yield f"{found['kind']} {found['metadata']['name']}: not in devops-ppp"
