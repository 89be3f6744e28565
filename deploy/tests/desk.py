"""An HTTP client of the desk's API."""

import json
import urllib.error
import urllib.request
import uuid
from typing import Any, NamedTuple

from loopback import DIRECT

# The user that a drill works as.
EMAIL, PASSWORD = "desk@comptoir.invalid", "only for this test, and long enough"
LINE = {"description": "Comté 18 mois", "quantity": "2.5", "unit_price": 1290, "vat_rate": "5.5"}


class Answer(NamedTuple):
    """An HTTP answer: its status, its JSON (as text where it is refused), and the cookie that it sets."""

    status: int
    body: Any
    cookie: str = ""


class Desk:
    """A caller of the API at an address, signed in by a token. `patience`: seconds for each request."""

    def __init__(self, url, token=None, patience=30):
        self.url, self.token, self.patience = url, token, patience

    def ask(self, method, path, body=None, headers=None, kind="application/json"):
        """Sends a request and returns its answer, also where that is a refusal.

        A body of bytes goes as it is, as what `kind` says; anything else as JSON.
        """
        headers = {"Content-Type": kind, **(headers or {})}
        headers |= {"Authorization": f"Bearer {self.token}"} if self.token else {}
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/api/v1{path}", data, headers, method=method)
        try:
            with DIRECT.open(request, timeout=self.patience) as answer:
                cookie = (answer.headers.get("Set-Cookie") or "").split(";")[0]
                return Answer(answer.status, json.loads(answer.read() or "null"), cookie)
        except urllib.error.HTTPError as refused:
            return Answer(refused.code, refused.read().decode())

    def call(self, method, path, body=None, key=None, version=None, kind="application/json"):
        """Sends a request and returns the JSON of its answer; an AssertionError for a refusal. `version`: which one is edited."""
        headers = {"Idempotency-Key": key} if key else {}
        headers |= {"If-Match": f'"{version}"'} if version is not None else {}
        answer = self.ask(method, path, body, headers, kind)
        assert answer.status < 400, f"{method} {path}: {answer.status} {answer.body}"
        return answer.body

    def sign_in(self, email=EMAIL, password=PASSWORD):
        """Signs a user in, for the calls that follow; returns the desk."""
        self.token = self.call("POST", "/sessions", {"email": email, "password": password})["access_token"]
        return self

    def place_order(self, contact, key=None):
        """Places an order for a contact, given by its id."""
        return self.call("POST", "/orders", {"contact_id": contact, "currency": "EUR", "lines": [LINE]}, key=key)

    def order(self):
        """Places an order and its payment, for a new contact."""
        contact = self.call("POST", "/contacts", {"name": "Épicerie Dupré", "emails": [{"address": "dupre@example.com"}]})
        order = self.place_order(contact["id"], str(uuid.uuid4()))
        payment = {"order_id": order["id"], "kind": "payment", "amount": order["total"], "currency": "EUR"}
        self.call("POST", "/transactions", payment, key=str(uuid.uuid4()))
        return order

    def effects(self, order):
        """The summaries of an order's timeline."""
        return [entry["summary"] for entry in self.call("GET", f"/orders/{order['id']}/timeline")["items"]]
