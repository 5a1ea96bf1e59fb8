"""Artifactory's REST API, read only, tolerant of every envelope it is known to answer with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
from msgspec.structs import replace

from cgrdoctor.credentials.keyring import Keyring
from cgrdoctor.net.authorization import withheld_of
from cgrdoctor.net.bounded_json import NotJson, read_json
from cgrdoctor.net.step import Step, step_of
from cgrdoctor.net.transport import Answer, Http
from cgrdoctor.privacy.secret import Credential, canonical_host

LIMIT = 4 * 1024 * 1024
"""Bytes of a REST answer that are read: a list of ten thousand repositories is about 2 MB."""

TEXT = 16384
"""Bytes of an answer that are kept as text: a trace is a few kilobytes long."""


class Reply(msgspec.Struct, frozen=True):
    """What a REST call answered: the step for the report, and the JSON if there was any."""

    step: Step
    json: Any
    text: str

    @property
    def object(self) -> Mapping[str, Any]:
        """The JSON object, empty if the answer was none or was no success."""
        return self.json if self.step.ok and isinstance(self.json, dict) else {}

    @property
    def array(self) -> list[Any]:
        """The JSON array, empty if the answer was none or was no success."""
        return self.json if self.step.ok and isinstance(self.json, list) else []


class ArtifactoryRest:
    """GET (and the two read-only POSTs of the contract) below `base`, e.g. `https://acme.jfrog.io/artifactory`.

    `base` is empty where neither IMAGE nor `--artifactory-url` was given; nothing must be asked then. The credential is
    presented until it is refused once; later calls then go without it, because repeated failures lock accounts
    (JFrog: temporary login suspension).
    """

    def __init__(self, http: Http, base: str, keyring: Keyring) -> None:
        self._http = http
        self.base = base.rstrip("/")
        self._keyring = keyring
        self._refused = False

    @property
    def host(self) -> str:
        """Host and port of `base`."""
        return canonical_host(self.base.partition("://")[2].partition("/")[0])

    @property
    def root(self) -> str:
        """Scheme and host: where the router, Access and `/v2/` live."""
        return self.base[: len(self.base) - len(self.base.partition("://")[2].partition("/")[2])].rstrip("/")

    async def credential(self) -> Credential | None:
        """The REST credential, unless it was refused."""
        found = await self._keyring.rest()
        return None if self._refused else found.credential

    def refuse(self) -> None:
        """From now on no credential is presented."""
        self._refused = True

    async def get(
        self,
        *path: str,
        query: Mapping[str, str] | None = None,
        anonymous: bool = False,
        login: Credential | None = None,
    ) -> Reply:
        """`GET <base>/<path>`; each element of `path` is quoted, with slashes kept. `login` goes in place of ours."""
        url = f"{self.base}/" + "/".join(quote(part, safe="/:@!$&'()*+,;=~-._") for part in path)
        return await self.get_url(url, query=query, anonymous=anonymous, login=login)

    async def get_url(
        self,
        url: str,
        *,
        query: Mapping[str, str] | None = None,
        anonymous: bool = False,
        login: Credential | None = None,
    ) -> Reply:
        """`GET` of an absolute URL on this host."""
        credential = None if anonymous else login or await self.credential()
        full = url + ("?" + urlencode(query) if query else "")
        answer = await self._http.get(full, credential=credential, limit=LIMIT, redirects=2)
        return await self._reply(answer, asked=not anonymous and login is None)

    async def post(self, *path: str, content: bytes, content_type: str, first_byte: float | None = None) -> Reply:
        """`POST <base>/<path>`, for the two calls that change nothing. `first_byte` as in `Http.request`."""
        credential = await self.credential()
        url = f"{self.base}/" + "/".join(path)
        headers = (("Content-Type", content_type),)
        answer = await self._http.post(
            url, headers=headers, content=content, credential=credential, limit=LIMIT, first_byte=first_byte
        )
        return await self._reply(answer)

    async def _reply(self, answer: Answer, *, asked: bool = True) -> Reply:
        """The answer as it was read; JSON that is larger or deeper than what is read is a problem that the step tells.

        `asked` says whether a credential was to go with the call; why it did not is said where there is one.
        """
        step = step_of("rest", answer)
        if asked and not step.authenticated and step.withheld is None:
            step = replace(step, withheld=withheld_of(await self._keyring.rest()))
        try:
            return Reply(step, read_json(answer.body) if step.ok else None, _text(answer))
        except NotJson as error:
            return Reply(replace(step, problem=str(error)) if error.too_much else step, None, _text(answer))


def _text(answer: Answer) -> str:
    return answer.clean(answer.body[:TEXT].decode("utf-8", "replace")).strip()
