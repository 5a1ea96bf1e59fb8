"""Asks for one reference: cgr.dev, the cache's state, HEAD through Artifactory, and GET where those do not tell."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

import anyio

from cgrdoctor.net.artifactory import ArtifactoryRest
from cgrdoctor.net.manifest import DOCKER_MANIFEST, OCI_MANIFEST
from cgrdoctor.net.manifests import Manifests
from cgrdoctor.net.pull import Endpoint
from cgrdoctor.net.step import Step
from cgrdoctor.net.storage import MANIFESTS, CacheEntry, entry_of, spellings
from cgrdoctor.net.transport import Http
from cgrdoctor.sweep.model import Asked, Line
from cgrdoctor.sweep.roster import Home
from cgrdoctor.sweep.verdict import FREE, Answers, Judgement, digest_of, judge, judge_cached, seen

MOST_REFUSALS = 3
"""Answers 401 of a host after which nothing more is asked: repeated failures lock accounts."""

UNTOLD = (200, 403, 404, 405)
"""Statuses of HEAD after which GET may tell more; so may a 5xx."""


@dataclass(frozen=True, slots=True)
class Door:
    """A registry: where, who to be there, and what its ping answered."""

    endpoint: Endpoint
    ping: Step


@dataclass(frozen=True, slots=True)
class Ways:
    """What can be asked. None is what was not to be asked, or cannot be.

    `caches` are the keys of the remotes whose caches may hold an image; `period` their retrieval period in seconds;
    `patience` seconds for what Artifactory may have to fetch.
    """

    home: Home
    through: Door | None
    direct: Door | None
    rest: ArtifactoryRest | None
    caches: tuple[str, ...]
    period: float
    patience: float
    asked_with: str


class Asker:
    """Asks, and keeps for each image its token. Several references may be asked for at the same time."""

    def __init__(self, http: Http, ways: Ways) -> None:
        self._http = http
        self._ways = ways
        self._doors: dict[tuple[str, str], Manifests] = {}
        self._siblings: set[str] = set()
        self._cache_of: dict[str, str] = {}
        self._refusals: dict[tuple[str, str], None] = {}
        self._refused: Counter[str] = Counter()
        self._cache_door = anyio.Lock()
        self._cache_open = False
        self.cache_refused: Step | None = None
        self.may_have_cached = 0
        self.without_login: Counter[str] = Counter()

    def forget(self) -> None:
        """Drops tokens; nothing may be under way."""
        self._doors.clear()
        self._siblings.clear()
        self._refusals.clear()

    @property
    def locked(self) -> str | None:
        """A host that has answered 401 so often that nothing more is asked."""
        return next((host for host, times in self._refused.items() if times >= MOST_REFUSALS), None)

    async def line(self, asked: Asked) -> Line:
        """Everything about one reference."""
        ways = self._ways
        if ways.through is None:
            return await self._from_cache(asked)
        answers = Answers(period=ways.period)
        direct = self._direct(asked)
        if direct is not None:
            answers.direct = await direct.head(asked.selector)
            self._note(answers.direct)
            answers.sibling = asked.upstream in self._siblings
            if not answers.direct.ok:
                return self._judged(asked, answers, judge(asked, answers))
            self._siblings.add(asked.upstream)
        answers.cached = await self._cached(asked, answers.direct)
        await self._through(asked, answers, ways.through, direct)
        return self._judged(asked, answers, judge(asked, answers))

    async def _through(self, asked: Asked, answers: Answers, door: Door, direct: Manifests | None) -> None:
        """HEAD through Artifactory; GET on each path whose HEAD does not tell enough."""
        through = self._registry(door, f"{self._ways.home.key}/{asked.path}", self._ways.patience)
        if answers.cached is None:
            self.may_have_cached += 1
        head = answers.through = await through.head(asked.selector)
        self._note(head)
        if head.name == "token" or head.failure is not None:
            return
        if head.ok and (direct is None or answers.served == answers.upstream) and answers.served:
            return
        if head.status in UNTOLD or (head.status or 0) >= 500:
            answers.through_told, answers.through_platforms = await through.get(asked.selector)
        if direct is not None and head.ok and answers.served != answers.upstream:
            answers.direct_told, answers.direct_platforms = await direct.get(asked.selector)

    def _direct(self, asked: Asked) -> Manifests | None:
        """The image at cgr.dev, which a private one is not asked for without a login."""
        door = self._ways.direct
        if door is None:
            return None
        if asked.upstream.startswith(FREE):
            return self._registry(Door(Endpoint(door.endpoint.base), door.ping), asked.upstream, None)
        if door.endpoint.credential is None:
            self.without_login[asked.upstream.partition("/")[0]] += 1
            return None
        return self._registry(door, asked.upstream, None)

    def _registry(self, door: Door, repository: str, patience: float | None) -> Manifests:
        place = (door.endpoint.base, repository)
        if place not in self._doors:
            self._doors[place] = Manifests(self._http, door.endpoint, door.ping, repository, patience)
        return self._doors[place]

    async def _from_cache(self, asked: Asked) -> Line:
        entry = None
        for name in MANIFESTS:
            entry = entry or await self._cached(asked, None, name)
        answers = Answers(cached=entry, period=self._ways.period)
        return self._judged(asked, answers, judge_cached(asked, entry, self.cache_refused))

    async def _cached(self, asked: Asked, direct: Step | None, name: str | None = None) -> CacheEntry | None:
        """The entry of the cache, as far as this caller may read it: where this organization's images were found."""
        if self._ways.rest is None or self.cache_refused is not None:
            return None
        if self._cache_open:
            return await self._entry(self._ways.rest, asked, direct, name)
        async with self._cache_door:
            if self.cache_refused is not None:
                return None
            return await self._entry(self._ways.rest, asked, direct, name)

    async def _entry(
        self, rest: ArtifactoryRest, asked: Asked, direct: Step | None, name: str | None
    ) -> CacheEntry | None:
        """The first who asks asks alone: a login that is refused there is not presented again."""
        organization = asked.path.partition("/")[0]
        single = direct is not None and direct.content_type in (OCI_MANIFEST, DOCKER_MANIFEST)
        name = name or MANIFESTS[single]
        folder = spellings(asked.selector)[0] if ":" in asked.selector else asked.selector
        known = self._cache_of.get(organization)
        for key in (known,) if known else self._ways.caches:
            path = f"{asked.path}/{folder}/{name}"
            reply = await rest.get(f"api/storage/{key}-cache/{path}")
            if reply.step.status in (401, 403):
                self.cache_refused = reply.step
                return None
            self._cache_open = True
            if reply.step.ok and reply.object:
                self._cache_of[organization] = key
                return entry_of(key, path, reply)
        return None

    def _note(self, step: Step) -> None:
        """Counts a 401; one that is everybody's answer is counted once."""
        if step.status == 401 and (step.host, step.exchange) not in self._refusals:
            self._refusals[step.host, step.exchange] = None
            self._refused[step.host] += 1

    def _judged(self, asked: Asked, answers: Answers, found: Judgement) -> Line:
        cached = answers.cached
        in_cache = f"sha256:{cached.sha256}" if cached is not None and cached.sha256 else None
        return Line(
            image=asked.image,
            upstream_image=asked.upstream_image,
            through=seen(answers.through, answers.through_told),
            direct=seen(answers.direct, answers.direct_told),
            verdict=found.verdict,
            code=found.code,
            digest=answers.served or in_cache or digest_of(answers.direct, answers.direct_told),
            age=cached.age if cached is not None else None,
            at=now(),
            asked_with=self._ways.asked_with,
        )


def now() -> str:
    """This moment, RFC 3339 in UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
