"""The one HTTP client: limits, redirects by hand, credentials bound to hosts, everything recorded.

Whatever the network or a peer does comes back as an Answer; only programming errors and cancellation are raised.
"""

from __future__ import annotations

import contextlib
import math
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypedDict, Unpack
from urllib.parse import urlsplit

import anyio
import httpx
import msgspec
from msgspec import structs
from msgspec.structs import replace as replace_fields

from cgrdoctor import __version__
from cgrdoctor.model import Header
from cgrdoctor.net.answer import Answer, Hop
from cgrdoctor.net.authorization import Authorization, Withheld, authorization, unproven
from cgrdoctor.net.connect_to import ConnectTo
from cgrdoctor.net.converse import Question, Told, converse
from cgrdoctor.net.dial import Network
from cgrdoctor.net.failure import CUT_SHORT, Failure, Unreached
from cgrdoctor.net.hosts import is_chainguard
from cgrdoctor.net.patience import Patience
from cgrdoctor.net.presentation import Presentation
from cgrdoctor.net.redirect import REDIRECTS, absolute, forbidden, same_origin, target
from cgrdoctor.net.trust import Preloaded
from cgrdoctor.net.wire import Limits, Wire
from cgrdoctor.privacy.recorder import Recorder
from cgrdoctor.privacy.secret import Credential, Secret, canonical_host

__all__ = ["Answer", "Hop", "Http", "HttpOptions"]

MEBIBYTE = 1024 * 1024
AT_ONCE = 6
"""Requests, and so connections, to one host at a time; and tries, because each may meet another one that ended idle."""

REFUSING = (401, 403)
"""Statuses with which a login is asked for or refused."""

SHORTEST_TOKEN = 20
"""Characters. A peer that calls an ordinary word its token must not black that word out of the report."""

_TRAVELLING = frozenset({"accept", "range"})
"""Headers of a caller that may follow a redirect to another origin."""


@dataclass(frozen=True, slots=True)
class HttpOptions:
    """Limits in seconds and routes. `ends_at` is the end of the run on the monotonic clock."""

    timeout: float = 10.0
    upstream_timeout: float = 35.0
    cacert: Path | None = None
    connect_to: tuple[ConnectTo, ...] = ()
    no_direct: bool = False
    environ: Mapping[str, str] = field(default_factory=dict)
    user_agent: str = f"cgrdoctor/{__version__}"
    ends_at: float = math.inf
    trust: Preloaded | None = None
    host_root: Path | None = None


class How(TypedDict, total=False):
    """The options of a request; see `Http.request`."""

    headers: Sequence[Header]
    credential: Credential | None
    bearer: Secret | None
    first_byte: float | None
    limit: int
    redirects: int
    content: bytes | None
    keep: bool


class Ask(msgspec.Struct, frozen=True):
    """A question before its headers are complete: who to be, if the host allows it."""

    question: Question
    credential: Credential | None
    bearer: Secret | None
    left_behind: bool = False
    """Whether a redirect led away from where the credential belongs."""

    @property
    def url(self) -> str:
        return self.question.url

    @property
    def host(self) -> str:
        return canonical_host(urlsplit(self.question.url).netloc)


