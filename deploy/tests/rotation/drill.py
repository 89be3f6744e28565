"""JWT_SECRET in three steps and the database's password in two, each rolled out over running processes. Run by
scripts/drill-rotation; the steps are those of deploy/kubernetes/README.md, "Secrets"."""

import os
import pathlib
import sys
import tempfile
import time
import urllib.parse

import pymysql

from desk import Failed, Process, Receiver, until

OLD, NEW = "the old secret, which has thirty-two bytes", "the new secret, which has thirty-two bytes"
STEPS = [("before", OLD, ""), ("step 1", OLD, NEW), ("step 2", NEW, OLD), ("step 3", NEW, "")]
EMAIL, PASSWORD = "claire@example.com", "a password that is long enough"


def check(what, found, wanted):
    if found != wanted:
        raise Failed(f"{what}: {found}, not {wanted}")


class Drill:
    def __init__(self, program, folder):
        self.program, self.folder, self.count = program, folder, 0
        self.server = urllib.parse.urlparse(os.environ["COMPTOIR_TEST_MYSQL_URL"])
        self.admin = pymysql.connect(host=self.server.hostname, port=self.server.port, user=self.server.username,
                                     password=self.server.password or "", autocommit=True)
        self.name = f"rotation_{os.getpid()}"
        self.is_mariadb = "MariaDB" in self.sql("SELECT VERSION()")[0][0]
        self.receiver, self.running = Receiver(), []

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

    def start(self, command, secret, previous, password="first"):
        self.count += 1
        place = f"{self.name}:{password}@{self.server.hostname}:{self.server.port}/{self.name}"
        settings = {"DATABASE_URL": f"mysql://{place}", "JWT_SECRET": secret, "JWT_SECRET_PREVIOUS": previous}
        process = Process(self.program, command, self.folder / str(self.count), settings)
        if process.process:
            self.running.append(process)
        return process

    def sign_in(self, backend):
        status, answer, cookie = backend.call("POST", "/sessions", {"email": EMAIL, "password": PASSWORD})
        check("signing in", status, 201)
        return answer["access_token"], cookie

    def webhooks_arrive(self, backend, token, endpoint):
        """Whichever worker takes them up."""
        wanted = self.receiver.good + 6
        for _ in range(6):
            status, _, _ = backend.call("POST", f"/webhook-endpoints/{endpoint}/test", token=token)
            check("asking for a test webhook", status // 100, 2)
        until("six webhooks have come", lambda: self.receiver.good + self.receiver.bad >= wanted)
        check("webhooks with a wrong signature", self.receiver.bad, 0)

    def first_desk(self):
        tool = self.start("", OLD, "")
        check("migrate", tool.run("migrate")[0], 0)
        backend, worker = self.start("serve", OLD, ""), self.start("work", OLD, "")
        link = pathlib.Path(backend.log.name).read_text()
        token = link.split("/setup#")[1].split()[0]
        status, answer, _ = backend.call("POST", "/setup", {"token": token, "name": "Claire", "email": EMAIL, "password": PASSWORD})
        check("the first administrator", status, 201)
        status, made, _ = backend.call("POST", "/webhook-endpoints", {"url": self.receiver.url}, answer["access_token"])
        check("a webhook's endpoint", status, 201)
        self.receiver.secret = made["secret"]
        return backend, worker, made["endpoint"]["id"] if "endpoint" in made else made["id"]

    def jwt_secret(self):
        backend, worker, endpoint = self.first_desk()
        signed_in_before, cookie = self.sign_in(backend)
        for name, secret, previous in STEPS[1:]:
            # As a roll-out has it: the new ones beside the old ones, then only the new ones.
            others = self.start("serve", secret, previous), self.start("work", secret, previous)
            for signer in (backend, others[0]):
                token, _ = self.sign_in(signer)
                for reader in (backend, others[0]):
                    check(f"{name}: what one signs, another reads", reader.call("GET", "/me", token=token)[0], 200)
            self.webhooks_arrive(others[0], token, endpoint)
            still = 401 if name == "step 3" else 200
            check(f"{name}: a token from before", others[0].call("GET", "/me", token=signed_in_before)[0], still)
            backend.stop()
            worker.stop()
            backend, worker = others
            self.webhooks_arrive(backend, token, endpoint)
            print(f"JWT_SECRET, {name}: old and new side by side; everybody signed in, every webhook signed")
        check("after step 3, the cookie", backend.call("POST", "/sessions/refresh", cookie=cookie)[0], 200)
        # Why step 1: without it, what new ones sign is strange to old ones.
        hasty = self.start("serve", OLD, NEW)
        token, _ = self.sign_in(hasty)
        check("a secret that nobody was told of", backend.call("GET", "/me", token=token)[0], 401)
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
        for process in (backend, other):
            until("connected again by its own password", process.ready)
        backend.stop()
        if self.is_mariadb:
            self.sql(f"ALTER USER {user} IDENTIFIED VIA mysql_native_password USING PASSWORD('second')")
        else:
            self.sql(f"ALTER USER {user} DISCARD OLD PASSWORD")
        self.cut_connections()
        until("connected again by the new password", other.ready)
        self.sign_in(other)
        code, said = self.start("", NEW, "").run("status")
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
        except Failed as failed:
            print(f"drill-rotation: {failed}")
            return 1
        finally:
            for process in drill.running:
                if process.process.poll() is None:
                    process.process.kill()
                    process.process.wait()
            drill.remove_database()
    print(f"drill-rotation: nobody was signed out, nothing was lost ({time.monotonic() - start:.0f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
