"""A field of the remote as a cause: each has a check of its own; here it is weighed for a pull."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from cgrdoctor import Code
from cgrdoctor_checks.causes import settings_finding
from cgrdoctor_checks.causes.row import Row
from cgrdoctor_checks.causes.signs import ADMIN
from cgrdoctor_checks.causes.table import Table
from cgrdoctor_checks.causes.weigh import Answer, Cause, Exclusion, Scope


def field_cause(
    code: Code,
    answer: Callable[[Row, Table], Answer],
    excluded: Callable[[Table], Exclusion | None],
    rival: str,
    stops: Scope,
    parent: str | None = None,
) -> Cause:
    """Named by the field where it was read; `excluded` says when it is ruled out, `stops` what it keeps back."""
    return Cause(
        code=code,
        answer=answer,
        excluded=excluded,
        finding=partial(settings_finding.of_field, code),
        rival=rival,
        who=ADMIN,
        stops=stops,
        parent=parent,
    )


def shown_without(*departures: str, by: str) -> Callable[[Table], Exclusion | None]:
    """Hard where the fields were shown and have none of these departures."""

    def excluded(table: Table) -> Exclusion | None:
        read = table.asked.settings and not table.setting(*departures)
        return Exclusion(by, hard=True) if read else None

    return excluded
