"""As much of a Kubernetes API server as kubectl needs to apply objects and to read them back, on loopback.

What is created is held against the schemas of Kubernetes, strictly. `Cluster` says what becomes of it.
"""

from __future__ import annotations

import json
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import kubernetes_validate

VERSION = "1.37"
PROTOBUF = b"k8s\0"
Object = dict[str, Any]
KINDS = {
    "/api/v1": {
        "namespaces": "Namespace",
        "nodes": "Node",
        "pods": "Pod",
        "secrets": "Secret",
        "configmaps": "ConfigMap",
    },
    "/apis/apps/v1": {"daemonsets": "DaemonSet"},
    "/apis/batch/v1": {"jobs": "Job"},
}
GLOBAL = ("namespaces", "nodes")
SHORT = {"daemonsets": ["ds"]}


@dataclass
class Cluster:
    """Objects by their paths. `seen` is called before a collection is read, so that what is due can happen."""

    objects: dict[str, Object] = field(default_factory=dict)
    logs: dict[str, str] = field(default_factory=dict)
    seen: Callable[[str], None] = lambda _resource: None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, collection: str, made: Object) -> Object:
        made["metadata"] |= {"uid": f"uid-{len(self.objects)}", "resourceVersion": "1", "generation": 1}
        self.objects[f"{collection}/{made['metadata']['name']}"] = made
        return made

    def of(self, resource: str) -> list[Object]:
        return [one for path, one in self.objects.items() if path.rsplit("/", 2)[1] == resource]


class Handler(BaseHTTPRequestHandler):
    """Requests of kubectl."""

    cluster: Cluster

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        path = url.path.rstrip("/")
        resource = path.rsplit("/", 1)[1]
        if found := discovered(path):
            self._answer(200, found)
        elif path.endswith("/log"):
            self._send(200, "text/plain", self.cluster.logs[path.rsplit("/", 2)[1]].encode())
        elif path in self.cluster.objects:
            self._answer(200, self.cluster.objects[path])
        elif any(resource in kinds for kinds in KINDS.values()):
            with self.cluster.lock:
                self.cluster.seen(resource)
            self._list(path, resource, query)
        else:
            self._refuse(404, "NotFound", f"{path} not found")

    def do_POST(self) -> None:
        path = urlsplit(self.path).path
        body = self.rfile.read(int(self.headers["Content-Length"]))
        made = of_protobuf(body) if body.startswith(PROTOBUF) else json.loads(body)
        namespace = path.split("/namespaces/")[1].split("/")[0] if "/namespaces/" in path else None
        try:
            kubernetes_validate.validate(made, VERSION, strict=True)
        except kubernetes_validate.ValidationError as problem:
            self._refuse(422, "Invalid", str(problem))
            return
        if namespace and f"/api/v1/namespaces/{namespace}" not in self.cluster.objects:
            self._refuse(404, "NotFound", f'namespaces "{namespace}" not found')
            return
        if namespace:
            made["metadata"].setdefault("namespace", namespace)
        self._answer(201, self.cluster.put(path, made))

    def _list(self, path: str, resource: str, query: dict[str, str]) -> None:
        """A collection, or its objects as they are, as a watch begins; no change comes behind."""
        base = next(base for base, kinds in KINDS.items() if path.startswith(f"{base}/"))
        wanted = [part.split("=", 1) for part in query.get("labelSelector", "").split(",") if part]
        name = query.get("fieldSelector", "").removeprefix("metadata.name=")
        items = [
            one for where, one in self.cluster.objects.items()
            if where.rpartition("/")[0] == path and name in ("", one["metadata"]["name"])
            and all(one["metadata"].get("labels", {}).get(key) == value for key, value in wanted)
        ]  # fmt: skip
        kind, version = KINDS[base][resource], base.removeprefix("/api/").removeprefix("/apis/")
        listed = [{"apiVersion": version, "kind": kind, **one} for one in items]
        if query.get("watch") in ("1", "true"):
            events = [{"type": "ADDED", "object": one} for one in listed]
            end = {"annotations": {"k8s.io/initial-events-end": "true"}, "resourceVersion": "1"}
            events.append({"type": "BOOKMARK", "object": {"apiVersion": version, "kind": kind, "metadata": end}})
            self._send(200, "application/json", b"".join(json.dumps(one).encode() + b"\n" for one in events))
            return
        self._answer(
            200, {"kind": f"{kind}List", "apiVersion": version, "metadata": {"resourceVersion": "1"}, "items": listed}
        )

    def _refuse(self, status: int, reason: str, message: str) -> None:
        self._answer(
            status,
            {
                "kind": "Status",
                "apiVersion": "v1",
                "status": "Failure",
                "reason": reason,
                "code": status,
                "message": message,
            },
        )

    def _answer(self, status: int, body: Object) -> None:
        self._send(status, "application/json", json.dumps(body).encode())

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: Any) -> None:
        pass


