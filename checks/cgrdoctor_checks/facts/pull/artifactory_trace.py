"""What Artifactory itself logs while it looks for the manifest: `GET /<key>/<path>?trace`.

A plain-text list of decisions, always with status 200 (JFrog knowledge base: trace API; Artifactory OSS 6.20). It is
asked only after this very manifest was refused as missing, so that the answer comes out of Artifactory's memory of the
miss and not from upstream. A docker remote's generic path asks upstream for another URL than a pull does, so what the
log says about upstream is a hint, what it says about Artifactory is not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from msgspec.structs import replace

from cgrdoctor import Fact, NotNeeded, Unobservable, probe
from cgrdoctor.net.artifactory import ArtifactoryRest
from cgrdoctor.net.step import Step
from cgrdoctor.privacy.truncate import cut
from cgrdoctor_checks.facts.artifactory.caller import Caller
from cgrdoctor_checks.facts.artifactory.configuration import Configuration
from cgrdoctor_checks.facts.artifactory.remotes import AdminView
from cgrdoctor_checks.facts.artifactory.symptom import symptom
from cgrdoctor_checks.facts.artifactory.wording import Mechanism, mechanism, upstream_stage
from cgrdoctor_checks.facts.direct.pulls import DirectPull
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.facts.pull.worth_asking import settled
from cgrdoctor_checks.facts.reference.target import Target

STEPS = 60
Said = Literal[
    "content-lost",
    "assumed-offline",
    "offline",
    "denied",
    "transport",
    "page",
    "upstream-status",
    "missed",
    "cached",
    "nothing",
]
"""`page`: what came from upstream was a web page."""

_SPELLINGS: Mapping[Said, str] = {
    "assumed-offline": r"assumed[ -]?offline",
    "offline": r"\bis offline\b",
    "denied": r"download denied\s*\((?P<why>[^)]*)\)?",
    "transport": r"failed to execute \w+ request:?\s*(?P<why>.*)",
    "page": r"(?P<why>(?:mismatch\w{{0,5}} {type}\b|{type}\b.{{0,80}}(?:text/html|xhtml)).*)".format(
        type=r"(?:mime|content|media)[ -]?types?"
    ),
    "upstream-status": r"received status (?:\{\}|(?P<code>\d{3}))(?: \(message: (?P<why>[^)]*)\))?",
    "missed": r"missed retrieval cache",
    "cached": r"found resource in local cache",
}
"""In the order in which they tell more. 6.20 prints `{}` for the status and puts it into the message."""

_SAID = tuple((said, re.compile(pattern, re.IGNORECASE)) for said, pattern in _SPELLINGS.items())


class Trace(Fact, frozen=True, kw_only=True):
    """The decisions, and the one that tells most. `status` is upstream's, `mechanism` and `stage` those of `why`."""

    observed_from = "artifactory"

    step: Step
    said: Said = "nothing"
    why: str = ""
    status: int | None = None
    mechanism: Mechanism | None = None
    stage: str | None = None
    decisions: tuple[str, ...] = ()


@probe()
async def trace(
    rest: ArtifactoryRest,
    caller: Caller,
    target: Target,
    through: PullThrough,
    direct: DirectPull | None,
    settings: AdminView | None,
) -> Trace:
    """GET /<key>/<image>/<tag>/list.manifest.json?trace."""
    _refuse(caller, through, direct, settings)
    if target.repository is None:
        raise Unobservable("the repository key is not known", "--repository KEY")
    reply = await rest.get(target.repository, _path(target), query={"trace": ""})
    if not reply.step.ok or "html" in (reply.step.content_type or ""):
        raise Unobservable("Artifactory gives no trace")
    return read(reply.step, reply.text)


def _refuse(caller: Caller, through: PullThrough, direct: DirectPull | None, settings: AdminView | None) -> None:
    failed = through.pull.failed
    if failed is None or failed.name != "manifest" or symptom(failed) != "unfound":
        raise NotNeeded("the pull itself tells")
    if settled(direct):
        raise NotNeeded("cgr.dev itself says why")
    if settings is not None and any(_stops_all(remote) for remote in settings.remotes):
        raise NotNeeded("a setting tells")
    if caller.identity == "refused" or not caller.answers:
        raise Unobservable("Artifactory's REST API does not answer this caller")


def _stops_all(remote: Configuration) -> bool:
    """Whether a switch that was read keeps every image out, so that a log would only say it again."""
    return remote.token_authentication is False or bool(remote.blacked_out or remote.offline)


def _path(target: Target) -> str:
    if target.digest is not None:
        return f"{target.path_in_repository}/{target.digest.replace(':', '__')}/manifest.json"
    return f"{target.path_in_repository}/{target.selector}/list.manifest.json"


def read(step: Step, text: str) -> Trace:
    """The decisions in a trace; what is not understood tells nothing."""
    lines = text.partition("Steps:")[2] or text
    decisions = tuple(
        cut(re.sub(r"^\S{1,20}T\S{1,30}\s+", "", line.strip()), 300) for line in lines.splitlines() if line.strip()
    )
    known = Trace(exchanges=(step.exchange,), step=step, decisions=decisions[:STEPS])
    lost = next((decision for decision in decisions if mechanism(decision) == "content-lost"), None)
    if lost is not None:
        return replace(known, said="content-lost", why=lost, mechanism="content-lost")
    for said, pattern in _SAID:
        for decision in known.decisions:
            found = pattern.search(decision)
            if found:
                return _understood(known, said, found)
    return known


def _understood(known: Trace, said: Said, found: re.Match[str]) -> Trace:
    told = found.groupdict()
    why = " ".join((told.get("why") or "").split())
    stage = upstream_stage(why) if said == "transport" else None
    code = told.get("code") or (why if re.fullmatch(r"[1-5]\d\d", why) else None)
    return Trace(
        exchanges=known.exchanges,
        step=known.step,
        said=said,
        why=why,
        status=int(code) if code else None,
        mechanism=mechanism(why),
        stage=stage.name if stage else None,
        decisions=known.decisions,
    )
