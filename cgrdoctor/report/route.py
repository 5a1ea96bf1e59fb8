"""The way of a pull from the client to the blob host, how far it was seen to lead, and the direct one beside it."""

from __future__ import annotations

from cgrdoctor.engine.decided import PULL
from cgrdoctor.model import Diagnosis, Exchange, Report
from cgrdoctor.net.hosts import REGISTRY_HOST
from cgrdoctor.report.answers import failed, host_of, path_of, unfinished

OK, BROKEN, ODD, UNSEEN, CACHED = "ok", "X", "!", "?", "cached"
"""What stands in a leg: seen to lead on, where it breaks, where something is amiss, not seen, served from a copy."""

LEG_PLACES = {"reference": 0, "client": 0, "client-to-artifactory": 0}
"""The leg of the way, counted from the client, at which a cause stands; 1 (behind Artifactory) unless it is here."""

WITHIN = ("cache", "policy")
"""Legs that stand inside Artifactory, and are named there."""

BESIDE = "client-to-upstream"
"""The leg of a cause that stands on the direct way alone."""


def pull_way(report: Report) -> str:
    """`you --ok-- acme.jfrog.io --X-- cgr.dev --?-- blob host`."""
    host = report.target.artifactory_host or "Artifactory"
    leg = report.diagnosis[0].leg if report.diagnosis else ""
    within = f" ({leg})" if leg in WITHIN else ""
    return _drawn(["you", host + within, REGISTRY_HOST, "blob host"], pull_marks(report))


def pull_marks(report: Report) -> list[str]:
    """How each of the three legs was seen; behind the leg that breaks nothing is known."""
    through = _asked(report.exchanges, report.target.artifactory_host or "")
    passed = next((check.status for check in report.checks if check.id == PULL), "")
    manifest = any("/manifests/" in path_of(one) and _well(one) for one in through if _is_ours(one, report))
    blob = any("/blobs/" in path_of(one) and _well(one) for one in through if _is_ours(one, report))
    behind = CACHED if passed == "info" and manifest else OK
    marks = [
        OK if any(one.status is not None for one in through) else UNSEEN,
        behind if manifest else UNSEEN,
        behind if blob and manifest else UNSEEN,
    ]
    entry = next(iter(report.diagnosis), None)
    if entry is None or entry.leg == BESIDE:
        return marks
    if entry.severity != "fail":
        place = _place(entry, manifest=False)
        return [*marks[:place], ODD, *marks[place + 1 :]]
    place = _place(entry, manifest=manifest)
    return [*marks[:place], BROKEN, *(UNSEEN for _ in marks[place + 1 :])]


def direct_way(report: Report) -> str:
    """`you --ok-- cgr.dev --ok-- blob host`, or why it was not gone."""
    asked = _asked(report.exchanges, REGISTRY_HOST)
    if not asked:
        record = report.facts.get("direct-pull")
        return f"not looked at: {record.reason}" if record is not None and record.reason else "not looked at"
    manifest = [one for one in asked if "/manifests/" in path_of(one) and _is_ours(one, report)]
    came = any(_well(one) for one in manifest)
    refused = [one for one in manifest if _refused(one)] or [one for one in asked if _refused(one) and _broke(one)]
    status = f" {refused[0].status}" if refused and refused[0].status else ""
    first = OK if came else (f"{BROKEN}{status}" if refused else UNSEEN)
    blobs = [one for one in report.exchanges if one.kind == "http" and _is_blob(one, report)]
    second = OK if any(_well(one) for one in blobs) else (BROKEN if any(map(_refused, blobs)) else UNSEEN)
    return _drawn(["you", REGISTRY_HOST, "blob host"], [first, second if came else UNSEEN])


def release(report: Report) -> str:
    """`Artifactory 7.161.15`, empty where it did not say."""
    record = report.facts.get("caller")
    found = record.value.get("release") if record is not None and record.value else None
    return f"Artifactory {found}" if isinstance(found, str) and found else ""


def _drawn(places: list[str], marks: list[str]) -> str:
    return places[0] + "".join(f" --{mark}-- {place}" for mark, place in zip(marks, places[1:], strict=True))


def _place(entry: Diagnosis, *, manifest: bool) -> int:
    """A way that led to the manifest and breaks behind Artifactory breaks at the blobs."""
    place = LEG_PLACES.get(entry.leg, 1)
    return 2 if place == 1 and manifest and entry.leg == "artifactory-to-upstream" else place


def _asked(exchanges: tuple[Exchange, ...], host: str) -> list[Exchange]:
    return [one for one in exchanges if one.kind == "http" and host_of(one).partition(":")[0] == host.partition(":")[0]]


def _is_ours(exchange: Exchange, report: Report) -> bool:
    """Whether the image under test was asked for, and not another that is known to be good."""
    name = (report.target.upstream_image or "").partition("@")[0]
    name = name.rpartition(":")[0] or name
    return not name or f"/{name}/" in path_of(exchange)


def _is_blob(exchange: Exchange, report: Report) -> bool:
    host = host_of(exchange)
    if host == REGISTRY_HOST:
        return "/blobs/" in path_of(exchange) and exchange.status not in (301, 302, 303, 307, 308)
    name = (report.target.upstream_image or "\0").partition("@")[0]
    return host != report.target.artifactory_host and f"/{name.rpartition(':')[0] or name}/" in path_of(exchange)


def _well(exchange: Exchange) -> bool:
    return exchange.error is None and exchange.status in (200, 206)


def _refused(exchange: Exchange) -> bool:
    """What the end of the run cut short is no answer."""
    return failed(exchange) and not unfinished(exchange)


def _broke(exchange: Exchange) -> bool:
    """A challenge is no refusal."""
    return exchange.error is not None or not path_of(exchange).endswith("/v2/")
