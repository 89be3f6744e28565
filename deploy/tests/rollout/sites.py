"""A business that runs the old release in a cluster that is a stand-in, with the real program as its pods."""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
from typing import NamedTuple

from cluster import Cluster
from desk import EMAIL, PASSWORD, Desk
from installation import Installation
from load import Load
from pods import Image
from sqs import Queue, access
from wait import until

SMOKE = "smoke@comptoir.invalid"
DEPLOYED, TAKEN_BACK, UNCHANGED = 0, 1, 2
PODS = ("backend", "sqs-worker")


class Programs(NamedTuple):
    """Where the deployer, the new release and the old one are."""

    deployer: str
    new: str
    old: str


def digest(name):
    """Image names of this drill as digests: sha256:0ld…"""
    return "sha256:" + name.encode().hex().ljust(64, "a")


def broken(program, folder, name, script):
    """The command of a release that is broken in one part: a script before the real program."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\nexec {program} \"$@\"\n")
    path.chmod(0o755)
    return [str(path)]


class Site:
    """The business: its database, its queue and its cluster, with the old release deployed."""

    def __init__(self, name, programs, server, endpoint):
        self.programs, self.server = programs, server
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="comptoir-rollout-"))
        self.database = f"rollout_{os.getpid()}_{name}"
        self.server.create(self.database)
        self.server.create(f"{self.database}_empty")
        self.queue = Queue(endpoint, self.database)
        secrets = {"DATABASE_URL": f"{self.server.url}/{self.database}", "JWT_SECRET": PASSWORD, "SQS_QUEUE_URL": self.queue.url}
        # Release 0.1.0 leaves its long poll when it stops: what that took comes again after so many seconds.
        cloud = {**access(endpoint), "COMPTOIR_QUEUE_VISIBILITY_SECONDS": "20"}
        self.old, self.new = (Installation(executable, self.folder, **secrets, **cloud) for executable in (programs.old, programs.new))
        self.cluster = Cluster(self.releases(), secrets, cloud)
        self.cluster.secret("smoke-user", EMAIL=SMOKE, PASSWORD=PASSWORD)
        self.old.command("migrate")
        for user in (EMAIL, SMOKE):
            self.old.add_user(user, "manager")
        code, said = self.deploy("old")
        assert code == DEPLOYED, said

    def releases(self):
        """The images that there are, by their digests."""
        new = self.programs.new

        def but(name, script):
            return Image(broken(new, self.folder, name, script))

        empty = f"{self.server.url}/{self.database}_empty"
        backends = {
            "old": Image([self.programs.old]), "new": Image([new]),
            "never": but("never", '[ "$1" = serve ] && sleep 1000'),
            "crashes": but("crashes", '[ "$1" = work ] && { echo "no such table: tomorrow" >&2; exit 1; }'),
            # Starts and is ready, but looks into an empty database.
            "wrong": but("wrong", f'[ "$1" = serve ] && {{ export DATABASE_URL={empty}; {new} migrate; }}'),
            "unmigrated": but("unmigrated", '[ "$1" = migrate ] && { echo "duplicate column" >&2; exit 1; }'),
        }
        frontend = Image(["nginx"], {}, signal.SIGQUIT)
        return {digest(name): image for name, image in backends.items()} | {digest(f"front-{name}"): frontend for name in backends}

    def arguments(self, release, *more):
        """What the deployer is told to deploy a release."""
        images = ["--backend", digest(release), "--frontend", digest(f"front-{release}"), "--release", release]
        return ["--overlay", "staging", *images, "--url", self.cluster.url, "--lease", "6s",
                *(more or ("--rollout-timeout", "60s"))]

    def run(self, arguments):
        """The deployer, started."""
        env = {**os.environ, "KUBECONFIG": str(self.cluster.kubeconfig)}
        return subprocess.Popen([self.programs.deployer, *arguments], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def deploy(self, release, *more):
        """Deploys a release to its end: exit code and output."""
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
        there = dict(self.server.rows(self.database, "SELECT id, total FROM orders"))
        lost = [order["id"] for order in load.placed if there.get(order["id"]) != str(order["total"])]
        assert not lost, f"{len(lost)} of {len(load.placed)} orders are lost or changed"
        without_effects = "SELECT COUNT(*) FROM events WHERE id NOT IN (SELECT message_id FROM inbox)"
        until("effects of all events", lambda: self.server.count(self.database, without_effects) == 0)
        assert self.server.count(self.database, "SELECT COUNT(*) FROM dead_letters") == 0, "there are dead letters"
        # The check is this version's and needs its tables, which a release whose migration failed has not made.
        self.new.command("migrate")
        self.new.command("replay", "--check")
        # Nothing of the smoke test stays in the way.
        open_ones = "SELECT COUNT(*) FROM orders o JOIN contacts c ON c.id = o.contact_id WHERE c.name = 'Deployment smoke test' AND o.state <> 'cancelled'"
        assert self.server.count(self.database, open_ones) == 0, "orders of the smoke test are open"

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
