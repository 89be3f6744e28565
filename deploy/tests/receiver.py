"""A receiver of webhooks."""

import base64
import collections
import hashlib
import hmac
import http.server
import json
import threading


class Receiver:
    """An HTTP server that takes webhooks and counts how often each event came; it refuses them with 503 while `refuses` is true.

    With `signed`, it takes only those that are signed with `secret`, and counts the others in `wrong`
    (https://www.standardwebhooks.com).
    """

    def __init__(self, signed=False):
        self.received, self.refuses = collections.Counter(), False
        self.signed, self.secret, self.wrong = signed, None, 0
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(receiver.take(self.headers, body))
                self.end_headers()

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{server.server_port}/hook"
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def take(self, headers, body):
        """Counts a webhook, and returns the status that it is answered with."""
        if self.refuses:
            return 503
        if self.signed and not self.is_signed(headers, body):
            self.wrong += 1
        else:
            self.received[json.loads(body)["id"]] += 1
        return 204

    def is_signed(self, headers, body):
        """Whether one of a webhook's signatures is made with the secret. Before there is one, none is."""
        if self.secret is None:
            return False
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        wanted = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        return wanted in headers["webhook-signature"].split()