def discovered(path: str) -> Object | None:
    """What kubectl asks for to learn what there is."""
    if path == "/api":
        return {"kind": "APIVersions", "versions": ["v1"]}
    if path == "/apis":
        groups = [base.split("/")[2] for base in KINDS if base != "/api/v1"]
        versions = {name: {"groupVersion": f"{name}/v1", "version": "v1"} for name in groups}
        listed = [{"name": name, "versions": [one], "preferredVersion": one} for name, one in versions.items()]
        return {"kind": "APIGroupList", "apiVersion": "v1", "groups": listed}
    if path in KINDS:
        verbs = ["create", "get", "list", "patch", "watch"]
        resources = [
            {
                "name": name, "singularName": kind.lower(), "namespaced": name not in GLOBAL, "kind": kind, "verbs": verbs,
                "shortNames": SHORT.get(name, []),
            }
            for name, kind in KINDS[path].items()
        ]  # fmt: skip
        version = path.removeprefix("/api/").removeprefix("/apis/")
        return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": version, "resources": resources}
    if path == "/openapi/v3":
        return {"paths": {base[1:]: {"serverRelativeURL": f"/openapi/v3{base}"} for base in KINDS}}
    if path.startswith("/openapi/v3/"):
        return schema(path.removeprefix("/openapi/v3"))
    return None


def schema(base: str) -> Object:
    """Says that the server itself looks at the fields of what it gets."""
    group = base.split("/")[2] if base != "/api/v1" else ""
    paths = {
        f"{base}/{name}/{{name}}": {
            "patch": {
                "parameters": [{"name": "fieldValidation", "in": "query"}],
                "x-kubernetes-action": "patch",
                "x-kubernetes-group-version-kind": {"group": group, "version": "v1", "kind": kind},
            }
        }
        for name, kind in KINDS[base].items()
    }
    return {"openapi": "3.0.0", "info": {"title": "Kubernetes", "version": VERSION}, "paths": paths}


def of_protobuf(body: bytes) -> Object:
    """A Secret or a ConfigMap, which kubectl makes itself and sends in its own encoding: name and data."""
    around = fields(body.removeprefix(PROTOBUF))
    typed, made = fields(around[1][0]), fields(around[2][0])
    kind = typed[2][0].decode()
    pairs = [fields(one) for one in made.get(2, [])]
    data = {one[1][0].decode(): one.get(2, [b""])[0] for one in pairs}
    shown = {key: b64encode(value).decode() if kind == "Secret" else value.decode() for key, value in data.items()}
    name = fields(made[1][0])[1][0].decode()
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": name}, "data": shown}


def fields(message: bytes) -> dict[int, list[bytes]]:
    """The fields of a message that are texts, bytes or messages, by their numbers."""
    found: dict[int, list[bytes]] = {}
    place = 0

    def number() -> int:
        nonlocal place
        value = shift = 0
        while True:
            byte = message[place]
            place, value, shift = place + 1, value | (byte & 127) << shift, shift + 7
            if byte < 128:
                return value

    while place < len(message):
        field, wire = divmod(number(), 8)
        size = number()
        if wire == 2:
            found.setdefault(field, []).append(message[place : place + size])
            place += size
    return found


@contextmanager
def serving(cluster: Cluster) -> Iterator[str]:
    """The address of a server of the cluster."""
    handler = type("Bound", (Handler,), {"cluster": cluster})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
