"""Every alarm of the plan fires when it should, and does not when it is close."""

import pytest

from drill import given, healthy, in_state, measured, nothing
from scenarios import SCENARIOS

NAMES = [f"{'+'.join(sorted(about))}: {'' if fired else 'not when '}{name}" for name, about, fired, _ in SCENARIOS]
SILENCE = {"metrics-missing", "metrics-missing-backend", "metrics-missing-totals"}


def test_every_alarm_has_a_scenario_that_fires_it_and_one_that_does_not():
    fire = set().union(*(fired for _, _, fired, _ in SCENARIOS))
    spare = set().union(*(about for _, about, fired, _ in SCENARIOS if not fired))
    assert fire == given().alarms.keys(), "alarms without a scenario that fires them, or scenarios without an alarm"
    assert spare == given().alarms.keys(), "alarms without a scenario that spares them, or scenarios without an alarm"


@pytest.mark.parametrize("number", range(len(SCENARIOS)), ids=NAMES)
def test_scenario(number):
    assert in_state("ALARM", measured(number)) == SCENARIOS[number][2]


@pytest.mark.parametrize("before", ["INSUFFICIENT_DATA", "ALARM"])
def test_in_a_healthy_hour_every_alarm_ends(before):
    assert in_state("OK", healthy(), before) == given().alarms.keys()


def test_without_any_data_silence_is_told_and_nothing_is_forgotten():
    assert in_state("ALARM", nothing()) == SILENCE | {"certificate-expiry"}
    # These tell by insufficient_data_actions.
    unknown = {"high-cpu", "high-memory", "pod-memory", "database-storage", "database-connections", "database-cpu-credits"}
    assert in_state("INSUFFICIENT_DATA", nothing()) == unknown
    # What was open stays open while nobody counts.
    assert in_state("ALARM", nothing(), before="ALARM") == SILENCE | {"certificate-expiry", "open-dead-letters", "outbox-lag"}
