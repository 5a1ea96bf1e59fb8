"""The umbrella over everything: it failed, and nothing says why."""

from __future__ import annotations

from cgrdoctor_checks.causes import whole_repository
from cgrdoctor_checks.causes.families.routing import ELSEWHERE
from cgrdoctor_checks.causes.row import Row
from cgrdoctor_checks.causes.signs import ADMIN, opaque, passes
from cgrdoctor_checks.causes.table import Table
from cgrdoctor_checks.causes.weigh import FITS, NAMES, NOTHING, POINTS, Answer, Cause
from cgrdoctor_checks.codes.pull import PULL_FAILED


def umbrella(row: Row, table: Table) -> Answer:
    if row.arm == "member" and table.asked.virtual and not row.guessed and not row.has("beside"):
        return NAMES if row.mechanism == "serves" and any(opaque(one) for one in table.target) else NOTHING
    if not row.failing:
        return NOTHING
    if row.mechanism in ELSEWHERE and row.step in ("token", "manifest") and row.quoted is None:
        return NAMES
    if row.has("as-upstream") or row.mechanism in ("transport", "nothing"):
        return NAMES
    if row.mechanism == "page":
        return POINTS
    if row.mechanism in ("unfound", "failed", "refused") and not row.at_blob:
        return POINTS if not passes(table) or row.mechanism == "failed" else FITS
    unknown = row.has("reason") and row.mechanism in ("forbidden", "refused")
    return POINTS if unknown else FITS


CAUSES = (
    Cause(
        code=PULL_FAILED,
        answer=umbrella,
        finding=whole_repository.umbrella,
        rival="",
        who=ADMIN,
        stops="moment",
    ),
)
