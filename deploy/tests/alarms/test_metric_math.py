import pytest

from metric_math import evaluate

SERIES = {"a": [1, 2, None, 4], "b": [10, 0, 30, None], "few": [5, 20, 21, None]}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("a", [1, 2, None, 4]),
        ("a + 2 * 3", [7, 8, None, 10]),
        ("(a + 2) * 3", [9, 12, None, 18]),
        ("10 - 4 - 3 + 0 * a", [3, 3, None, 3]),
        ("-a", [-1, -2, None, -4]),
        # What is computed from no data is no data.
        ("a + b", [11, 2, None, None]),
        # A division by zero gives no data.
        ("100 * a / b", [10, None, None, None]),
        ("a >= 2", [0, 1, None, 1]),
        ("a >= 2 && b > 5", [0, 0, None, None]),
        ("a == 1 OR b == 0", [1, 1, None, None]),
        # IF, of AWS' examples: a scalar or a series on either side.
        ("IF(a > 1, 1, 0)", [0, 1, None, 1]),
        ("IF(few >= 20, a, 0)", [0, 2, None, None]),
        ("IF(few >= 20, 100 * b / few, 0)", [0, 0, pytest.approx(142.857, abs=0.001), None]),
        # Functions over several series pass over those that say nothing.
        ("MAX([a, b])", [10, 2, 30, 4]),
        ("MIN([a, b])", [1, 0, 30, 4]),
        ("SUM([a, b, few])", [16, 22, 51, 4]),
        ("AVG([a, b])", [5.5, 1, 30, 4]),
        ("3", [3, 3, 3, 3]),
    ],
)
def test_expressions(expression, expected):
    result = evaluate(expression, SERIES)
    assert [int(value) if isinstance(value, bool) else value for value in result] == expected


@pytest.mark.parametrize("expression", ["a +", "a b", "(a", "IF(a > 1, 1, 0", "a § b", "SEARCH(a)", "unknown"])
def test_what_is_not_understood_is_not_guessed(expression):
    with pytest.raises((ValueError, KeyError)):
        evaluate(expression, SERIES)
