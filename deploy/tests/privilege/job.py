"""The whole job of a backend and a worker: each thing that asks the queue for something happens once."""

import uuid

from desk import EMAIL, PASSWORD
from installation import Installation
from mariadb import MariaDb
from wait import until


class Job:
    """One run of the job, with the roles of an account, on a database of its own."""
    def __init__(self, cloud, program, server):
        self.cloud, self.program, self.server = cloud, program, MariaDb(server)

    def start(self, role, command):
        """Starts a process of the program with a role's rights."""
        process = self.site.start(command, self.log(role), **self.cloud.environment(role))
        self.running.append(process)
        return process

    def log(self, role):
        """The file of what a role's processes say."""
        return self.cloud.folder / f"{role}.log"

    def start_backend(self):
        return self.start("backend", "serve").wait_ready(30)

    def run(self, patience):
        """What was done; an AssertionError for what was not, within so many seconds."""
        self.running, self.patience, name = [], patience, f"privilege_{uuid.uuid4().hex[:12]}"
        self.server.rows("", f"CREATE DATABASE {name}")
        settings = {"DATABASE_URL": f"{self.server.url}/{name}", "JWT_SECRET": PASSWORD, "COMPTOIR_WORKER_LEASE_SECONDS": "2",
                    "COMPTOIR_LIMITS_USER_PER_MINUTE": "0"}
        self.site = Installation(self.program, self.cloud.folder / name, **settings)
        try:
            self.site.command("migrate")
            self.site.add_user(EMAIL, "manager")
            self.desk = self.site.desk()
            return list(self.steps(name))
        except AssertionError as failure:
            raise AssertionError(f"{failure}{self.complaints()}") from None
        finally:
            for process in self.running:
                process.terminate()
            for process in self.running:
                process.wait()
            self.server.rows("", f"DROP DATABASE {name}")

    def complaints(self):
        """The last that each process has warned of."""
        warned = ""
        for role in ("backend", "sqs-consumer"):
            log = self.log(role)
            lines = [line for line in log.read_text().splitlines() if "WARN" in line] if log.exists() else []
            warned += f"; {role}: {lines[-1][:600]}" if lines else ""
        return warned

    def steps(self, name):
        backend = self.start_backend()
        self.desk.sign_in()
        # Before there is a worker, whose relay would do it as well.
        order = self.desk.order()
        count = {"QueueUrl": self.cloud.queue, "AttributeNames": ["ApproximateNumberOfMessages"]}
        waiting = lambda: int(self.cloud.sqs.get_queue_attributes(**count)["Attributes"]["ApproximateNumberOfMessages"])  # noqa: E731
        until("the backend hands its events over", lambda: waiting() >= 3, self.patience)
        yield "events handed over"
        # And the other way round: what its effects cause, the worker hands over itself.
        backend.terminate()
        backend.wait()
        process = self.start("sqs-consumer", "work")
        mails = lambda: self.server.count(name, "SELECT COUNT(*) FROM deliveries WHERE state = 'done'") >= 2  # noqa: E731
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
        self.server.rows(name, "RENAME TABLE timeline TO hidden")
        second = self.desk.order()
        failures = lambda: "an effect failed" in self.log("sqs-consumer").read_text()  # noqa: E731
        until("the effect fails", failures, self.patience)
        self.server.rows(name, "RENAME TABLE hidden TO timeline")
        until("what was put back comes again", lambda: len(self.desk.effects(second)) >= 2, self.patience)
        yield "failed effects put back and done"
        everything = {"QueueUrl": self.cloud.queue, "AttributeNames": ["All"]}
        left = lambda: [int(value) for key, value in self.cloud.sqs.get_queue_attributes(**everything)["Attributes"].items()  # noqa: E731
                        if key.startswith("ApproximateNumberOf")]
        until("messages are deleted", lambda: not any(left()), self.patience)
        yield "messages deleted"
        assert process.is_running(), "the worker has ended"
