"""What scripts/drill-rollout runs beside MariaDB and an SQS server: `cargo deploy` against a cluster that is a stand-in, with
the real program as its pods.
"""

import contextlib
import json
import os
import pathlib
import re
import signal
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))

from mariadb import MariaDb  # noqa: E402
from sites import DEPLOYED, TAKEN_BACK, UNCHANGED, Programs, Site, digest  # noqa: E402


def a_good_release(site):
    load = site.load()
    code, said = site.deploy("new")
    load.stop()
    assert code == DEPLOYED, said
    assert not load.failed, f"{len(load.failed)} of {len(load.placed)} requests failed: {load.failed[:3]}"
    assert len(load.placed) > 20, "the load was no load"
    site.serves("new")
    site.intact(load)
    assert site.records() == [("old", "verified"), ("new", "verified")]
    return f"{len(load.placed)} orders meanwhile, 0 failed"


def back_by_hand(site):
    code, said = site.deploy("new")
    assert code == DEPLOYED, said
    load = site.load()
    running = site.run(["--rollback", "--url", site.cluster.url])
    code, said = site.finish(running)
    load.stop()
    assert code == DEPLOYED, said
    assert not load.failed, load.failed[:3]
    site.serves("old")
    site.intact(load)
    assert site.records()[-1] == ("old", "verified")
    return f"{len(load.placed)} orders meanwhile, 0 failed"


def taken_back(release, reason, *more, harmless=True):
    """A bad release: the former one serves again, and where the old pods never went, nobody has noticed."""
    def scenario(site):
        load = site.load()
        code, said = site.deploy(release, *more)
        load.stop()
        assert code == TAKEN_BACK, f"exit code {code}\n{said}"
        assert re.search(reason, said), f"{reason} is not told\n{said}"
        assert "old (deployment 1) serves again, verified" in said, said
        assert not (harmless and load.failed), f"{len(load.failed)} failed: {load.failed[:3]}"
        site.serves("old")
        site.intact(load)
        assert site.records() == [("old", "verified"), (release, "failed")]
        return f"{len(load.placed)} orders meanwhile, {len(load.failed)} failed"
    return scenario


def killed_half_way(site):
    """SIGKILL while pods are replaced; meanwhile nobody else may deploy; the next run ends what this one began."""
    load = site.load()
    first = site.run(site.arguments("never"))
    for line in first.stdout:
        if "Deployment/backend: " in line:
            break
    code, said = site.deploy("new")
    assert code == UNCHANGED and "deploys at this moment" in said, f"two at once: {code}\n{said}"
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert site.records() == [("old", "verified"), ("never", "begun")]
    site.kubectl("get", "lease", "comptoir-deploy")
    time.sleep(7)
    code, said = site.deploy("never")
    assert code == TAKEN_BACK and "left half-way" in said, f"exit code {code}\n{said}"
    site.serves("old")
    code, said = site.deploy("new")
    assert code == DEPLOYED, said
    load.stop()
    assert not load.failed, load.failed[:3]
    site.serves("new")
    site.intact(load)
    return f"{len(load.placed)} orders meanwhile, 0 failed"


def killed_and_taken_back(site):
    """SIGKILL, and a person who wants it back as it was."""
    first = site.run(site.arguments("crashes"))
    for line in first.stdout:
        if "Deployment/sqs-worker: " in line:
            break
    first.send_signal(signal.SIGKILL)
    first.wait()
    time.sleep(7)
    back = site.run(["--rollback", "--url", site.cluster.url])
    code, said = site.finish(back)
    assert code == DEPLOYED, said
    site.serves("old")
    site.intact(site.load().stop())
    assert ("crashes", "failed") in site.records()
    return "the former release serves"


def interrupted(site):
    """SIGTERM, as GitHub ends a job: it takes back what it began."""
    first = site.run(site.arguments("never"))
    for line in first.stdout:
        if "Deployment/backend: " in line:
            break
    first.send_signal(signal.SIGTERM)
    code, said = site.finish(first)
    assert code == TAKEN_BACK, f"exit code {code}\n{said}"
    site.serves("old")
    site.intact(site.load().stop())
    return "the former release serves"


def connections_drop(site):
    site.cluster.api.drops = 7
    code, said = site.deploy("new")
    asked, site.cluster.api.drops = site.cluster.api.asked, 0
    assert code == DEPLOYED, said
    site.serves("new")
    return f"every seventh of {asked} requests was never answered"


