"""Bringing up an Artifactory that is not well, by what it says of itself."""

from __future__ import annotations

import re

from cgrdoctor.net.step import Step
from cgrdoctor_checks.remedies import commands

LOGS = "On the Artifactory host: console.log and artifactory-service.log say what it waits for."

WORDS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        r"\beula\b|end[- ]user licen[sc]e",
        "Accept the EULA on {host}",
        ("Sign in to its pages as an administrator and accept the agreement; it serves nothing before.",),
    ),
    (
        r"licen[sc]e",
        "Install a valid licence on {host}",
        ("Administration > Licenses, signed in as an administrator; an expired or a trial licence counts as none.",),
    ),
    (
        r"\bstart(?:ing|ed|up)\b|\bnot (?:yet )?(?:ready|initiali[sz]ed)\b|\binitiali[sz]ing\b",
        "Wait until {host} has started, then pull again",
        ("It takes some minutes; longer while it migrates its database.", LOGS),
    ),
    (
        r"server state is offline|offline",
        "Take {host} out of its offline state",
        (LOGS,),
    ),
)
"""By the answer: what mends it, and how. The first that fits."""

PATTERNS = tuple((re.compile(words, re.IGNORECASE), summary, how) for words, summary, how in WORDS)


def bring_up(host: str, step: Step | None, image: str | None = None, sick: tuple[str, ...] = ()) -> commands.Remedy:
    """`sick` are the services that the router says are down."""
    said = f"{step.message} {step.title}" if step is not None else ""
    none: tuple[str, tuple[str, ...]] = ("", ())
    summary, how = next(((one, steps) for words, one, steps in PATTERNS if words.search(said)), none)
    if not summary and sick:
        summary, how = f"Start {', '.join(sick)} on {{host}}: the router says it is down", (LOGS,)
    elif not summary and step is not None and step.status in (502, 504):
        summary = "Start Artifactory behind {host}: its reverse proxy answers, and the service behind it does not"
        how = (LOGS,)
    elif not summary:
        summary, how = "Mend Artifactory on {host}, which answers with an error of its own", (LOGS,)
    tried = (commands.pull(image),) if image else ()
    return commands.steps(summary.format(host=host), *how, commands=tried)
