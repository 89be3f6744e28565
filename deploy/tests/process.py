"""A program that runs beside a drill."""

import atexit
import pathlib
import subprocess

from loopback import answers
from wait import until


class Process:
    """A started program that says at the path `ready` of an address when it is ready. Killed with the drill, whatever ends that.

    Both its outputs go to the end of the file `log`, or what it says of errors to the end of the file `errors`.
    """

    def __init__(self, name, command, env, health, ready, log, errors=None):
        self.name, self.health, self.ready, self.log = name, health, ready, pathlib.Path(errors or log)
        with open(log, "ab") as out, open(self.log, "ab") as err:
            self.popen = subprocess.Popen(command, env=env, cwd=self.log.parent, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        atexit.register(self.kill)

    def is_running(self):
        """Whether the process has not ended."""
        return self.popen.poll() is None

    def is_ready(self):
        """Whether the process says that it is ready; an AssertionError when it has ended instead."""
        assert self.is_running(), f"{self.name} ended with {self.popen.returncode}: {self.complaints()}"
        return answers(self.health + self.ready)

    def wait_ready(self, seconds=60):
        """Waits until the process is ready, and returns it."""
        until(f"{self.name} is ready", self.is_ready, seconds)
        return self

    def complaints(self):
        """The end of the process' log."""
        return self.log.read_text(errors="replace")[-2000:]

    def terminate(self):
        """Asks the process to end, by SIGTERM."""
        self.popen.terminate()

    def wait(self, seconds=30):
        """Waits until the process has ended, and returns its exit code; subprocess.TimeoutExpired when it does not end."""
        return self.popen.wait(timeout=seconds)

    def kill(self):
        """Ends the process at once, by SIGKILL."""
        self.popen.kill()
        self.popen.wait()


def stop(*processes, seconds=30):
    """Asks all processes to end, then waits for each; an AssertionError for one that ends with an error."""
    for process in processes:
        process.terminate()
    for process in processes:
        code = process.wait(seconds)
        assert code == 0, f"{process.name} ended with {code}: {process.complaints()}"
