"""The desk that is backed up, and the one that is restored."""

import json

from desk import EMAIL, PASSWORD
from installation import Installation
from process import stop
from wait import until


class Site(Installation):
    """An installation with a user and with processes, on one database and perhaps a queue."""

    def __init__(self, program, folder, **settings):
        super().__init__(program, folder, JWT_SECRET=PASSWORD, COMPTOIR_WEBHOOKS_INTERNAL_HOSTS="127.0.0.1",
                         COMPTOIR_LIMITS_USER_PER_MINUTE="0", COMPTOIR_WEBHOOKS_RETRY_SECONDS=",".join("2" * 9), **settings)
        self.running = {}

    def prepare(self):
        """Makes its tables and its user."""
        self.command("migrate")
        self.add_user(EMAIL, "admin")

    def begin(self, *commands):
        """Starts processes and waits until they are ready; returns a caller of the API, signed in."""
        started = {command: self.start(command) for command in commands}
        self.running |= started
        for process in started.values():
            process.wait_ready()
        return self.desk().sign_in()

    def quiet(self):
        """Waits until nothing waits any more."""
        def nothing_waits():
            waiting = json.loads(self.command("status", "--json"))
            return not (waiting["outbox_waiting"] or waiting["queue_waiting"] or waiting["queue_held"])

        # A message that a worker which has just stopped was still being given stays hidden for its visibility, a minute. One that
        # is put back goes from the queue to the outbox, behind the back of whoever looks once.
        until("nothing waits", lambda: nothing_waits() and nothing_waits(), 150)

    def end(self, *commands):
        """Stops all of its processes, or some."""
        stop(*[self.running.pop(command) for command in commands or list(self.running)])
