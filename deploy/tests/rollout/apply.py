"""Server-side apply: who owns which field, as https://kubernetes.io/docs/reference/using-api/server-side-apply/ has it.

A field is a tuple such as ("spec", "template", "spec", "containers", '{"name":"backend"}', "image"); lists that have keys are
merged by them, other lists are one field as a whole.
"""

import copy
import json

# The keys of lists that are merged, by the list's name and its parent's (None: any).
KEYS = {
    ("containers", None): ["name"], ("initContainers", None): ["name"], ("env", None): ["name"], ("volumes", None): ["name"],
    ("volumeMounts", None): ["mountPath"], ("imagePullSecrets", None): ["name"],
    ("topologySpreadConstraints", None): ["topologyKey", "whenUnsatisfiable"], ("conditions", None): ["type"],
    ("ports", "spec"): ["port", "protocol"], ("ports", None): ["containerPort", "protocol"],
}
# Maps that belong to one manager as a whole.
ATOMIC = {"selector", "nodeSelector"}
NOT_FIELDS = [("apiVersion",), ("kind",), ("metadata", "name"), ("metadata", "namespace")]


class Conflict(Exception):
    def __init__(self, causes):
        super().__init__(causes)
        self.causes = causes


def keys_of(path):
    name, parent = path[-1], path[-2] if len(path) > 1 else None
    return KEYS.get((name, parent)) or (KEYS.get((name, None)) if (name, parent) != ("ports", "spec") else None)


def key_of(item, keys):
    defaults = {"protocol": "TCP"}
    return json.dumps({key: item.get(key, defaults.get(key)) for key in keys}, separators=(",", ":"), sort_keys=True)


def fields(value, path=()):
    """Every field that an object names."""
    if isinstance(value, dict) and value and not (path and path[-1] in ATOMIC):
        for name, below in value.items():
            yield from fields(below, (*path, name))
    elif isinstance(value, list) and value and path and (keys := keys_of(path)):
        for item in value:
            yield (*path, key_of(item, keys))
            yield from fields(item, (*path, key_of(item, keys)))
    elif path not in NOT_FIELDS:
        yield path


def value_at(value, path):
    """What a field is; None where it is not."""
    for depth, name in enumerate(path):
        if isinstance(value, list):
            keys = keys_of(path[:depth])
            value = next((item for item in value if keys and key_of(item, keys) == name), None)
        elif isinstance(value, dict):
            value = value.get(name)
        if value is None:
            return None
    return value


def merge(live, wanted, path=()):
    if isinstance(live, dict) and isinstance(wanted, dict) and not (path and path[-1] in ATOMIC):
        merged = dict(live)
        for name, value in wanted.items():
            merged[name] = merge(live[name], value, (*path, name)) if name in live else copy.deepcopy(value)
        return merged
    if isinstance(live, list) and isinstance(wanted, list) and path and (keys := keys_of(path)):
        by_key = {key_of(item, keys): item for item in live}
        for item in wanted:
            key = key_of(item, keys)
            by_key[key] = merge(by_key[key], item, (*path, key)) if key in by_key else copy.deepcopy(item)
        return list(by_key.values())
    return copy.deepcopy(wanted)


def remove(value, path, depth=0):
    """Takes a field away, and what is empty without it."""
    if isinstance(value, list):
        keys = keys_of(path[:depth])
        for item in [item for item in value if keys and key_of(item, keys) == path[depth]]:
            if depth + 1 == len(path):
                value.remove(item)
            else:
                remove(item, path, depth + 1)
    elif isinstance(value, dict) and path[depth] in value:
        if depth + 1 == len(path):
            del value[path[depth]]
        else:
            below = value[path[depth]]
            remove(below, path, depth + 1)
            if below in ({}, []):
                del value[path[depth]]


def apply(live, wanted, owners, manager, force):
    """The object afterwards, and who owns what then. `owners`: manager → set of fields."""
    named = set(fields(wanted))
    live = copy.deepcopy(live or {})
    taken = {}
    for other, theirs in owners.items():
        if other != manager:
            # That an item is in a list is no value of its own: two managers may each name a part of it.
            values = (field for field in theirs & named if not field[-1].startswith("{"))
            taken[other] = {field for field in values if value_at(live, field) != value_at(wanted, field)}
    if any(taken.values()) and not force:
        raise Conflict([(other, field) for other, lost in taken.items() for field in sorted(lost, key=str)])
    after = {other: theirs - taken.get(other, set()) for other, theirs in owners.items()}
    merged = merge(live, wanted)
    others = set().union(*(theirs for other, theirs in after.items() if other != manager))
    gone = {field for field in owners.get(manager, set()) - named - others
            if not any(other[:len(field)] == field for other in others | named)}
    for field in gone:
        # An item goes as a whole: without the field that is its key it would not be found again.
        if not any(field[:length] in gone for length in range(1, len(field))):
            remove(merged, field)
    after[manager] = named
    return merged, after


def written(field):
    """As the API writes a field in a conflict: .spec.template.spec.containers[name="backend"].image"""
    text = ""
    for name in field:
        if name.startswith("{"):
            text += "[" + ",".join(f'{key}="{value}"' for key, value in json.loads(name).items()) + "]"
        else:
            text += f".{name}"
    return text


def managed(owners, api_version):
    """metadata.managedFields"""
    entries = []
    for manager, theirs in owners.items():
        tree = {}
        for field in theirs:
            below = tree
            for name in field:
                below = below.setdefault(("k:" if name.startswith("{") else "f:") + name, {})
        entries.append({"manager": manager, "operation": "Apply", "apiVersion": api_version, "fieldsType": "FieldsV1",
                        "fieldsV1": tree})
    return entries
