"""The way in: each request goes to a pod that is ready and stays, as a load balancer with addresses of pods sends it."""

import http.client
import http.server
import itertools
import threading

HOP = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "proxy-connection", "content-length"}


class Proxy:
    """`route(path)` names a Service; its selector finds pods."""

    def __init__(self, store, node, route):
        self.store, self.node, self.route, self.turn = store, node, route, itertools.count()
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                proxy.forward(self)

            do_POST = do_PUT = do_DELETE = do_HEAD = do_GET

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self):
        return f"127.0.0.1:{self.server.server_port}"

    def forward(self, request):
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        code, headers, data = self.ask(request.command, request.path, request.headers, body)
        request.send_response(code)
        for name, value in headers:
            if name.lower() not in HOP:
                request.send_header(name, value)
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        request.wfile.write(data)

    def ask(self, method, path, headers, body):
        service = self.store.get("Service", self.route(path))
        pods = self.node.ready(**service["spec"]["selector"])
        if not pods:
            return 503, [], b"no pod is ready"
        pod = pods[next(self.turn) % len(pods)]
        connection = http.client.HTTPConnection(pod.address, 8080, timeout=60)
        try:
            kept = {name: value for name, value in headers.items() if name.lower() not in HOP}
            connection.request(method, path, body or None, {**kept, "Connection": "close"})
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        except OSError as error:
            return 502, [], f"{pod.name}: {error}".encode()
        finally:
            connection.close()


def public(store, node):
    """The Ingress' own paths, the longest first."""
    def route(path):
        rules = [rule for ingress in store.list("Ingress") for rule in ingress["spec"]["rules"]]
        paths = [its for rule in rules for its in rule["http"]["paths"]]
        fitting = [its for its in paths if path.startswith(its["path"])]
        return max(fitting, key=lambda its: len(its["path"]))["backend"]["service"]["name"]
    return Proxy(store, node, route)
