"""JWT_SECRET in three steps and the database's password in two, each rolled out over running processes. Run by
scripts/drill-rotation; the steps are those of deploy/kubernetes/README.md, "Secrets"."""

import os
import pathlib
import sys
import tempfile
import time
import urllib.parse

import pymysql

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))

from installation import Installation  # noqa: E402
from process import stop  # noqa: E402
from receiver import Receiver  # noqa: E402
from wait import until  # noqa: E402

OLD, NEW = "the old secret, which has thirty-two bytes", "the new secret, which has thirty-two bytes"
STEPS = [("before", OLD, ""), ("step 1", OLD, NEW), ("step 2", NEW, OLD), ("step 3", NEW, "")]
EMAIL, PASSWORD = "claire@example.com", "a password that is long enough"
WAIT = 30  # seconds for anything that should come by itself


def check(what, found, wanted):
    assert found == wanted, f"{what}: {found}, not {wanted}"


class Pod:
    """One process with an installation of its own, ready."""

    def __init__(self, installation, command):
        self.installation = installation
        self.process = installation.start(command).wait_ready(WAIT)

    def ask(self, method, path, body=None, token=None, headers=None):
        """The answer of its API."""
        return self.installation.desk(token=token, patience=20).ask(method, path, body, headers)

    def stop(self):
        """Ends it as a roll-out does."""
        stop(self.process, seconds=60)