def nothing_is_changed(site):
    """What is found before the first change changes nothing."""
    before = json.dumps([site.cluster.store.list(kind) for kind in ("Deployment", "ConfigMap", "Service")], sort_keys=True)

    def refused(code, reason, *arguments):
        running = site.run([*arguments])
        ended, said = site.finish(running)
        assert (ended, bool(re.search(reason, said))) == (code, True), f"{reason}: {ended}\n{said}"
        status = r'"(status|resourceVersion)": ("\d+"|{[^{}]*})'
        now = json.dumps([site.cluster.store.list(kind) for kind in ("Deployment", "ConfigMap", "Service")], sort_keys=True)
        assert re.sub(status, "", now) == re.sub(status, "", before), reason

    new = ["--overlay", "staging", "--backend", digest("new"), "--frontend", digest("front-new")]
    refused(DEPLOYED, r"~ Deployment/backend spec\.template\.spec\.containers\[backend\]\.image: \S+ → \S+", *new, "--dry-run")
    refused(UNCHANGED, "no overlay", "--overlay", "mars")
    refused(UNCHANGED, "by its digest", "--overlay", "staging", "--backend", "latest")
    refused(UNCHANGED, "which (backend|frontend)", "--overlay", "staging")
    refused(UNCHANGED, "no verified release mars", "--rollback", "--to", "mars")
    # Somebody else's field, taken by the real kubectl.
    patch = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "app-config", "namespace": "devops-ppp"},
             "data": {"COMPTOIR_DATABASE_POOL_SIZE": "9"}}
    theirs = ["apply", "--server-side", "--validate=false", "--field-manager=somebody", "-f", "-"]
    told = site.kubectl(*theirs, input=json.dumps(patch))
    assert told.returncode and 'conflict with "comptoir-deploy"' in told.stderr, told.stderr
    told = site.kubectl(*theirs, "--force-conflicts", input=json.dumps(patch))
    assert told.returncode == 0, told.stderr
    before = json.dumps([site.cluster.store.list(kind) for kind in ("Deployment", "ConfigMap", "Service")], sort_keys=True)
    refused(UNCHANGED, r'data\.COMPTOIR_DATABASE_POOL_SIZE \(conflict with "somebody"\)', *new, "--url", site.cluster.url)
    site.cluster.store.delete("Secret", "smoke-user")
    refused(UNCHANGED, "no synthetic user", *new, "--url", site.cluster.url)
    with contextlib.suppress(Exception):
        site.cluster.store.delete("Lease", "comptoir-deploy")
    return "8 refusals and a dry run"


SCENARIOS = {
    "a good release": a_good_release,
    "back by hand": back_by_hand,
    "pods that never become ready": taken_back("never", "Deployment/backend is not there after", "--rollout-timeout", "15s"),
    "workers that crash": taken_back("crashes", r"CrashLoopBackOff(.|\n)*no such table: tomorrow"),
    "a release that starts, but fails the smoke test": taken_back("wrong", "FAILED: smoke test: POST /sessions answers 401", harmless=False),
    "a migration that fails": taken_back("unmigrated", r"the migration has failed(.|\n)*duplicate column"),
    "an image that is not there": taken_back("missing", "ImagePullBackOff"),
    "killed half-way, and run again": killed_half_way,
    "killed half-way, and taken back by hand": killed_and_taken_back,
    "interrupted": interrupted,
    "connections that drop": connections_drop,
    "what changes nothing": nothing_is_changed,
}


# One of each kind: it goes well, it is taken back, it is killed.
SHORT = ["a good release", "a release that starts, but fails the smoke test", "killed half-way, and taken back by hand"]


def main():
    # Pods end with us.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    wanted = SHORT if sys.argv[4:] == ["--short"] else sys.argv[4:]
    assert set(SHORT) <= set(SCENARIOS)
    programs, server = Programs(*sys.argv[1:4]), MariaDb(os.environ["COMPTOIR_TEST_MYSQL_URL"])
    for name, scenario in SCENARIOS.items():
        if wanted and not any(word in name for word in wanted):
            continue
        begun, site = time.monotonic(), Site(re.sub(r"\W", "_", name)[:30], programs, server, os.environ["COMPTOIR_TEST_SQS_ENDPOINT"])
        try:
            told = scenario(site)
        finally:
            site.stop()
        print(f"  {name}: {told} ({time.monotonic() - begun:.0f} s)", flush=True)
    print("drill-rollout: each release ended as it should, with its former one serving where it failed")


main()
