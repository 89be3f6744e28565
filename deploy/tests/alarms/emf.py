"""Reads lines in the embedded metric format, as CloudWatch Logs does.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
A value is a number, a list of numbers, or {"Values": […], "Counts": […]}, which CloudWatch takes as it takes
PutMetricData's.
"""

import json
from typing import NamedTuple

# The specification's limits.
METRICS = 100
VALUES = 100
DIMENSIONS = 30


class NotEmf(ValueError):
    pass


class Datapoint(NamedTuple):
    namespace: str
    name: str
    dimensions: dict
    unit: str
    second: int
    values: list  # of (value, how often)


def is_emf(line):
    try:
        return isinstance(json.loads(line), dict) and "_aws" in json.loads(line)
    except json.JSONDecodeError:
        return False


def read(line):
    """The datapoints that one line says; NotEmf if CloudWatch would pass it over."""
    try:
        root = json.loads(line)
        second = root["_aws"]["Timestamp"] // 1000
        directives = root["_aws"]["CloudWatchMetrics"]
    except (json.JSONDecodeError, KeyError, TypeError) as wrong:
        raise NotEmf(f"not a JSON object with _aws.Timestamp and _aws.CloudWatchMetrics: {wrong!r}") from wrong
    return [point for directive in directives for point in read_directive(root, second, directive)]


def read_directive(root, second, directive):
    metrics = directive["Metrics"]
    if len(metrics) > METRICS:
        raise NotEmf(f"{len(metrics)} metrics in one directive; {METRICS} are allowed")
    # No set of dimensions: nothing is said. The metric without dimensions is the empty set, [[]].
    for names in directive["Dimensions"]:
        dimensions = read_dimensions(root, names)
        for metric in metrics:
            values = read_values(root, metric["Name"])
            unit = metric.get("Unit", "None")
            yield Datapoint(directive["Namespace"], metric["Name"], dimensions, unit, second, values)


def read_dimensions(root, names):
    if len(names) > DIMENSIONS:
        raise NotEmf(f"{len(names)} dimensions; {DIMENSIONS} are allowed")
    for name in names:
        if not isinstance(root.get(name), str) or not root[name]:
            raise NotEmf(f"the dimension {name} has no text as its value")
    return {name: root[name] for name in names}


def read_values(root, name):
    if name not in root:
        raise NotEmf(f"the metric {name} has no value")
    value = root[name]
    if isinstance(value, dict):
        values = value.get("Values")
        counts = value.get("Counts", [1] * len(values or []))
    else:
        values = value if isinstance(value, list) else [value]
        counts = [1] * len(values)
    if not isinstance(values, list) or len(values) != len(counts) or len(values) > VALUES:
        raise NotEmf(f"the metric {name}: as many Counts as Values, {VALUES} at the most")
    for number in [*values, *counts]:
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise NotEmf(f"the metric {name}: {number!r} is no number")
    return list(zip(values, counts))
