"""What is measured in each scenario, and the state of an alarm then."""

import functools

from evaluation import state
from plan import Plan
from scenarios import SCENARIOS
from scene import NOW, Scene


@functools.cache
def given():
    return Plan.given()


@functools.cache
def measured(number):
    """It does not depend on alarms, so it is computed once."""
    scene = Scene()
    SCENARIOS[number][3](scene)
    return scene.metrics(given().filters)


@functools.cache
def healthy():
    return Scene().metrics(given().filters)


@functools.cache
def nothing():
    scene = Scene()
    scene.nothing_at_all()
    return scene.metrics(given().filters)


def in_state(wanted, metrics, before="OK"):
    """The alarms that are in this state then, having been in `before`."""
    return {name for name, alarm in given().alarms.items() if state(alarm, metrics, NOW, before) == wanted}
