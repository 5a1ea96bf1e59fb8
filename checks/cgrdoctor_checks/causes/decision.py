"""The pull through Artifactory, and the one cause of its failure.

## What it looks at
The pull step by step as docker makes it, the control image through the same repository, the same pull straight from
cgr.dev, the live tag list, and, for an admin, the remote's settings.

## Why it matters
Artifactory answers "not known to the registry" for a dozen different troubles. Only both arms together tell them apart.

## How it fails
With the first step that fails: token, manifest, platform manifest, config, layer.

## How to fix
By the cause named; where several remain, by the observation that separates them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace as dataclass_replace

from msgspec.structs import replace

from cgrdoctor import Because, Finding, Rival, Unobservable, check, fail
from cgrdoctor.model import Owner
from cgrdoctor.net.failure import OWN
from cgrdoctor_checks.causes import (
    chainguard_account,
    cluster_nodes,
    damaged_cache,
    missing_image,
    rate_limit,
    upstream,
    virtual_repository,
    xray_curation,
)
from cgrdoctor_checks.causes.alternatives import rival
from cgrdoctor_checks.causes.blobs import blob_missing
from cgrdoctor_checks.causes.cache_certainty import as_sure_as_seen
from cgrdoctor_checks.causes.differential import with_open_rivals
from cgrdoctor_checks.causes.observations import Case, quoted
from cgrdoctor_checks.causes.settings_notes import notes
from cgrdoctor_checks.causes.stated_by_artifactory import said_plainly
from cgrdoctor_checks.causes.upstream_stage import hint
from cgrdoctor_checks.causes.whole_repository import logged, whole_repository
from cgrdoctor_checks.codes import cache, fields, image, token
from cgrdoctor_checks.codes import policy as policies
from cgrdoctor_checks.codes import pull as codes
from cgrdoctor_checks.codes.artifactory import (
    ARTIFACTORY_RATE_LIMITED,
    ARTIFACTORY_UNHEALTHY,
    GATEWAY_RATE_LIMITED,
    NODES_DIFFER,
    VIRTUAL_MEMBER_MISSING,
)
from cgrdoctor_checks.codes.reference import MISSING_ORGANIZATION
from cgrdoctor_checks.codes.token import ARTIFACTORY_PERMISSION_DENIED
from cgrdoctor_checks.facts.artifactory.caller import Caller
from cgrdoctor_checks.facts.artifactory.remotes import AdminView, Remotes
from cgrdoctor_checks.facts.artifactory.repository import RepositoryConfiguration
from cgrdoctor_checks.facts.artifactory.symptom import symptom
from cgrdoctor_checks.facts.cache.parts import CacheParts
from cgrdoctor_checks.facts.cache.state import CacheState
from cgrdoctor_checks.facts.direct.pulls import DirectControl, DirectPull, DirectSpelling, Organization
from cgrdoctor_checks.facts.pull.artifactory_trace import Trace
from cgrdoctor_checks.facts.pull.cache_or_upstream import CACHED_STILL_PULL
from cgrdoctor_checks.facts.pull.connection_test import EgressTest
from cgrdoctor_checks.facts.pull.control_tags import ControlTags
from cgrdoctor_checks.facts.pull.kept_back import kept_back
from cgrdoctor_checks.facts.pull.retries import SecondLook
from cgrdoctor_checks.facts.pull.through_artifactory import ControlPull, PullThrough, UpstreamTags
from cgrdoctor_checks.facts.pull.virtual_members import MemberPulls
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.facts.token.login import ChainguardLogin
from cgrdoctor_checks.facts.token.pull_token import PullToken
from cgrdoctor_checks.remedies import commands
from cgrdoctor_checks.remedies.fresh_remote import with_recreation

TELLING = ("upstream-token", "upstream-transport", "assumed-offline", "offline", "blacked-out", "rate-limited", "mime")
"""Symptoms of the live tag list that show what an uncached pull would meet."""

LOST = ("token-expired", "not-granted", "capability-missing", "policy-denied")
"""Verdicts of cgr.dev with which it refuses what it may have served before."""

ELSEWHERE = ("html", "unauthorized", "forbidden", "unsupported-route", "not-registry")
"""Symptoms at token or manifest that other checks judge: the way to Artifactory, our own login, its routing."""


@check(
    "pull.through",
    title="The image comes through Artifactory",
    codes=[
        MISSING_ORGANIZATION,
        policies.XRAY_BLOCKED,
        policies.CURATION_BLOCKED,
        policies.CONTAINER_POLICY_DENIED,
        fields.REMOTE_BLACKED_OUT,
        fields.REMOTE_OFFLINE,
        fields.INCLUDE_PATTERN_BLOCKS,
        fields.EXCLUDE_PATTERN_BLOCKS,
        fields.TOKEN_AUTHENTICATION_DISABLED,
        ARTIFACTORY_PERMISSION_DENIED,
        ARTIFACTORY_UNHEALTHY,
        VIRTUAL_MEMBER_MISSING,
        codes.STORAGE_FULL,
        codes.REMOTE_ASSUMED_OFFLINE,
        codes.UPSTREAM_TLS_UNTRUSTED,
        codes.UPSTREAM_PROXY_REFUSED,
        codes.UPSTREAM_CONTENT_BLOCKED,
        codes.UPSTREAM_RATE_LIMITED,
        ARTIFACTORY_RATE_LIMITED,
        GATEWAY_RATE_LIMITED,
        NODES_DIFFER,
        codes.UPSTREAM_SOCKET_TIMEOUT,
        codes.UPSTREAM_HEAD_UNUSABLE,
        codes.UPSTREAM_UNREACHABLE,
        codes.UPSTREAM_BLOB_HOST_BLOCKED,
        codes.UPSTREAM_FAILED,
        token.PULL_TOKEN_EXPIRED,
        token.PULL_TOKEN_WRONG_ORGANIZATION,
        token.PULL_TOKEN_REJECTED,
        token.ORGANIZATION_UNKNOWN,
        token.PULL_ROLE_MISSING,
        token.IMAGE_NOT_IN_CATALOG,
        image.IMAGE_NOT_FOUND,
        image.TAG_NOT_FOUND,
        image.DIGEST_NOT_FOUND,
        image.FREE_TAG_UNAVAILABLE,
        image.IMAGE_NOT_FREE,
        image.PLATFORM_UNAVAILABLE,
        cache.MISSED_RETRIEVAL_CACHED,
        cache.CACHE_CORRUPT,
        cache.CACHE_POISONED,
        cache.CACHE_INCOMPLETE,
        codes.PULL_FAILED,
    ],
    guide="The image comes through Artifactory",
    unlocked_by="an Artifactory that answers, and a login for it",
)
def pull_cause(
    target: Target,
    through: PullThrough,
    control: ControlPull | None,
    control_tags: ControlTags | None,
    tags: UpstreamTags | None,
    direct: DirectPull | None,
    direct_control: DirectControl | None,
    spelling: DirectSpelling | None,
    organization: Organization | None,
    settings: AdminView | None,
    cached: CacheState | None,
    login: ChainguardLogin | None,
    held: PullToken | None,
    again: SecondLook | None,
    egress: EgressTest | None,
    trace: Trace | None,
    configuration: RepositoryConfiguration | None,
    caller: Caller | None,
    remotes: Remotes | None,
    members: MemberPulls | None,
    parts: CacheParts | None,
) -> Iterator[Finding]:
    """At most one finding: the cause of the failure, or of the failure that the cache hides."""
    withheld = kept_back(through.pull)
    if withheld is not None:
        raise Unobservable(f"the pull was not decided, because no login was sent: {withheld.why}")
    case = Case(
        target=target,
        through=through,
        control=control,
        control_tags=control_tags,
        tags=tags,
        direct=direct,
        direct_control=direct_control,
        spelling=spelling,
        organization=organization,
        settings=settings,
        cache=cached,
        login=login,
        token=held,
        egress=egress,
        trace=trace,
        again=again,
        configuration=configuration,
        caller=caller,
        remotes=remotes,
        members=members,
        parts=parts,
    )
    finding = cause(case)
    if finding is not None:
        told = with_settings(case, with_open_rivals(case, as_sure_as_seen(case, finding)))
        yield with_recreation(target, told, settings.remotes[0] if settings and settings.remotes else None)


def with_settings(case: Case, finding: Finding) -> Finding:
    """What the remote's settings say about its way upstream, where that is what fails or may be."""
    if finding.leg != "artifactory-to-upstream" and finding.code != codes.PULL_FAILED.name:
        return finding
    remotes = case.settings.remotes if case.settings else ()
    told = [Because(text=text, evidence=("admin-view",)) for remote in remotes for text in notes(remote)]
    own = finding.because or (Because(text=finding.summary, evidence=finding.evidence),)
    return replace(finding, because=(*own, *told)) if told else finding


