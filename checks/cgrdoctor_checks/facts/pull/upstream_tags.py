"""The live list of tags, which Artifactory asks upstream for each time, so that it shows the way there."""

from __future__ import annotations

from cgrdoctor import Fact, NotNeeded, probe
from cgrdoctor.credentials.keyring import Keyring
from cgrdoctor.net.artifactory import ArtifactoryRest
from cgrdoctor.net.pull import endpoint_of
from cgrdoctor.net.registry import Puller
from cgrdoctor.net.step import Step
from cgrdoctor.net.transport import Http
from cgrdoctor_checks.facts.artifactory.remotes import Remotes
from cgrdoctor_checks.facts.artifactory.symptom import symptom
from cgrdoctor_checks.facts.cache.state import CacheState
from cgrdoctor_checks.facts.pull.control_content import base_of, serving_member
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.facts.reference.target import Target


class UpstreamTags(Fact, frozen=True, kw_only=True):
    """`tags/list` through Artifactory: a remote asks upstream for it each time, so it is not served from the cache.

    Where a virtual says no more than that there is none, it is the answer of the member whose copy was served.
    `has_tag` is None where the selector is a digest, or the list goes on past the page that was read.
    """

    observed_from = "artifactory"

    step: Step
    count: int = 0
    has_tag: bool | None = None


@probe()
async def upstream_tags(
    http: Http,
    keyring: Keyring,
    rest: ArtifactoryRest,
    target: Target,
    through: PullThrough,
    cache: CacheState | None,
    remotes: Remotes | None,
) -> UpstreamTags:
    """Only where the pull may have been served from the cache, or its manifest was not found."""
    manifest = through.pull.step("manifest")
    missing = manifest is not None and manifest.status == 404
    if not missing and (not through.works or through.fetched_afresh()):
        raise NotNeeded("the pull itself tells")
    login = await keyring.registry()
    ping, wait = through.pull.step("ping"), http.upstream_timeout
    host = f"https://{target.registry_host}"
    step, names = await Puller(http, endpoint_of(host, login), ping).tags(target.registry_path, wait)
    evidence = [step.exchange]
    member = serving_member(target, through, cache, remotes, target.path_in_repository) if _hides(step) else None
    if member is not None:
        base = base_of(target, rest, member)
        name = f"{member}/{target.path_in_repository}" if base == host else target.path_in_repository
        step, names = await Puller(http, endpoint_of(base, login), ping if base == host else None).tags(name, wait)
        evidence.append(step.exchange)
    has_tag: bool | None = target.selector in names
    if not step.ok or target.digest is not None or (not has_tag and step.header("link")):
        has_tag = None
    return UpstreamTags(exchanges=tuple(evidence), step=step, count=len(names), has_tag=has_tag)


def _hides(step: Step) -> bool:
    return not step.ok and symptom(step) == "unfound"
