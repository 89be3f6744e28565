"""The values that AWS would answer with, made up: of a resource when it is applied, and of a data source when it is read."""

import hashlib
import json

import msgpack

# What Terraform writes for a value that is not known yet.
UNKNOWN = msgpack.ExtType(0, b"\x00")
REGION, ACCOUNT = "us-east-1", "123456789012"


def is_unknown(value):
    return isinstance(value, msgpack.ExtType)


def has_unknown(value):
    if isinstance(value, dict):
        value = list(value.values())
    return any(map(has_unknown, value)) if isinstance(value, list) else is_unknown(value)


def fill(block, value, is_wanted, make, path=()):
    """A copy of a block's value in which each attribute that `is_wanted(value, schema)` has what `make(path, type)` gives."""
    if not isinstance(value, dict):
        return value
    filled = dict(value)
    for name, schema in block.get("attributes", {}).items():
        if is_wanted(filled.get(name), schema):
            filled[name] = make((*path, name), schema["type"])
    for name, nested in block.get("block_types", {}).items():
        inside = filled.get(name)
        if isinstance(inside, list):
            filled[name] = [fill(nested["block"], one, is_wanted, make, (*path, name)) for one in inside]
        elif isinstance(inside, dict):
            filled[name] = fill(nested["block"], inside, is_wanted, make, (*path, name))
    return filled


def is_computed(value, schema):
    return value is None and schema.get("computed", False)


# IAM's ARNs have no region and name the kind of thing.
IAM = {
    "aws_iam_openid_connect_provider": lambda known, name: f"oidc-provider/{str(known.get('url', '')).removeprefix('https://')}",
    "aws_iam_role": lambda known, name: f"role/{name}",
    "aws_iam_policy": lambda known, name: f"policy/{name}",
}


def maker(kind, known):
    """A function that makes the value of an attribute of a resource of this kind, of whose values some are known."""
    digest = hashlib.sha1((kind + json.dumps(known, sort_keys=True, default=str)).encode()).hexdigest()[:12]
    names = (known.get(key) for key in ("name", "identifier", "bucket", "function_name"))
    name = next((name for name in names if isinstance(name, str)), digest)

    def make_text(path):
        last = path[-1]
        if path == ("arn",) and kind in IAM:
            return f"arn:aws:iam::{ACCOUNT}:{IAM[kind](known, name)}"
        if last == "arn" or last.endswith("_arn"):
            return f"arn:aws:{kind.split('_')[1]}:{REGION}:{ACCOUNT}:{name}"
        if last == "url" and kind == "aws_sqs_queue":
            return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}"
        return name if last in ("id", "name") else f"{last}-{digest}"

    def make(path, kind_of_value):
        if isinstance(kind_of_value, str):
            return {"string": make_text(path), "number": 0, "bool": False}.get(kind_of_value)
        collection, inside = kind_of_value
        if collection in ("list", "set"):
            return [make(path, inside)]
        if collection == "object":
            return {name: make((*path, name), one) for name, one in inside.items()}
        return {} if collection == "map" else None

    return make


def one_or_list(values):
    """As AWS writes policies: one value stands alone."""
    values = [values] if isinstance(values, str) else sorted(values or [])
    return values[0] if len(values) == 1 else values


def principals(stated):
    if any(one["type"] == "*" for one in stated):
        return "*"
    return {one["type"]: one_or_list(one["identifiers"]) for one in stated}


def statement(stated):
    made = {"Sid": stated["sid"]} if stated.get("sid") else {}
    made["Effect"] = stated.get("effect") or "Allow"
    for key, written in {"actions": "Action", "not_actions": "NotAction", "resources": "Resource", "not_resources": "NotResource"}.items():
        if stated.get(key):
            made[written] = one_or_list(stated[key])
    for key, written in {"principals": "Principal", "not_principals": "NotPrincipal"}.items():
        if stated.get(key):
            made[written] = principals(stated[key])
    for condition in stated.get("condition") or []:
        values = condition["values"][0] if len(condition["values"]) == 1 else condition["values"]
        made.setdefault("Condition", {}).setdefault(condition["test"], {})[condition["variable"]] = values
    return made


def policy_document(config):
    """aws_iam_policy_document as the real provider renders it, so that plans have real IAM policies in them."""
    if has_unknown(config):
        return UNKNOWN
    statements = [statement(stated) for stated in config.get("statement") or []]
    return json.dumps({"Version": config.get("version") or "2012-10-17", "Statement": statements}, indent=2)


def read_policy(config):
    text = policy_document(config)
    return {"json": text, "minified_json": text, "id": "policy"}


DATA = {
    "aws_availability_zones": lambda config: {"names": [REGION + letter for letter in "abc"], "id": REGION, "group_names": [REGION],
                                              "zone_ids": ["use1-az1", "use1-az2", "use1-az4"]},
    "aws_caller_identity": lambda config: {"account_id": ACCOUNT, "arn": f"arn:aws:iam::{ACCOUNT}:user/stub", "user_id": "AIDASTUB",
                                           "id": ACCOUNT},
    "aws_region": lambda config: {"name": REGION, "id": REGION, "region": REGION, "description": "US East (N. Virginia)",
                                  "endpoint": f"ec2.{REGION}.amazonaws.com"},
    "aws_partition": lambda config: {"partition": "aws", "dns_suffix": "amazonaws.com", "id": "aws", "reverse_dns_prefix": "com.amazonaws"},
    "aws_iam_policy_document": read_policy,
}


def read(kind, block, config):
    """What a data source answers: what is said of it above, and something made up for the rest."""
    for name, value in DATA.get(kind, lambda config: {})(config).items():
        if name in block["attributes"] and config.get(name) is None:
            config[name] = None if is_unknown(value) else value
    return fill(block, config, is_computed, maker(kind, config))
