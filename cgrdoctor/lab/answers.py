"""Answers that a world is given word for word, as somebody saw them, in place of those it would make itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

ANYWHERE = ".*"


@dataclass(frozen=True, slots=True)
class Edit:
    """What becomes of the world's own answer, in this order: `remove` and `merge` are members of a JSON object (what is
    nested is merged too), `replace` pairs of texts in the body, `truncate` the bytes that are kept; then `status`, the
    names of headers to `drop`, and `headers` that stand in place of those of the same name. `keep_length` leaves the
    Content-Length of the whole body.
    """

    remove: tuple[str, ...] = ()
    merge: Mapping[str, Any] | None = None
    replace: tuple[tuple[str, str], ...] = ()
    truncate: int | None = None
    keep_length: bool = False
    status: int | None = None
    drop: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def of_the_body(self) -> bool:
        return bool(self.remove or self.merge or self.replace) or self.truncate is not None


@dataclass(frozen=True, slots=True)
class Answer:
    """Which requests it is for, and what they get.

    `host` is a glob; `path` a regular expression that matches the whole path, without the query; `auth` the kind of
    Authorization header; `asked_by` this machine, or the world's Artifactory on its way upstream; `nth` which of the
    matching requests, from 1, none for all. In the values of `headers`, `{path}` stands for the path asked for. `delay`
    is in seconds. Without status, headers and body it is the world's own answer, later or with an `edit`. On a host of
    Artifactory it carries the headers by which Artifactory is known, unless it is `unsigned`.
    """

    host: str = "acme.jfrog.io"
    path: str = ANYWHERE
    method: str | None = None
    auth: Literal["none", "basic", "bearer"] | None = None
    asked_by: Literal["client", "artifactory"] | None = None
    nth: tuple[int, ...] = ()
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    delay: float = 0
    edit: Edit | None = None
    unsigned: bool = False

    @property
    def is_own(self) -> bool:
        """Whether the world itself answers."""
        return self.status is None and self.body is None and not self.headers
