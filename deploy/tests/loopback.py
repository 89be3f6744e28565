"""Ports and HTTP on this machine, past any proxy."""

import socket
import urllib.request

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def free_port():
    """A TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(url):
    """Whether a GET is answered with 200 within two seconds."""
    try:
        return DIRECT.open(url, timeout=2).status == 200
    except OSError:
        return False


def read(url):
    """The body of the answer to a GET, as text; an OSError where it is refused."""
    with DIRECT.open(url, timeout=5) as answer:
        return answer.read().decode()
