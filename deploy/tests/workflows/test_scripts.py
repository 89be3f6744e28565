"""What the workflows call: which checks a change needs, the gate, change log, plan report, summary; and running a workflow here."""

import importlib.machinery
import importlib.util
import json
import os
import subprocess
import sys

import pytest
import rules

ROOT = rules.ROOT


def module(name):
    """A script as a module: they have no ending."""
    loader = importlib.machinery.SourceFileLoader(name.replace("-", "_"), str(ROOT / "scripts" / name))
    made = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(made)
    return made


def script(*command, env=None):
    return subprocess.run(list(command), cwd=ROOT, env={**os.environ, **(env or {})}, capture_output=True, text=True)


@pytest.mark.parametrize("file, areas", {
    "crates/store/src/db.rs": {"rust", "infra"},
    "web/src/main.tsx": {"rust", "web", "infra"},
    "web/e2e/orders.spec.ts": {"web"},
    "docs/decisions/0001-x.md": set(),
    "docs/events/order.json": {"rust", "web"},
    "docs/api-design.md": {"rust"},
    "deploy/cost/prices.toml": {"rust", "infra"},
    "README.md": set(),
    "deploy/terraform/modules/queue/main.tf": {"infra"},
    ".github/workflows/check.yml": {"rust", "web", "infra"},
    "Makefile": {"rust", "web", "infra"},
    "scripts/test-servers": {"rust", "web", "infra"},
    "something/nobody/has/thought/of": {"rust", "web", "infra"},
}.items())
def test_a_change_is_checked_where_it_matters(file, areas):
    assert module("changed-areas").areas([file]) == areas


def test_without_a_base_everything_is_checked():
    assert script("scripts/changed-areas", "").stdout == "rust=true\nweb=true\ninfra=true\n"
    assert script("scripts/changed-areas", "HEAD").stdout == "rust=false\nweb=false\ninfra=false\n"
    assert script("scripts/changed-areas", "no-such-commit").returncode != 0


@pytest.mark.parametrize("results, passes", [
    ({"changes": "success", "lint": "success", "web": "success"}, True),
    ({"changes": "success", "lint": "success", "web": "skipped"}, True),
    ({"changes": "success", "lint": "failure", "web": "success"}, False),
    ({"changes": "success", "lint": "cancelled", "web": "skipped"}, False),
    ({"changes": "failure", "lint": "skipped", "web": "skipped"}, False),
    ({"changes": "skipped", "lint": "skipped", "web": "skipped"}, False),
])
def test_the_gate_passes_what_was_skipped_and_nothing_that_failed(results, passes, tmp_path):
    check = next(workflow for workflow in rules.all_of() if workflow.name.endswith("/check.yml"))
    command = next(command for job, command in check.runs() if job == "gate")
    needs = json.dumps({job: {"result": result, "outputs": {}} for job, result in results.items()})
    ended = script("bash", "-eo", "pipefail", "-c", command, env={"NEEDS": needs, "GITHUB_STEP_SUMMARY": str(tmp_path / "summary")})
    assert (ended.returncode == 0) == passes, ended.stderr


def test_the_change_log_groups_by_area_and_escapes():
    log = module("changelog")
    page = log.page(None, ["web: Show [it]", "scripts: Try @somebody", "serve: Wait", "no area at all"])
    assert page.index("## serve") < page.index("## web") < page.index("## other") < page.index("## scripts")
    assert "- Show \\[it\\]" in page and "\\@somebody" in page and "- no area at all" in page
    assert page.startswith(f"# Comptoir {log.version()}\n\nThe first release:")


def test_the_version_stands_in_one_place():
    version = script("scripts/changelog", "--version").stdout.strip()
    assert f'version = "{version}"' in (ROOT / "Cargo.toml").read_text()
    for manifest in ROOT.glob("crates/*/Cargo.toml"):
        assert "\nversion.workspace = true\n" in manifest.read_text(), f"{manifest} has a version of its own"


def plan(*changed, prior=None):
    return {"planned_values": {"root_module": {}}, "prior_state": {"values": prior} if prior else {}, "resource_changes": [
        {"address": address, "change": {"actions": actions, "before": old, "after": new, "after_unknown": {}}}
        for address, actions, old, new in changed]}


QUEUE = ("module.queue.aws_sqs_queue.main", ["update"], {"policy": "someone@example.com", "delay": 0}, {"policy": "x", "delay": 0})
TOPIC = ("module.observability.aws_sns_topic.this", ["delete", "create"], {"name": "a"}, {"name": "b"})
SAME = ("module.queue.aws_sqs_queue.dead_letter", ["no-op"], {"name": "a"}, {"name": "a"})


def report(made, tmp_path):
    """What is said of a plan, and the step's outputs; a stand-in reckons: each plan costs 1.50 more than the one before it."""
    reckons, count = tmp_path / "cost", tmp_path / "count"
    reckons.write_text(f'#!/bin/sh\necho x >> {count}\necho "SQS   0.00  $(wc -l < {count}).50  2.00"\necho "total   0.00  $(wc -l < {count}).50  2.00"\n')
    reckons.chmod(0o755)
    file, outputs = tmp_path / "staging.json", tmp_path / "outputs"
    file.write_text(json.dumps(made))
    outputs.unlink(missing_ok=True)
    ended = script("scripts/plan-report", "staging", str(file), env={"COMPTOIR_COST": str(reckons), "GITHUB_OUTPUT": str(outputs)})
    assert ended.returncode == 0, ended.stderr
    return ended.stdout, dict(line.split("=", 1) for line in outputs.read_text().splitlines())


