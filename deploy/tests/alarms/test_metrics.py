"""Alarms and dashboards name metrics that somebody sends, with the dimensions they are sent with."""

import re

from plan import CATALOGUE, rows

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
