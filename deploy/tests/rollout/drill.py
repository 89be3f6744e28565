"""What scripts/drill-rollout runs beside MariaDB and an SQS server: `cargo deploy` against a cluster that is a stand-in, with
the real program as its pods.
"""

import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))

from cluster import Cluster  # noqa: E402
from desk import EMAIL, PASSWORD, Desk  # noqa: E402
from installation import Installation  # noqa: E402
from load import Load  # noqa: E402
from mariadb import MariaDb  # noqa: E402
from pods import Image  # noqa: E402
from sqs import Queue, access  # noqa: E402
from wait import until  # noqa: E402

DEPLOY, NEW, OLD = sys.argv[1:4]
SMOKE = "smoke@comptoir.invalid"
SERVER = MariaDb(os.environ["COMPTOIR_TEST_MYSQL_URL"])
ENDPOINT = os.environ["COMPTOIR_TEST_SQS_ENDPOINT"]
DEPLOYED, TAKEN_BACK, UNCHANGED = 0, 1, 2
PODS = ("backend", "sqs-worker")


def digest(name):
    """Image names of this drill as digests: sha256:0ld…"""
    return "sha256:" + name.encode().hex().ljust(64, "a")


def program(folder, name, script):
    """A release that is broken in one part: a script before the real program."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\nexec {NEW} \"$@\"\n")
    path.chmod(0o755)
    return [str(path)]


class Site:
    """A business that runs the old release."""

    def __init__(self, name):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="comptoir-rollout-"))
        self.database = f"rollout_{os.getpid()}_{name}"
        SERVER.create(self.database)
        SERVER.create(f"{self.database}_empty")
        self.queue = Queue(ENDPOINT, self.database)
        secrets = {"DATABASE_URL": f"{SERVER.url}/{self.database}", "JWT_SECRET": PASSWORD, "SQS_QUEUE_URL": self.queue.url}
        # Release 0.1.0 leaves its long poll when it stops: what that took comes again after so many seconds.
        cloud = {**access(ENDPOINT), "COMPTOIR_QUEUE_VISIBILITY_SECONDS": "20"}
        self.old, self.new = (Installation(executable, self.folder, **secrets, **cloud) for executable in (OLD, NEW))
        self.cluster = Cluster(self.releases(), secrets, cloud)
        self.cluster.secret("smoke-user", EMAIL=SMOKE, PASSWORD=PASSWORD)
        self.old.command("migrate")
        for user in (EMAIL, SMOKE):
            self.old.add_user(user, "manager")
        code, said = self.deploy("old")
        assert code == DEPLOYED, said

    def releases(self):
        backends = {
            "old": Image([OLD]), "new": Image([NEW]),
            "never": Image(program(self.folder, "never", '[ "$1" = serve ] && sleep 1000')),
            "crashes": Image(program(self.folder, "crashes", '[ "$1" = work ] && { echo "no such table: tomorrow" >&2; exit 1; }')),
            # Starts and is ready, but looks into an empty database.
            "wrong": Image(program(self.folder, "wrong", f'[ "$1" = serve ] && {{ export DATABASE_URL={SERVER.url}/{self.database}_empty; '
                                                         f'{NEW} migrate; }}')),
            "unmigrated": Image(program(self.folder, "unmigrated", '[ "$1" = migrate ] && { echo "duplicate column" >&2; exit 1; }')),
        }
        frontend = Image(["nginx"], {}, signal.SIGQUIT)
        return {digest(name): image for name, image in backends.items()} | {digest(f"front-{name}"): frontend for name in backends}

    def arguments(self, release, *more):
        images = ["--backend", digest(release), "--frontend", digest(f"front-{release}"), "--release", release]
        return [DEPLOY, "--overlay", "staging", *images, "--url", self.cluster.url, "--lease", "6s",
                *(more or ("--rollout-timeout", "60s"))]

    def run(self, command, **options):
        env = {**os.environ, "KUBECONFIG": str(self.cluster.kubeconfig)}
        return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)

    def deploy(self, release, *more):
        return self.finish(self.run(self.arguments(release, *more)))

    def finish(self, running):
        """Exit code and output; DRILL_TELLS=1 shows it as it comes."""
        said = ""
        for line in running.stdout:
            said += line
            if os.environ.get("DRILL_TELLS"):
                print(f"    {line}", end="", flush=True)
        return running.wait(300), said

    def kubectl(self, *arguments, **options):
        command = ["kubectl", f"--kubeconfig={self.cluster.kubeconfig}", f"--server={self.cluster.open.url}",
                   f"--cache-dir={self.folder / 'kubectl'}", *arguments]
        return subprocess.run(command, capture_output=True, text=True, **options)

    def serves(self, release):
        """Every pod is of this release, and the desk answers."""
        expected = {name: {digest(release)} for name in PODS} | {"frontend": {digest(f"front-{release}")}}
        running = {name: found for name, found in self.cluster.images().items() if name in expected}
        assert running == expected, f"runs {running}, not {release}"

    def intact(self, load):
        """Each order that was acknowledged is there with its total, and each event has had its effects once."""
        there = dict(SERVER.rows(self.database, "SELECT id, total FROM orders"))
        lost = [order["id"] for order in load.placed if there.get(order["id"]) != str(order["total"])]
        assert not lost, f"{len(lost)} of {len(load.placed)} orders are lost or changed"
        without_effects = "SELECT COUNT(*) FROM events WHERE id NOT IN (SELECT message_id FROM inbox)"
        until("effects of all events", lambda: SERVER.count(self.database, without_effects) == 0)
        assert SERVER.count(self.database, "SELECT COUNT(*) FROM dead_letters") == 0, "there are dead letters"
        # The check is this version's and needs its tables, which a release whose migration failed has not made.
        self.new.command("migrate")
        self.new.command("replay", "--check")
        # Nothing of the smoke test stays in the way.
        open_ones = "SELECT COUNT(*) FROM orders o JOIN contacts c ON c.id = o.contact_id WHERE c.name = 'Deployment smoke test' AND o.state <> 'cancelled'"
        assert SERVER.count(self.database, open_ones) == 0, "orders of the smoke test are open"

    def load(self):
        """Two people who place orders through the public address."""
        desk = Desk(self.cluster.url).sign_in()
        contact = desk.call("POST", "/contacts", {"name": "Épicerie Dupré"})["id"]
        return Load(lambda: desk.place_order(contact), threads=2, pause=0.05)

    def records(self):
        kept = self.cluster.store.list("ConfigMap", **{"app.kubernetes.io/managed-by": "comptoir-deploy"})
        return [(one["data"]["release"], one["data"]["state"]) for one in kept]

    def stop(self):
        self.cluster.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


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
    running = site.run([DEPLOY, "--rollback", "--url", site.cluster.url])
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
    back = site.run([DEPLOY, "--rollback", "--url", site.cluster.url])
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
        running = site.run([DEPLOY, *arguments])
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
    for name, scenario in SCENARIOS.items():
        if wanted and not any(word in name for word in wanted):
            continue
        begun, site = time.monotonic(), Site(re.sub(r"\W", "_", name)[:30])
        try:
            told = scenario(site)
        finally:
            site.stop()
        print(f"  {name}: {told} ({time.monotonic() - begun:.0f} s)", flush=True)
    print("drill-rollout: each release ended as it should, with its former one serving where it failed")


main()