def test_a_plan_is_told_without_values_and_with_its_cost(tmp_path):
    page, outputs = report(plan(QUEUE, TOPIC, SAME), tmp_path)
    assert "## staging: 2 changes" in page and outputs["staging-changes"] == "2"
    assert "| change | `module.queue.aws_sqs_queue.main` | `policy` |" in page
    assert "| **replace** | `module.observability.aws_sns_topic.this` |" in page
    assert "someone@example.com" not in page and "dead_letter" not in page
    assert "| total | 1.50 | 2.50 | +1.00 |" in page
    assert f"`staging {outputs['staging-digest']}`" in page


def test_a_plan_s_digest_is_of_what_it_changes(tmp_path):
    digest = module("plan-report").digest
    other = (QUEUE[0], QUEUE[1], QUEUE[2], {"policy": "y", "delay": 0})
    assert digest(plan(QUEUE, TOPIC)) == digest(plan(TOPIC, SAME, QUEUE))
    assert len({digest(plan(QUEUE)), digest(plan(QUEUE, TOPIC)), digest(plan(other)), digest(plan())}) == 4


def test_a_large_plan_fits_into_a_comment(tmp_path):
    many = [(f"module.{'x' * 60}.aws_thing.this[{number}]", ["create"], None, {"name": "a"}) for number in range(400)]
    page, outputs = report(plan(*many), tmp_path)
    assert len(page) < 30_000 and "| … | 280 more |" in page and outputs["staging-digest"] in page


def test_a_plan_that_changes_nothing_says_so(tmp_path):
    page, outputs = report(plan(SAME), tmp_path)
    assert page.startswith("## staging: nothing to change") and outputs["staging-changes"] == "0"


def test_a_summary_counts_tests_and_shows_the_end_of_a_failure(tmp_path):
    told, says = tmp_path / "summary", tmp_path / "says"
    says.write_text("test result: ok. 12 passed; 0 failed\ntest result: ok. 3 passed; 0 failed\n5 passed in 1.2s\n")
    good = script("scripts/summarise", "cat", str(says), env={"GITHUB_STEP_SUMMARY": str(told)})
    assert good.returncode == 0 and "20 tests passed" in told.read_text() and "12 passed" not in told.read_text()
    bad = script("scripts/summarise", "cat", str(says), "no-such-file", env={"GITHUB_STEP_SUMMARY": str(told)})
    assert bad.returncode == 1 and "failed with 1" in told.read_text() and "12 passed" in told.read_text()


def test_a_cancelled_command_may_put_back_what_it_did(tmp_path):
    told, put_back = tmp_path / "summary", tmp_path / "put-back"
    says = f"trap 'echo putting back; touch {put_back}; exit 7' TERM; echo begun; while :; do sleep 0.05; done"
    running = subprocess.Popen(["scripts/summarise", "bash", "-c", says], cwd=ROOT, stdout=subprocess.PIPE, text=True,
                               env={**os.environ, "GITHUB_STEP_SUMMARY": str(told)})
    assert running.stdout.readline() == "begun\n"
    running.terminate()
    assert running.wait(timeout=30) == 7 and put_back.exists() and "putting back" in told.read_text()


def listed(workflow):
    told = script("scripts/run-workflow", "--list", workflow).stdout.splitlines()
    run = [line.removeprefix("run").strip() for line in told if line.startswith("run ")]
    return run, [line.removeprefix("left out").strip() for line in told if line.startswith("left out ")]


def test_what_needs_no_cloud_is_run_here_and_the_rest_is_named():
    run, _ = listed("check.yml")
    names = {"format": "make format", "lint": "make lint", "supply-chain": "make deny unused", "web": "make web", "tests": "make tests kills",
             "e2e": "make e2e", "infra": "make cloud drills", "workflows": "make workflows"}
    assert {f"{job} · {name}" for job, name in names.items()} <= set(run)
    for workflow in ("images", "deploy", "infra", "release"):
        run, left = listed(f"{workflow}.yml")
        assert not [line for line in run if "AWS" in line or "apply" in line or "publish" in line], run
        assert any("is actions/checkout" in line for line in left)
    assert any("cargo deploy" in line for line in listed("deploy.yml")[1])
    assert {line.split(" · ")[0] for line in listed("images.yml")[1]} >= {
        f"build {image} {runner}" for image in ("backend", "frontend") for runner in ("amd64 ubuntu-24.04", "arm64 ubuntu-24.04-arm")}


def test_a_command_that_fails_is_told(tmp_path):
    assert script("scripts/run-workflow", "check.yml", "no-such-job").returncode == 2
    ended = script("scripts/run-workflow", "check.yml", "changes")
    assert ended.returncode == 0 and "rust=true" in ended.stdout
    nothing = script("scripts/run-workflow", "images.yml", "publish")
    assert nothing.returncode == 2
