"""`fires` and `spares` are told the alarms that a scenario is about. One that fires some must fire exactly those: the rest of the
system is healthy.
"""

SCENARIOS = []


def fires(*alarms):
    return register(alarms, set(alarms))


def spares(*alarms):
    return register(alarms, set())


def register(about, fired):
    def remember(arrange):
        SCENARIOS.append((arrange.__name__, set(about), fired, arrange))
        return arrange

    return remember


def lately(minutes, value, otherwise):
    return lambda ago: value if ago <= minutes else otherwise
