"""The queue of the tests' SQS server, without AWS' client."""

import json
import urllib.request

from loopback import DIRECT


def access(endpoint):
    """The settings by which a program speaks to the SQS server at an address."""
    return {"AWS_ENDPOINT_URL": endpoint, "AWS_REGION": "eu-west-3", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


class Queue:
    """A queue with a dead-letter queue behind it."""

    def __init__(self, endpoint, name):
        self.endpoint = endpoint
        dead = self.call("CreateQueue", {"QueueName": f"{name}-dlq"})["QueueUrl"]
        arn = self.call("GetQueueAttributes", {"QueueUrl": dead, "AttributeNames": ["QueueArn"]})["Attributes"]["QueueArn"]
        redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": "5"})
        attributes = {"VisibilityTimeout": "300", "RedrivePolicy": redrive}
        self.url = self.call("CreateQueue", {"QueueName": name, "Attributes": attributes})["QueueUrl"]

    def waiting(self):
        """How many messages can be received."""
        asked = {"QueueUrl": self.url, "AttributeNames": ["ApproximateNumberOfMessages"]}
        return int(self.call("GetQueueAttributes", asked)["Attributes"]["ApproximateNumberOfMessages"])

    def purge(self):
        """Removes every message."""
        self.call("PurgeQueue", {"QueueUrl": self.url})

    def call(self, action, body):
        """The answer to one of SQS' actions."""
        scope = "20260101/eu-west-3/sqs/aws4_request"
        headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"AmazonSQS.{action}",
                   "Authorization": f"AWS4-HMAC-SHA256 Credential=test/{scope}, SignedHeaders=host, Signature=0"}
        request = urllib.request.Request(self.endpoint, json.dumps(body).encode(), headers)
        with DIRECT.open(request, timeout=10) as answer:
            return json.loads(answer.read() or "{}")
