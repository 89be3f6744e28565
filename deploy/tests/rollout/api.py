"""A cluster's API over HTTP: what `kubectl apply --server-side` and the crate kube ask of it."""

import http.server
import json
import threading
from urllib.parse import parse_qs, urlsplit

from apply import Conflict, written
from store import KINDS, Refused

TOKEN = "only for this test"


def status(refused):
    body = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": refused.code, "reason": refused.reason,
            "message": str(refused)}
    if refused.causes:
        body["details"] = {"causes": refused.causes}
    return refused.code, body


def conflict(found):
    causes = [{"reason": "FieldManagerConflict", "message": f'conflict with "{manager}"', "field": written(field)}
              for manager, field in found.causes]
    told = ", ".join(f'{cause["message"]}: {cause["field"]}' for cause in causes)
    return Refused(409, "Conflict", f"Apply failed with {len(causes)} conflict(s): {told}", causes)


def resources(version):
    """What discovery tells of a group's version."""
    verbs = ["create", "delete", "get", "list", "patch", "update"]
    return [{"name": plural, "singularName": "", "namespaced": namespaced, "kind": kind, "verbs": verbs}
            for kind, (its, plural, namespaced) in KINDS.items() if its == version]


def discovery(path):
    groups = {version.split("/")[0]: version for version, _, _ in KINDS.values() if "/" in version}
    if path == "/api":
        return {"kind": "APIVersions", "versions": ["v1"]}
    if path == "/apis":
        each = [{"name": name, "versions": [{"groupVersion": version, "version": version.split("/")[1]}],
                 "preferredVersion": {"groupVersion": version, "version": version.split("/")[1]}}
                for name, version in groups.items()]
        return {"kind": "APIGroupList", "apiVersion": "v1", "groups": each}
    version = path.removeprefix("/apis/").removeprefix("/api/")
    if resources(version):
        return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": version, "resources": resources(version)}
    raise Refused(404, "NotFound", f"the server could not find {path}")


class Api:
    """`drops`: of so many requests one is never answered, every other time after its work was done. Without a `token` anybody is
    answered: kubectl sends none over plain HTTP.
    """

    def __init__(self, store, pods, token=TOKEN):
        self.store, self.pods, self.token, self.drops, self.asked = store, pods, token, 0, 0
        api = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                api.answer(self)

            do_POST = do_PUT = do_PATCH = do_DELETE = do_GET

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        # Clients that are killed hang up.
        self.server.handle_error = lambda *_: None
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    def kubeconfig(self, path):
        """JSON is YAML."""
        path.write_text(json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "drill",
            "clusters": [{"name": "drill", "cluster": {"server": self.url}}],
            "users": [{"name": "drill", "user": {"token": TOKEN}}],
            "contexts": [{"name": "drill", "context": {"cluster": "drill", "user": "drill", "namespace": "devops-ppp"}}]}))
        return path

    def answer(self, request):
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        self.asked += 1
        dropped = self.drops and self.asked % self.drops == 0
        if dropped and self.asked // self.drops % 2:
            return self.drop(request)
        try:
            if self.token and request.headers.get("Authorization") != f"Bearer {self.token}":
                raise Refused(401, "Unauthorized", "Unauthorized")
            code, told = self.do(request.command, urlsplit(request.path), body, request.headers.get("Content-Type"))
        except Conflict as found:
            code, told = status(conflict(found))
        except Refused as refused:
            code, told = status(refused)
        if dropped:
            return self.drop(request)
        data = told.encode() if isinstance(told, str) else json.dumps(told).encode()
        request.send_response(code)
        request.send_header("Content-Type", "text/plain" if isinstance(told, str) else "application/json")
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        request.wfile.write(data)

    def drop(self, request):
        request.close_connection = True
        request.connection.close()

    def do(self, method, url, body, content):
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        parts = url.path.strip("/").split("/")
        version = "/".join(parts[1:3]) if parts[0] == "apis" else "v1"
        rest = parts[3:] if parts[0] == "apis" else parts[2:]
        if len(rest) > 2 and rest[0] == "namespaces":
            rest = rest[2:]
        kind = next((kind for kind, (its, plural, _) in KINDS.items() if rest and (its, plural) == (version, rest[0])), None)
        if kind is None:
            return 200, discovery(url.path)
        if kind == "Pod" and rest[2:] == ["log"]:
            return 200, self.pods.log(rest[1], query.get("previous") == "true", int(query.get("tailLines", 1000)))
        if len(rest) == 1 and method == "GET":
            labels = dict(pair.split("=") for pair in query.get("labelSelector", "").split(",") if pair)
            return 200, {"kind": f"{kind}List", "apiVersion": version, "metadata": {}, "items": self.store.list(kind, **labels)}
        if len(rest) == 1 and method == "POST":
            return 201, self.store.create(kind, json.loads(body))
        name = rest[1]
        if method == "GET":
            return 200, self.store.get(kind, name)
        if method == "PUT":
            return 200, self.store.replace(kind, json.loads(body))
        if method == "DELETE":
            return 200, self.store.delete(kind, name)
        if content != "application/apply-patch+yaml":
            raise Refused(415, "UnsupportedMediaType", f"{content}: only server-side apply is understood here")
        force, dry_run = query.get("force") == "true", query.get("dryRun") == "All"
        return 200, self.store.apply(kind, json.loads(body), query["fieldManager"], force, dry_run)
