"""States that a remote is put in, by an admin or by Artifactory, which says so."""

from __future__ import annotations

from cgrdoctor_checks.causes import stated_by_artifactory
from cgrdoctor_checks.causes.row import Row
from cgrdoctor_checks.causes.signs import ADMIN, opaque, vague
from cgrdoctor_checks.causes.table import Table
from cgrdoctor_checks.causes.weigh import FITS, NAMES, NOTHING, POINTS, Answer, Cause, Exclusion
from cgrdoctor_checks.codes.fields import REMOTE_BLACKED_OUT, REMOTE_OFFLINE
from cgrdoctor_checks.codes.pull import REMOTE_ASSUMED_OFFLINE


def _traced(row: Row) -> Answer:
    """What a virtual's trace says may be about a member that does not lead to cgr.dev."""
    return POINTS if row.has("any-member") else NAMES


def blacked_out(row: Row, table: Table) -> Answer:
    if row.arm == "settings":
        return NAMES if row.mechanism == "blacked-out" else NOTHING
    if row.arm == "trace":
        return _traced(row) if row.has("blacked-out") and row.mechanism == "denied" else NOTHING
    if row.failing and row.mechanism == "blacked-out":
        return NAMES
    return FITS if opaque(row) else NOTHING


def offline(row: Row, table: Table) -> Answer:
    if row.arm == "settings":
        return NAMES if row.mechanism == "offline" else NOTHING
    if row.arm == "trace":
        return _traced(row) if row.mechanism == "offline" else NOTHING
    if row.failing and row.mechanism == "offline":
        return NAMES if table.setting("offline") else FITS if table.setting("online") else POINTS
    return FITS if opaque(row) or (row.failing and row.mechanism == "assumed-offline") else NOTHING


def assumed_offline(row: Row, table: Table) -> Answer:
    if row.arm == "trace":
        return _traced(row) if row.mechanism == "assumed-offline" else NOTHING
    if row.failing and row.mechanism == "assumed-offline":
        return FITS if row.at_blob else NAMES
    if row.failing and row.mechanism == "offline":
        return POINTS if table.setting("online") and not table.setting("offline") else FITS
    return FITS if opaque(row) or (vague(row) and row.mechanism == "upstream-transport") else NOTHING


def _lit(table: Table) -> Exclusion | None:
    """The switch was read, and nothing in an answer speaks of it."""
    return Exclusion("Ignore Repository is unchecked", hard=True) if _read_without(table, "blacked-out") else None


def _switched_on(table: Table) -> Exclusion | None:
    said = any(row.mechanism == "offline" for row in (*table.failing, *table.of("trace")))
    return Exclusion("Offline is unchecked", hard=True) if _read_without(table, "offline") and not said else None


def _read_without(table: Table, departure: str) -> bool:
    return table.asked.settings and not table.setting(departure)


CAUSES = (
    Cause(
        code=REMOTE_BLACKED_OUT,
        answer=blacked_out,
        excluded=_lit,
        finding=stated_by_artifactory.blacked_out,
        rival="Ignore Repository is unchecked",
        gate=True,
        who=ADMIN,
        stops="repository",
    ),
    Cause(
        code=REMOTE_OFFLINE,
        answer=offline,
        excluded=_switched_on,
        finding=stated_by_artifactory.offline,
        rival="Offline of the remote and the instance's Global Offline Mode are off",
        gate=True,
        who=ADMIN,
        stops="repository",
    ),
    Cause(
        code=REMOTE_ASSUMED_OFFLINE,
        answer=assumed_offline,
        finding=stated_by_artifactory.assumed_offline,
        rival="the failure lasts longer than the Assumed Offline Period",
        who=ADMIN,
        stops="repository",
        opened_by="upstream-failed",
    ),
)
