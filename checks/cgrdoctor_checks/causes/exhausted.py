"""Judging an Artifactory that says of which of its resources it has run out."""

from __future__ import annotations

import re

from cgrdoctor import Finding, fail
from cgrdoctor_checks.causes.observations import Case, quoted
from cgrdoctor_checks.codes.artifactory import RESOURCES_EXHAUSTED
from cgrdoctor_checks.facts.artifactory.symptom import symptom
from cgrdoctor_checks.remedies import commands

WAITING = "connections for its requests upstream"
"""What a slow way upstream uses up as well, so that it does not prove a limit that is too low."""

LIMITS: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(words, re.IGNORECASE), named, change)
    for words, named, change in (
        (
            r"open files|e[mn]file",
            "open files",
            "Raise the limit of open files of its user or container (LimitNOFILE, ulimit -n) to at least 32000.",
        ),
        (
            r"native thread|threads?\b|thread ?pool|execut",
            "threads",
            "Raise artifactory.tomcat.connector.maxThreads in system.yaml, and the limit of processes of its user.",
        ),
        (
            r"memory|heap|overhead|metaspace",
            "memory",
            "Raise -Xmx in shared.extraJavaOpts of system.yaml, within the memory that the machine or container has.",
        ),
        (
            r"waiting for (?:a )?connection from (?:the )?pool",
            WAITING,
            "Raise artifactory.http.client.max.total.connections, unless a slow way upstream is what they wait for.",
        ),
        (
            r"pool|connection|clients|sessions|processes",
            "connections",
            "Raise database.maxOpenConnections of Artifactory in system.yaml, and the database's own limit with it.",
        ),
    )
)
"""By what the text names, the first that fits: what has run out, and where more of it is given."""


def exhausted(case: Case) -> Finding:
    """In Artifactory's words; the change is the one for the resource that they name."""
    step = next((one for one in case.failures if symptom(one) == "exhausted"), case.failed)
    words = step.message if step else ""
    named, change = next(((name, change) for pattern, name, change in LIMITS if pattern.search(words)), ("", ""))
    where = f"Artifactory has run out of {named}" if named else "Artifactory fails by itself"
    again = "Then pull again; a restart alone helps until the load comes back."
    return fail(
        RESOURCES_EXHAUSTED,
        f"{where}: {quoted(step)}",
        subject=case.target.registry_host,
        evidence=case.evidence,
        confidence="certain" if named and named is not WAITING else "likely",
        remedy=commands.steps(
            RESOURCES_EXHAUSTED.fix,
            *(one for one in (change, again) if one),
            commands=(commands.pull(case.target.image),),
        ),
    )
