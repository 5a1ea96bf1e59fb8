"""What a copy in the cache hides: the failures of this run that it has no part in.

An image out of the cache shows nothing of the way upstream. What Artifactory has to ask cgr.dev for in the same run
does: the live tag list, the control image down to a blob, its own connection tests. Each that failed is judged as the
pull of an uncached image would be that met it. Patterns and a Project ID that keep the control image out are read
before it is asked for (`through`); here only patterns can excuse a tag list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace as dataclass_replace

from msgspec.structs import replace

from cgrdoctor import Finding, Owner, Unobservable, fail
from cgrdoctor.net.ant import allowed
from cgrdoctor.net.hosts import BLOB_HOST, REGISTRY_HOST
from cgrdoctor.net.registry import Pull
from cgrdoctor_checks import remedy
from cgrdoctor_checks.direct.arm import DirectPull
from cgrdoctor_checks.pull import account, content, rate_limit, upstream
from cgrdoctor_checks.pull.case import Case, quoted
from cgrdoctor_checks.pull.codes import PULL_FAILED, UPSTREAM_FAILED
from cgrdoctor_checks.pull.egress import BLOBS, EgressTest
from cgrdoctor_checks.pull.freshness import CACHED_STILL_PULL
from cgrdoctor_checks.pull.hint import Hint, hint
from cgrdoctor_checks.pull.open_causes import with_open_rivals
from cgrdoctor_checks.pull.rivals import BLOCKED, FILTER, INSPECTED, OWN_PROXY, rival
from cgrdoctor_checks.pull.through import served_from_cache
from cgrdoctor_checks.pull.whole import umbrella
from cgrdoctor_checks.token.codes import ARTIFACTORY_PERMISSION_DENIED

Judge = Callable[[Case], Finding | None]

UMBRELLAS = (PULL_FAILED.name, UPSTREAM_FAILED.name)
WORDLESS = (
    "unfound",
    "refused",
    "failed",
    "page",
    "wrong-content",
    "unauthorized",
    "forbidden",
    "html",
    "not-registry",
)
"""Symptoms of a tag list that name no mechanism: what they would mean of a manifest they do not mean of a list."""

IDENTITY = ("capability-missing", "policy-denied")
"""Verdicts on an identity, whatever its password: cgr.dev gives them to the remote as it gives them to us."""

OUT_OF_ORDER = ("outage", "rate-limited")
"""Verdicts of cgr.dev that concern every image."""


def hidden(case: Case, judge: Judge) -> Finding | None:
    """The cause that tells most; None where nothing failed. Raises Unobservable where an answer never came."""
    if _gone(case):
        finding = content.absent_upstream(case)
        return finding and _still_pulls(finding)
    if not served_from_cache(case.through, case.cache):
        return None
    found = [_still_pulls(finding) for finding in _found(case, judge)]
    if found:
        return min(found, key=lambda finding: finding.code in UMBRELLAS)
    _refuse_unanswered(case)
    return None


def _still_pulls(finding: Finding) -> Finding:
    return replace(finding, summary=f"{finding.summary}; {CACHED_STILL_PULL}")


def _gone(case: Case) -> bool:
    """Whether cgr.dev does not have any more what the cache still serves: only its copy is left."""
    known = case.verdict == "tag-not-found" or (case.verdict == "image-not-found" and case.same_credential)
    return known and case.through.fetched_afresh() is False


def _found(case: Case, judge: Judge) -> Iterator[Finding]:
    """What is found of each failure, the nearest to the pull itself first."""
    if case.same_credential and case.verdict in IDENTITY:
        yield from filter(None, (account.blobs_refused(case) or account.told_by_chainguard(case),))
    yield from _of_the_tags(case, judge)
    for pull, member in _failed_controls(case):
        yield from _of_the_control(case, pull, member, judge)
    yield from (_of_the_test(case, test) for test in (case.egress, case.blob_test) if test is not None and test.failed)


def _of_the_tags(case: Case, judge: Judge) -> Iterator[Finding]:
    step = case.tags.step if case.tags is not None else None
    if step is None or step.ok or _patterns_refuse_the_list(case):
        return
    pull = replace(case.through.pull, steps=(*case.through.pull.steps, replace(step, name="manifest")))
    uncached = dataclass_replace(case, through=replace(case.through, pull=pull))
    what = f"the live tag list of {case.image} fails while the image comes out of the cache"
    if uncached.symptom == "transport":
        yield from filter(None, (upstream.late(uncached),))
    elif uncached.symptom in WORDLESS:
        yield _named(uncached, _wordless(uncached), what)
    else:
        yield _named(uncached, judge(uncached), what)


def _wordless(case: Case) -> Finding | None:
    """A list that fails without a word: cgr.dev's own answers tell, Artifactory's tests, the clock.

    What cgr.dev refuses to another credential it may still give to the remote, which has had the image once.
    """
    ours = case.same_credential or not case.private
    told = (account.told_by_chainguard(case) or content.absent_upstream(case)) if ours else None
    told = told or rate_limit.behind_a_miss(case)
    found = hint(case) if told is None and case.control_state != "works" else None
    return told or (upstream.at_stage(case, found) if found is not None else None)


def _patterns_refuse_the_list(case: Case) -> bool:
    """Whether patterns that were read may keep the list back: then its plain refusal shows nothing."""
    remotes = case.settings.remotes if case.settings else ()
    read = (case.configuration, *remotes) if case.configuration is not None else remotes
    path = f"{case.target.path_in_repository}/tags/list"
    kept = any(not allowed(path, one.includes_pattern or "**/*", one.excludes_pattern or "").allowed for one in read)
    return kept and case.tags is not None and case.tags.step.status == 404 and hint(case) is None


def _failed_controls(case: Case) -> Iterator[tuple[Pull, str | None]]:
    """The control image's failed pulls, and the member asked: of its manifest, of what that names."""
    if case.control is not None and case.control.pull.failed is not None:
        yield case.control.pull, None
    if case.content is not None and case.content.pull.failed is not None:
        yield case.content.pull, case.content.member


