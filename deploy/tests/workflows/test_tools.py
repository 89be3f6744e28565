"""What the scripts do on a machine that lacks a tool, a registry, root's rights or apt: say so, and never crash."""

import subprocess
import sys

import pytest
from test_scripts import module, script


def tools_without(monkeypatch, **there):
    """scripts/tools.py where this machine has only what is named."""
    tools = module("tools.py")
    monkeypatch.setattr(tools.shutil, "which", lambda name, **_: there.get(name))
    monkeypatch.setattr(tools.os, "geteuid", lambda: there.get("user", 1000))
    monkeypatch.delenv("COMPTOIR_INFRA_STRICT", raising=False)
    return tools


@pytest.mark.parametrize("there", [{}, {"apt-get": "/usr/bin/apt-get"}, {"user": 0}])
def test_whoever_cannot_use_apt_is_told_what_to_install(there, monkeypatch, capsys):
    tools = tools_without(monkeypatch, **there)
    with pytest.raises(SystemExit) as ended:
        tools.install_debian("nginx")
    assert ended.value.code == tools.UNAVAILABLE
    assert "please install nginx-light" in capsys.readouterr().err


@pytest.mark.parametrize("strict, code", [(None, 0), ("1", 2)])
def test_a_check_without_its_tool_passes_but_where_all_must_be_checked(strict, code, monkeypatch, capsys):
    tools = tools_without(monkeypatch)
    if strict:
        monkeypatch.setenv("COMPTOIR_INFRA_STRICT", strict)
    with pytest.raises(SystemExit) as ended:
        tools.debian_or_skip("nginx")
    assert ended.value.code == code
    assert "not checked: please install nginx-light" in capsys.readouterr().out


def test_a_registry_that_is_not_reached_is_no_crash(monkeypatch, capsys, tmp_path):
    tools = tools_without(monkeypatch)
    (tmp_path / "scripts/requirements").mkdir(parents=True)
    (tmp_path / "scripts/requirements/alarms.txt").write_text("pytest==9.2.0\n")
    monkeypatch.setattr(tools, "ROOT", tmp_path)
    monkeypatch.setattr(tools.subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, "pip" in str(command[0])))
    with pytest.raises(SystemExit) as ended:
        tools.install_or_skip("alarms")
    assert ended.value.code == 0
    assert "not checked: pip could not install scripts/requirements/alarms.txt" in capsys.readouterr().out
    assert not (tmp_path / ".tools/alarms/requirements.txt").exists()


@pytest.mark.parametrize("check", ["check-terraform", "check-kubernetes", "check-alarms"])
def test_a_check_of_the_cloud_without_its_program_says_so(check, tmp_path):
    """In a PATH that has nothing but what scripts begin with."""
    for name in ("env", "git", "python3"):
        (tmp_path / name).symlink_to(subprocess.run(["which", name], capture_output=True, text=True, check=True).stdout.strip())
    (tmp_path / "python3").unlink()
    (tmp_path / "python3").symlink_to(sys.executable)
    for strict, code in (("", 0), ("1", 2)):
        ended = script(f"scripts/{check}", env={"PATH": str(tmp_path), "COMPTOIR_INFRA_STRICT": strict})
        assert (ended.returncode, ended.stdout.count("not checked: no ")) == (code, 1), ended.stdout + ended.stderr


def look(monkeypatch, capsys, **there):
    """What scripts/check-tools says of a machine that has only what is named."""
    check = module("check-tools")
    monkeypatch.setattr(check, "program", there.get)
    monkeypatch.setattr(check, "can_apt", lambda: "apt" in there)
    monkeypatch.setattr(check.shutil, "which", there.get)
    monkeypatch.setattr(check, "has_history", lambda: "history" in there)
    monkeypatch.setattr(check.subprocess, "run", None)
    monkeypatch.delenv("COMPTOIR_TEST_CHROMIUM", raising=False)
    return check


def test_what_is_missing_is_told_for_each_system(monkeypatch, capsys):
    check = look(monkeypatch, capsys, cargo="/bin/cargo", cc="/bin/cc", nginx="/usr/sbin/nginx")
    with pytest.raises(SystemExit) as ended:
        monkeypatch.setattr(sys, "argv", ["check-tools"])
        check.main()
    told = capsys.readouterr()
    assert ended.value.code == 2
    assert "apt-get install mariadb-server-core mariadb-client-core poppler-utils zbar-tools\n" in told.err
    assert "dnf install mariadb-server poppler-utils zbar\n" in told.err and "brew install mariadb poppler zbar\n" in told.err
    assert "terraform" in told.out and "kubectl" in told.out and "chromium" in told.out and "former release" in told.out


def test_without_rust_nothing_else_is_asked_for(monkeypatch, capsys):
    assert look(monkeypatch, capsys).require() == ["please install Rust: https://rustup.rs"]


def test_what_apt_can_bring_is_not_left_out(monkeypatch, capsys):
    check = look(monkeypatch, capsys, apt="yes", history="yes", kubectl="/bin/kubectl")
    assert [what.split(":")[0] for what in check.left_out()] == ["Terraform, and what its plans are needed for"]


def test_every_package_has_its_names_elsewhere():
    check = module("check-tools")
    assert {*check.REQUIRED.values(), *check.BY_APT.values()} <= set(check.ELSEWHERE)
