"""docs/alarms.md has a section for each alarm, where the alarm's description links to."""

import re

from plan import ROOT

PAGE = (ROOT / "docs" / "alarms.md").read_text()
SECTIONS = {section.splitlines()[0].strip(): section for section in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]}


def anchor(alarm):
    return alarm["alarm_description"].partition("#")[2]


def test_each_alarm_has_a_section_and_each_section_an_alarm(plan):
    linked = {anchor(alarm) for alarm in plan.alarms.values()}
    assert linked == {title for title in SECTIONS if title.startswith("alarm-")}


def test_each_section_says_what_it_means_what_to_look_at_what_to_do_and_when_it_ends():
    parts = ["**Means**", "**First look**", "**Do**", "**Ends**"]
    for title, text in SECTIONS.items():
        if title.startswith("alarm-"):
            assert [part for part in parts if part in text] == parts, title


def test_each_section_names_its_alarms(plan):
    for alarm in plan.alarms.values():
        assert f"`{alarm['alarm_name']}`" in SECTIONS[anchor(alarm)]


def test_aws_takes_the_descriptions(plan):
    assert all(len(alarm["alarm_description"]) <= 1024 for alarm in plan.alarms.values())
