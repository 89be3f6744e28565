"""Metric math, as much of it as alarms and dashboards here use.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
A value is a number, or a series: one number or None (no data) a period. What is computed from no data is no data, and so is a
division by zero; MAX, MIN, SUM and AVG of several series pass over those that have no data.
"""

import operator
import re

TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|(&&|\|\||[<>=!]=|[-+*/()<>,\[\]]))")
LEVELS = [["||", "OR"], ["&&", "AND"], ["==", "!=", "<=", ">=", "<", ">"], ["+", "-"], ["*", "/"]]
BINARY = {
    "||": lambda a, b: int(bool(a) or bool(b)), "&&": lambda a, b: int(bool(a) and bool(b)),
    "==": lambda a, b: int(a == b), "!=": lambda a, b: int(a != b),
    "<=": lambda a, b: int(a <= b), ">=": lambda a, b: int(a >= b),
    "<": lambda a, b: int(a < b), ">": lambda a, b: int(a > b),
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": lambda a, b: a / b if b else None,
}
BINARY |= {"OR": BINARY["||"], "AND": BINARY["&&"]}
OVER_SERIES = {"MAX": max, "MIN": min, "SUM": sum, "AVG": lambda values: sum(values) / len(values)}


def evaluate(expression, series):
    """`series`: name → list of numbers or None, all of the same length. Gives a list of that length."""
    length = len(next(iter(series.values())))
    parser = Parser(expression, series)
    result = parser.level(0)
    if parser.tokens:
        raise ValueError(f"{expression}: not understood from {parser.tokens[0]!r} on")
    return result if isinstance(result, list) else [result] * length


def pointwise(function, *values):
    """Applies a function period by period; numbers stand for all periods."""
    lengths = [len(value) for value in values if isinstance(value, list)]
    if not lengths:
        return None if None in values else function(*values)
    columns = [value if isinstance(value, list) else [value] * lengths[0] for value in values]
    return [None if None in row else function(*row) for row in zip(*columns)]


class Parser:
    def __init__(self, expression, series):
        self.series = series
        self.tokens, at = [], 0
        while expression[at:].strip():
            match = TOKEN.match(expression, at)
            if not match:
                raise ValueError(f"{expression}: not understood at {expression[at:]!r}")
            self.tokens.append(match.group().strip())
            at = match.end()

    def take(self, *wanted):
        if self.tokens and (not wanted or self.tokens[0] in wanted):
            return self.tokens.pop(0)
        return None

    def need(self, wanted):
        if not self.take(wanted):
            raise ValueError(f"{wanted!r} is missing before {self.tokens[:1]}")

    def level(self, level):
        """Operators bind more tightly from level to level, and from left to right within one."""
        if level == len(LEVELS):
            return self.operand()
        left = self.level(level + 1)
        while sign := self.take(*LEVELS[level]):
            left = pointwise(BINARY[sign], left, self.level(level + 1))
        return left

    def operand(self):
        token = self.take()
        if token is None:
            raise ValueError("the expression ends too early")
        if token == "(":
            inner = self.level(0)
            self.need(")")
            return inner
        if token == "-":
            return pointwise(operator.neg, self.operand())
        if token == "[":
            return self.listed("]")
        if token[0].isdigit():
            return float(token)
        return self.call(token) if self.take("(") else self.series[token]

    def listed(self, end):
        items = [self.level(0)]
        while self.take(","):
            items.append(self.level(0))
        self.need(end)
        return items

    def call(self, name):
        arguments = self.listed(")")
        if name == "IF":
            return choose(*arguments)
        if name in OVER_SERIES:
            present = [[value for value in row if value is not None] for row in zip(*arguments[0])]
            return [OVER_SERIES[name](row) if row else None for row in present]
        raise ValueError(f"no such function here: {name}")


def choose(condition, then, otherwise):
    """IF: only the chosen side needs data."""
    if not isinstance(condition, list):
        return then if condition else otherwise
    def at(value, period):
        return value[period] if isinstance(value, list) else value
    return [None if chosen is None else at(then if chosen else otherwise, period) for period, chosen in enumerate(condition)]