def _of_the_control(case: Case, pull: Pull, member: str | None, judge: Judge) -> Iterator[Finding]:
    control = _as_control(case, pull, member)
    if control.symptom == "transport":
        yield from filter(None, (upstream.late(control),))
        return
    if member is not None and _may_be_its_own(case, control):
        return
    what = f"the control image {control.image} fails while {case.target.image} comes out of the cache"
    denied = control.symptom in ("forbidden", "unauthorized")
    live = case.tags is not None and case.tags.step.ok
    yield _named(control, _denied(control) if denied and live else None if denied else judge(control), what)


def _may_be_its_own(case: Case, control: Case) -> bool:
    """A member whose settings nobody could read may keep the control image out, which comes by another one."""
    comes = case.control is not None and case.control.works
    read = case.settings is not None and any(remote.key == control.member for remote in case.settings.remotes)
    return comes and not read and control.at_manifest and control.symptom in WORDLESS


def _as_control(case: Case, pull: Pull, member: str | None) -> Case:
    """The case as it would be, were the control image the one under test. Of the direct arm only what fits stays."""
    target, settings = case.target, case.settings
    key = member or target.repository
    by_path = target.access_method == "repository-path"
    path = pull.repository.removeprefix(f"{key}/") if by_path else pull.repository
    digest = pull.selector if ":" in pull.selector else None
    own = tuple(remote for remote in (settings.remotes if settings else ()) if remote.key == member)
    return dataclass_replace(
        case,
        target=replace(
            target,
            image=f"{target.registry_host}/{pull.repository}{'@' if digest else ':'}{pull.selector}",
            registry_path=pull.repository,
            repository=key,
            selector=pull.selector,
            tag=None if digest else pull.selector,
            digest=digest,
            upstream_path=path,
        ),
        through=replace(case.through, pull=pull),
        direct=_direct(case, path),
        egress=case.blob_test if pull.failed and pull.failed.name in ("config", "layer") else case.egress,
        settings=replace(settings, remotes=own) if settings is not None and own else settings,
        member=member,
        **dict.fromkeys(OF_THE_IMAGE),
    )


OF_THE_IMAGE = ("control", "content", "spelling", "organization", "cache", "again", "trace", "members", "parts")
"""Facts about the image under test, or beside it, that say nothing of the control image."""


def _direct(case: Case, path: str) -> DirectPull | None:
    told = case.direct_control
    if told is not None:
        return DirectPull(exchanges=told.exchanges, path=path, pull=told.pull, verdict=told.verdict)
    general = case.direct is not None and case.direct.verdict in OUT_OF_ORDER
    return replace(case.direct, path=path) if case.direct is not None and general else None


def _denied(case: Case) -> Finding:
    """Other answers of the same run came from upstream, so that it is this login that may not have new images."""
    who: Owner = "artifactory-admin"
    return fail(
        ARTIFACTORY_PERMISSION_DENIED,
        f"this login gets no new image from {case.subject}, {case.image} for one: {quoted(case.failed)}",
        subject=case.subject,
        evidence=case.evidence,
        confidence="likely",
        rivals=(
            rival("xray-blocked", "another image of the repository is refused too", who, case.subject),
            rival("image-not-in-catalog", "cgr.dev serves the control image to the remote's own identity", who),
        ),
        remedy=remedy.steps(
            ARTIFACTORY_PERMISSION_DENIED.fix,
            f"Administration > Identity and Access > Permissions: {case.subject} with Read and Deploy/Cache.",
        ),
    )


def _of_the_test(case: Case, test: EgressTest) -> Finding:
    """Artifactory itself says that it does not get there."""
    host = BLOB_HOST if test.endpoint == BLOBS else REGISTRY_HOST
    words = f"Artifactory, asked to connect to {test.endpoint}, says {test.said}"
    stage = test.stage or ("page" if test.page else None)
    if stage is None:
        return upstream.failed_somehow(case, host, (BLOCKED, FILTER, INSPECTED, OWN_PROXY), words)
    found = upstream.at_stage(case, Hint(stage, words, test.exchanges), host)
    return replace(found, summary=words) if host == BLOB_HOST else found


def _named(case: Case, finding: Finding | None, what: str) -> Finding:
    """The finding with the rivals that this failure leaves; one that names no cause says what failed."""
    found = finding or umbrella(case)
    if found.code in UMBRELLAS:
        found = replace(found, summary=f"{what}: {quoted(case.failed)}", because=())
    return with_open_rivals(case, found)


def _refuse_unanswered(case: Case) -> None:
    """An answer that never came is no success."""
    steps = (case.tags.step if case.tags else None, *(pull.failed for pull, _ in _failed_controls(case)))
    silent = next((step for step in steps if step is not None and step.failure is not None), None)
    if silent is not None and silent.failure is not None:
        asked = "live tag list" if silent.name == "tags" else "control image"
        how = f"{silent.failure.stage} {silent.failure.kind}"
        raise Unobservable(f"the image came out of the cache, and the {asked} got no answer: {how}")
