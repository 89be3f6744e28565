"""Waiting for what comes by itself."""

import time


def until(what, happened, seconds=60):
    """Waits until `happened` answers with something true, and returns that; an AssertionError that names `what` when time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if result := happened():
            return result
        time.sleep(0.1)
    raise AssertionError(f"waited in vain, {seconds} s: {what}")
