"""For each alarm what fires it, and what is near to that and does not."""

from scenarios import application, certificate, cluster, database, logs, queue, silence  # noqa: F401: they register themselves
from scenarios.registry import SCENARIOS

__all__ = ["SCENARIOS"]
