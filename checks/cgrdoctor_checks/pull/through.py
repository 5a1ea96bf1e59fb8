"""The pull through Artifactory, and what its failure comes from.

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

from cgrdoctor import Finding, check
from cgrdoctor_checks.causes.catalogue import codes
from cgrdoctor_checks.causes.explain import findings
from cgrdoctor_checks.causes.observations import Case
from cgrdoctor_checks.facts.artifactory.caller import Caller
from cgrdoctor_checks.facts.artifactory.remotes import AdminView, Remotes
from cgrdoctor_checks.facts.artifactory.repository import RepositoryConfiguration
from cgrdoctor_checks.facts.cache.parts import CacheParts
from cgrdoctor_checks.facts.cache.state import CacheState
from cgrdoctor_checks.facts.direct.pulls import DirectControl, DirectPull, DirectSpelling, Organization
from cgrdoctor_checks.facts.pull.artifactory_trace import Trace
from cgrdoctor_checks.facts.pull.connection_test import EgressTest
from cgrdoctor_checks.facts.pull.control_tags import ControlTags
from cgrdoctor_checks.facts.pull.retries import SecondLook
from cgrdoctor_checks.facts.pull.through_artifactory import ControlPull, PullThrough, UpstreamTags
from cgrdoctor_checks.facts.pull.virtual_members import MemberPulls
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.facts.token.login import ChainguardLogin
from cgrdoctor_checks.facts.token.pull_token import PullToken
from cgrdoctor_checks.remedies.fresh_remote import with_recreation


@check(
    "pull.through",
    title="The image comes through Artifactory",
    codes=codes(),
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
    """The causes of the failure, or of the failure that the cache hides."""
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
    remote = settings.remotes[0] if settings and settings.remotes else None
    for finding in findings(case):
        yield with_recreation(target, finding, remote)
