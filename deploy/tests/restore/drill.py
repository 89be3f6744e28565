"""What scripts/drill-restore runs, beside MariaDB and an SQS server."""

import os
import pathlib
import shutil
import sqlite3
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))

from load import Load  # noqa: E402
from mariadb import MariaDb  # noqa: E402
from receiver import Receiver  # noqa: E402
from sites import Site  # noqa: E402
from sqs import Queue, access  # noqa: E402
from wait import until  # noqa: E402

PROGRAM = sys.argv[1]
# A step to leave out, to see that it is missed.
LEFT_OUT = sys.argv[2:]
AFTER_RESTORE = pathlib.Path(__file__).parents[2] / "after-restore.sql"
# As docs/operations.md has them: no more is needed, also to migrate.
RIGHTS = "SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, REFERENCES"
DESK = ("--user=drill", "--password=drill")
ENOUGH = 30
# Orders, their totals and their payments never change in this drill; figures and timelines do, and are the program's to check.
ROWS = "SELECT id, total FROM orders UNION ALL SELECT id, amount FROM transactions"
# Counts that are equal at every moment: an order and its payment are written with their events.
PAIRS = [("SELECT COUNT(*) FROM orders", "SELECT COUNT(*) FROM events WHERE type = 'ORDER_CREATED'"),
         ("SELECT COUNT(*) FROM transactions", "SELECT COUNT(*) FROM events WHERE type = 'TRANSACTION_PROCESSED'")]
# What only SQS had at a moment: events without effects, and webhooks still to be made.
EVENTS_UNDER_WAY = "SELECT id FROM events WHERE id NOT IN (SELECT message_id FROM inbox) AND id NOT IN (SELECT id FROM outbox)"
WEBHOOKS_UNDER_WAY = "SELECT id FROM deliveries WHERE state = 'pending' AND id NOT IN (SELECT id FROM outbox)"
# Events that were not told everybody at that moment: some effect, or some delivery, was still to come.
UNTOLD = """SELECT id FROM events WHERE id NOT IN (SELECT message_id FROM inbox)
            UNION SELECT event_id FROM deliveries WHERE state = 'pending'"""
# What should not be there in the end.
LEFT = {"events without effects": "SELECT COUNT(*) FROM events WHERE id NOT IN (SELECT message_id FROM inbox)",
        "effects of events that never were": "SELECT COUNT(*) FROM timeline WHERE event_id NOT IN (SELECT id FROM events)",
        "webhooks still to be made": "SELECT COUNT(*) FROM deliveries WHERE state = 'pending'",
        "dead letters": "SELECT COUNT(*) FROM dead_letters"}


def create(server, name):
    """Creates a database for a user who may do no more than is needed, and returns its URL."""
    server.create(name)
    server.rows("", f"CREATE USER IF NOT EXISTS drill IDENTIFIED BY 'drill'; GRANT {RIGHTS} ON {name}.* TO drill")
    return f"mysql://drill:drill@127.0.0.1:{server.port}/{name}"


def check_restored(before, copy, after):
    """The copy has what was there before the dump, nothing that was not there after it, and each amount as it is."""
    missing, unknown = set(before) - set(copy), set(copy) - set(after)
    assert not missing, f"{len(missing)} orders or payments of before the dump are not in it"
    assert not unknown, f"{len(unknown)} orders or payments of the dump never were"


def stop_orders(orders):
    """Stops a load of orders, of which none may have failed, and returns how many were placed."""
    orders.stop()
    assert not orders.failed, orders.failed[0]
    return len(orders.placed)


def back_up_under_way(server, queue, receiver, site, dump):
    """A dump while orders come in, and while SQS has messages that the database has not; then work goes on for a while."""
    desk = site.begin("serve", "work")
    desk.call("POST", "/webhook-endpoints", {"url": receiver.url})
    orders = Load(desk.order)
    until("some orders", lambda: len(orders.placed) >= ENOUGH)
    receiver.refuses = True
    until("webhooks that wait", lambda: server.count("first", "SELECT COUNT(*) FROM deliveries WHERE state = 'pending'") > 3)
    site.end("work")
    under_way = [EVENTS_UNDER_WAY, WEBHOOKS_UNDER_WAY]
    until("messages that only SQS has", lambda: all(len(server.rows("first", sql)) > 3 for sql in under_way))
    before = server.rows("first", ROWS)
    with open(dump, "wb") as out:
        server.client("mariadb-dump", "--single-transaction", "first", user=DESK, stdout=out)
    after = server.rows("first", ROWS)

    receiver.refuses = False
    site.begin("work")
    received = receiver.received.total()
    until("more is told", lambda: receiver.received.total() > received + 3)
    site.end("work")
    placed = len(orders.placed)
    until("more orders", lambda: len(orders.placed) > placed + 3)
    placed = stop_orders(orders)
    site.end()
    until("messages of a time that is undone", queue.waiting)
    return before, after, placed


