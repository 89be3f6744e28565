"""Does it fit: connections of the database, and pods on the nodes that are left when one is gone."""

import functools

import yaml

from checks_settings import given
from manifests import CLUSTER, KUBERNETES, amount


def range_of(manifests, deployment):
    """(fewest, most) pods of a Deployment: by its HPA or ScaledObject, or as it says itself."""
    for found in manifests.of("HorizontalPodAutoscaler") + manifests.of("ScaledObject"):
        spec = found["spec"]
        if spec["scaleTargetRef"]["name"] == deployment["metadata"]["name"]:
            return (spec.get("minReplicas", spec.get("minReplicaCount")),
                    spec.get("maxReplicas", spec.get("maxReplicaCount")))
    replicas = deployment["spec"].get("replicas", 1)
    return replicas, replicas


def connections_fit(manifests):
    pool, terms = int(manifests.settings()["COMPTOIR_DATABASE_POOL_SIZE"]), {}
    for pod in manifests.our_pods():
        if "DATABASE_URL" not in given(manifests, pod):
            continue
        if pod.kind == "Job":
            terms[pod.name] = pod.owner["spec"].get("parallelism", 1)
        else:
            surge = pod.owner["spec"]["strategy"]["rollingUpdate"]["maxSurge"]
            terms[pod.name] = range_of(manifests, pod.owner)[1] + surge
    needed = pool * sum(terms.values())
    if needed > CLUSTER["database_connections"]:
        counts = " + ".join(f"{count} {name}" for name, count in terms.items())
        yield f"{pool} × ({counts}) = {needed} connections; the database has {CLUSTER['database_connections']}"


def request(pod):
    return tuple(sum(amount(c["resources"]["requests"][what]) for c in pod.containers) for what in ("cpu", "memory"))


def addon_pods():
    """(cpu, memory) of each pod that the cluster has once, add-ons of ours included."""
    for facts in CLUSTER["once"].values():
        yield from [(amount(facts["cpu"]), amount(facts["memory"]))] * facts["pods"]
    for addon, parts in CLUSTER["addons"].items():
        values = yaml.safe_load((KUBERNETES / "addons" / f"{addon}.yaml").read_text())
        for where, count in parts.items():
            asked = functools.reduce(dict.__getitem__, where.split("."), values)["requests"]
            yield from [(amount(asked["cpu"]), amount(asked["memory"]))] * count


def packed(pods, nodes):
    """Whether the pods, largest first, each find room on one of the nodes."""
    facts, each = CLUSTER["nodes"], CLUSTER["on_each_node"].values()
    room = [[amount(facts["cpu"]) - sum(amount(d["cpu"]) for d in each),
             amount(facts["memory"]) - sum(amount(d["memory"]) for d in each),
             facts["pods"] - len(each)] for _ in range(nodes)]
    for cpu, memory in sorted(pods, reverse=True):
        node = next((n for n in room if n[0] >= cpu - 1e-9 and n[1] >= memory and n[2] >= 1), None)
        if node is None:
            return False
        node[0], node[1], node[2] = node[0] - cpu, node[1] - memory, node[2] - 1
    return True


def minima_fit(manifests):
    """With one node less than the group may have, during a roll-out (one pod more of each, and the migration)."""
    pods, nodes = list(addon_pods()), CLUSTER["nodes"]["most"] - 1
    for pod in manifests.our_pods():
        count = 1 if pod.kind == "Job" else range_of(manifests, pod.owner)[0] + 1
        pods += [request(pod)] * count
    if not packed(pods, nodes):
        yield f"{len(pods)} pods asking for {sum(p[0] for p in pods):.2f} cores do not fit on {nodes} nodes"