class Drill:
    def __init__(self, program, folder):
        self.program, self.folder, self.count = program, folder, 0
        self.server = urllib.parse.urlparse(os.environ["COMPTOIR_TEST_MYSQL_URL"])
        self.admin = pymysql.connect(host=self.server.hostname, port=self.server.port, user=self.server.username,
                                     password=self.server.password or "", autocommit=True)
        self.name = f"rotation_{os.getpid()}"
        self.is_mariadb = "MariaDB" in self.sql("SELECT VERSION()")[0][0]
        self.receiver, self.running = Receiver(signed=True), []

    def sql(self, statement, *values):
        with self.admin.cursor() as cursor:
            cursor.execute(statement, values or None)
            return cursor.fetchall()

    def make_database(self):
        self.sql(f"CREATE DATABASE {self.name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
        self.sql(f"CREATE USER '{self.name}'@'%' IDENTIFIED BY 'first'")
        self.sql(f"GRANT ALL ON {self.name}.* TO '{self.name}'@'%'")

    def remove_database(self):
        self.sql(f"DROP DATABASE IF EXISTS {self.name}")
        self.sql(f"DROP USER IF EXISTS '{self.name}'@'%'")

    def install(self, secret, previous="", password="first"):
        """The program with these secrets, on the drill's database."""
        self.count += 1
        place = f"{self.name}:{password}@{self.server.hostname}:{self.server.port}/{self.name}"
        settings = {"DATABASE_URL": f"mysql://{place}", "JWT_SECRET": secret, "JWT_SECRET_PREVIOUS": previous,
                    "COMPTOIR_LIMITS_USER_PER_MINUTE": "0", "COMPTOIR_LIMITS_ADDRESS_PER_MINUTE": "0",
                    "COMPTOIR_WEBHOOKS_INTERNAL_HOSTS": "127.0.0.1"}
        return Installation(self.program, self.folder / str(self.count), **settings)

    def start(self, command, *settings):
        """A ready pod of the program with these secrets (as `install` takes them)."""
        pod = Pod(self.install(*settings), command)
        self.running.append(pod.process)
        return pod

    def sign_in(self, backend):
        answer = backend.ask("POST", "/sessions", {"email": EMAIL, "password": PASSWORD})
        check("signing in", answer.status, 201)
        return answer.body["access_token"], answer.cookie

    def webhooks_arrive(self, backend, token, endpoint):
        """Whichever worker takes them up."""
        wanted = self.receiver.received.total() + 6
        for _ in range(6):
            status = backend.ask("POST", f"/webhook-endpoints/{endpoint}/test", token=token).status
            check("asking for a test webhook", status // 100, 2)
        until("six webhooks have come", lambda: self.receiver.received.total() + self.receiver.wrong >= wanted, WAIT)
        check("webhooks with a wrong signature", self.receiver.wrong, 0)

    def first_desk(self):
        check("migrate", self.install(OLD).run("migrate")[0], 0)
        backend, worker = self.start("serve", OLD), self.start("work", OLD)
        token = backend.installation.log.read_text().split("/setup#")[1].split()[0]
        setup = backend.ask("POST", "/setup", {"token": token, "name": "Claire", "email": EMAIL, "password": PASSWORD})
        check("the first administrator", setup.status, 201)
        made = backend.ask("POST", "/webhook-endpoints", {"url": self.receiver.url}, setup.body["access_token"])
        check("a webhook's endpoint", made.status, 201)
        self.receiver.secret = made.body["secret"]
        return backend, worker, made.body["endpoint"]["id"] if "endpoint" in made.body else made.body["id"]

    def jwt_secret(self):
        backend, worker, endpoint = self.first_desk()
        signed_in_before, cookie = self.sign_in(backend)
        for name, secret, previous in STEPS[1:]:
            # As a roll-out has it: the new ones beside the old ones, then only the new ones.
            others = self.start("serve", secret, previous), self.start("work", secret, previous)
            for signer in (backend, others[0]):
                token, _ = self.sign_in(signer)
                for reader in (backend, others[0]):
                    check(f"{name}: what one signs, another reads", reader.ask("GET", "/me", token=token).status, 200)
            self.webhooks_arrive(others[0], token, endpoint)
            still = 401 if name == "step 3" else 200
            check(f"{name}: a token from before", others[0].ask("GET", "/me", token=signed_in_before).status, still)
            backend.stop()
            worker.stop()
            backend, worker = others
            self.webhooks_arrive(backend, token, endpoint)
            print(f"JWT_SECRET, {name}: old and new side by side; everybody signed in, every webhook signed")
        check("after step 3, the cookie", backend.ask("POST", "/sessions/refresh", headers={"Cookie": cookie}).status, 200)
        # Why step 1: without it, what new ones sign is strange to old ones.
        hasty = self.start("serve", OLD, NEW)
        token, _ = self.sign_in(hasty)
        check("a secret that nobody was told of", backend.ask("GET", "/me", token=token).status, 401)
        hasty.stop()
        worker.stop()
        return backend

    def cut_connections(self):
        for (connection,) in self.sql("SELECT id FROM information_schema.processlist WHERE user = %s", self.name):
            try:
                self.sql(f"KILL {connection}")
            except pymysql.Error:
                pass  # gone by itself

    def database_password(self, backend):
        user = f"'{self.name}'@'%'"
        if self.is_mariadb:
            both = " OR ".join(f"mysql_native_password USING PASSWORD('{word}')" for word in ("second", "first"))
            self.sql(f"ALTER USER {user} IDENTIFIED VIA {both}")
        else:
            self.sql(f"ALTER USER {user} IDENTIFIED BY 'second' RETAIN CURRENT PASSWORD")
        other = self.start("serve", NEW, "", "second")
        self.cut_connections()
        for pod in (backend, other):
            until("connected again by its own password", pod.process.is_ready, WAIT)
        backend.stop()
        if self.is_mariadb:
            self.sql(f"ALTER USER {user} IDENTIFIED VIA mysql_native_password USING PASSWORD('second')")
        else:
            self.sql(f"ALTER USER {user} DISCARD OLD PASSWORD")
        self.cut_connections()
        until("connected again by the new password", other.process.is_ready, WAIT)
        self.sign_in(other)
        code, said = self.install(NEW).run("status")
        check("the old password, in the end", code, 3)
        check("nobody tells the password", "first" in said, False)
        other.stop()
        print("database: both passwords while both are in use, then only the new one")


def main(program):
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        drill = Drill(program, pathlib.Path(folder))
        try:
            drill.make_database()
            drill.database_password(drill.jwt_secret())
        except AssertionError as failed:
            print(f"drill-rotation: {failed}")
            return 1
        finally:
            for process in drill.running:
                process.kill()
            drill.remove_database()
    print(f"drill-rotation: nobody was signed out, nothing was lost ({time.monotonic() - start:.0f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
