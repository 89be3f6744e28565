"""The desk as a program would use it, over HTTP; and the queue of the tests' SQS server. Standard library only."""

import json
import socket
import time
import urllib.error
import urllib.request
import uuid

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(what, happened, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if result := happened():
            return result
        time.sleep(0.1)
    raise AssertionError(f"waited in vain, {seconds} s: {what}")


def answers(url):
    try:
        return DIRECT.open(url, timeout=2).status == 200
    except OSError:
        return False


class Desk:
    def __init__(self, url):
        self.url, self.token = url, None

    def call(self, method, path, body=None, key=None, version=None, kind="application/json"):
        """A body of bytes goes as it is, as what `kind` says; anything else as JSON. `version`: which one is edited."""
        headers = {"Content-Type": kind}
        headers |= {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers |= {"Idempotency-Key": key} if key else {}
        headers |= {"If-Match": f'"{version}"'} if version is not None else {}
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/api/v1{path}", data, headers, method=method)
        try:
            with DIRECT.open(request, timeout=30) as answer:
                return json.loads(answer.read() or "null")
        except urllib.error.HTTPError as refused:
            raise AssertionError(f"{method} {path}: {refused.code} {refused.read().decode()}") from None

    def sign_in(self, email, password):
        self.token = self.call("POST", "/sessions", {"email": email, "password": password})["access_token"]

    def order(self):
        """A new contact's order, and its payment."""
        contact = self.call("POST", "/contacts", {"name": "Épicerie Dupré", "emails": [{"address": "dupre@example.com"}]})
        line = {"description": "Comté 18 mois", "quantity": "2.5", "unit_price": 1290, "vat_rate": "5.5"}
        order = self.call("POST", "/orders", {"contact_id": contact["id"], "currency": "EUR", "lines": [line]},
                          key=str(uuid.uuid4()))
        payment = {"order_id": order["id"], "kind": "payment", "amount": order["total"], "currency": "EUR"}
        self.call("POST", "/transactions", payment, key=str(uuid.uuid4()))
        return order

    def effects(self, order):
        return [entry["summary"] for entry in self.call("GET", f"/orders/{order['id']}/timeline")["items"]]


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
        asked = {"QueueUrl": self.url, "AttributeNames": ["ApproximateNumberOfMessages"]}
        return int(self.call("GetQueueAttributes", asked)["Attributes"]["ApproximateNumberOfMessages"])

    def purge(self):
        self.call("PurgeQueue", {"QueueUrl": self.url})

    def call(self, action, body):
        scope = "20260101/eu-west-3/sqs/aws4_request"
        headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"AmazonSQS.{action}",
                   "Authorization": f"AWS4-HMAC-SHA256 Credential=test/{scope}, SignedHeaders=host, Signature=0"}
        request = urllib.request.Request(self.endpoint, json.dumps(body).encode(), headers)
        with DIRECT.open(request, timeout=10) as answer:
            return json.loads(answer.read() or "{}")