def cause(case: Case) -> Finding | None:
    """The decision, cheapest and surest observation first."""
    if case.through.works:
        return hidden(case)
    if case.failed is None:
        return _no_platform(case)
    if case.failed.failure is not None and case.failed.failure.kind in OWN:
        return None
    flapping = cluster_nodes.differing(case)
    if flapping is not None:
        return flapping
    if case.symptom == "transport":
        return upstream.late(case) or _between(case)
    moved = virtual_repository.at_member(case)
    if moved is not None:
        finding = cause(moved)
        return finding and virtual_repository.named(moved, finding)
    blocked = xray_curation.blocked(case)
    if blocked is not None:
        return blocked
    if case.symptom in ELSEWHERE and case.failed.name in ("token", "manifest"):
        return virtual_repository.denied(case) or _between(case)
    served = virtual_repository.itself(case)
    return served or said_plainly(case) or missing_image.missing_organization(case) or _by_symptom(case)


def hidden(case: Case) -> Finding | None:
    """What stops uncached pulls while the cache still serves this one: the live tag list fails as they would."""
    if _gone(case):
        finding = missing_image.absent_upstream(case)
        return None if finding is None else replace(finding, summary=f"{finding.summary}; {CACHED_STILL_PULL}")
    step = case.tags.step if case.tags is not None else None
    if step is None or step.status is None or step.ok:
        return None
    if symptom(step) not in TELLING and not _lost(case):
        return None
    pull = replace(case.through.pull, steps=(*case.through.pull.steps, replace(step, name="manifest")))
    finding = cause(dataclass_replace(case, through=replace(case.through, pull=pull)))
    return None if finding is None else replace(finding, summary=f"{finding.summary}; {CACHED_STILL_PULL}")


