"""What a Terraform plan (`terraform show -json`) holds of alarms, metric filters and dashboards."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
MODULE = ROOT / "deploy" / "terraform" / "modules" / "observability"
# Every metric there is, with the sets of dimensions that its source gives it.
CATALOGUE = json.loads((pathlib.Path(__file__).parent / "metrics.json").read_text())
# The project's own names, so that the drill may name them too.
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/drill"
VARIABLES = {
    "cluster_name": "devops-ppp",
    "database_identifier": "devops-ppp",
    "queue_name": "devops-ppp-orders",
    "dead_letter_queue_name": "devops-ppp-orders-dlq",
    "alert_email": "drill@example.com",
    "certificate_arn": CERTIFICATE,
}


def make(env):
    """Plans a copy of the module, with Terraform in this environment; gives the plan as JSON."""
    with tempfile.TemporaryDirectory(prefix="comptoir-plan-") as folder:
        module = shutil.copytree(MODULE, pathlib.Path(folder) / "module", ignore=shutil.ignore_patterns(".terraform*"))
        variables = [f"-var={name}={value}" for name, value in VARIABLES.items()]
        run(env, module, "plan", "-input=false", "-no-color", "-out=plan", *variables)
        return run(env, module, "show", "-json", "-no-color", "plan")


def run(env, module, *arguments):
    command = ["terraform", f"-chdir={module}", *arguments]
    result = subprocess.run(command, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if result.returncode:
        raise RuntimeError(f"terraform {arguments[0]}:\n{result.stdout}\n{result.stderr}")
    return result.stdout


class Plan:
    def __init__(self, text):
        resources = list(resources_of(json.loads(text)["planned_values"]["root_module"]))
        # Without the project's name before it, as in "high-cpu".
        self.alarms = {r["index"]: r["values"] for r in resources if r["type"] == "aws_cloudwatch_metric_alarm"}
        # Whichever certificate an environment has, the scenarios speak of this one.
        if expiry := self.alarms.get("certificate-expiry"):
            expiry["dimensions"] = dict.fromkeys(expiry["dimensions"], CERTIFICATE)
        self.filters = [r["values"] for r in resources if r["type"] == "aws_cloudwatch_log_metric_filter"]
        self.dashboards = {
            r["values"]["dashboard_name"]: r["values"]["dashboard_body"] for r in resources if r["type"] == "aws_cloudwatch_dashboard"
        }

    @classmethod
    def given(cls):
        """The plan that scripts/check-alarms has made."""
        if not (path := os.environ.get("COMPTOIR_ALARM_PLAN")):
            raise RuntimeError("COMPTOIR_ALARM_PLAN names no plan: scripts/check-alarms makes one and runs these tests")
        return cls(pathlib.Path(path).read_text())

    def metrics_watched(self):
        """(who watches, namespace, name, dimensions) of every metric of every alarm and dashboard."""
        for name, alarm in self.alarms.items():
            for metric in [query["metric"][0] for query in alarm["metric_query"] if query["metric"]] or [alarm]:
                yield f"alarm {name}", metric["namespace"], metric["metric_name"], metric["dimensions"] or {}
        for name, body in self.dashboards.items():
            for title, row in rows(body):
                if isinstance(row[0], str):
                    pairs = [part for part in row[2:] if isinstance(part, str)]
                    yield f"dashboard {name}, {title}", row[0], row[1], dict(zip(pairs[::2], pairs[1::2]))


def rows(body):
    """(title of the widget, metric) of each metric on a dashboard."""
    for widget in json.loads(body)["widgets"]:
        for row in widget["properties"].get("metrics", []):
            yield widget["properties"]["title"], row


def resources_of(module):
    yield from module.get("resources", [])
    for child in module.get("child_modules", []):
        yield from resources_of(child)
