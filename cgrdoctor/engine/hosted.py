"""Findings about what JFrog runs itself: on a host of its cloud nobody else mends network, storage, time or proxy.

A code says by its `ticket` that its trouble lies there. What is said to be somebody's already (a proxy that was chosen
on a remote, a gateway of one's own) stays his.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from cgrdoctor.model import CheckResult, Code, Finding, Remedy, Rival
from cgrdoctor.net.hosts import is_jfrog_cloud

HERE = ("client", "client-to-upstream")
"""Legs on which such a code speaks of this machine."""

PULL = "Try the pull again"
"""What the command is called that tries whether it is mended."""

THERE, THEIRS = "on the artifactory host", "on JFrog's side"
ON_ITS_SIDE = (THERE, "from artifactory to", "between artifactory and")
"""What a step says that only those can take who run Artifactory's machines, in lower case."""
_THERE = re.compile(THERE, re.IGNORECASE)


def handed_over(results: Iterable[CheckResult], codes: Mapping[str, Code], host: str | None) -> tuple[CheckResult, ...]:
    """The results as they are to be acted on where Artifactory stands on `host`, `host[:port]` or None."""
    if host is None or not is_jfrog_cloud(host):
        return tuple(results)
    return tuple(
        replace(result, findings=tuple(_of_jfrog(finding, codes, host) for finding in result.findings))
        if result.findings
        else result
        for result in results
    )


def _of_jfrog(finding: Finding, codes: Mapping[str, Code], host: str) -> Finding:
    code = codes.get(finding.code)
    found = replace(finding, rivals=tuple(_rival(rival, codes) for rival in finding.rivals))
    if finding.leg in HERE or finding.remedy is None:
        return found
    if code is None or not code.ticket or finding.owner not in (None, code.owner):
        return replace(found, remedy=_from_here(finding.remedy))
    return replace(found, owner="jfrog-support", remedy=_ticket(found, code, finding.remedy, host))


def _from_here(remedy: Remedy) -> Remedy:
    """Without what could only be done on Artifactory's own host, or in its network."""
    steps = tuple(step for step in remedy.steps if not any(words in step.lower() for words in ON_ITS_SIDE))
    commands = tuple(command for command in remedy.commands if THERE not in command.description.lower())
    return replace(remedy, steps=steps, commands=commands)


def _rival(rival: Rival, codes: Mapping[str, Code]) -> Rival:
    """Who can look there is JFrog, whatever would be looked at."""
    code = codes.get(rival.code)
    text = rival.would_be_excluded_by
    told = _THERE.sub(THEIRS, text)
    theirs = told != text or (code is not None and bool(code.ticket))
    return replace(rival, would_be_excluded_by=told, who="jfrog-support" if theirs else rival.who)


def _ticket(finding: Finding, code: Code, remedy: Remedy, host: str) -> Remedy:
    """What to write to JFrog; of the commands only the pull that shows whether it is mended."""
    return Remedy(
        summary=f"Open a ticket with JFrog support: {code.ticket}",
        steps=(
            f"JFrog runs {host}; nobody else can look at or change its network, storage, clock or load balancer.",
            f"For the ticket: {finding.summary.rstrip('.')}.",
            "Attach this report (-o report.zip): it holds the requests with their times, and no secret.",
        ),
        commands=tuple(command for command in remedy.commands if command.description == PULL),
    )
