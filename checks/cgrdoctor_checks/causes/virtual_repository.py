"""Judging a pull through a virtual repository by what its members answer."""

from __future__ import annotations

from dataclasses import replace as dataclass_replace

from msgspec.structs import replace

from cgrdoctor import Confidence, Finding, Owner, Rival, fail
from cgrdoctor_checks.causes.alternatives import BLOCKED, FILTER, INSPECTED, OWN_PROXY, rival
from cgrdoctor_checks.causes.observations import Case, quoted
from cgrdoctor_checks.codes.artifactory import VIRTUAL_MEMBER_MISSING
from cgrdoctor_checks.codes.pull import PULL_FAILED, REMOTE_ASSUMED_OFFLINE
from cgrdoctor_checks.codes.token import ARTIFACTORY_PERMISSION_DENIED
from cgrdoctor_checks.facts.artifactory.remotes import AdminView
from cgrdoctor_checks.facts.artifactory.symptom import symptom
from cgrdoctor_checks.facts.pull.kept_back import kept_back
from cgrdoctor_checks.facts.pull.virtual_members import MemberPull
from cgrdoctor_checks.remedies import commands

WHAT_OPENED_IT = (BLOCKED, INSPECTED, OWN_PROXY, FILTER)
"""What this run's own first request may have met, whose answer the virtual kept to itself."""

SILENT = ("ok", "unfound", "transport")
"""Answers of a member that say no more than the virtual's."""


def at_member(case: Case) -> Case | None:
    """The case as the member meets it whose answer tells most; None where no member says more than the virtual."""
    pulls = case.members.pulls if case.members and case.symptom == "unfound" else ()
    asked = [one for one in pulls if kept_back(one.pull) is None]
    if case.members is not None and case.members.known and any(one.pull.works for one in asked):
        return None
    telling = [one for one in asked if _tells(case, one)]
    if telling:
        return _moved(case, min(telling, key=lambda one: symptom(one.pull.failed) == "upstream-token"))
    return _moved(case, asked[0]) if len(asked) == 1 and not asked[0].pull.works else None


def _tells(case: Case, member: MemberPull) -> bool:
    """Whether the member's refusal is a fault, not what any remote without the image's own credential answers."""
    meaning = symptom(member.pull.failed)
    if meaning != "upstream-token":
        return meaning not in SILENT
    if not case.private:
        return True
    settings = case.remotes.find(member.key) if case.remotes else None
    others = [one for one in (case.members.pulls if case.members else ()) if one.key != member.key]
    if settings is not None and settings.username == "":
        return not others
    return settings is not None or not any(symptom(one.pull.failed) in SILENT for one in others)


def _moved(case: Case, member: MemberPull) -> Case:
    own = tuple(remote for remote in (case.settings.remotes if case.settings else ()) if remote.key == member.key)
    alone = case.members is not None and case.members.known and len(case.members.pulls) == 1
    return dataclass_replace(
        case,
        through=replace(case.through, pull=member.pull),
        control=case.control if alone else None,
        settings=AdminView(exchanges=case.settings.exchanges, remotes=own) if case.settings and own else case.settings,
        member=member.key,
        behind=case,
        members=None,
    )


def named(case: Case, finding: Finding) -> Finding:
    """A finding about a member, with what the virtual made of it; less sure where membership is a guess."""
    virtual = case.behind
    if virtual is None or virtual.members is None:
        return finding
    told = replace(
        finding,
        summary=f"{finding.summary}; through {virtual.subject} that is {quoted(virtual.failed)}",
        subject=finding.subject if finding.leg in ("image", "reference") else case.subject,
        evidence=tuple(dict.fromkeys((*finding.evidence, *virtual.evidence))),
    )
    if told.code == REMOTE_ASSUMED_OFFLINE.name:
        told = replace(told, confidence="likely", rivals=(*told.rivals, *WHAT_OPENED_IT))
    if virtual.members.known:
        return told
    sure: Confidence = "likely" if told.confidence == "certain" else told.confidence
    return replace(told, confidence=sure, rivals=(*told.rivals, *_unseen_members(virtual, case.subject)))


def _unseen_members(virtual: Case, key: str) -> tuple[Rival, ...]:
    """What an admin would see: whether the remote is a member at all, and members that this user may not read."""
    who: Owner = "artifactory-admin"
    return (
        rival(VIRTUAL_MEMBER_MISSING.name, f"an admin sees {key} among the members", who, virtual.subject),
        rival(ARTIFACTORY_PERMISSION_DENIED.name, "an admin's pull fails in the same way", who, virtual.subject),
    )


def denied(case: Case) -> Finding | None:
    """The virtual may be read, the member that has the image not: permissions are checked on the member."""
    if case.behind is None or case.symptom not in ("forbidden", "unauthorized"):
        return None
    return fail(
        ARTIFACTORY_PERMISSION_DENIED,
        f"this login may not read {case.subject}: {quoted(case.failed)}",
        subject=case.subject,
        evidence=case.evidence,
        confidence="likely",
        rivals=(
            rival("xray-blocked", "another image of the member is refused too", "artifactory-admin", case.subject),
        ),
        remedy=commands.steps(
            ARTIFACTORY_PERMISSION_DENIED.fix,
            f"Administration > Identity and Access > Permissions: {case.subject} with Read and Deploy/Cache.",
        ),
    )


def itself(case: Case) -> Finding | None:
    """A member serves the image, the virtual does not: it is no member, or the virtual itself keeps it back."""
    if case.members is None or case.symptom != "unfound":
        return None
    serving = next((one.key for one in case.members.pulls if one.pull.works), None)
    if serving is None:
        return None
    code = PULL_FAILED if case.members.known else VIRTUAL_MEMBER_MISSING
    rivals = [
        rival(
            "include-pattern-blocks", "the virtual's own Include Patterns is **/*", "artifactory-admin", case.subject
        ),
        rival("missed-retrieval-cached", "a pull on another node fails too", "artifactory-admin", serving),
    ]
    return fail(
        code,
        f"{serving} serves {case.image} by itself, {case.subject} answers {quoted(case.failed)}",
        subject=case.subject,
        expected=f"{serving} among the members of {case.subject}",
        evidence=tuple(dict.fromkeys((*case.evidence, *case.members.exchanges))),
        confidence="possible" if case.members.known else "likely",
        rivals=rivals,
        remedy=commands.steps(
            f"See whether {serving} is a member of {case.subject}, and what the virtual's patterns are",
            f"Until then: pull {serving}/{case.target.path_in_repository} from the same host.",
        ),
    )
