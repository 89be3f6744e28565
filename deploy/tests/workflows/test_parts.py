"""In which order `make test` runs its parts, and what it says at its end."""

import subprocess

import parts
import pytest
import rules
from parts import Part
from test_scripts import module

NAMED = {part.name: part for part in parts.TEST}


def begins(ended=(), running=()):
    part = parts.next_part(parts.TEST, set(ended), {NAMED[name] for name in running})
    return part and part.name


def test_every_part_is_a_target_and_waits_for_parts_that_are_there():
    for wanted in (parts.TEST, parts.PROVE):
        names = [part.name for part in wanted]
        assert set(names) <= rules.make_targets()
        for part in wanted:
            assert set(part.after) <= set(names[: names.index(part.name)]), part


def test_the_cheap_ones_are_first_and_one_lane_is_left_free():
    assert begins() == "format"
    assert begins(running=["format"]) == "deny"
    assert begins(running=["format", "deny"]) is None


def test_one_part_builds_at_a_time():
    quick = ["format", "deny", "unused", "workflows"]
    assert begins(quick) == "lint"
    assert begins(quick, ["lint"]) == "web"
    assert begins([*quick, "web", "cloud"], ["lint"]) is None, "build would wait for lint"
    assert begins([*quick, "web", "cloud", "lint"], ["build"]) is None, "so would former"


def test_tests_begin_once_everything_is_built():
    early = ["format", "deny", "unused", "workflows", "web", "cloud", "lint", "build"]
    assert begins(early) == "former" and begins(early, ["former"]) == "e2e"
    assert begins([*early, "former"]) == "tests" and begins([*early, "former"], ["tests"]) == "e2e"
    assert begins([*early, "former", "e2e"], ["tests"]) == "drills"
    assert begins([*early, "former", "e2e", "tests"], ["drills"]) == "kills"


def test_proofs_meet_no_load_but_their_own():
    ended, order = set(), []
    while part := parts.next_part(parts.PROVE, ended, set()):
        assert parts.next_part(parts.PROVE, ended, {part}) is None
        ended.add(part.name)
        order.append(part.name)
    assert order == [part.name for part in parts.PROVE]


@pytest.fixture
def made(monkeypatch, tmp_path):
    """Runs parts, each of which is a shell command instead of a make target."""
    checks = module("run-checks")
    monkeypatch.setattr(checks, "LOGS", tmp_path)
    monkeypatch.delenv("COMPTOIR_INFRA_STRICT", raising=False)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    started = subprocess.Popen

    def made(commands, *wanted):
        monkeypatch.setattr(checks.subprocess, "Popen", lambda command, **options: started(["sh", "-c", commands[command[-1]]], **options))
        run = checks.Run(wanted or tuple(Part(name) for name in commands))
        run.go()
        return checks.report(run, "test"), run

    return made


def test_a_failure_begins_nothing_more_and_lets_end_what_runs(made, capsys, tmp_path):
    code, run = made({"bad": "echo it is bad; exit 3", "slow": "sleep 1; echo slow is done", "late": "echo never"})
    told = capsys.readouterr().out
    assert code == 1 and "it is bad" in told and "slow is done" in told and "never\n" not in told
    assert "FAILED: bad; not begun: late" in told and "FAILED: bad" in (tmp_path / "summary").read_text()


@pytest.mark.parametrize("strict, code", [("", 0), ("1", 2)])
def test_what_is_not_checked_is_told_at_the_end(strict, code, made, capsys, monkeypatch):
    monkeypatch.setenv("COMPTOIR_INFRA_STRICT", strict)
    says = "echo check-x: not checked: no terraform; echo 'check-infra: done; not checked: all that'"
    assert made({"cloud": says})[0] == code
    told = capsys.readouterr().out
    assert "- cloud: no terraform" in told and "passed, but for 1 that could not be checked" in told


def test_a_part_whose_tool_cannot_be_had_is_left_out(made, capsys, monkeypatch):
    checks = module("run-checks")
    monkeypatch.setattr(checks.sys.modules["tools"].shutil, "which", lambda *_, **__: None)
    monkeypatch.setattr(checks.sys.modules["tools"].os, "geteuid", lambda: 1000)
    code, _ = made({"e2e": "exit 1"}, Part("e2e", tools=("chromium",)))
    assert code == 0 and "- e2e (please install chromium" in capsys.readouterr().out


def test_the_seconds_of_each_part_are_in_the_summary(made, tmp_path):
    code, _ = made({"one": "sleep 1", "two": "true"})
    told = (tmp_path / "summary").read_text()
    assert code == 0 and "| one | ok | 1 |" in told and "| together |" in told
