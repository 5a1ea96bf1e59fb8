"""What was not looked at, grouped by the reason, and what would let it be looked at next time."""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor.config.clients import CLIENTS, UNSEEN
from cgrdoctor.engine.decided import HOW_TO, decision_of
from cgrdoctor.model import Report, Unverified
from cgrdoctor.net.hosts import REGISTRY_HOST
from cgrdoctor.report.answers import asked, clients_of, host_of, path_of, unfinished
from cgrdoctor.report.words import lasting, several

NAMED = 2
"""Requirements that a group names; of more it says how many."""

NOTICED = 0.1
"""Seconds of a wait that are worth a line."""


def unverified(report: Report, named: int = NAMED) -> list[str]:
    """A line for each reason: what, why, and what would unlock it if that is not there already."""
    groups: dict[tuple[str, str], list[Unverified]] = {}
    for one in report.unverified:
        groups.setdefault((one.why, unlocked_by(one, report)), []).append(one)
    return [_group(why, unlocks, members, named) for (why, unlocks), members in groups.items()]


def _group(why: str, unlocks: str, members: list[Unverified], named: int) -> str:
    what = "; ".join(one.subject for one in members) if len(members) <= named else several(len(members), "requirement")
    return f"{what}: {why}" + (f"; {unlocks}" if unlocks == HOW_TO else f"; needs {unlocks}" if unlocks else "")


def unlocked_by(one: Unverified, report: Report) -> str:
    """What would unlock it, without what this run had: a machine that reaches cgr.dev, an admin's login."""
    if one.unlocked_by.startswith("a machine that reaches cgr.dev") and _reaches_upstream(report):
        return ""
    if one.unlocked_by.startswith("an admin's access token") and _is_admin(report):
        return ""
    return one.unlocked_by


def _reaches_upstream(report: Report) -> bool:
    return any(
        host_of(one) == REGISTRY_HOST and "/manifests/" in path_of(one) and one.status == 200
        for one in report.exchanges
    )


def _is_admin(report: Report) -> bool:
    """Only administrators are shown the list of all remotes with their settings."""
    record = report.facts.get("admin-view")
    return record is not None and record.status == "observed"


def not_tried(report: Report) -> str:
    """What a run that decided about the pull left out by itself, on one line; empty where nothing was."""
    if decision_of(report).selected:
        return ""
    return "; ".join(_not_tried(report))


def _not_tried(report: Report) -> Iterator[str]:
    clients = clients_of(report)
    if not report.run.options.get("pull") and ("docker" in clients or not clients):
        yield "docker itself (--pull)"
    if not report.run.options.get("download"):
        yield "the whole content (--download)"
    yield from (UNSEEN[one] for one in CLIENTS if one in clients and one in UNSEEN)


def pending(report: Report) -> list[str]:
    """Requests whose answer was waited for when the run ended, the one waited for longest first."""
    waiting = [one for one in report.exchanges if unfinished(one)]
    waiting.sort(key=lambda one: -sum(one.timings.values()))
    waiting = [one for one in waiting if sum(one.timings.values()) >= NOTICED] or waiting[:1]
    return [f"{asked(one, report)}, {lasting(sum(one.timings.values()))}" for one in waiting]
