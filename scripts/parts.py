"""The parts of `make test` and of `make prove`, each a make target, and in which order they are run."""

from typing import NamedTuple


class Part(NamedTuple):
    name: str
    # Parts that must have ended before: what they leave is used.
    after: tuple[str, ...] = ()
    # Whether cargo builds for minutes: it locks its folder, so two of those would wait for each other.
    builds: bool = False
    # What scripts/tools.py must have installed; where it cannot, the part is not checked.
    tools: tuple[str, ...] = ()
    # Whether it checks something, or only prepares what others need.
    checks: bool = True


# The cheap ones first: what is wrong or missing is told early.
TEST = (
    Part("format"),
    Part("deny", tools=("checks",)),
    Part("unused", tools=("checks",)),
    Part("workflows"),
    Part("lint", builds=True),
    Part("web"),
    Part("cloud"),
    Part("build", after=("web",), builds=True, checks=False),
    Part("former", builds=True, checks=False),
    Part("tests", after=("build", "former")),
    Part("e2e", after=("build",), tools=("chromium",)),
    # These two mostly wait.
    Part("drills", after=("build", "former", "cloud")),
    Part("kills", after=("build",)),
)
# Each the long form of what a part of TEST does; one at a time, so that they meet no load but their own.
PROVE = (
    Part("crash", builds=True),
    Part("fuzz", builds=True, after=("crash",), tools=("fuzz",)),
    Part("storm", builds=True, after=("fuzz",)),
    Part("rollouts", builds=True, after=("storm",)),
    Part("images", after=("rollouts",)),
)
LANES = 2


def next_part(parts, ended, running):
    """The first part that may begin now; None while there is none."""
    if len(running) >= LANES:
        return None
    for part in parts:
        waits = part.name in ended or part in running or not ended.issuperset(part.after)
        if not waits and not (part.builds and any(one.builds for one in running)):
            return part
    return None
