"""What scripts/drill-restore runs, beside MariaDB and an SQS server."""

import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

from receiver import Receiver
from site_of import Orders, Site

from desk import Queue, until

PROGRAM = sys.argv[1]
# As docs/operations.md has them: no more is needed, also to migrate.
RIGHTS = "SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, REFERENCES"
ENOUGH = 30
# The order and its total never change in this drill; figures and timelines do, and are the program's to check.
ORDERS = "SELECT id, total FROM orders ORDER BY id"
# Events that were not told everybody when the dump was taken: some effect, or some delivery, was still to come.
UNTOLD = """SELECT id FROM events WHERE id NOT IN (SELECT message_id FROM inbox)
            UNION SELECT event_id FROM deliveries WHERE state = 'pending'"""


class MariaDb:
    def __init__(self, server):
        self.port = server.rstrip("/").rsplit(":", 1)[1]

    def client(self, program, *arguments, **options):
        login = ["--host=127.0.0.1", f"--port={self.port}", "--user=root"]
        return subprocess.run([program, *login, *arguments], check=True, **options)

    def rows(self, database, sql):
        told = self.client("mariadb", "--batch", "--skip-column-names", database, "-e", sql, capture_output=True, text=True)
        return [tuple(line.split("\t")) for line in told.stdout.splitlines()]

    def create(self, name):
        self.rows("", f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
        self.rows("", f"CREATE USER IF NOT EXISTS drill IDENTIFIED BY 'drill'; GRANT {RIGHTS} ON {name}.* TO drill")
        return f"mysql://drill:drill@127.0.0.1:{self.port}/{name}"


def check_restored(before, copy, after):
    """The copy has what was there before the dump, nothing that was not there after it, and each order as it is."""
    missing, unknown = set(before) - set(copy), set(copy) - set(after)
    assert not missing, f"{len(missing)} orders of before the dump are not in it"
    assert not unknown, f"{len(unknown)} orders of the dump never were"
    assert len(before) <= len(copy) <= len(after)


def on_mariadb(folder):
    server = MariaDb(os.environ["COMPTOIR_TEST_MYSQL_URL"])
    queue = Queue(os.environ["COMPTOIR_TEST_SQS_ENDPOINT"], f"restore-{os.getpid()}")
    receiver = Receiver()
    site = Site(PROGRAM, folder / "first", DATABASE_URL=server.create("first"), SQS_QUEUE_URL=queue.url)
    site.prepare()
    desk = site.start("serve", "work")
    desk.call("POST", "/webhook-endpoints", {"url": receiver.url})
    orders = Orders(desk)
    until("some orders", lambda: len(orders.placed) >= ENOUGH)
    before = server.rows("first", ORDERS)
    with open(folder / "dump.sql", "wb") as dump:
        server.client("mariadb-dump", "--single-transaction", "first", stdout=dump)
    after = server.rows("first", ORDERS)
    time.sleep(1)
    placed = orders.stop()
    site.quiet()
    site.stop()

    restored = Site(PROGRAM, folder / "restored", DATABASE_URL=server.create("restored"), SQS_QUEUE_URL=queue.url)
    with open(folder / "dump.sql", "rb") as dump:
        server.client("mariadb", "restored", stdin=dump)
    check_restored(before, server.rows("restored", ORDERS), after)
    events = {event for event, in server.rows("restored", "SELECT id FROM events")}
    untold = {event for event, in server.rows("restored", UNTOLD)}
    told = dict(receiver.told)
    restored.start("serve", "work")
    restored.quiet()
    code, said = restored.command("replay", "--check")
    assert code == 0, f"comptoir replay --check: {said}"
    restored.stop()
    silent = {event for event in events if not receiver.told[event]}
    assert not silent, f"{len(silent)} events were told nobody"
    again = {event for event, times in receiver.told.items() if times > told.get(event, 0)}
    assert again <= untold, f"{len(again - untold)} events were told again that had been told before the dump"
    print(f"  MariaDB, SQS: {len(placed)} orders, {len(server.rows('restored', ORDERS))} in the dump; {len(events)} events, "
          f"{len(untold)} of them under way, of which {len(again)} were told again and none that was told before")


def on_sqlite(folder):
    site = Site(PROGRAM, folder / "laptop")
    site.prepare()
    orders = Orders(site.start("up"))
    until("some orders", lambda: len(orders.placed) >= ENOUGH)
    live, copy = sqlite3.connect(folder / "laptop" / "comptoir.db"), folder / "copy"
    copy.mkdir()
    before = live.execute(ORDERS).fetchall()
    with sqlite3.connect(copy / "comptoir.db") as target:
        live.backup(target)
    after = live.execute(ORDERS).fetchall()
    placed = orders.stop()
    live.close()
    site.stop()
    shutil.rmtree(folder / "laptop")
    with sqlite3.connect(copy / "comptoir.db") as restored:
        found = restored.execute(ORDERS).fetchall()
    check_restored(before, found, after)
    restored = Site(PROGRAM, copy)
    restored.start("up")
    restored.quiet()
    code, said = restored.command("replay", "--check")
    assert code == 0, f"comptoir replay --check: {said}"
    restored.stop()
    print(f"  SQLite: {len(placed)} orders, {len(found)} in the copy; nothing differs")


def main():
    with tempfile.TemporaryDirectory(prefix="comptoir-restore-", ignore_cleanup_errors=True) as folder:
        on_mariadb(pathlib.Path(folder))
        on_sqlite(pathlib.Path(folder))
    print("drill-restore: what was backed up is there, and nobody is told twice what they knew")


main()
