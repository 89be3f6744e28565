"""The network policies, evaluated as Kubernetes documents them, against flows.yaml: each line allowed, everything else refused."""

import ipaddress
import pathlib

import yaml

from manifests import matches

FLOWS = yaml.safe_load((pathlib.Path(__file__).parent / "flows.yaml").read_text())
NAMESPACE = "devops-ppp"


class End:
    """One end of a flow. Pods that are not ours have no policies of ours; addresses have none at all."""

    def __init__(self, name, facts, manifests):
        self.name, self.address = name, ipaddress.ip_address(facts["address"])
        self.pod = manifests.pod(facts["pod"]) if "pod" in facts else None
        self.namespace = NAMESPACE if "pod" in facts else facts.get("namespace")
        self.labels = self.pod.labels if self.pod else facts.get("labels", {})

    def port(self, port):
        """A port of a policy as a number: names are the receiving pod's."""
        return port if isinstance(port, int) else self.pod.ports().get(port) if self.pod else None


def is_peer(peer, end):
    if block := peer.get("ipBlock"):
        inside = end.address in ipaddress.ip_network(block["cidr"])
        return inside and not any(end.address in ipaddress.ip_network(hole) for hole in block.get("except", []))
    if end.namespace is None:
        return False
    if "namespaceSelector" in peer:
        if not matches(peer["namespaceSelector"], {"kubernetes.io/metadata.name": end.namespace}):
            return False
    elif end.namespace != NAMESPACE:
        return False
    return matches(peer.get("podSelector", {}), end.labels)


def is_port(ports, receiver, number, protocol):
    for port in ports:
        if port.get("protocol", "TCP") != protocol:
            continue
        if "port" not in port:
            return True
        first = receiver.port(port["port"])
        if first is not None and first <= number <= port.get("endPort", first):
            return True
    return not ports


def lets(policies, direction, end, other, receiver, number, protocol):
    """Whether the policies of one end allow the flow. Without any of that direction, everything is allowed."""
    if end.namespace != NAMESPACE:
        return True
    rules, peers = ("ingress", "from") if direction == "Ingress" else ("egress", "to")
    mine = [p["spec"] for p in policies
            if direction in p["spec"]["policyTypes"] and matches(p["spec"]["podSelector"], end.labels)]
    return not mine or any(
        (not rule.get(peers) or any(is_peer(peer, other) for peer in rule[peers]))
        and is_port(rule.get("ports", []), receiver, number, protocol)
        for spec in mine for rule in spec.get(rules, []))


def flow_allowed(policies, sender, receiver, number, protocol):
    return (lets(policies, "Egress", sender, receiver, receiver, number, protocol)
            and lets(policies, "Ingress", receiver, sender, receiver, number, protocol))


def drawn(way_in):
    return {(sender, receiver, port) for line in FLOWS["drawn"] if line.get("with", way_in) == way_in
            for sender in line["from"] for receiver in line["to"] for port in line["ports"]}


def flows_are_drawn(manifests):
    policies = manifests.of("NetworkPolicy")
    if not policies:
        return
    ingress = manifests.get("Ingress", "comptoir")
    # Without any, the policies are still those for the load balancer.
    wanted = drawn(ingress["spec"]["ingressClassName"] if ingress else "alb")
    ends = [End(name, facts, manifests) for name, facts in FLOWS["ends"].items()]
    for sender in ends:
        for receiver in ends:
            # Others among themselves are no business of ours; a pod's own network is not filtered.
            if sender is receiver or NAMESPACE not in (sender.namespace, receiver.namespace):
                continue
            for port in FLOWS["ports"]:
                number, protocol = port.split("/")
                allowed = flow_allowed(policies, sender, receiver, int(number), protocol)
                if allowed != ((sender.name, receiver.name, port) in wanted):
                    problem = "allowed, and not drawn" if allowed else "drawn, and refused"
                    yield f"{sender.name} → {receiver.name} {port}: {problem}"


def new_pods_are_denied(manifests):
    if manifests.of("NetworkPolicy"):
        default = manifests.get("NetworkPolicy", "default-deny")
        spec = default["spec"] if default else {}
        if spec.get("podSelector") != {} or set(spec.get("policyTypes", [])) != {"Ingress", "Egress"}:
            yield "no policy denies everything to pods that nobody has thought of"
        elif "ingress" in spec or "egress" in spec:
            yield "default-deny allows something"
