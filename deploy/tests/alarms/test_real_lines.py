"""The real program's standard output says what alarms and dashboards watch. COMPTOIR_EMF_LINES names a file of it."""

import json
import os
import pathlib

import pytest

import emf
from plan import CATALOGUE

FILE = os.environ.get("COMPTOIR_EMF_LINES")
pytestmark = pytest.mark.skipif(not FILE, reason="neither COMPTOIR_PROGRAM names the real program nor COMPTOIR_EMF_LINES a file of its lines")


@pytest.fixture(scope="module")
def said():
    """The service of each line, and what it says."""
    read = [line for line in pathlib.Path(FILE).read_text().splitlines() if emf.is_emf(line)]
    assert read, "no line in the embedded metric format"
    return [(json.loads(line).get("Service"), emf.read(line)) for line in read]


def test_the_program_says_every_metric_that_is_watched(plan, said):
    points = {(point.namespace, point.name, tuple(point.dimensions.items())) for _, points in said for point in points}
    watched = {(namespace, name, tuple(dimensions.items())) for _, namespace, name, dimensions in plan.metrics_watched()}
    assert {metric for metric in watched if metric[0] == "Comptoir"} - points == set()


def test_the_program_says_no_metric_that_is_not_in_the_catalogue(said):
    for _, points in said:
        for point in points:
            assert sorted(point.dimensions) in CATALOGUE[point.namespace].get(point.name, []), point


@pytest.mark.parametrize(("service", "metric"), [("backend", "Requests"), ("sqs-worker", "EffectsDone")])
def test_each_line_of_a_service_says_its_sign_of_life(said, service, metric):
    """Zero too: the alarms on missing metrics would take a quiet night for a death."""
    names = [{point.name for point in points if point.dimensions} for spoken_by, points in said if spoken_by == service]
    assert names and all(metric in line for line in names if line)
