"""Against AWS' own examples of missing data (alarms-and-missing-data.html): 0 is good, X is breaching, - is missing."""

import pytest

from datapoints import Metrics
from evaluation import decide, state

POINTS = {"0": False, "X": True, "-": None}
# What "ignore" gives where the state stays what it was.
STAYS = "before"
THREE_OF_THREE = [
    # points         missing              ignore   breaching notBreaching
    ("0 - X - X", "OK", "OK", "OK", "OK"),
    ("0 - - - -", "OK", "OK", "OK", "OK"),
    ("- - - - -", "INSUFFICIENT_DATA", STAYS, "ALARM", "OK"),
    ("0 X X - X", "ALARM", "ALARM", "ALARM", "ALARM"),
    ("- - X - -", "ALARM", STAYS, "ALARM", "OK"),
    # From the page's earlier edition.
    ("- - - - X", "INSUFFICIENT_DATA", STAYS, "ALARM", "OK"),
    ("X - - - -", "ALARM", STAYS, "ALARM", "OK"),
]
TWO_OF_THREE = [
    ("0 - X - X", "ALARM", "ALARM", "ALARM", "ALARM"),
    ("0 0 X 0 X", "ALARM", "ALARM", "ALARM", "ALARM"),
    ("0 - X - -", "OK", "OK", "ALARM", "OK"),
    ("- - - - 0", "OK", "OK", "ALARM", "OK"),
    ("- - - X -", "ALARM", STAYS, "ALARM", "OK"),
    ("- - - - X", "INSUFFICIENT_DATA", STAYS, "ALARM", "OK"),
]
EXAMPLES = [
    (wanted, row[0], missing, row[column])
    for wanted, table in ((3, THREE_OF_THREE), (2, TWO_OF_THREE))
    for row in table
    for column, missing in enumerate(("missing", "ignore", "breaching", "notBreaching"), 1)
]


@pytest.mark.parametrize(("wanted", "points", "missing", "expected"), EXAMPLES)
def test_missing_data_is_treated_as_aws_says(wanted, points, missing, expected):
    points = [POINTS[sign] for sign in points.split()]
    assert decide(points, 3, wanted, missing, STAYS) == expected


def alarm(**changes):
    usual = {
        "namespace": "N", "metric_name": "m", "dimensions": {"D": "d"}, "statistic": "Average", "period": 60, "metric_query": [],
        "comparison_operator": "GreaterThanThreshold", "threshold": 10, "evaluation_periods": 1, "datapoints_to_alarm": None,
        "treat_missing_data": "missing",
    }
    return usual | changes


def said(*values, dimensions=None):
    metrics = Metrics()
    for minute, value in enumerate(values):
        metrics.put("N", "m", dimensions or {"D": "d"}, 60 * minute, [(value, 1)])
    return metrics


@pytest.mark.parametrize(
    ("comparison", "below", "same", "above"),
    [
        ("GreaterThanThreshold", "OK", "OK", "ALARM"),
        ("GreaterThanOrEqualToThreshold", "OK", "ALARM", "ALARM"),
        ("LessThanThreshold", "ALARM", "OK", "OK"),
        ("LessThanOrEqualToThreshold", "ALARM", "ALARM", "OK"),
    ],
)
def test_each_comparison_breaches_on_its_side(comparison, below, same, above):
    compared = [state(alarm(comparison_operator=comparison), said(value), 60) for value in (9, 10, 11)]
    assert compared == [below, same, above]


def test_the_minute_that_is_not_over_does_not_count():
    assert state(alarm(), said(1, 99), 119) == "OK"
    assert state(alarm(), said(1, 99), 120) == "ALARM"


def test_a_metric_with_other_dimensions_is_another_metric():
    assert state(alarm(), said(99, dimensions={"D": "e"}), 60) == "INSUFFICIENT_DATA"
    assert state(alarm(), said(99, dimensions={"D": "d", "E": "e"}), 60) == "INSUFFICIENT_DATA"


STATISTICS = [("Sum", 17), ("Average", 4.25), ("Maximum", 8), ("Minimum", 1), ("SampleCount", 4)]


@pytest.mark.parametrize(("stat", "expected"), STATISTICS)
def test_statistics_count_a_value_as_often_as_it_was_said(stat, expected):
    metrics = Metrics()
    metrics.put("N", "m", {}, 5, [(4, 2), (1, 1)])
    metrics.put("N", "m", {}, 50, [(8, 1)])
    assert metrics.series("N", "m", {}, stat, 60, 0, 120) == [expected, None]
