"""Judging a pull through a virtual repository by what its members answer."""

from __future__ import annotations

from msgspec.structs import replace

from cgrdoctor import Because, Finding, Owner, Rival, fail
from cgrdoctor_checks.causes.observations import Case, quoted
from cgrdoctor_checks.causes.settings_notes import notes
from cgrdoctor_checks.codes.artifactory import VIRTUAL_MEMBER_MISSING
from cgrdoctor_checks.codes.pull import PULL_FAILED
from cgrdoctor_checks.codes.token import ARTIFACTORY_PERMISSION_DENIED
from cgrdoctor_checks.facts.artifactory.remotes import AdminView
from cgrdoctor_checks.facts.artifactory.symptom import symptom
from cgrdoctor_checks.facts.pull.kept_back import kept_back
from cgrdoctor_checks.facts.pull.virtual_members import MASKED, MemberPull
from cgrdoctor_checks.remedies import commands

SILENT = ("ok", "unfound", "transport")
"""Answers of a member that say no more than the virtual's."""


def at_member(case: Case) -> Case | None:
    """The case as the member meets it whose answer tells most; None where no member says more than the virtual."""
    pulls = case.members.pulls if case.members and case.symptom in MASKED else ()
    if case.members is not None and case.members.serving_beside is not None:
        return None
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
    return replace(
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
    told = _with_its_settings(virtual, told)
    if virtual.members.known:
        return told
    return replace(told, rivals=(*told.rivals, *_unseen_members(virtual, case.subject)))


def _with_its_settings(virtual: Case, finding: Finding) -> Finding:
    """What the virtual's own settings say about it, beside the reasons there are."""
    found = notes(virtual.configuration) if virtual.configuration is not None else ()
    own = finding.because or (Because(text=finding.summary, evidence=finding.evidence),)
    told = tuple(Because(text=text, evidence=("repository-configuration",)) for text in found)
    return replace(finding, because=(*own, *told)) if told else finding


def _unseen_members(virtual: Case, key: str) -> tuple[Rival, ...]:
    """What an admin would see: whether the remote is a member at all, and members that this user may not read."""
    who: Owner = "artifactory-admin"
    return (
        Rival(
            code=VIRTUAL_MEMBER_MISSING.name,
            would_be_excluded_by=f"an admin sees {key} among the members",
            who=who,
            subject=virtual.subject,
        ),
        Rival(
            code=ARTIFACTORY_PERMISSION_DENIED.name,
            would_be_excluded_by="an admin's pull fails in the same way",
            who=who,
            subject=virtual.subject,
        ),
    )


def itself(case: Case) -> Finding | None:
    """A member serves the image, the virtual does not: it is no member, or the virtual itself keeps it back."""
    if case.members is None:
        return None
    beside = case.members.serving_beside
    serving = beside or next((one.key for one in case.members.pulls if one.pull.works), None)
    if serving is None:
        return None
    inside = case.members.known and beside is None
    code = PULL_FAILED if inside else VIRTUAL_MEMBER_MISSING
    return fail(
        code,
        f"{serving} serves {case.image} by itself, {case.subject} answers {quoted(case.failed)}",
        subject=case.subject,
        expected=f"{serving} among the members of {case.subject}",
        evidence=tuple(dict.fromkeys((*case.evidence, *case.members.exchanges))),
        confidence="possible" if inside else "certain" if beside is not None else "likely",
        remedy=commands.steps(
            f"See whether {serving} is a member of {case.subject}, and what the virtual's patterns are",
            f"Until then: pull {serving}/{case.target.path_in_repository} from the same host.",
        ),
    )
