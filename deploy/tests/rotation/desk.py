"""Processes of the desk, as pods run them, and what a caller and a receiver of webhooks see."""

import base64
import hashlib
import hmac
import http.server
import json
import os
import pathlib
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request

WAIT = 30  # seconds for anything that should come by itself
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Failed(Exception):
    pass


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(what, done):
    deadline = time.monotonic() + WAIT
    while time.monotonic() < deadline:
        if done():
            return
        time.sleep(0.1)
    raise Failed(f"in {WAIT} s not: {what}")


class Process:
    """`serve` or `work` with settings of its own, on free ports."""

    def __init__(self, program, command, folder, settings):
        self.name, ports = f"{command} {folder.name}", (free_port(), free_port())
        folder.mkdir(parents=True)
        self.base, self.health = (f"http://127.0.0.1:{port}" for port in ports)
        env = {name: value for name, value in os.environ.items() if not name.startswith(("COMPTOIR_", "AWS_"))}
        env |= {"COMPTOIR_DATA_FOLDER": str(folder), "COMPTOIR_HTTP_LISTEN": f"127.0.0.1:{ports[0]}",
                "COMPTOIR_HTTP_HEALTH_LISTEN": f"127.0.0.1:{ports[1]}", "COMPTOIR_LIMITS_USER_PER_MINUTE": "0",
                "COMPTOIR_LIMITS_ADDRESS_PER_MINUTE": "0", "COMPTOIR_WEBHOOKS_INTERNAL_HOSTS": "127.0.0.1", **settings}
        self.env, self.program, self.log = env, program, open(folder / "log", "wb")
        self.process = None
        if command:
            self.process = subprocess.Popen([program, command], env=env, cwd=folder, stdout=self.log, stderr=self.log)
            until(f"{self.name} is ready", self.ready)

    def run(self, *arguments):
        done = subprocess.run([self.program, *arguments], env=self.env, capture_output=True, text=True, timeout=120)
        return done.returncode, done.stdout + done.stderr

    def ready(self):
        if self.process.poll() is not None:
            raise Failed(f"{self.name} ended: {pathlib.Path(self.log.name).read_text()[-600:]}")
        try:
            return DIRECT.open(f"{self.health}/readyz", timeout=5).status == 200
        except OSError:
            return False

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        if (code := self.process.wait(timeout=60)) != 0:
            raise Failed(f"{self.name} ended with {code}")

    def call(self, method, path, body=None, token=None, cookie=None):
        """(status, answer, cookie)"""
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if cookie:
            headers["Cookie"] = cookie
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.base}/api/v1{path}", data=data, method=method, headers=headers)
        try:
            with DIRECT.open(request, timeout=20) as answer:
                given = (answer.headers.get("Set-Cookie") or "").split(";")[0]
                return answer.status, json.loads(answer.read() or b"null"), given
        except urllib.error.HTTPError as refused:
            return refused.code, None, ""


class Receiver:
    """Takes webhooks and counts those whose signature is right (https://www.standardwebhooks.com)."""

    def __init__(self):
        self.secret, self.good, self.bad = None, 0, 0
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                signed = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode() + body
                key = base64.b64decode(receiver.secret.removeprefix("whsec_"))
                wanted = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
                if wanted in self.headers["webhook-signature"].split():
                    receiver.good += 1
                else:
                    receiver.bad += 1
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
