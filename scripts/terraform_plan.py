"""What must hold in every plan as a whole, whichever module a resource is in; each module's own tests say the rest."""

import json

# Open to the Internet on purpose: the load balancer (N6), and the Kubernetes API, by a variable (N3).
OPEN = ("load-balancer-http", "load-balancer-encrypt", "cluster-api-")
EVERYBODY = ("0.0.0.0/0", "::/0")
SAME = ("main.tf", "variables.tf", "outputs.tf", "versions.tf")
# Attributes whose value would be a secret in the state.
SECRET = ("password", "secret_string", "secret_binary", "master_password", "private_key")


def same_roots(source):
    """Environments differ by the values of variables, and by nothing else."""
    staging, production = source / "environments" / "staging", source / "environments" / "production"
    problems = [f"staging and production differ in {name}" for name in SAME if (staging / name).read_bytes() != (production / name).read_bytes()]
    for root in (staging, production):
        backend = (root / "backend.tf").read_text()
        if "use_lockfile = true" not in backend or "encrypt      = true" not in backend or f"environments/{root.name}.tfstate" not in backend:
            problems.append(f"{root.name}/backend.tf has no lock, no encryption or another's key")
    return problems


def resources(module):
    yield from module.get("resources", [])
    for child in module.get("child_modules", []):
        yield from resources(child)


def problems(text):
    plan = json.loads(text)
    found = []
    for provider in plan["configuration"].get("provider_config", {}).values():
        if provider.get("full_name") != "registry.terraform.io/hashicorp/aws":
            found.append(f"provider {provider.get('full_name')}: only hashicorp/aws")
    for resource in resources(plan["planned_values"]["root_module"]):
        kind, values, address = resource["type"], resource["values"], resource["address"]
        if not kind.startswith("aws_"):
            found.append(f"{address}: only hashicorp/aws")
        if secrets := [name for name in SECRET if values.get(name)]:
            found.append(f"{address}: {secrets[0]} would be in the state")
        if kind == "aws_vpc_security_group_ingress_rule" and any(values.get(cidr) in EVERYBODY for cidr in ("cidr_ipv4", "cidr_ipv6")):
            if not str(resource.get("index", "")).startswith(OPEN):
                found.append(f"{address}: open to the Internet")
        # Rules of the older kinds would pass by the rows of modules/network.
        if kind == "aws_security_group_rule" or (kind == "aws_security_group" and (values.get("ingress") or values.get("egress"))):
            found.append(f"{address}: rules stand in modules/network, as rows")
        if kind in ("aws_lb", "aws_alb", "aws_elb", "aws_instance", "aws_apigatewayv2_api", "aws_lambda_function_url"):
            found.append(f"{address}: the one balancer is made by the cluster's controller")
        if values.get("publicly_accessible") or values.get("map_public_ip_on_launch") or values.get("associate_public_ip_address"):
            found.append(f"{address}: has a public address")
    return found
