"""Alarms and dashboards name metrics that somebody sends, with the dimensions they are sent with."""

import json
import os
import pathlib
import re

import pytest

import emf
from plan import rows

CATALOGUE = json.loads((pathlib.Path(__file__).parent / "metrics.json").read_text())
# Values that identify one of few things; anything else, an order's or a person's id above all, would be billed by the value.
DIMENSIONS = {"Service", "ClusterName", "Namespace", "PodName", "QueueName", "DBInstanceIdentifier", "CertificateArn"}


def test_each_metric_exists_with_its_dimensions(plan):
    unknown = [
        (who, namespace, name, dimensions)
        for who, namespace, name, dimensions in plan.metrics_watched()
        if sorted(dimensions) not in CATALOGUE.get(namespace, {}).get(name, [])
    ]
    assert unknown == []


def test_dimensions_have_few_values(plan):
    assert {name for _, _, _, dimensions in plan.metrics_watched() for name in dimensions} <= DIMENSIONS
    assert all(not found["metric_transformation"][0]["dimensions"] for found in plan.filters)


def test_the_metric_filters_make_what_is_watched(plan):
    made = {found["metric_transformation"][0]["name"] for found in plan.filters}
    assert made == CATALOGUE["Comptoir/Logs"].keys()


def test_searches_and_expressions_on_dashboards_name_what_exists(plan):
    for body in plan.dashboards.values():
        ids = {options["id"] for _, row in rows(body) if isinstance(options := row[-1], dict) and "id" in options}
        for title, row in rows(body):
            if "expression" not in (row[0] if isinstance(row[0], dict) else {}):
                continue
            expression = row[0]["expression"]
            if search := re.fullmatch(r"""SEARCH\('\{([^,}]+),([^}]+)\} MetricName="(\w+)"', '(\w+)', \d+\)""", expression):
                namespace, dimensions, name, _ = search.groups()
                assert sorted(dimensions.split(",")) in CATALOGUE[namespace][name], title
            else:
                assert set(re.findall(r"[a-z]\w*", expression)) <= ids, title


@pytest.mark.skipif(not os.environ.get("COMPTOIR_EMF_LINES"), reason="COMPTOIR_EMF_LINES names no file of the real program's lines")
class TestRealLines:
    @pytest.fixture(scope="class")
    def lines(self):
        read = pathlib.Path(os.environ["COMPTOIR_EMF_LINES"]).read_text().splitlines()
        found = [(json.loads(line), emf.read(line)) for line in read if emf.is_emf(line)]
        assert found, "no line in the embedded metric format"
        return found

    def test_the_program_says_every_metric_that_is_watched(self, plan, lines):
        said = {(point.name, tuple(point.dimensions.items())) for _, points in lines for point in points if point.namespace == "Comptoir"}
        wanted = {(name, tuple(dimensions.items())) for _, namespace, name, dimensions in plan.metrics_watched() if namespace == "Comptoir"}
        assert wanted - said == set()

    def test_the_program_says_no_metric_that_is_not_in_the_catalogue(self, lines):
        for _, points in lines:
            for point in points:
                assert sorted(point.dimensions) in CATALOGUE[point.namespace][point.name]

    @pytest.mark.parametrize(("service", "metric"), [("backend", "Requests"), ("sqs-worker", "EffectsDone")])
    def test_each_line_of_a_service_says_its_sign_of_life(self, lines, service, metric):
        """Zero too: the alarms on missing metrics would take a quiet night for a death."""
        spoken = [{point.name for point in points} for root, points in lines if root.get("Service") == service]
        assert spoken and all(metric in names for names in spoken)