class Http:
    """HTTP for a whole run; use as an async context manager. `network` is what it stands on, for path probes."""

    def __init__(self, options: HttpOptions, recorder: Recorder) -> None:
        self.options = options
        self.recorder = recorder
        self.network = Network(
            patience=Patience(options.timeout, options.ends_at),
            environ=options.environ,
            connect_to=options.connect_to,
            cacert=options.cacert,
            trust=options.trust,
            host_root=options.host_root,
        )
        self._wire = Wire(self.network)
        self._turns: dict[str, anyio.CapacityLimiter] = {}
        self._learnt: set[str] = set()
        self.presentations: defaultdict[tuple[str, str], Presentation[Any]] = defaultdict(Presentation)
        """Credentials at token endpoints, by endpoint and user name."""
        self.granted: dict[tuple[str, str], Answer] = {}
        """Answers that granted a token, by the whole address and the user name, empty without one."""

    @property
    def patience(self) -> Patience:
        """The limits of every step of the run."""
        return self.network.patience

    @property
    def upstream_timeout(self) -> float:
        """Seconds for the first byte of an answer for which Artifactory may have to ask cgr.dev."""
        return self.options.upstream_timeout

    async def __aenter__(self) -> Self:
        """Raises UsageProblem for a `--cacert` that cannot be used."""
        await self.network.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes every connection at once."""
        await self.network.stop()
        await self._wire.aclose()

    def learn(self, text: str, kind: str) -> None:
        """Makes a text known as a secret, so that it is redacted wherever it turns up."""
        if text not in self._learnt:
            self._learnt.add(text)
            self.recorder.redaction.learn(text, kind)

    async def get(self, url: str, **how: Unpack[How]) -> Answer:
        """`request("GET", ...)`."""
        return await self.request("GET", url, **how)

    async def head(self, url: str, **how: Unpack[How]) -> Answer:
        """`request("HEAD", ...)`."""
        return await self.request("HEAD", url, **how)

    async def post(self, url: str, **how: Unpack[How]) -> Answer:
        """`request("POST", ...)`."""
        return await self.request("POST", url, **how)

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Sequence[Header] = (),
        credential: Credential | None = None,
        bearer: Secret | None = None,
        first_byte: float | None = None,
        limit: int = MEBIBYTE,
        redirects: int = 0,
        content: bytes | None = None,
        keep: bool = True,
    ) -> Answer:
        """One request and, with `redirects`, at most so many redirects of a GET or HEAD.

        `first_byte` seconds bound the answer's headers as a whole (default: the timeout), `limit` bytes its body.
        `keep=False` only counts and hashes the body of a success that is no page. `credential` or `bearer` is presented
        only over https, only to a host it belongs to, and never again once a redirect led to another origin.
        """
        limits = Limits(self.patience, first_byte or self.options.timeout)
        ask = Ask(Question(method, url, tuple(headers), content, limits, limit, keep), credential, bearer)
        start = time.monotonic()
        hops: list[Hop] = []
        answer = await self._one(ask)
        while redirects and (location := _location(answer, method)) is not None:
            hops.append(Hop(ask.host, answer.status or 0, answer.exchange, absolute(location, ask.url)))
            ask, problem = await self._follow(ask, location, url)
            problem = problem or (_too_many(redirects) if len(hops) > redirects else None)
            answer = self._given_up(ask, problem) if problem else await self._one(ask)
        if ask.left_behind and answer.status in REFUSING:
            why = f"a redirect led to {ask.host}, to which it does not belong"
            answer = replace(answer, withheld=Withheld(reason="redirect", why=why))
        return replace(answer, hops=tuple(hops), seconds=time.monotonic() - start)

    async def _follow(self, ask: Ask, location: str, first: str) -> tuple[Ask, Failure | None]:
        """The next request of a chain, and why it must not be made."""
        found = target(location, ask.url)
        if isinstance(found, Failure):
            return ask, found
        if same_origin(found, ask.url):
            return structs.replace(ask, question=structs.replace(ask.question, url=found)), None
        headers = tuple(pair for pair in ask.question.headers if pair[0].lower() in _TRAVELLING)
        had = ask.left_behind or ask.credential is not None or ask.bearer is not None
        onward = Ask(structs.replace(ask.question, url=found, headers=headers), None, None, left_behind=had)
        return onward, await self.forbidden(found, first)

    async def forbidden(self, url: str, first: str) -> Failure | None:
        """Why a URL that the peer of `first` named must not be asked.

        It leads to an address that only this machine, its link or its cloud answers on.
        """
        scheme, host, port = _endpoint(url)
        origin_scheme, origin_host, origin_port = _endpoint(first)
        if self.options.no_direct and is_chainguard(host):
            return _chainguard(host)
        if host == origin_host or self.network.mapping(host, port) is not None:
            return None
        is_mapped = self.network.mapping(origin_host, origin_port) is not None
        allowed = () if is_mapped else await self._seen(origin_scheme, origin_host, origin_port)
        return forbidden(await self._seen(scheme, host, port), allowed)

    async def _seen(self, scheme: str, host: str, port: int) -> tuple[str, ...]:
        """The addresses of a host as this machine resolves it; through a proxy only a literal is known."""
        if self.network.proxy(scheme, host, port) is not None:
            return (host,)
        with contextlib.suppress(Unreached):
            return await self.network.resolver.addresses(host)
        return ()

    async def _one(self, ask: Ask) -> Answer:
        problem = self._refusal(ask.url)
        if problem is not None:
            return self._given_up(ask, problem)
        async with self._turns.setdefault(ask.host, anyio.CapacityLimiter(AT_ONCE)):
            for _ in range(AT_ONCE):
                answer, stale = await self._attempt(ask)
                if not stale:
                    break
            if answer.failure is not None and answer.failure.kind == "stopped":
                self.patience.cut()
            return answer

    def _refusal(self, url: str) -> Failure | None:
        try:
            parsed = httpx.URL(url)
            host, usable = parsed.raw_host.decode("ascii"), parsed.scheme in ("http", "https") and bool(parsed.host)
        except (httpx.InvalidURL, UnicodeError, ValueError):
            host, usable = "", False
        if not usable or parsed.userinfo:
            return Failure(stage="policy", kind="bad-location", message="no usable http or https URL", seconds=0.0)
        return _chainguard(host) if self.options.no_direct and is_chainguard(host) else None

    def _given_up(self, ask: Ask, problem: Failure) -> Answer:
        exchange = self.recorder.add("http", method=ask.question.method, url=ask.url, error=_error(problem))
        redaction = self.recorder.redaction
        return Answer(exchange, redaction.url(ask.url), failure=problem, clean=redaction.foreign)

    async def _attempt(self, ask: Ask) -> tuple[Answer, bool]:
        """One request on the wire, and whether it only met a connection that had ended meanwhile."""
        question, given = self._complete(ask)
        self.recorder.count_request(ask.host)
        at, start = datetime.now(UTC), time.monotonic()
        with self.recorder.awaited.answer_of(ask.host), self._noting_a_cut(question, at):
            told = await converse(self._wire, question)
        if told.failure is not None:
            told.failure = replace_fields(told.failure, message=self.recorder.redaction.text(told.failure.message))
        via = told.watch.link.via if told.watch.link else None
        exchange = self._record(question, told, given.withheld, at, via)
        answer = Answer(
            exchange=exchange,
            url=self.recorder.redaction.url(question.url),
            status=told.status,
            headers=told.headers,
            body=bytes(told.body),
            size=told.size,
            failure=told.failure,
            first_byte=told.watch.timings.get("first_byte", told.watch.seconds),
            seconds=time.monotonic() - start,
            http_version=told.http_version,
            address=told.watch.address,
            via=via,
            digest=told.digest,
            encoded=(told.encoded.size, told.encoded.digest) if told.encoded is not None else None,
            authorized=given.sent and not _unheard(told.failure),
            withheld=given.withheld or (unproven(ask.host, told.failure) if given.sent else None),
            clean=self.recorder.redaction.foreign,
        )
        return answer, told.stale

    @contextlib.contextmanager
    def _noting_a_cut(self, question: Question, at: datetime) -> Iterator[None]:
        """A request that is taken away leaves its exchange all the same: it is what the run was waiting for."""
        start = time.monotonic()
        try:
            yield
        except anyio.get_cancelled_exc_class():
            waited = time.monotonic() - start
            error = f"{CUT_SHORT}: no complete answer after {waited:.1f} s"
            timings = {"waited": waited}
            self.recorder.add("http", method=question.method, url=question.url, error=error, timings=timings, at=at)
            raise

    def _complete(self, ask: Ask) -> tuple[Question, Authorization]:
        """The question with our own headers, and what was done with the credential."""
        form = ask.question.content if FORM in ask.question.headers else None
        given = authorization(ask.url, ask.credential, ask.bearer, form)
        own = [("User-Agent", self.options.user_agent), ("Accept-Encoding", "identity")]
        if given.header is not None:
            scheme, _, login = given.header.partition(" ")
            if scheme.lower() == "basic" or len(login) >= SHORTEST_TOKEN:
                self.learn(login, "authorization")
            own.append(("Authorization", given.header))
        self._learn_proxy(ask.url)
        headers = tuple(pair for pair in ask.question.headers if pair[0].lower() != "authorization")
        content = ask.question.content if given.content is None else given.content
        return structs.replace(ask.question, headers=(*own, *headers), content=content), given

    def _learn_proxy(self, url: str) -> None:
        proxy = self.network.proxy(*_endpoint(url))
        if proxy is not None and proxy.password:
            self.learn(proxy.password, "proxy password")

    def _record(self, question: Question, told: Told, withheld: Withheld | None, at: datetime, via: str | None) -> str:
        encoding = next((value for key, value in told.headers if key.lower() == "content-encoding"), "identity")
        undone = "undone" if told.encoded is not None else "left as it came"
        unasked = f"compressed unasked, {undone}: {encoding}" if encoding.lower() != "identity" else None
        note = f"credential not sent: {withheld.why}" if withheld else None
        notes = [_error(told.failure) if told.failure else None, note, unasked]
        return self.recorder.add(
            "http",
            method=question.method,
            url=question.url,
            address=told.watch.address,
            via=via,
            http_version=told.http_version,
            status=told.status,
            error="; ".join(text for text in notes if text) or None,
            request_headers=question.headers,
            response_headers=told.headers,
            body=bytes(told.body[:65536]) or None,
            body_size=told.size if told.status is not None else None,
            body_sha256=told.digest.removeprefix("sha256:") if told.digest and told.size else None,
            timings=told.watch.all_timings(),
            at=at,
        )


def _location(answer: Answer, method: str) -> str | None:
    if answer.status not in REDIRECTS or answer.failure is not None or method not in ("GET", "HEAD"):
        return None
    return answer.header("location")


def _endpoint(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def _error(problem: Failure) -> str:
    return f"{problem.stage} {problem.kind}: {problem.message}"


FORM = ("Content-Type", "application/x-www-form-urlencoded")
"""The header of a form, into which a token that is exchanged is put."""


def _unheard(failure: Failure | None) -> bool:
    """Whether a request came to its end before its first byte was sent."""
    return failure is not None and failure.stage in ("dns", "connect", "proxy", "tls", "policy")


def _chainguard(host: str) -> Failure:
    message = f"--no-direct: nothing is sent to {host}"
    return Failure(stage="policy", kind="chainguard-host", message=message, seconds=0.0)


def _too_many(redirects: int) -> Failure:
    message = f"more than {redirects} redirects"
    return Failure(stage="policy", kind="too-many-redirects", message=message, seconds=0.0)