def on_mariadb(folder):
    server = MariaDb(os.environ["COMPTOIR_TEST_MYSQL_URL"])
    endpoint = os.environ["COMPTOIR_TEST_SQS_ENDPOINT"]
    queue = Queue(endpoint, f"restore-{os.getpid()}")
    cloud = {"SQS_QUEUE_URL": queue.url, **access(endpoint)}
    receiver = Receiver()
    site = Site(PROGRAM, folder / "first", DATABASE_URL=create(server, "first"), **cloud)
    site.prepare()
    before, after, placed = back_up_under_way(server, queue, receiver, site, folder / "dump.sql")

    restored = Site(PROGRAM, folder / "restored", DATABASE_URL=create(server, "restored"), **cloud)
    server.run("restored", folder / "dump.sql")
    check_restored(before, server.rows("restored", ROWS), after)
    for one, other in PAIRS:
        counts = server.count("restored", one), server.count("restored", other)
        assert counts[0] == counts[1], f"not of one moment: {counts[0]} by {one}, {counts[1]} by {other}"
    events = {event for event, in server.rows("restored", "SELECT id FROM events")}
    untold = {event for event, in server.rows("restored", UNTOLD)}
    only_sqs = [len(server.rows("restored", sql)) for sql in (EVENTS_UNDER_WAY, WEBHOOKS_UNDER_WAY)]
    received, waiting = dict(receiver.received), queue.waiting()

    # What docs/operations.md says, in its order.
    if "purge" not in LEFT_OUT:
        queue.purge()
    if "resend" not in LEFT_OUT:
        for _ in range(2):
            server.run("restored", AFTER_RESTORE, user=DESK)
    restored.begin("serve", "work")
    restored.quiet()
    code, said = restored.run("replay", "--check")
    restored.end()
    left = {what: number for what, sql in LEFT.items() if (number := server.count("restored", sql))}
    assert not left, f"left: {left}"
    assert code == 0, f"comptoir replay --check: {said}"
    silent = {event for event in events if not receiver.received[event]}
    assert not silent, f"{len(silent)} events were told nobody"
    again = {event for event, times in receiver.received.items() if times > received.get(event, 0)}
    assert again <= untold, f"{len(again - untold)} events were told again that had been told before the dump"
    often = [event for event in again if receiver.received[event] > received.get(event, 0) + 1]
    assert not often, f"{len(often)} events were told twice after the restore"
    print(f"  MariaDB, SQS: {placed} orders, {server.count('restored', PAIRS[0][0])} in the dump; of its {len(events)} events only SQS had "
          f"{only_sqs[0]}, and {only_sqs[1]} webhooks;\n    with {waiting} messages in the queue, all effects are done once, and nothing "
          f"was told again that was told before the dump")


def on_sqlite(folder):
    site = Site(PROGRAM, folder / "laptop")
    site.prepare()
    orders = Load(site.begin("up").order)
    until("some orders", lambda: len(orders.placed) >= ENOUGH)
    live, copy = sqlite3.connect(folder / "laptop" / "comptoir.db"), folder / "copy"
    copy.mkdir()
    before = live.execute(ROWS).fetchall()
    with sqlite3.connect(copy / "comptoir.db") as target:
        live.backup(target)
    after = live.execute(ROWS).fetchall()
    placed = stop_orders(orders)
    live.close()
    site.end()
    shutil.rmtree(folder / "laptop")
    with sqlite3.connect(copy / "comptoir.db") as restored:
        found = restored.execute(ROWS).fetchall()
    check_restored(before, found, after)
    restored = Site(PROGRAM, copy)
    restored.begin("up")
    restored.quiet()
    code, said = restored.run("replay", "--check")
    assert code == 0, f"comptoir replay --check: {said}"
    restored.end()
    print(f"  SQLite: {placed} orders, {len(found)} orders and payments in the copy; nothing differs")


def main():
    with tempfile.TemporaryDirectory(prefix="comptoir-restore-", ignore_cleanup_errors=True) as folder:
        on_mariadb(pathlib.Path(folder))
        on_sqlite(pathlib.Path(folder))
    print("drill-restore: what was backed up is there, and nobody is told twice what they knew")


main()
