import json

import pytest

import emf


def line(root=None, **directive):
    usual = {"Namespace": "N", "Dimensions": [["Service"]], "Metrics": [{"Name": "m", "Unit": "Count"}]}
    about = {"Timestamp": 1763899200123, "CloudWatchMetrics": [usual | directive]}
    return json.dumps({"_aws": about, "Service": "backend", "m": 3} | (root or {}))


def test_a_line_says_a_value_of_a_metric_with_its_dimensions():
    assert emf.read(line()) == [("N", "m", {"Service": "backend"}, "Count", 1763899200, [(3, 1)])]


def test_each_set_of_dimensions_is_a_metric_of_its_own():
    assert [point.dimensions for point in emf.read(line(Dimensions=[["Service"], []]))] == [{"Service": "backend"}, {}]


def test_without_any_set_nothing_is_said():
    assert emf.read(line(Dimensions=[])) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (2.5, [(2.5, 1)]),
        ([1, 2, 2], [(1, 1), (2, 1), (2, 1)]),
        ({"Values": [1, 2], "Counts": [3, 4]}, [(1, 3), (2, 4)]),
        ({"Values": [1, 2]}, [(1, 1), (2, 1)]),
        ([], []),
    ],
)
def test_a_value_is_a_number_a_list_or_values_with_counts(value, expected):
    assert emf.read(line({"m": value}))[0].values == expected


@pytest.mark.parametrize(
    "wrong",
    [
        "not JSON",
        '{"message": "of something else"}',
        line({"Service": 7}),
        line({"m": "3"}),
        line({"m": True}),
        line({"m": {"Values": [1, 2], "Counts": [1]}}),
        line({"m": list(range(101))}),
        line(Metrics=[{"Name": "absent"}]),
        line({f"m{n}": 1 for n in range(101)}, Metrics=[{"Name": f"m{n}"} for n in range(101)]),
    ],
)
def test_what_cloudwatch_would_pass_over_is_refused(wrong):
    with pytest.raises(emf.NotEmf):
        emf.read(wrong)
