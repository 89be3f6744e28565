"""A desk in processes of its own, on one database and perhaps a queue."""

import atexit
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from desk import Desk, answers, free_port, until  # noqa: E402

EMAIL, PASSWORD = "desk@comptoir.invalid", "only for this test, and long enough"


class Site:
    def __init__(self, program, folder, **settings):
        folder.mkdir(exist_ok=True)
        self.program, self.folder, self.running = program, folder, {}
        self.http, self.health = free_port(), free_port()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("COMPTOIR_")}
        self.env = kept | {
            "COMPTOIR_DATA_FOLDER": str(folder), "JWT_SECRET": PASSWORD, "COMPTOIR_HTTP_LISTEN": f"127.0.0.1:{self.http}",
            "COMPTOIR_HTTP_HEALTH_LISTEN": f"127.0.0.1:{self.health}", "COMPTOIR_WEBHOOKS_INTERNAL_HOSTS": "127.0.0.1",
            "COMPTOIR_LIMITS_USER_PER_MINUTE": "0", "COMPTOIR_WEBHOOKS_RETRY_SECONDS": ",".join("2" * 9)} | settings

    def command(self, *arguments):
        told = subprocess.run([self.program, *arguments], env=self.env, input=f"{PASSWORD}\n", text=True, capture_output=True)
        return told.returncode, told.stdout + told.stderr

    def prepare(self):
        for arguments in (["migrate"], ["user", "add", EMAIL, "--role", "admin"]):
            code, said = self.command(*arguments)
            assert code == 0, said

    def start(self, *commands):
        log = open(self.folder / "log", "a")
        for command in commands:
            env = self.env | ({"COMPTOIR_HTTP_HEALTH_LISTEN": f"127.0.0.1:{free_port()}"} if command == "work" else {})
            process = subprocess.Popen([self.program, command], env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            # Also when the drill fails.
            atexit.register(process.kill)
            self.running[command] = process
        until("the desk is ready", lambda: answers(f"http://127.0.0.1:{self.health}/readyz"))
        desk = Desk(f"http://127.0.0.1:{self.http}")
        desk.sign_in(EMAIL, PASSWORD)
        return desk

    def quiet(self):
        """Nothing waits any more."""
        def nothing_waits():
            code, said = self.command("status", "--json")
            assert code == 0, said
            told = json.loads(said)
            return not (told["outbox_waiting"] or told["queue_waiting"] or told["queue_held"])

        # A message that a worker which has just stopped was still being given stays hidden for its visibility, a minute. One that
        # is put back goes from the queue to the outbox, behind the back of whoever looks once.
        until("nothing waits", lambda: nothing_waits() and nothing_waits(), 150)

    def stop(self, *commands):
        """All of them, or some."""
        stopped = [self.running.pop(command) for command in commands or list(self.running)]
        for process in stopped:
            process.terminate()
        for process in stopped:
            assert process.wait(timeout=30) == 0, (self.folder / "log").read_text()[-2000:]


class Orders:
    """Orders and payments, one after the other, until they are stopped."""

    def __init__(self, desk):
        self.desk, self.placed, self.stopping, self.failure = desk, [], False, None
        self.thread = threading.Thread(target=self.place, daemon=True)
        self.thread.start()

    def place(self):
        try:
            while not self.stopping:
                self.placed.append(self.desk.order())
        except BaseException as failure:
            self.failure = failure

    def stop(self):
        self.stopping = True
        self.thread.join()
        assert self.failure is None, self.failure
        return self.placed
