"""A further known image, where the image under test and the control image both came out of the cache.

The live tag list then shows that cgr.dev is reached, and nothing that a blob would be: the blob host, or Artifactory's
own storage, may be what stops the next new image. The image is asked for only after cgr.dev has served it here.
"""

from __future__ import annotations

from datetime import UTC, datetime

from cgrdoctor import NotNeeded, Unobservable, probe
from cgrdoctor.credentials.keyring import Keyring
from cgrdoctor.net.artifactory import ArtifactoryRest
from cgrdoctor.net.pull import Endpoint, Pull, Wanted
from cgrdoctor.net.registry import Puller
from cgrdoctor.net.transport import Http
from cgrdoctor.privacy.recorder import Recorder
from cgrdoctor_checks.facts.artifactory.remotes import Remotes
from cgrdoctor_checks.facts.artifactory.repository import RepositoryConfiguration
from cgrdoctor_checks.facts.artifactory.symptom import symptom
from cgrdoctor_checks.facts.cache.state import CacheState
from cgrdoctor_checks.facts.direct.pulls import UPSTREAM, UpstreamPing, verdict
from cgrdoctor_checks.facts.docker.platform import WantedPlatform
from cgrdoctor_checks.facts.pull.connection_test import BlobHostTest
from cgrdoctor_checks.facts.pull.control_content import ControlContent, base_of
from cgrdoctor_checks.facts.pull.registry_ping import RegistryPing
from cgrdoctor_checks.facts.pull.through_artifactory import (
    ControlPull,
    PullThrough,
    lets_through,
    served_from_cache,
)
from cgrdoctor_checks.facts.pull.upstream_tags import UpstreamTags
from cgrdoctor_checks.facts.reference.target import Target

IMAGES = ("chainguard/busybox", "chainguard/wolfi-base", "chainguard/go")
"""Free images with the tag latest, small ones first (Chainguard's directory)."""
TAG = "latest"
OF_AN_IMAGE = ("unfound", "not-registry", "refused", "unauthorized", "forbidden", "pattern", "xray", "curation")
"""Symptoms of a manifest that patterns, rights and policies about single images have."""


class SecondControl(ControlPull, frozen=True, kw_only=True):
    """Manifests, config and the start of a layer of the first of these images that the cache did not hold.

    Where it held all of them, the last that was asked for.
    """

    @property
    def kept_out(self) -> bool:
        """Whether it was refused in a way that may be a rule about this image alone."""
        failed = self.pull.failed
        return failed is not None and failed.name == "manifest" and symptom(failed) in OF_AN_IMAGE


@probe()
async def second_control(
    http: Http,
    keyring: Keyring,
    rest: ArtifactoryRest,
    recorder: Recorder,
    target: Target,
    platform: WantedPlatform,
    pinged: RegistryPing,
    upstream: UpstreamPing,
    through: PullThrough,
    content: ControlContent,
    cache: CacheState | None,
    tags: UpstreamTags | None,
    tested: BlobHostTest | None,
    configuration: RepositoryConfiguration | None,
    remotes: Remotes | None,
) -> SecondControl:
    """At most three images, one after the other, until one was not in the cache or does not come."""
    _refuse_seen(through, content, cache, tags, tested)
    if upstream.step.failure is not None:
        raise Unobservable("cgr.dev does not answer from here", "a machine that reaches cgr.dev")
    member = content.member
    credential = (await keyring.registry()).credential
    base = base_of(target, rest, member)
    key = (member or target.repository) if target.access_method == "repository-path" else None
    ours = pinged.step if base == f"https://{target.registry_host}" else None
    exchanges: list[str] = []
    found: SecondControl | None = None
    for image in IMAGES:
        if not _passes(image, configuration, remotes, member):
            continue
        direct = await Puller(http, Endpoint(UPSTREAM), upstream.step).pull(
            Wanted(image, TAG, platform.parsed, "manifest")
        )
        exchanges += direct.evidence
        if verdict(direct) != "works":
            continue
        name = f"{key}/{image}" if key else image
        recorder.effect(
            "cache-fill", f"{base.partition('://')[2]}/{name}:{TAG}", "a second control image can be cached"
        )
        started = datetime.now(UTC)
        wanted = Wanted(name, TAG, platform.parsed, "blobs", http.upstream_timeout)
        pull: Pull = await Puller(http, Endpoint(base, credential), ours).pull(wanted)
        exchanges += pull.evidence
        found = SecondControl(exchanges=tuple(dict.fromkeys(exchanges)), pull=pull, started_at=started.isoformat())
        if found.fetched_afresh() or not (pull.works or found.kept_out):
            return found
    if found is None:
        raise Unobservable("no further image of cgr.dev could be asked for")
    return found


def _refuse_seen(
    through: PullThrough,
    content: ControlContent,
    cache: CacheState | None,
    tags: UpstreamTags | None,
    tested: BlobHostTest | None,
) -> None:
    """What was seen to come anew, or to fail, needs no further image. Raises NotNeeded."""
    if not served_from_cache(through, cache):
        raise NotNeeded("the pull itself tells")
    failing = not content.works or (tags is not None and not tags.step.ok)
    if failing or (tested is not None and tested.failed):
        raise NotNeeded("the way upstream is seen to fail")
    if content.fetched_afresh() is not False:
        raise NotNeeded("the control image was not in the cache")


def _passes(
    image: str, configuration: RepositoryConfiguration | None, remotes: Remotes | None, member: str | None
) -> bool:
    """Whether no pattern and no Project ID that was read keeps it out."""
    file = f"{image}/{TAG}/list.manifest.json"
    behind = remotes.chainguard if remotes is not None and remotes.virtual else ()
    ways = [one for one in behind if member in (None, one.key)]
    if configuration is not None and not lets_through(configuration, file):
        return False
    if configuration is not None and configuration.project_id:
        return False
    return not ways or any(not one.project_id and lets_through(one, file) for one in ways)
