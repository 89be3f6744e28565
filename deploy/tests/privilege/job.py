"""The whole job of a backend and a worker: each thing that asks the queue for something happens once."""

import os
import subprocess
import uuid

from desk import Desk, answers, free_port, until

EMAIL, PASSWORD = "desk@comptoir.invalid", "only for this test, and long enough"


class Job:
    def __init__(self, cloud, program, server):
        self.cloud, self.program, self.server = cloud, program, server.rstrip("/")

    def sql(self, statement, database=""):
        port = self.server.rsplit(":", 1)[1]
        client = ["mariadb", "--host=127.0.0.1", f"--port={port}", "--user=root", "--batch", "--skip-column-names", database, "-e", statement]
        told = subprocess.run(client, check=True, capture_output=True, text=True).stdout
        return int(told) if told else None

    def start(self, role, command, **settings):
        # Nothing of whoever runs this: a key in the environment would come before the role.
        own = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "COMPTOIR_"))}
        env = {**own, **self.settings, **self.cloud.environment(role), **settings}
        log = open(self.cloud.folder / f"{role}.log", "a")
        process = subprocess.Popen([self.program, command], env=env, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        self.running.append(process)
        return process

    def start_backend(self):
        process = self.start("backend", "serve")
        until("the backend is ready", lambda: answers(f"http://127.0.0.1:{self.health}/readyz"), 30)
        return process

    def command(self, *arguments):
        env = {**os.environ, **self.settings}
        subprocess.run([self.program, *arguments], env=env, input=f"{PASSWORD}\n", text=True, check=True, capture_output=True)

    def run(self, patience):
        """What was done; an AssertionError for what was not, within so many seconds."""
        self.running, self.patience, name = [], patience, f"privilege_{uuid.uuid4().hex[:12]}"
        http, self.health, worker = free_port(), free_port(), free_port()
        self.sql(f"CREATE DATABASE {name}")
        self.settings = {
            "DATABASE_URL": f"{self.server}/{name}", "JWT_SECRET": PASSWORD, "COMPTOIR_DATA_FOLDER": str(self.cloud.folder / name),
            "COMPTOIR_HTTP_LISTEN": f"127.0.0.1:{http}", "COMPTOIR_HTTP_HEALTH_LISTEN": f"127.0.0.1:{self.health}",
            "COMPTOIR_WORKER_LEASE_SECONDS": "2", "COMPTOIR_LIMITS_USER_PER_MINUTE": "0"}
        try:
            self.command("migrate")
            self.command("user", "add", EMAIL, "--role", "manager")
            self.desk = Desk(f"http://127.0.0.1:{http}")
            return list(self.steps(name, worker))
        except AssertionError as failure:
            raise AssertionError(f"{failure}{self.complaints()}") from None
        finally:
            for process in self.running:
                process.terminate()
            for process in self.running:
                process.wait(timeout=30)
            self.sql(f"DROP DATABASE {name}")

    def complaints(self):
        """The last that each process has warned of."""
        warned = ""
        for role in ("backend", "sqs-consumer"):
            log = self.cloud.folder / f"{role}.log"
            lines = [line for line in log.read_text().splitlines() if "WARN" in line] if log.exists() else []
            warned += f"; {role}: {lines[-1][:600]}" if lines else ""
        return warned

    def steps(self, name, worker):
        backend = self.start_backend()
        self.desk.sign_in(EMAIL, PASSWORD)
        # Before there is a worker, whose relay would do it as well.
        order = self.desk.order()
        count = {"QueueUrl": self.cloud.queue, "AttributeNames": ["ApproximateNumberOfMessages"]}
        waiting = lambda: int(self.cloud.sqs.get_queue_attributes(**count)["Attributes"]["ApproximateNumberOfMessages"])  # noqa: E731
        until("the backend hands its events over", lambda: waiting() >= 3, self.patience)
        yield "events handed over"
        # And the other way round: what its effects cause, the worker hands over itself.
        backend.terminate()
        backend.wait(timeout=30)
        process = self.start("sqs-consumer", "work", COMPTOIR_HTTP_HEALTH_LISTEN=f"127.0.0.1:{worker}")
        mails = lambda: self.sql("SELECT COUNT(*) FROM deliveries WHERE state = 'done'", name) >= 2  # noqa: E731
        until("mails that the effects cause", mails, self.patience)
        yield "mails sent"
        self.start_backend()
        until("effects of the order", lambda: len(self.desk.effects(order)) >= 2, self.patience)
        yield "effects done"
        until("the worker sees how long the queue is",
              lambda: self.desk.call("GET", "/operations")["now"]["queue_waiting"] is not None, self.patience)
        yield "queue measured"
        self.cloud.sqs.send_message(QueueUrl=self.cloud.dead, MessageBody="no message of ours",
                                    MessageAttributes={"id": {"DataType": "String", "StringValue": "lost-1"},
                                                       "type": {"DataType": "String", "StringValue": "LOST"}})
        until("a dead letter comes to the desk", lambda: self.desk.call("GET", "/dead-letters")["items"], self.patience)
        yield "dead letters taken in"
        # An effect that fails is put back for a while, which is shorter than the queue's own five minutes.
        self.sql("RENAME TABLE timeline TO hidden", name)
        second = self.desk.order()
        failures = lambda: "an effect failed" in (self.cloud.folder / "sqs-consumer.log").read_text()  # noqa: E731
        until("the effect fails", failures, self.patience)
        self.sql("RENAME TABLE hidden TO timeline", name)
        until("what was put back comes again", lambda: len(self.desk.effects(second)) >= 2, self.patience)
        yield "failed effects put back and done"
        everything = {"QueueUrl": self.cloud.queue, "AttributeNames": ["All"]}
        left = lambda: [int(value) for key, value in self.cloud.sqs.get_queue_attributes(**everything)["Attributes"].items()  # noqa: E731
                        if key.startswith("ApproximateNumberOf")]
        until("messages are deleted", lambda: not any(left()), self.patience)
        yield "messages deleted"
        assert process.poll() is None, "the worker has ended"
