"""Plays the answers that a world is given: which of them a request gets, and how it is put on the wire."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from fnmatch import fnmatchcase
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from cgrdoctor.lab.answers import Answer, Edit

Own = Callable[[Request], Awaitable[Response]]
"""What the world itself answers."""

Sign = Callable[[Response], None]
"""Puts the marks of a host's server on an answer."""

SIGNATURE = ("x-jfrog-version", "x-artifactory-id", "x-artifactory-node-id")
FRAMING = ("connection", "transfer-encoding")
"""Headers about the connection, which are the server's own affair."""


class Script:
    """The answers of one running world, in order; how often each was asked for lives here."""

    def __init__(self, answers: Sequence[Answer]) -> None:
        self._answers = tuple((answer, re.compile(answer.path)) for answer in answers)
        self._asked: Counter[int] = Counter()

    def choose(self, request: Request, host: str, asked_by: str) -> Answer | None:
        """The first answer for this request, None if the world answers by itself. Every answer that matches counts
        the request, given or not, so that two answers can share the requests for one path."""
        matching = [
            number
            for number, (answer, path) in enumerate(self._answers)
            if path.fullmatch(request.url.path) and matches(answer, request, host, asked_by)
        ]
        self._asked.update(matching)
        for number in matching:
            answer, _ = self._answers[number]
            if not answer.nth or self._asked[number] in answer.nth:
                return answer
        return None


def reaches(answers: Sequence[Answer], host: str) -> bool:
    """Whether Artifactory, asking upstream, gets one of the answers from that host."""
    return any(fnmatchcase(host, answer.host.lower()) and answer.asked_by != "client" for answer in answers)


def matches(answer: Answer, request: Request, host: str, asked_by: str) -> bool:
    """Whether the request is one of those an answer is for, its path aside."""
    return (
        fnmatchcase(host.lower(), answer.host.lower())
        and answer.method in (None, request.method)
        and answer.auth in (None, kind_of_login(request))
        and answer.asked_by in (None, asked_by)
    )


def kind_of_login(request: Request) -> str:
    """The scheme of the Authorization header in lower case, `none` without one."""
    return request.headers.get("authorization", "none").partition(" ")[0].lower()


async def play(answer: Answer, request: Request, own: Own, sign: Sign) -> Response:
    """The answer on its way to whoever asked."""
    await asyncio.sleep(answer.delay)
    if answer.is_own:
        response = await _edited(answer.edit or Edit(), request, own)
    else:
        response = _made(answer, request)
    if not answer.unsigned:
        sign(response)
    elif answer.is_own:
        for name in SIGNATURE:
            del response.headers[name]
    return response


def _made(answer: Answer, request: Request) -> Response:
    body = answer.body or b""
    response = Whole(body, answer.status or 200)
    response.raw_headers = [
        (name.lower().encode("latin-1"), _value(value, request))
        for name, value in answer.headers
        if name.lower() not in FRAMING
    ]
    response.headers.setdefault("content-length", str(len(body)))
    return response


def _value(text: str, request: Request) -> bytes:
    return text.replace("{path}", request.url.path).encode("utf-8")


async def _edited(edit: Edit, request: Request, own: Own) -> Response:
    found = await own(request)
    if edit.of_the_body and request.method == "HEAD":
        found.headers["content-length"] = await _length_by_get(edit, request, own, found)
    body = found.body if request.method == "HEAD" else edited_body(edit, bytes(found.body))
    response = Whole(body, edit.status or found.status_code)
    response.raw_headers = list(found.raw_headers)
    if not edit.keep_length and request.method != "HEAD":
        response.headers["content-length"] = str(len(body))
    changed = dict.fromkeys((*edit.drop, *(name for name, _ in edit.headers)))
    for name in changed:
        del response.headers[name]
    for name, value in edit.headers:
        response.raw_headers.append((name.lower().encode("latin-1"), _value(value, request)))
    return response


async def _length_by_get(edit: Edit, request: Request, own: Own, found: Response) -> str:
    """The Content-Length of a HEAD is that of the GET, which is edited too."""
    got = await own(Request({**request.scope, "method": "GET"}, request.receive))
    if edit.keep_length or got.status_code != found.status_code:
        return found.headers.get("content-length", "0")
    return str(len(edited_body(edit, bytes(got.body))))


def edited_body(edit: Edit, body: bytes) -> bytes:
    """The body after an edit; what is no JSON object has no members to remove or merge."""
    if edit.remove or edit.merge:
        body = _members(edit, body)
    for old, new in edit.replace:
        body = body.replace(old.encode(), new.encode())
    return body if edit.truncate is None else body[: edit.truncate]


def _members(edit: Edit, body: bytes) -> bytes:
    try:
        value = json.loads(body)
    except ValueError:
        return body
    if not isinstance(value, dict):
        return body
    kept = {name: member for name, member in value.items() if name not in edit.remove}
    return json.dumps(merged(kept, edit.merge or {})).encode()


def merged(value: Any, change: Any) -> Any:
    """A JSON value laid over another: objects member by member, all else in place of what was there."""
    if not isinstance(value, dict) or not isinstance(change, dict):
        return change
    return {**value, **{name: merged(value.get(name), member) for name, member in change.items()}}


class Whole(Response):
    """A response whose Content-Length may be another than its body has: one that is too short ends with the connection,
    as on a line that broke."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - as ASGI calls it
        """Sends what there is."""
        declared = self.headers.get("content-length", "")
        body = self.body[: int(declared)] if declared.isdigit() else self.body
        missing = declared.isdigit() and len(body) < int(declared)
        silent = scope["method"] == "HEAD" or self.status_code in (204, 304)
        cut = missing and not silent and not scope["http_version"].startswith("2")
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": b"" if silent else body, "more_body": cut})
