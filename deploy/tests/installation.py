"""The program as a drill installs it."""

import os
import subprocess

from desk import PASSWORD, Desk
from loopback import free_port
from process import Process

# What the program reads from its environment. A drill gives it all of that, and nothing comes from whoever runs the drill: a key of
# AWS there would come before a role.
READ = ("COMPTOIR_", "DATABASE_", "SQS_", "AWS_", "JWT_")


class Installation:
    """The program with a data folder, an HTTP port and settings of its own."""

    def __init__(self, program, folder, **settings):
        folder.mkdir(parents=True, exist_ok=True)
        self.program, self.folder, self.log = program, folder, folder / "log"
        self.address = f"127.0.0.1:{free_port()}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(READ)}
        self.env = kept | {"COMPTOIR_DATA_FOLDER": str(folder), "COMPTOIR_HTTP_LISTEN": self.address} | settings

    def run(self, *arguments, seconds=120):
        """The exit code of a command that ends by itself, and all that it prints. Where it wants a password, it reads the drills'."""
        done = self.finish(arguments, seconds)
        return done.returncode, done.stdout + done.stderr

    def command(self, *arguments, seconds=120):
        """The standard output of a command that ends by itself; an AssertionError when it fails."""
        done = self.finish(arguments, seconds)
        assert done.returncode == 0, f"{' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout

    def finish(self, arguments, seconds):
        """Runs a command to its end."""
        return subprocess.run([self.program, *arguments], env=self.env, input=f"{PASSWORD}\n", capture_output=True, text=True,
                              timeout=seconds)

    def add_user(self, email, role):
        """Adds a user with the drills' password."""
        self.command("user", "add", email, "--role", role)

    def start(self, command, log=None, errors=None, **settings):
        """Starts `serve`, `work` or `up` with a health port of its own, and returns the process, not yet ready.

        `settings` come before the installation's.
        """
        health = f"127.0.0.1:{free_port()}"
        env = self.env | {"COMPTOIR_HTTP_HEALTH_LISTEN": health} | settings
        return Process(command, [self.program, command], env, f"http://{health}", "/readyz", log or self.log, errors)

    def desk(self, **options):
        """A caller of the installation's API, not signed in."""
        return Desk(f"http://{self.address}", **options)
