"""Takes webhooks and remembers which events they told of, each as often as it came. Refuses them while it is told to."""

import collections
import http.server
import json
import threading


class Receiver:
    def __init__(self):
        self.told, self.refuses = collections.Counter(), False
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if not receiver.refuses:
                    receiver.told[json.loads(body)["id"]] += 1
                self.send_response(503 if receiver.refuses else 204)
                self.end_headers()

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{server.server_port}/hook"
        threading.Thread(target=server.serve_forever, daemon=True).start()
