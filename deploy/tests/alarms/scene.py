"""An hour of a healthy system, of which a scenario changes something.

The program's metrics are lines in the embedded metric format, and what it and nginx log goes through the plan's metric filters.
The program's lines are made from those of the real one, in the files that COMPTOIR_EMF_LINES and COMPTOIR_LOG_LINES name, or in
the fixtures, which it has printed once. AWS' own metrics are made up.
"""

import datetime
import functools
import json
import os
import pathlib

import emf
import filter_pattern
from datapoints import Metrics
from plan import CERTIFICATE

FIXTURES = pathlib.Path(__file__).parent / "fixtures"
# Midnight, so that a day's period is over.
NOW = int(datetime.datetime(2026, 11, 23, tzinfo=datetime.UTC).timestamp())
HOUR = range(1, 61)
DAYS = [1440 * day - 600 for day in (1, 2, 3)]
GIB = 1024**3

CLUSTER = {"ClusterName": "devops-ppp"}
DATABASE = {"DBInstanceIdentifier": "devops-ppp"}
QUEUE = {"QueueName": "devops-ppp-orders"}
DEAD_LETTER_QUEUE = {"QueueName": "devops-ppp-orders-dlq"}


def pod(deployment):
    return CLUSTER | {"Namespace": "devops-ppp", "PodName": deployment}


def access(status):
    """As deploy/docker/nginx/nginx.conf has it."""
    asked = {"method": "GET", "path": "/api/v1/orders", "seconds": 0.004, "bytes": 512, "address": "10.0.1.7", "request_id": ""}
    return json.dumps({"time": "2026-11-22T23:30:00+00:00", "status": status, **asked})


def logged(level):
    usual = next(line for line in printed("COMPTOIR_LOG_LINES", "log.jsonl") if '"level":"INFO"' in line)
    return usual.replace('"level":"INFO"', f'"level":"{level}"')


def with_pod(line):
    """The same line, as Fluent Bit sends it when it adds the pod."""
    return json.dumps({"log_processed": json.loads(line), "kubernetes": {"pod_name": "x-1", "labels": {"level": "ERROR"}}})


class Scene:
    """A value is a number, None (nothing is said), or a function of how many minutes ago it is said."""

    def __init__(self):
        self.measured = {}
        self.said = {
            "backend": [{"Requests": 40, "ServerErrors": 0}, {"Requests": 35, "ServerErrors": 0}],
            "sqs-worker": [{"EffectsDone": 60, "EffectsFailed": 1}],
            "totals": [{"OpenDeadLetters": 0, "OutboxLag": 0.3}],
        }
        self.logs = {
            "frontend": [(access(200), 75), (access(404), 2)],
            "backend": [(logged("INFO"), 3)],
            "app": [(logged("INFO"), 3), (logged("WARN"), 1)],
        }
        self.measure("ContainerInsights", "node_cpu_utilization", CLUSTER, 35)
        self.measure("ContainerInsights", "node_memory_utilization", CLUSTER, 55)
        for deployment in ("backend", "frontend", "sqs-worker"):
            self.measure("ContainerInsights", "pod_memory_utilization_over_pod_limit", pod(deployment), 40)
        self.measure("AWS/SQS", "ApproximateAgeOfOldestMessage", QUEUE, 2)
        self.measure("AWS/SQS", "ApproximateNumberOfMessagesVisible", QUEUE, 3)
        self.measure("AWS/SQS", "ApproximateNumberOfMessagesVisible", DEAD_LETTER_QUEUE, 0)
        self.measure("AWS/RDS", "FreeStorageSpace", DATABASE, 15 * GIB)
        self.measure("AWS/RDS", "DatabaseConnections", DATABASE, 18)
        self.measure("AWS/RDS", "CPUCreditBalance", DATABASE, 250)
        self.measure("AWS/CertificateManager", "DaysToExpiry", {"CertificateArn": CERTIFICATE}, 120, DAYS)

    def measure(self, namespace, name, dimensions, value, minutes=HOUR):
        """One of AWS' own metrics."""
        self.measured[namespace, name, tuple(dimensions.items())] = (value, minutes)

    def say(self, who, **values):
        """Every process of a service says this instead; of "totals", the one that counts for all."""
        for process in self.said[who]:
            process.update(values)

    def log(self, group, *lines):
        """(line, how often) is logged beside what always is; how often may be a function."""
        self.logs[group].extend(lines)

    def nothing_at_all(self):
        self.measured, self.said, self.logs = {}, {}, {}

    def metrics(self, filters):
        metrics = Metrics()
        for (namespace, name, dimensions), (value, minutes) in self.measured.items():
            for ago in minutes:
                if (number := at(value, ago)) is not None:
                    metrics.put(namespace, name, dict(dimensions), NOW - 60 * ago, [(number, 1)])
        for ago in HOUR:
            for who, processes in self.said.items():
                for process in processes:
                    said = {name: at(value, ago) for name, value in process.items()}
                    if None not in said.values():
                        for point in emf.read(line_of(who, said, NOW - 60 * ago)):
                            metrics.put(point.namespace, point.name, point.dimensions, point.second, point.values)
            for log_filter in filters:
                self.filter(log_filter, ago, metrics)
        return metrics

    def filter(self, log_filter, ago, metrics):
        lines = [(line, at(often, ago)) for line, often in self.logs.get(log_filter["log_group_name"].split("/")[-1], [])]
        found = sum(often for line, often in lines if filter_pattern.matches(log_filter["pattern"], line))
        transformation = log_filter["metric_transformation"][0]
        value = float(transformation["value"]), found
        if not found:
            # The default is said when something was logged and nothing was found.
            value = float(transformation["default_value"]), 1
        if any(often for _, often in lines):
            metrics.put(transformation["namespace"], transformation["name"], {}, NOW - 60 * ago, [value])


def at(value, ago):
    return value(ago) if callable(value) else value


@functools.cache
def printed(variable, fixture):
    return pathlib.Path(os.environ.get(variable) or FIXTURES / fixture).read_text().splitlines()


def line_of(who, values, second):
    """A line that says these values, made from one that was captured: same names, same dimensions, same shape."""
    for line in filter(emf.is_emf, printed("COMPTOIR_EMF_LINES", "metrics.jsonl")):
        root = json.loads(line)
        for directive in root["_aws"]["CloudWatchMetrics"]:
            names = {metric["Name"] for metric in directive["Metrics"]}
            spoken_by = root.get("Service") if directive["Dimensions"] == [["Service"]] else "totals"
            if spoken_by == who and names >= values.keys():
                root["_aws"] = {"Timestamp": second * 1000, "CloudWatchMetrics": [directive]}
                return json.dumps(root | values)
    raise AssertionError(f"no line was captured in which {who} says {', '.join(values)}")
