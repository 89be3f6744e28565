"""An alarm that is broken in one of these ways is noticed: some scenario ends otherwise. Else the drill would prove nothing."""

import copy

import pytest

from drill import given, healthy, measured, nothing
from evaluation import state
from scenarios import SCENARIOS
from scene import NOW


def higher(alarm):
    alarm["threshold"] = alarm["threshold"] * 1.1 + 1


def lower(alarm):
    alarm["threshold"] = alarm["threshold"] * 0.9 - 1


def turned_round(alarm):
    greater = alarm["comparison_operator"] == "GreaterThanThreshold"
    alarm["comparison_operator"] = "LessThanThreshold" if greater else "GreaterThanThreshold"


def also_when_equal(alarm):
    alarm["comparison_operator"] = alarm["comparison_operator"].replace("Than", "ThanOrEqualTo")


def of_another(alarm):
    for metric in watched(alarm):
        metric["dimensions"] = dict.fromkeys(metric["dimensions"] or ["QueueName"], "another")


def misspelt(alarm):
    for metric in watched(alarm):
        metric["metric_name"] += "s"


def hasty(alarm):
    alarm["datapoints_to_alarm"] -= 1


def patient(alarm):
    alarm["datapoints_to_alarm"] = alarm["evaluation_periods"] = alarm["evaluation_periods"] + 15


def otherwise_without_data(alarm):
    alarm["treat_missing_data"] = "notBreaching" if alarm["treat_missing_data"] == "breaching" else "breaching"


WAYS = [higher, lower, turned_round, also_when_equal, of_another, misspelt, hasty, patient, otherwise_without_data]


def watched(alarm):
    return [query["metric"][0] for query in alarm["metric_query"] if query["metric"]] or [alarm]


def changes_nothing(alarm, way):
    """A way that leaves the alarm what it is, or makes it one that AWS refuses."""
    return (
        way is hasty and alarm["datapoints_to_alarm"] == 1
        # More than a day.
        or way is patient and alarm["period"] == 86400
        # Fewer samples than one are none, which is no data; and how far CloudWatch looks back for some is not documented.
        or way in (lower, hasty) and alarm["statistic"] == "SampleCount"
    )


def outcomes(alarm):
    scenes = [measured(number) for number in range(len(SCENARIOS))]
    return [state(alarm, metrics, NOW, before) for metrics in [*scenes, healthy(), nothing()] for before in ("OK", "ALARM")]


CASES = [(name, way) for name, alarm in given().alarms.items() for way in WAYS if not changes_nothing(alarm, way)]


@pytest.mark.parametrize(("name", "way"), CASES, ids=[f"{name} {way.__name__}" for name, way in CASES])
def test_a_broken_alarm_is_noticed(name, way):
    broken = copy.deepcopy(given().alarms[name])
    way(broken)
    assert outcomes(broken) != outcomes(given().alarms[name])
