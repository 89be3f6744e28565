"""A second opinion on the alarms that watch one metric: ministack's CloudWatch, an emulator that this project did not write.

It takes the plan's alarms through AWS' own client, changes their states by what is put, and has SNS tell it. It pools all that
was said in the alarm's periods and knows neither dimensions, M of N, missing data nor metric math; those are evaluation.py's.
"""

import json
import time

import boto3
import pytest

from datapoints import key
from drill import given, healthy, measured
from emulator import Emulator
from scenarios import SCENARIOS
from scene import NOW

# What is pooled over several periods must be comparable to a threshold for one.
COMPARABLE = sorted(
    name for name, alarm in given().alarms.items()
    if not alarm["metric_query"] and (alarm["statistic"] in ("Average", "Maximum", "Minimum") or alarm["evaluation_periods"] == 1)
)


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory):
    emulator = Emulator(tmp_path_factory.mktemp("ministack"), "cloudwatch,sns,sqs")
    try:
        yield emulator.wait_ready().endpoint
    finally:
        emulator.terminate()
        emulator.wait(15)


class Account:
    """An AWS account of its own for each alarm: ministack reads the account's number from the key."""

    def __init__(self, endpoint, number):
        def client(service):
            keys = {"aws_access_key_id": f"{number:012}", "aws_secret_access_key": "test"}
            return boto3.client(service, endpoint_url=endpoint, region_name="us-east-1", **keys)

        self.cloudwatch, self.sns, self.sqs = client("cloudwatch"), client("sns"), client("sqs")
        self.topic = self.sns.create_topic(Name="devops-ppp-alarms")["TopicArn"]
        self.mailbox = self.sqs.create_queue(QueueName="mailbox")["QueueUrl"]
        address = self.sqs.get_queue_attributes(QueueUrl=self.mailbox, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        self.sns.subscribe(TopicArn=self.topic, Protocol="sqs", Endpoint=address)

    def put_alarm(self, alarm):
        """As the provider does; the client refuses what CloudWatch's own description does not allow."""
        queries = [query(of) for of in alarm["metric_query"]]
        single = {} if queries else metric(alarm) | {"Statistic": alarm["statistic"], "Period": alarm["period"]}
        self.cloudwatch.put_metric_alarm(
            AlarmName=alarm["alarm_name"],
            AlarmDescription=alarm["alarm_description"],
            ComparisonOperator=alarm["comparison_operator"],
            Threshold=alarm["threshold"],
            EvaluationPeriods=alarm["evaluation_periods"],
            DatapointsToAlarm=alarm["datapoints_to_alarm"],
            TreatMissingData=alarm["treat_missing_data"],
            AlarmActions=[self.topic],
            OKActions=[self.topic],
            **({"Metrics": queries} if queries else single),
        )

    def put_metrics(self, alarm, metrics):
        """What was said in the alarm's periods, as if they ended now (and a little later, for what is said takes time)."""
        said = metrics.values[key(alarm["namespace"], alarm["metric_name"], alarm["dimensions"])]
        start, late = NOW - alarm["period"] * alarm["evaluation_periods"], time.time() - NOW + 5
        of = metric(alarm)
        del of["Namespace"]
        data = [
            of | {"Timestamp": second + late, "Values": [v for v, _ in pairs], "Counts": [often for _, often in pairs]}
            for second, pairs in said.items() if second >= start
        ]
        self.cloudwatch.put_metric_data(Namespace=alarm["namespace"], MetricData=data)

    def state(self, alarm):
        return self.cloudwatch.describe_alarms(AlarmNames=[alarm["alarm_name"]])["MetricAlarms"][0]["StateValue"]

    def mail(self):
        received = self.sqs.receive_message(QueueUrl=self.mailbox, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(json.loads(message["Body"])["Message"]) for message in received]


def query(of):
    if of["expression"]:
        return {"Id": of["id"], "Expression": of["expression"], "ReturnData": True}
    watched = of["metric"][0]
    stat = {"Metric": metric(watched), "Period": watched["period"], "Stat": watched["stat"]}
    return {"Id": of["id"], "MetricStat": stat, "ReturnData": False}


def metric(of):
    dimensions = [{"Name": name, "Value": value} for name, value in (of["dimensions"] or {}).items()]
    return {"Namespace": of["namespace"], "MetricName": of["metric_name"], "Dimensions": dimensions}


@pytest.mark.parametrize(("number", "name"), list(enumerate(sorted(given().alarms))), ids=sorted(given().alarms))
def test_ministack_takes_it_and_is_of_the_same_opinion(endpoint, number, name):
    alarm = given().alarms[name]
    bad, well = Account(endpoint, 100 + number), Account(endpoint, 200 + number)
    bad.put_alarm(alarm)
    if name not in COMPARABLE:
        return
    first = next(number for number, (_, _, fired, _) in enumerate(SCENARIOS) if name in fired)
    bad.put_metrics(alarm, measured(first))
    assert bad.state(alarm) == "ALARM"
    told = [(message["AlarmName"], message["NewStateValue"], message["AlarmDescription"]) for message in bad.mail()]
    assert told == [(f"devops-ppp-{name}", "ALARM", alarm["alarm_description"])]

    well.put_alarm(alarm)
    well.put_metrics(alarm, healthy())
    assert well.state(alarm) == "OK"


def test_ministack_keeps_the_dashboards(endpoint):
    account = Account(endpoint, 300)
    for name, body in given().dashboards.items():
        answer = account.cloudwatch.put_dashboard(DashboardName=name, DashboardBody=body)
        assert answer["DashboardValidationMessages"] == []
    kept = account.cloudwatch.list_dashboards()["DashboardEntries"]
    assert sorted(entry["DashboardName"] for entry in kept) == sorted(given().dashboards)
