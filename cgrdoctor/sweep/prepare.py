"""What is asked once before the references: pings, the repository's settings, the control image."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from cgrdoctor.config.options import UPSTREAM_TIMEOUT
from cgrdoctor.config.settings import Settings
from cgrdoctor.credentials.keyring import Keyring
from cgrdoctor.net.artifactory import ArtifactoryRest
from cgrdoctor.net.hosts import REGISTRY_HOST
from cgrdoctor.net.manifests import Manifests
from cgrdoctor.net.pull import Endpoint, endpoint_of
from cgrdoctor.net.reference import parse_upstream
from cgrdoctor.net.registry import ping
from cgrdoctor.net.step import Step
from cgrdoctor.net.transport import Http
from cgrdoctor.sweep.ask import Door, Ways
from cgrdoctor.sweep.roster import Home
from cgrdoctor.sweep.verdict import words

DEFAULT_PERIOD = 21600.0
"""Seconds for which a tag is served from the cache unasked, where it cannot be read."""

EVERYTHING = ("", "**", "**/*")


@dataclass(frozen=True, slots=True)
class Options:
    """What a sweep is asked for beyond `Settings`. `rate` in requests a second a host; `share` is `I` of `N`, from 0;
    `kept` the first file of lines."""

    images: str
    from_cache: bool = False
    dry_run: bool = False
    rate: float | None = None
    share: tuple[int, int] = (0, 1)
    resume: str | None = None
    kept: str | None = None


@dataclass(frozen=True, slots=True)
class Configuration:
    """The repository's settings, as far as this caller may read them; all empty if not at all."""

    rclass: str = ""
    project: str = ""
    period: float = DEFAULT_PERIOD
    members: tuple[str, ...] = ()
    excludes: bool = False

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Configuration:
        """Read from what `GET /api/repositories/KEY` answered; what has another type is as good as not there."""
        period = told.get("retrievalCachePeriodSecs")
        members = told.get("repositories")
        return cls(
            rclass=str(told.get("rclass") or ""),
            project=str(told.get("dockerProjectId") or "").strip("/"),
            period=float(period) if isinstance(period, int) and not isinstance(period, bool) else DEFAULT_PERIOD,
            members=tuple(str(one) for one in members[:100]) if isinstance(members, list) else (),
            excludes=bool(told.get("excludesPattern")) or str(told.get("includesPattern") or "") not in EVERYTHING,
        )


@dataclass(frozen=True, slots=True)
class Prepared:
    """How the references can be asked for, and what there is to say about it. `control` is how its image answered."""

    ways: Ways
    notes: tuple[str, ...]
    control: Step | None
    control_image: str


async def configuration(rest: ArtifactoryRest, key: str) -> Configuration:
    """The repository's; a refused login is not presented again."""
    reply = await rest.get(f"api/repositories/{key}")
    if reply.step.status == 401 and reply.step.authenticated:
        rest.refuse()
    return Configuration.of(reply.object)


async def caches(rest: ArtifactoryRest, key: str, own: Configuration) -> tuple[str, ...]:
    """Keys of the remotes whose caches hold what comes through this repository."""
    if own.rclass in ("", "remote"):
        return (key,)
    if own.rclass != "virtual":
        return ()
    listed = (await rest.get("api/repositories", query={"type": "remote", "packageType": "docker"})).array
    rows = {str(row.get("key")): str(row.get("url", "")) for row in listed[:2000] if isinstance(row, dict)}
    order = own.members or tuple(rows)
    return tuple(one for one in order if REGISTRY_HOST in rows.get(one, ""))


async def prepare(http: Http, keyring: Keyring, settings: Settings, options: Options, key: str) -> Prepared:
    """Asks what has to be known first, which is a handful of requests however long the list is."""
    base = settings.artifactory_base or ""
    rest = ArtifactoryRest(http, base, keyring)
    own = await configuration(rest, key)
    home = Home(rest.host, key, own.project)
    notes: list[str] = []
    patience = settings.upstream_timeout or UPSTREAM_TIMEOUT
    through = None if options.from_cache else await _door(http, endpoint_of(rest.root, await keyring.registry()))
    direct = await _direct(http, keyring, settings, options, notes)
    ways = Ways(
        home=home,
        through=through,
        direct=direct,
        rest=rest,
        caches=await caches(rest, key, own),
        period=own.period,
        patience=patience,
        asked_with=fingerprint(settings, options, key),
    )
    control, image = None, ""
    if through is not None and own.rclass != "local" and not (own.project or own.excludes):
        meant = parse_upstream(settings.control_image)
        image = f"{rest.host}/{key}/{meant.path}:{meant.selector}"
        control = await Manifests(http, through.endpoint, through.ping, f"{key}/{meant.path}", patience).head(
            meant.selector
        )
    return Prepared(ways, tuple(notes), control, image)


async def _door(http: Http, endpoint: Endpoint) -> Door:
    return Door(endpoint, await ping(http, endpoint))


async def _direct(http: Http, keyring: Keyring, settings: Settings, options: Options, notes: list[str]) -> Door | None:
    if options.from_cache:
        notes.append("--from-cache: only what Artifactory's storage API tells; nothing was pulled")
        return None
    if settings.no_direct:
        notes.append("--no-direct: cgr.dev was not asked, so that nothing is known of its digests")
        return None
    door = await _door(http, endpoint_of(f"https://{REGISTRY_HOST}", await keyring.chainguard()))
    if door.ping.failure is None:
        return door
    notes.append(f"cgr.dev was not asked, it does not answer from here: {words(door.ping)}")
    return None


def fingerprint(settings: Settings, options: Options, key: str) -> str:
    """What an answer depends on, as a short name; nothing in it is secret."""
    parts = [settings.artifactory_base, key, settings.no_direct, options.from_cache]
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:12]
