"""Steps whose shell decides something, run as they stand in the workflows, with stand-ins for GitHub's, AWS' and Docker's programs."""

import hashlib
import json
import os
import subprocess
import sys
import tarfile

import pytest
import rules

DIGESTS = {"backend": "sha256:" + "b" * 64, "frontend": "sha256:" + "f" * 64}


def command(workflow, job, name):
    tree = rules.Workflow(workflow, (rules.ROOT / ".github/workflows" / workflow).read_text()).tree
    return next(step["run"] for step in tree["jobs"][job]["steps"] if step["name"] == name)


@pytest.fixture
def run(tmp_path):
    """Runs a step in an empty folder, with the stand-ins that are given as shell; they note how they are called."""

    def run(shell, env, **stand_ins):
        (tmp_path / "bin").mkdir(exist_ok=True)
        for name, body in stand_ins.items():
            file = tmp_path / "bin" / name
            file.write_text(f'#!/usr/bin/env bash\necho "{name} $*" >> {tmp_path}/calls\n{body}\n')
            file.chmod(0o755)
        settings = {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}", "GITHUB_OUTPUT": f"{tmp_path}/output",
                    "GITHUB_STEP_SUMMARY": f"{tmp_path}/summary", "GITHUB_SHA": "c0ffee", "GH_REPO": "comptoir/comptoir"}
        for file in ("output", "summary", "calls"):
            (tmp_path / file).write_text("")
        done = subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", shell], cwd=tmp_path,
                              env={**os.environ, **settings, **env}, capture_output=True, text=True)
        done.calls, done.output = (tmp_path / "calls").read_text(), (tmp_path / "output").read_text()
        return done

    return run


NEEDED = {"staging-changes": "2", "staging-digest": "sha256:aa", "production-changes": "1", "production-digest": "sha256:bb"}
COMMENT = "text `staging sha256:aa` text `production sha256:bb`"


@pytest.mark.parametrize("needed, number, comment, passes", [
    (NEEDED, "12", COMMENT, True),
    (NEEDED, "12", COMMENT.replace("bb", "cc"), False),
    (NEEDED, "12", COMMENT.replace("staging", "production"), False),
    (NEEDED, "12", "", False),
    (NEEDED, "", COMMENT, False),
    ({**NEEDED, "production-changes": "0", "production-digest": "sha256:00"}, "12", COMMENT, True),
    ({**NEEDED, "staging-digest": None}, "12", COMMENT, False),
])
def test_main_applies_only_what_the_pull_request_has_told(run, needed, number, comment, passes):
    gh = f"case $* in *pulls*) echo '{number}' ;; *) echo '{comment}' ;; esac"
    shell = command("infra.yml", "reviewed", "Compare with the comment on the merged pull request")
    done = run(shell, {"NEEDED": json.dumps(needed)}, gh=gh)
    assert (done.returncode == 0) == passes, done.stdout + done.stderr


@pytest.mark.parametrize("meddled", [False, True])
def test_only_the_file_that_was_planned_is_applied(run, tmp_path, meddled):
    for folder in ("plan", "root"):
        (tmp_path / folder).mkdir()
    (tmp_path / "plan.bin").write_text("planned")
    with tarfile.open(tmp_path / "plan/staging.tar", "w") as tar:
        tar.add(tmp_path / "plan.bin", "plan.bin")
    files = {"staging": hashlib.sha256((tmp_path / "plan/staging.tar").read_bytes()).hexdigest(), "production": "0" * 64}
    if meddled:
        (tmp_path / "plan/staging.tar").write_bytes((tmp_path / "plan/staging.tar").read_bytes() + b"\0")
    shell = command("infra.yml", "apply", "It is the one that was made above")
    done = run(shell, {"FILES": json.dumps(files), "ENVIRONMENT": "staging", "ROOT": "root"})
    assert (done.returncode == 0) != meddled and (tmp_path / "root/plan.bin").exists() != meddled


