"""The state of an alarm, as CloudWatch finds it. An alarm is what the plan holds of an aws_cloudwatch_metric_alarm.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html and alarms-and-missing-data.html
"""

import operator

import metric_math

COMPARISONS = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
# CloudWatch looks further back than the alarm asks for; how far is not said, but for this example: 5 points for 3 periods.
FURTHER_BACK = 2


def state(alarm, metrics, now, before="OK"):
    """OK, ALARM or INSUFFICIENT_DATA at `now`, in seconds; `before` is the state until then."""
    breaches = COMPARISONS[alarm["comparison_operator"]]
    points = [None if point is None else breaches(point, alarm["threshold"]) for point in watched(alarm, metrics, now)]
    wanted = alarm["datapoints_to_alarm"] or alarm["evaluation_periods"]
    return decide(points, alarm["evaluation_periods"], wanted, alarm["treat_missing_data"] or "missing", before)


def watched(alarm, metrics, now):
    """The values that are compared, oldest first, of whole periods that are over."""
    queries = alarm["metric_query"]
    single = {"id": "watched", "metric": [alarm | {"stat": alarm["statistic"]}], "return_data": True}
    named = {query["id"]: query["metric"][0] for query in queries or [single] if query["metric"]}
    period = next(iter(named.values()))["period"]
    end = now // period * period
    start = end - (alarm["evaluation_periods"] + FURTHER_BACK) * period
    series = {
        name: metrics.series(metric["namespace"], metric["metric_name"], metric["dimensions"], metric["stat"], period, start, end)
        for name, metric in named.items()
    }
    result = next(query for query in queries or [single] if query["return_data"])
    return series[result["id"]] if result["metric"] else metric_math.evaluate(result["expression"], series)


def decide(points, periods, wanted, missing, before):
    """`points`: True (breaching), False or None (missing), oldest first; `wanted` of `periods` must breach."""
    real = [point for point in points if point is not None]
    if len(real) >= periods:
        # Enough was said: what is missing does not matter.
        return "ALARM" if sum(real[-periods:]) >= wanted else "OK"
    filled = periods - len(real)
    if missing == "breaching":
        return "ALARM" if sum(real) + filled >= wanted else "OK"
    if missing == "notBreaching":
        return "ALARM" if sum(real) >= wanted else "OK"
    if sum(real) >= wanted:
        return "ALARM"
    if False in real:
        return "OK"
    # Nothing good was said, and too little that is bad.
    if missing == "ignore":
        return before
    # Once the oldest bad point is as old as M, only bad or missing ones follow: that is enough.
    oldest = points.index(True) if real else len(points)
    return "ALARM" if real and len(points) - oldest >= wanted else "INSUFFICIENT_DATA"
