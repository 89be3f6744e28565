"""Waiting for what comes by itself."""

import time


def until(what, happened, seconds=60):
    """The first true answer of `happened`; an AssertionError that names `what` when there is none in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if result := happened():
            return result
        time.sleep(0.1)
    raise AssertionError(f"waited in vain, {seconds} s: {what}")
