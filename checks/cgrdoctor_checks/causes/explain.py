"""From the facts of a run to findings: which case is looked at, its table, the decision, and how it is written down."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from cgrdoctor import Because, Finding, Rival, RuledOut
from cgrdoctor.model import Confidence
from cgrdoctor.net.failure import OWN
from cgrdoctor.net.step import Step
from cgrdoctor_checks.causes import virtual_repository, whole_repository
from cgrdoctor_checks.causes.catalogue import causes
from cgrdoctor_checks.causes.decide import Decision, Entry, decide
from cgrdoctor_checks.causes.observations import Case
from cgrdoctor_checks.causes.settings_notes import notes
from cgrdoctor_checks.causes.table import Table
from cgrdoctor_checks.causes.tabulate import tabulate
from cgrdoctor_checks.causes.weigh import Weighed
from cgrdoctor_checks.codes.pull import PULL_FAILED
from cgrdoctor_checks.facts.pull.cache_or_upstream import CACHED_STILL_PULL
from cgrdoctor_checks.facts.pull.through_artifactory import served_from_cache

SURENESS: tuple[Confidence, ...] = ("possible", "likely", "certain")


def findings(case: Case) -> Iterator[Finding]:
    """One a cause that was found; none where nothing fails."""
    looked_at = at_issue(case)
    decision = decide(tabulate(looked_at), causes())
    written = looked_at if not looked_at.through.works else behind_the_cache(looked_at)
    for entry in decision.entries:
        finding = _written(entry, decision, written)
        if looked_at.behind is not None:
            finding = virtual_repository.named(looked_at, finding)
        if looked_at.through.works:
            finding = replace(finding, summary=f"{finding.summary}; {CACHED_STILL_PULL}")
        yield with_settings(looked_at, finding)


def table_of(case: Case) -> Table:
    """The table that is decided on."""
    return tabulate(at_issue(case))


def at_issue(case: Case) -> Case:
    """The case itself; through a virtual that keeps its members' answers back, that of the member that tells most."""
    if case.through.works or (case.again is not None and case.again.better is not None):
        return case
    return virtual_repository.at_member(case) or case


def behind_the_cache(case: Case) -> Case:
    """The case as an uncached pull would meet it: what else failed stands where its manifest would."""
    step = next(_failing_elsewhere(case), None)
    if step is None:
        return case
    pull = replace(case.through.pull, steps=(*case.through.pull.steps, replace(step, name="manifest")))
    return replace(case, through=replace(case.through, pull=pull))


def _failing_elsewhere(case: Case) -> Iterator[Step]:
    steps = (
        case.tags.step if case.tags else None,
        case.control.pull.failed if case.control else None,
        case.content.pull.failed if case.content else None,
        case.second.pull.failed if case.second and not case.second.kept_out else None,
        case.control_tags.step if case.control_tags else None,
    )
    return (step for step in steps if step is not None and not step.ok and not _ours(step))


def unanswered(case: Case) -> Step | None:
    """What Artifactory was asked beside a copy out of the cache, and had not its time to answer."""
    steps = (
        case.tags.step if case.tags else None,
        *(one.pull.failed for one in (case.control, case.content, case.second) if one is not None),
    )
    served = served_from_cache(case.through, case.cache)
    return next((step for step in steps if served and step is not None and _ours(step)), None)


def _ours(step: Step) -> bool:
    """Whether it ended by this run, which says nothing of a peer."""
    return step.failure is not None and step.failure.kind in OWN


def _written(entry: Entry, decision: Decision, case: Case) -> Finding:
    """In the words of its cause, no surer than its check would be, with the rivals and what was ruled out."""
    cause = entry.best.cause
    finding = cause.finding(case) or whole_repository.umbrella(case)
    least = min(finding.confidence, "certain" if entry.certain else "likely", key=SURENESS.index)
    others = entry.rivals if finding.code == cause.name or not cause.rival else (entry.best, *entry.rivals)
    rivals = () if least == "certain" else (*finding.rivals, *(_rival(one) for one in others))
    ruled_out = tuple(_ruled_out(one) for one in decision.ruled_out if one.cause is not cause)
    known = {one.code: one for one in reversed(rivals) if one.code != finding.code or one.subject}
    return replace(
        finding,
        confidence=least,
        rivals=tuple(dict.fromkeys(known[one.code] for one in rivals if one.code in known)),
        ruled_out=ruled_out,
        because=_because(finding, entry),
    )


def _because(finding: Finding, entry: Entry) -> tuple[Because, ...]:
    left = tuple(
        Because(text=f"not explained by it: {row.arm} {row.step} ({row.mechanism})", evidence=row.evidence)
        for row in entry.unaccounted
    )
    own = finding.because or (Because(text=finding.summary, evidence=finding.evidence),)
    return (*own, *left) if left else finding.because


def _rival(one: Weighed) -> Rival:
    cause = one.cause
    return Rival(code=cause.name, would_be_excluded_by=cause.rival, who=cause.who)


def _ruled_out(one: Weighed) -> RuledOut:
    if one.exclusion is not None:
        return RuledOut(code=one.cause.name, by=one.exclusion.by, evidence=one.exclusion.evidence)
    row = next(row for row, answer in one.answers if answer < 0)
    return RuledOut(code=one.cause.name, by=f"{row.arm}: {row.mechanism}", evidence=row.evidence)


def with_settings(case: Case, finding: Finding) -> Finding:
    """What the remote's settings say about its way upstream, where that is what fails or may be."""
    if finding.leg != "artifactory-to-upstream" and finding.code != PULL_FAILED.name:
        return finding
    remotes = case.settings.remotes if case.settings else ()
    told = [Because(text=text, evidence=("admin-view",)) for remote in remotes for text in notes(remote)]
    own = finding.because or (Because(text=finding.summary, evidence=finding.evidence),)
    return replace(finding, because=(*own, *told)) if told else finding