@pytest.mark.parametrize("result, staging, production, open_issue, called", [
    ("success", "0", "0", "", None),
    ("success", "0", "3", "", "gh issue create"),
    ("success", "0", "3", "7", "gh issue comment 7"),
    ("failure", "", "0", "", "gh issue create"),
])
def test_drift_is_told_once(run, result, staging, production, open_issue, called):
    shell = command("infra.yml", "drift", "Open an issue, or say it in the one that is open")
    env = {"RESULT": result, "STAGING": staging, "PRODUCTION": production, "RUN": "https://example.com/1"}
    done = run(shell, env, gh=f"case $* in *list*) echo '{open_issue}' ;; esac")
    assert done.returncode == 0
    assert called in done.calls if called else not done.calls


@pytest.mark.parametrize("draft, deletes", [("true", True), ("", False), ("false", False)])
def test_half_a_release_is_made_anew_and_a_whole_one_is_left(run, draft, deletes):
    gh = f"case $* in *view*) [ -n '{draft}' ] && echo {draft} || exit 1 ;; *create*) [ '{draft}' != false ] ;; esac"
    done = run(command("release.yml", "publish", "Release"), {"VERSION": "1.2.3"}, gh=gh)
    assert ("gh release delete v1.2.3" in done.calls) == deletes
    assert (done.returncode == 0) == (draft != "false")
    assert ("--draft=false" in done.calls) == (draft != "false")


@pytest.mark.parametrize("there", [(), ("backend",), ("backend", "frontend")])
def test_a_commit_s_images_are_named_once(run, tmp_path, there):
    """Docker's registry as a folder: a name is made only where there is none."""
    (tmp_path / "names").mkdir()
    (tmp_path / "digests").mkdir()
    for image, digest in DIGESTS.items():
        for architecture in ("amd64", "arm64"):
            (tmp_path / "digests" / f"{image}-{architecture}").write_text(f"{digest}\n")
        if image in there:
            (tmp_path / "names" / image).write_text(json.dumps({"digest": digest}))
    docker = f"""image=$(grep -oE '/(backend|frontend):c0ffee' <<< "$*" | head -1 | sed 's|/\\(.*\\):.*|\\1|')
        case $* in
            *create*) printf '{{"digest": "sha256:%064d"}}' 7 > {tmp_path}/names/$image ;;
            *inspect*) cat {tmp_path}/names/$image ;;
        esac"""
    done = run(command("images.yml", "publish", "One list for both architectures, named after the commit"), {"REGISTRY": "r.example"}, docker=docker)
    assert done.returncode == 0, done.stderr
    for image, digest in DIGESTS.items():
        assert (f"create --tag r.example/{image}:c0ffee r.example/{image}@{digest}" in done.calls) == (image not in there)
        assert f"{image}={digest if image in there else 'sha256:' + '7'.zfill(64)}\n" in done.output


@pytest.mark.parametrize("told, exit_code, published", [
    ("", 0, "true"),
    ("An error occurred (ImageNotFoundException) when calling the DescribeImages operation", 254, "false"),
    ("An error occurred (AccessDeniedException) when calling the DescribeImages operation", 254, None),
])
def test_the_registry_says_whether_a_commit_is_there(run, told, exit_code, published):
    aws = f"""case $* in
        *describe-repositories*) echo 123456789012.dkr.ecr.us-east-1.amazonaws.com/backend ;;
        *get-login-password*) echo a-password ;;
        *describe-images*) echo '{told}' >&2; exit {exit_code} ;;
    esac"""
    # By this very Python: what else may start it could put programs before the stand-ins.
    done = run(f"{sys.executable} {rules.ROOT}/scripts/image-registry", {}, aws=aws, docker='[ "$(cat)" = a-password ]')
    assert (done.returncode == 0) == (published is not None)
    assert "a-password" not in done.stdout + done.stderr + done.calls
    if published:
        assert done.output == f"registry=123456789012.dkr.ecr.us-east-1.amazonaws.com\npublished={published}\n"
