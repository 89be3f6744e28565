"""Runs the images backend:dev and frontend:dev as scripts/check-images says, beside MariaDB and an SQS server."""

import json
import os
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))

from desk import EMAIL, PASSWORD, Desk  # noqa: E402
from loopback import DIRECT, answers, free_port, read  # noqa: E402
from mariadb import MariaDb  # noqa: E402
from sqs import Queue, access  # noqa: E402
from wait import until  # noqa: E402

RUN, ENGINE = os.environ["CHECK_RUN"].split(), os.environ["CHECK_ENGINE"].split()
# What the brief's pods get (rows K4 to K6).
MEMORY = {"frontend": "256m", "backend": "512m", "sqs-worker": "512m", "migrate": "512m"}
# Bytes of what is pulled: packed, as a registry keeps it.
LIMITS = {"backend": 40_000_000, "frontend": 60_000_000}


class Containers:
    def __init__(self, settings):
        self.settings, self.running = settings, []

    def command(self, name, image, arguments, options=()):
        limits = ["--memory", MEMORY[name], "--tmpfs", "/data:mode=1777", "--tmpfs", "/tmp:mode=1777"]
        env = [part for key, value in self.settings.items() for part in ("--env", f"{key}={value}")]
        return [*RUN, *options, "--name", f"comptoir-{name}-{os.getpid()}", *limits, *env, f"{image}:dev", *arguments]

    def once(self, name, arguments):
        command = self.command(name, "backend", arguments, ["-i"])
        return subprocess.run(command, input=f"{PASSWORD}\n", check=True, capture_output=True, text=True).stdout

    def start(self, name, image, arguments, **settings):
        self.settings |= settings
        command = self.command(name, image, arguments, ["-d"])
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        self.running.append(f"comptoir-{name}-{os.getpid()}")

    def inside(self, name, *arguments):
        return subprocess.run([*ENGINE, "exec", f"comptoir-{name}-{os.getpid()}", *arguments], capture_output=True, text=True)

    def stop(self):
        for name in reversed(self.running):
            begun = time.monotonic()
            subprocess.run([*ENGINE, "stop", "--time", "45", name], check=True, stdout=subprocess.DEVNULL)
            print(f"  {name} stopped after {time.monotonic() - begun:.1f} s")
            assert time.monotonic() - begun < 45, f"{name} had to be killed"

    def logs(self):
        for name in self.running:
            print(f"--- {name}", file=sys.stderr)
            subprocess.run([*ENGINE, "logs", "--tail", "40", name], stdout=sys.stderr)


def check_images():
    for image in ("backend", "frontend"):
        told = subprocess.run([*ENGINE, "image", "inspect", f"{image}:dev"], check=True, capture_output=True, text=True)
        told = json.loads(told.stdout)[0]
        user, size, labels = told["Config"]["User"], told["Size"], told["Config"]["Labels"]
        packed = packed_size(image)
        print(f"  {image}: {packed / 1e6:.1f} MB packed, {size / 1e6:.1f} MB unpacked, with this machine's base; user {user}")
        assert user.split(":")[0].isdigit() and user.split(":")[0] != "0", f"{image} runs as {user!r}"
        assert "org.opencontainers.image.title" in labels, f"{image} bears no labels"
        assert os.environ["CHECK_SIZE"] == "no" or packed < LIMITS[image], f"{image} is too large"


def packed_size(image):
    archive = subprocess.Popen([*ENGINE, "save", f"{image}:dev"], stdout=subprocess.PIPE)
    packed = subprocess.Popen(["gzip", "-6"], stdin=archive.stdout, stdout=subprocess.PIPE)
    size = sum(len(part) for part in iter(lambda: packed.stdout.read(1 << 20), b""))
    assert archive.wait() == 0 and packed.wait() == 0
    return size


def journey(containers, ports, queue):
    frontend = f"http://127.0.0.1:{ports['frontend']}"
    page = DIRECT.open(frontend, timeout=5)
    assert "script-src 'self'" in page.headers["Content-Security-Policy"], page.headers
    desk = Desk(frontend).sign_in()
    order = desk.order()
    effects = until("the order's effects", lambda: len(found := desk.effects(order)) >= 2 and found)
    print(f"  effects: {effects}")
    attributes = {"QueueUrl": queue.url, "AttributeNames": ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]}
    until("an empty queue", lambda: not any(map(int, queue.call("GetQueueAttributes", attributes)["Attributes"].values())))
    health = containers.inside("backend", "/comptoir", "healthcheck")
    assert health.returncode == 0, health.stderr
    for name, folder in {"backend": "/", "sqs-worker": "/"}.items():
        assert containers.inside(name, "/comptoir", "export", "contacts", f"{folder}stolen").returncode != 0
    assert "comptoir_http_requests_total" in read(f"http://127.0.0.1:{ports['health']}/metrics")


def main():
    server, endpoint = MariaDb(os.environ["COMPTOIR_TEST_MYSQL_URL"]), os.environ["COMPTOIR_TEST_SQS_ENDPOINT"]
    name = f"images{os.getpid()}"
    server.rows("", f"CREATE DATABASE {name}")
    queue = Queue(endpoint, name)
    ports = {part: free_port() for part in ("http", "health", "worker", "frontend")}
    containers = Containers({
        "DATABASE_URL": f"{server.url}/{name}", "SQS_QUEUE_URL": queue.url, **access(endpoint),
        "JWT_SECRET": PASSWORD, "COMPTOIR_DATABASE_POOL_SIZE": "3",
        "COMPTOIR_METRICS_EMF": "true", "COMPTOIR_HTTP_LISTEN": f"127.0.0.1:{ports['http']}",
        "COMPTOIR_HTTP_HEALTH_LISTEN": f"127.0.0.1:{ports['health']}"})
    check_images()
    try:
        print("  " + containers.once("migrate", ["migrate"]).strip())
        containers.once("migrate", ["user", "add", EMAIL, "--role", "manager"])
        containers.start("backend", "backend", ["serve"])
        containers.start("sqs-worker", "backend", ["work"], COMPTOIR_HTTP_HEALTH_LISTEN=f"127.0.0.1:{ports['worker']}")
        containers.start("frontend", "frontend", [], LISTEN=f"127.0.0.1:{ports['frontend']}", BACKEND=f"127.0.0.1:{ports['http']}")
        for part, path in {"health": "/readyz", "worker": "/readyz", "frontend": "/healthz"}.items():
            until(f"{part} is ready", lambda part=part, path=path: answers(f"http://127.0.0.1:{ports[part]}{path}"))
        journey(containers, ports, queue)
        containers.stop()
    except BaseException:
        containers.logs()
        for running in containers.running:
            subprocess.run([*ENGINE, "rm", "--force", running], capture_output=True)
        raise
    print("check-images: both images do their work as the cluster would run them")


main()
