"""Examples from AWS' page on filter patterns, and the lines that are really written."""

import json
import re

import pytest

from filter_pattern import matches
from plan import ROOT
from scene import access, logged, with_pod

EVENT = json.dumps({
    "eventType": "UpdateTrail", "sourceIPAddress": "111.111.111.111", "count": 4, "ok": True, "nothing": None,
    "user": {"id": 1, "email": "John.Stiles@example.com"},
})


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ('{ $.eventType = "UpdateTrail" }', True),
        ('{ $.eventType = "UpdateTrai" }', False),
        ('{ $.eventType = "Update*" }', True),
        ('{ $.sourceIPAddress != "123.123.*" }', True),
        ('{ $.absent = "x" }', False),
        ('{ $.absent != "x" }', False),
        ("{ $.count = 4 }", True),
        ("{ $.count >= 5 }", False),
        ("{ $.count < 5 && $.count > 3 }", True),
        ("{ $.eventType >= 5 }", False),
        ("{ $.ok >= 0 }", False),
        ("{ $.user.id = 1 }", True),
        ('{ ($.user.id = 2) || ($.user.email = "John.Stiles@*") }', True),
        ('{ ($.user.id = 2 || $.count = 4) && ($.eventType = "Delete*") }', False),
        ("", True),
        ("UpdateTrail", True),
        ("UpdateTrail DeleteTrail", False),
        ("?UpdateTrail ?DeleteTrail", True),
        ("UpdateTrail -Stiles", False),
        ('"example.com"', True),
    ],
)
def test_a_pattern_matches_a_line_or_not(pattern, expected):
    assert matches(pattern, EVENT) is expected


@pytest.mark.parametrize("pattern", ['{ $.a = "1"', '{ ($.a = "1" }', '{ $.a = "1" $.b = "2" }', '{ $.a > "1" }'])
def test_what_is_not_understood_is_not_guessed(pattern):
    with pytest.raises((ValueError, IndexError)):
        matches(pattern, EVENT)


def test_a_json_pattern_matches_nothing_else_than_json():
    assert not matches('{ $.level = "ERROR" }', 'level = "ERROR"')


REFUSED = "connect() failed (111: Connection refused) while connecting to upstream"
NGINX_ERROR = f"2026/11/22 23:30:00 [error] 31#31: *7 {REFUSED}"
ERRORS = [logged("ERROR"), with_pod(logged("ERROR"))]
NO_ERRORS = [logged("WARN"), with_pod(logged("INFO")), "ERROR in plain text"]
# metric → lines it counts, lines it does not
LINES = {
    "BackendErrorLines": (ERRORS, NO_ERRORS),
    "AppErrorLines": (ERRORS, NO_ERRORS),
    "FrontendErrorLines": (
        [NGINX_ERROR, json.dumps({"log": NGINX_ERROR}), NGINX_ERROR.replace("error", "crit")],
        [access(500), NGINX_ERROR.replace("error", "warn")],
    ),
    "FrontendRequests": ([access(200), access(502), with_pod(access(304))], [NGINX_ERROR, logged("INFO")]),
    "FrontendServerErrors": (
        [access(500), access(502), with_pod(access(504))],
        [access(200), access(404), access(499), with_pod(access(404)), NGINX_ERROR],
    ),
}


def test_each_filter_counts_its_lines_and_no_other(plan):
    patterns = {found["metric_transformation"][0]["name"]: found["pattern"] for found in plan.filters}
    assert patterns.keys() == LINES.keys()
    for name, pattern in patterns.items():
        counted, others = LINES[name]
        assert [line for line in counted + others if matches(pattern, line)] == counted, name


def test_nginx_writes_the_status_as_a_number_where_the_filters_look():
    settings = (ROOT / "deploy" / "docker" / "nginx" / "nginx.conf").read_text()
    if "log_format json" not in settings:
        pytest.skip("nginx.conf does not write JSON yet")
    written = "".join(re.findall(r"'([^']*)'", settings.split("log_format json", 1)[1].split(";", 1)[0]))
    line = json.loads(re.sub(r"\$\w+", "502", written))
    assert line.keys() == json.loads(access(502)).keys() and line["status"] == 502
