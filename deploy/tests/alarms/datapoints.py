"""What CloudWatch keeps: values of a metric at a time, and the statistics over a period of them.

A metric is its namespace, its name and exactly its dimensions: one value more or less, and it is another metric.
"""

from collections import defaultdict


class Metrics:
    def __init__(self):
        # (namespace, name, dimensions) → {second: [(value, how often)]}
        self.values = defaultdict(lambda: defaultdict(list))

    def put(self, namespace, name, dimensions, second, values):
        """`values`: (value, how often) pairs."""
        self.values[key(namespace, name, dimensions)][second].extend(values)

    def remove(self, namespace, name, dimensions):
        self.values.pop(key(namespace, name, dimensions), None)

    def series(self, namespace, name, dimensions, stat, period, start, end):
        """The statistic of each period from `start` to `end` (seconds), oldest first; None where nothing was said."""
        said = self.values.get(key(namespace, name, dimensions), {})
        points = []
        for begin in range(start, end, period):
            pairs = [pair for second, pairs in said.items() if begin <= second < begin + period for pair in pairs]
            points.append(statistic(stat, pairs) if pairs else None)
        return points


def key(namespace, name, dimensions):
    return namespace, name, tuple(sorted((dimensions or {}).items()))


def statistic(stat, pairs):
    count = sum(often for _, often in pairs)
    total = sum(value * often for value, often in pairs)
    if stat == "Sum":
        return total
    if stat == "SampleCount":
        return count
    if stat == "Average":
        return total / count
    if stat == "Maximum":
        return max(value for value, _ in pairs)
    if stat == "Minimum":
        return min(value for value, _ in pairs)
    raise ValueError(f"no such statistic here: {stat}")
