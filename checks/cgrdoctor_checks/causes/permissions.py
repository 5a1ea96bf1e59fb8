"""The finding about a login that may not read the repository, or a member of it."""

from __future__ import annotations

import re

from cgrdoctor import Finding, fail
from cgrdoctor_checks.causes.observations import Case, quoted
from cgrdoctor_checks.codes.token import ARTIFACTORY_PERMISSION_DENIED
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.remedies import commands

OF_THE_CACHE = re.compile(r"deploy", re.IGNORECASE)
"""What Artifactory says where a user may read, and may not fill the cache."""


def denied(case: Case) -> Finding:
    """Read for what is cached, Deploy/Cache for what is not."""
    key = _key(case)
    return fail(
        ARTIFACTORY_PERMISSION_DENIED,
        f"{_who(case)} may not read {key}: {_words(case)}",
        subject=key,
        evidence=tuple(dict.fromkeys((*evidence_of(case.puller), *case.evidence))),
        confidence="certain" if _shut_out(case) else "likely",
        remedy=_grant(case, key),
    )


def _shut_out(case: Case) -> bool:
    """Whether two lists of repositories were compared, and the one of whoever pulls lacks the way."""
    return case.puller is not None and case.puller.shut_out


def _key(case: Case) -> str:
    return case.puller.unseen[0] if case.puller is not None and _shut_out(case) else case.subject


def _who(case: Case) -> str:
    name = case.puller.username if case.puller is not None else ""
    return name or "this login"


def _words(case: Case) -> str:
    if _shut_out(case):
        return (
            f"its list of repositories lacks it, another login's has it, and the pull is answered {quoted(case.failed)}"
        )
    words = quoted(case.failed)
    if case.symptom == "unfound" and case.trace is not None and case.trace.said == "denied":
        words = f"Artifactory's own trace says {case.trace.why}"
    cached = case.control_state in ("works", "cached")
    return words + ("; another image of it pulls: Deploy/Cache may lack for what is not cached yet" if cached else "")


def _grant(case: Case, key: str) -> commands.Remedy:
    """The right that is missing, for whom, and where it is given."""
    said = case.failed.message if case.failed is not None else ""
    cached = (case.control_state in ("works", "cached") and not _shut_out(case)) or OF_THE_CACHE.search(said)
    right = "Deploy/Cache" if cached else "Read and Deploy/Cache"
    user = case.puller.username if case.puller is not None else ""
    whom = f"{user} or one of its groups" if user else "this user or one of its groups"
    return commands.steps(
        f"Give {whom} {right} on {key}",
        f"Administration > User Management > Permissions: add {key} to a permission of {whom}, or make one.",
        f"Check {right} in it.",
        "Read is for what is in the cache, Deploy/Cache for what has to be fetched from cgr.dev first.",
        commands=(commands.pull(case.target.image),),
    )
