"""addons/install, run with stand-ins for kubectl, helm and curl that write down what they are asked."""

import os
import pathlib
import re
import subprocess
import tempfile

import yaml

from manifests import CLUSTER, KUBERNETES

STAND_IN = """#!/bin/sh
echo "$(basename "$0") $*" >>"$CALLS"
case "$(basename "$0") $*" in
    "kubectl kustomize "*) exec "$KUBECTL" "$@" ;;
    "kubectl apply "*--filename\\ -) cat >/dev/null ;;
esac
"""


def run(script, *arguments):
    """(exit code, the calls that it made)"""
    real = subprocess.run(["sh", "-c", "command -v kubectl"], capture_output=True, text=True, check=True).stdout.strip()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for name in ("kubectl", "helm", "curl"):
            (folder / name).write_text(STAND_IN)
            (folder / name).chmod(0o755)
        calls = folder / "calls"
        env = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "CALLS": str(calls), "KUBECTL": real}
        done = subprocess.run([KUBERNETES / script, *arguments], env=env, capture_output=True, text=True, timeout=60)
        return done.returncode, calls.read_text().splitlines()


def position(calls, *words):
    return next((i for i, call in enumerate(calls) if all(word in call for word in words)), None)


def addons_are_pinned():
    code, calls = run("addons/install", "222222222222", "vpc-1", "keda")
    if code:
        yield f"addons/install: exit code {code}"
    installed = set()
    for call in (call for call in calls if call.startswith("helm ")):
        name = call.split()[3]
        installed.add(name)
        if not re.search(r" --version \d+\.\d+\.\d+ ", call):
            yield f"addons/install: {name} is not pinned"
        values = re.search(r"--values (\S+)", call)
        if not values or not isinstance(yaml.safe_load(pathlib.Path(values[1]).read_text()), dict):
            yield f"addons/install: {name} has no values"
        role = name.replace("aws-load", "load")
        if f"=arn:aws:iam::222222222222:role/devops-ppp-{role}" not in call:
            yield f"addons/install: {name} has another role than Terraform makes for it"
    if installed != set(CLUSTER["addons"]) or installed != {f.stem for f in (KUBERNETES / "addons").glob("*.yaml")}:
        yield f"addons/install: {sorted(installed)} are not the values' {sorted(CLUSTER['addons'])}"
    for outside in ("database-ca", "global-bundle.pem="):
        if position(calls, "create configmap", outside) is None:
            yield f"addons/install: nobody makes {outside}"
    _, calls = run("addons/install", "222222222222", "vpc-1")
    if position(calls, "helm", "keda") is not None:
        yield "addons/install: KEDA although nobody asked"
    tag = yaml.safe_load((KUBERNETES / "addons/cluster-autoscaler.yaml").read_text())["image"]["tag"]
    if not tag.startswith(f"v{CLUSTER['kubernetes']}."):
        yield f"cluster-autoscaler {tag} is for another Kubernetes than {CLUSTER['kubernetes']}"
