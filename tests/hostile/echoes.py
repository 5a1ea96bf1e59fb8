"""Where in an answer a peer can put a text, such as a secret it was sent: by name, from the honest answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from front import Reply

Echo = Callable[[Reply, str], bytes]
"""Makes an answer out of the honest one and a text."""

ECHOES: dict[str, Echo] = {}


def header(text: str) -> str:
    """What a server could write into a header: bytes of UTF-8, no line ends."""
    return text.replace("\r", " ").replace("\n", " ").encode().decode("latin-1")


def in_header(name: str, around: str = "{}", status: str = "") -> None:
    def echo(reply: Reply, text: str) -> bytes:
        value = header(around.replace("{}", text))
        changed = Reply(f"HTTP/1.1 {status}", reply.headers, reply.body) if status else reply
        return changed.bytes((name, value))

    ECHOES[f"header {name}{' ' + status[:3] if status else ''}"] = echo


def in_body(name: str, status: str, content_type: str, body: Callable[[str], bytes]) -> None:
    def echo(_reply: Reply, text: str) -> bytes:
        return Reply(f"HTTP/1.1 {status}", (("Content-Type", content_type),), body(text)).bytes()

    ECHOES[f"body {name}"] = echo


for name in (
    "X-Request-Id", "Server", "Via", "X-Artifactory-Node-Id", "X-Artifactory-Origin-Remote-Path", "X-Something-Own", "Etag",
    "Docker-Content-Digest", "Last-Modified", "Link", "Content-Encoding", "X-JFrog-Version",
):  # fmt: skip
    in_header(name, "<https://h.test/?x={}>; rel=next" if name == "Link" else "{}")
in_header("Set-Cookie", "session={}; Path=/")
in_header("WWW-Authenticate", 'Bearer realm="https://acme.jfrog.io/v2/token?x={}",service="{}"', "401 Unauthorized")
in_header("Www-Authenticate", 'Basic realm="{}", error="{}"', "401 Unauthorized")
in_header("Location", "https://evil.test/path/{}?X-Amz-Signature={}&scope={}", "307 Temporary Redirect")
in_header("Retry-After", "{}", "429 Too Many Requests")
in_header("Content-Type", "text/{}; charset={}")


def told(status: str, code: str, message: str) -> Callable[[str], bytes]:
    """An error body of a registry."""
    return lambda text: json.dumps(
        {"errors": [{"code": code, "status": int(status[:3]), "message": message.replace("{}", text), "detail": text}]}
    ).encode()


LONG = "the server could not complete the request, because of a header that is not allowed here: {} was not accepted"
for status, code in (
    ("401 U", "UNAUTHORIZED"),
    ("403 F", "DENIED"),
    ("404 N", "MANIFEST_UNKNOWN"),
    ("500 I", "UNKNOWN"),
):
    in_body(f"error {status[:3]}", status, "application/json", told(status, code, LONG))
in_body("error long", "500 I", "application/json", told("500", "UNKNOWN", "x" * 1960 + " {}"))
in_body(
    "error code", "403 F", "application/json", lambda t: json.dumps({"errors": [{"code": t, "message": t}]}).encode()
)
in_body("access", "401 U", "application/json", lambda t: json.dumps({"error": t, "error_description": t}).encode())
in_body("status-code", "400 B", "application/json", lambda t: json.dumps({"statusCode": 400, "details": t}).encode())
in_body("text", "502 B", "text/plain", lambda t: f"upstream says: Authorization: {t}".encode())
in_body("html", "403 F", "text/html", lambda t: f"<html><title>Blocked {t}</title><body>{t}</body></html>".encode())
in_body("xml", "400 B", "application/xml", lambda t: f"<Error><password>{t}</password></Error>".encode())
in_body("page", "200 OK", "text/html", lambda t: f"<html><title>{t}</title></html>".encode())
in_body("text cut", "500 I", "text/plain", lambda t: b"y" * 16370 + t.encode() + b"z" * 400)
in_body("excerpt cut", "500 I", "text/plain", lambda t: b"y" * 2036 + t.encode() + b"z" * 400)
in_body("token", "200 OK", "application/json", lambda t: json.dumps({"token": t, "refresh_token": t}).encode())
in_body("tags", "200 OK", "application/json", lambda t: json.dumps({"name": t, "tags": ["3.12", t, f"v{t}"]}).encode())
in_body(
    "repositories",
    "200 OK",
    "application/json",
    lambda t: json.dumps([{"key": t, "url": t, "type": "REMOTE"}]).encode(),
)


def _everywhere(value: Any, text: str) -> Any:
    """A document with the text behind every leaf that is a text, and as another key of every object."""
    if isinstance(value, dict):
        return {**{key: _everywhere(item, text) for key, item in value.items()}, text: text}
    if isinstance(value, list):
        return [*(_everywhere(item, text) for item in value), text]
    return f"{value} {text}" if isinstance(value, str) else value


def _beside(value: Any, text: str) -> Any:
    """A document that means the same, with the text where it is nobody's business."""
    if isinstance(value, dict):
        extra = {"password": text, "description": f"by {text}", "annotations": {"a": text}, "queryParams": text}
        return {**value, **{key: item for key, item in extra.items() if key not in value}}
    return value


def document(name: str, change: Callable[[Any, str], Any]) -> None:
    def echo(reply: Reply, text: str) -> bytes:
        try:
            return reply.bytes(body=json.dumps(change(json.loads(reply.body), text)).encode())
        except ValueError:
            return reply.bytes(body=reply.body + text.encode())

    ECHOES[f"document {name}"] = echo


document("everywhere", _everywhere)
document("beside", _beside)
