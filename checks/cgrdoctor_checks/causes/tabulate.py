"""The table of a case: every row, and what was asked for."""

from __future__ import annotations

from cgrdoctor_checks.causes.missing_image import FREE_TAGS
from cgrdoctor_checks.causes.observations import Case
from cgrdoctor_checks.causes.rows.artifactory import artifactory_rows
from cgrdoctor_checks.causes.rows.registry import registry_rows
from cgrdoctor_checks.causes.rows.upstream import upstream_rows
from cgrdoctor_checks.causes.table import Asked, Table


def tabulate(case: Case) -> Table:
    """Once for a run; nothing else reads the facts to weigh causes."""
    return Table((*registry_rows(case), *upstream_rows(case), *artifactory_rows(case)), asked(case))


def asked(case: Case) -> Asked:
    """What was asked for, as far as causes depend on it."""
    behind = case.remotes.chainguard if case.remotes is not None else ()
    return Asked(
        private=case.private,
        pinned=case.pinned,
        rolling=case.target.selector in FREE_TAGS,
        latest=case.target.selector == "latest",
        organization=bool(case.organization_name),
        virtual=case.virtual,
        several=case.virtual is True and (case.remotes is None or len(behind) > 1),
        settings=case.settings is not None,
        anonymous=case.remote_anonymous,
        behind=case.behind is not None,
        guessed=case.behind is not None and case.behind.members is not None and not case.behind.members.known,
        hidden=case.through.works,
    )
