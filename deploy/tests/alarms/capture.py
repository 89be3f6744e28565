"""Runs the real program, as on AWS in two processes, and keeps what it prints: metrics from standard output, logs from standard
error.
"""

import os
import pathlib
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

CONTACTS = "external_id,kind,name\n" + "".join(f"C{n},organisation,Customer {n}\n" for n in range(20))
PATIENCE = 60


def capture(program, folder):
    """The files of its metrics and of its logs, in `folder`."""
    ports = [free_port() for _ in range(3)]
    settings = {
        "COMPTOIR_DATA_FOLDER": str(folder / "data"),
        "COMPTOIR_HTTP_LISTEN": f"127.0.0.1:{ports[0]}",
        "COMPTOIR_HTTP_HEALTH_LISTEN": f"127.0.0.1:{ports[1]}",
        "COMPTOIR_LOG_FORMAT": "json",
        "COMPTOIR_METRICS_EMF": "true",
        "JWT_SECRET": "of-a-test-and-of-nothing-else-at-all",
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COMPTOIR_", "DATABASE_", "SQS_"))}
    env = kept | settings
    (folder / "data").mkdir()
    run(program, env, "migrate")
    with (folder / "metrics").open("wb") as out, (folder / "logs").open("wb") as err:
        serve = subprocess.Popen([program, "serve"], env=env, stdout=out, stderr=err)
        work_env = env | {"COMPTOIR_HTTP_HEALTH_LISTEN": f"127.0.0.1:{ports[2]}"}
        work = subprocess.Popen([program, "work"], env=work_env, stdout=out, stderr=err)
        try:
            until(lambda: status(ports[1], "/readyz") == 200 and status(ports[2], "/readyz") == 200, "it is not ready")
            # Something to answer, and something to do.
            status(ports[0], "/api/v1/orders")
            (folder / "contacts.csv").write_text(CONTACTS)
            run(program, env, "import", "contacts", str(folder / "contacts.csv"))
            until(lambda: says(ports[1:], "comptoir_effect_latency_seconds_count [1-9]"), "it does nothing")
            until(lambda: says(ports[1:], "comptoir_outbox_waiting(?:{})? "), "nobody counts what waits")
        finally:
            # Each says its metrics a last time.
            for process in (serve, work):
                process.send_signal(signal.SIGTERM)
            for process in (serve, work):
                process.wait(timeout=PATIENCE)
    return folder / "metrics", folder / "logs"


def run(program, env, *arguments):
    result = subprocess.run([program, *arguments], env=env, capture_output=True, text=True, timeout=PATIENCE)
    assert result.returncode == 0, f"{' '.join(arguments)}: {result.stderr}"
    return result.stdout


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def read(port, path):
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
        return answer.status, answer.read().decode()


def status(port, path):
    try:
        return read(port, path)[0]
    except urllib.error.HTTPError as refused:
        return refused.code
    except OSError:
        return None


def says(ports, pattern):
    return any(re.search(f"^{pattern}", read(port, "/metrics")[1], re.MULTILINE) for port in ports)


def until(is_so, otherwise):
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, otherwise
        time.sleep(0.2)
