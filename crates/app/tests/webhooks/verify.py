"""Verifies a webhook with Python's library of Standard Webhooks; reads {"secret", "headers", "body"} from standard input."""

import json
import sys

from standardwebhooks import Webhook

given = json.load(sys.stdin)
Webhook(given["secret"]).verify(given["body"], given["headers"])
