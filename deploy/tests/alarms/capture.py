"""Runs the real program, as on AWS in two processes, and keeps what it prints: metrics from standard output, logs from standard
error.
"""

import re

from installation import Installation
from loopback import read
from wait import until

CONTACTS = "external_id,kind,name\n" + "".join(f"C{n},organisation,Customer {n}\n" for n in range(20))
PATIENCE = 60


def capture(program, folder):
    """The files of its metrics and of its logs, in `folder`."""
    metrics, logs = folder / "metrics", folder / "logs"
    settings = {"COMPTOIR_LOG_FORMAT": "json", "COMPTOIR_METRICS_EMF": "true", "JWT_SECRET": "of-a-test-and-of-nothing-else-at-all"}
    site = Installation(program, folder / "data", **settings)
    site.command("migrate", seconds=PATIENCE)
    processes = [site.start(command, metrics, logs) for command in ("serve", "work")]
    try:
        for process in processes:
            process.wait_ready(PATIENCE)
        # Something to answer, and something to do.
        site.desk().ask("GET", "/orders")
        (folder / "contacts.csv").write_text(CONTACTS)
        site.command("import", "contacts", str(folder / "contacts.csv"), seconds=PATIENCE)
        until("an effect of the import", lambda: says(processes, "comptoir_effect_latency_seconds_count [1-9]"), PATIENCE)
        until("a count of what waits", lambda: says(processes, "comptoir_outbox_waiting(?:{})? "), PATIENCE)
    finally:
        # Each says its metrics a last time.
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(PATIENCE)
    return metrics, logs


def says(processes, pattern):
    """Whether one of them has a line of metrics that begins so."""
    return any(re.search(f"^{pattern}", read(process.health + "/metrics"), re.MULTILINE) for process in processes)