def _gone(case: Case) -> bool:
    """Whether cgr.dev does not have any more what the cache still serves: only its copy is left."""
    known = case.verdict == "tag-not-found" or (case.verdict == "image-not-found" and case.same_credential)
    return known and case.through.fetched_afresh() is False


def _lost(case: Case) -> bool:
    """Whether cgr.dev refuses the remote's own credential what the cache still serves."""
    return case.same_credential and case.verdict in LOST


def _between(case: Case) -> Finding:
    """The pull ends before Artifactory asks anybody: another check names the cause, this one the failure."""
    step = case.failed
    who: Owner = "artifactory-admin"
    return fail(
        codes.PULL_FAILED,
        f"the pull of {case.target.image} ends at its {step.name if step else 'start'}: {quoted(step)}",
        subject=case.subject,
        leg="client-to-artifactory",
        evidence=case.evidence,
        confidence="possible",
        rivals=(
            *(_by_route(case) if case.symptom == "unsupported-route" else ()),
            rival("artifactory-permission-denied", "another user pulls the same image", who, case.subject),
            rival("unexpected-html", "the answer carries Artifactory's own headers", "network-team"),
            rival("authorization-not-forwarded", "the same login works on the Artifactory host itself", who),
            rival("connection-timeout", "another machine fails in the same way", "network-team"),
        ),
    )


def _by_route(case: Case) -> tuple[Rival, ...]:
    """Artifactory says that this repository, or this path, is none for the Docker API."""
    who: Owner = "artifactory-admin"
    return (
        rival("repository-wrong-type", "the repository is of type Docker", who, case.subject),
        rival("docker-api-not-routed", "the reverse proxy rewrites /v2/ to the Docker API", who),
        rival("repository-not-found", "the key is in the list of repositories", who, case.subject),
    )


def _by_symptom(case: Case) -> Finding | None:
    if case.symptom == "upstream-token":
        return _told(case) or missing_image.not_free(case) or chainguard_account.token_refused(case)
    if case.symptom == "upstream-transport" and case.at_manifest:
        return (_told(case) if hint(case) is None else None) or upstream.transport(case)
    if case.symptom == "mime":
        return upstream.content_blocked(case)
    broken = damaged_cache.damaged(case) if not case.at_manifest or case.symptom in ("wrong-content", "page") else None
    return broken or chainguard_account.blobs_refused(case) or blob_missing(case) or _unfound(case)


def _told(case: Case) -> Finding | None:
    """What cgr.dev itself says of the account or the image."""
    return chainguard_account.told_by_chainguard(case) or missing_image.absent_upstream(case)


def _unfound(case: Case) -> Finding | None:
    """A 404 that names no mechanism, or an answer nobody has seen before."""
    known = _told(case) or rate_limit.behind_a_miss(case) or logged(case)
    if known is not None:
        return known
    if case.control_state in ("works", "cached") and case.symptom == "unfound":
        return missing_image.unfound(case) or missing_image.unknown_absence(case)
    return whole_repository(case)


def _no_platform(case: Case) -> Finding | None:
    if case.through.pull.platform_found is not False:
        return None
    pull = case.through.pull
    offered = ", ".join(pull.offered) or "no platform"
    return fail(
        image.PLATFORM_UNAVAILABLE,
        f"{case.target.image} does not exist for {pull.platform}; it offers {offered}",
        subject=case.image,
        expected=pull.platform,
        actual=offered,
        evidence=case.evidence,
        remedy=commands.steps(
            image.PLATFORM_UNAVAILABLE.fix,
            commands=tuple(commands.pull(case.target.image, platform) for platform in pull.offered[:3]),
        ),
    )
