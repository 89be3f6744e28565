"""Whether a filter pattern of CloudWatch Logs matches a line: JSON patterns, and terms of plain text.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
"""

import json
import operator
import re

TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|\$(?:\.\w+)+|&&|\|\||[<>!]=|[()=<>]|[-\w.*]+)')
TERM = re.compile(r'([?-]?)("(?:[^"\\]|\\.)*"|\S+)')
NUMBERS = {"=": operator.eq, "!=": operator.ne, "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge}


def matches(pattern, line):
    pattern = pattern.strip()
    if not pattern.startswith("{"):
        return matches_text(pattern, line)
    if not pattern.endswith("}"):
        raise ValueError(f"{pattern}: the brace is not closed")
    tokens = tokens_of(pattern[1:-1])
    try:
        root = json.loads(line)
    except json.JSONDecodeError:
        root = None
    found = either(tokens, root)
    if tokens:
        raise ValueError(f"{pattern}: not understood from {tokens[0]!r} on")
    # A JSON pattern matches nothing else than JSON.
    return found and isinstance(root, dict)


def matches_text(pattern, line):
    """Each term must be in the line, none with - before it, and at least one of those with ? before them."""
    terms = [(sign, json.loads(term) if term.startswith('"') else term) for sign, term in TERM.findall(pattern)]
    optional = [term in line for sign, term in terms if sign == "?"]
    return (
        all(term in line for sign, term in terms if sign == "")
        and not any(term in line for sign, term in terms if sign == "-")
        and (any(optional) or not optional)
    )


def tokens_of(text):
    tokens, at = [], 0
    while text[at:].strip():
        match = TOKEN.match(text, at)
        if not match:
            raise ValueError(f"not understood: {text[at:]!r}")
        tokens.append(match.group(1))
        at = match.end()
    return tokens


def either(tokens, root):
    found = both(tokens, root)
    while tokens[:1] == ["||"]:
        tokens.pop(0)
        found = both(tokens, root) or found
    return found


def both(tokens, root):
    found = condition(tokens, root)
    while tokens[:1] == ["&&"]:
        tokens.pop(0)
        found = condition(tokens, root) and found
    return found


def condition(tokens, root):
    first = tokens.pop(0)
    if first == "(":
        found = either(tokens, root)
        if tokens.pop(0) != ")":
            raise ValueError("a parenthesis is not closed")
        return found
    sign, wanted = tokens.pop(0), tokens.pop(0)
    return compare(value_at(root, first), sign, wanted)


def value_at(root, selector):
    for name in selector.split(".")[1:]:
        root = root.get(name) if isinstance(root, dict) else None
    return root


def compare(value, sign, wanted):
    """A text is compared with a quoted text, in which * stands for anything; a number with a number."""
    if wanted.startswith('"'):
        if sign not in ("=", "!="):
            raise ValueError(f"texts are equal or not: {sign} {wanted}")
        mask = ".*".join(map(re.escape, json.loads(wanted).split("*")))
        same = isinstance(value, str) and re.fullmatch(mask, value, re.DOTALL) is not None
        return same if sign == "=" else isinstance(value, str) and not same
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return NUMBERS[sign](value, float(wanted))
