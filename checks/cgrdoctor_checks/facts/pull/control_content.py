"""The control image down to its blobs, where the image under test came out of the cache.

A cached image shows nothing of Artifactory's way upstream, and through a virtual repository the control image may come
by another member than the one whose copy was served. That one is asked by itself, where it is known.
"""

from __future__ import annotations

from datetime import UTC, datetime

from cgrdoctor import NotNeeded, probe
from cgrdoctor.credentials.keyring import Keyring
from cgrdoctor.net.artifactory import ArtifactoryRest
from cgrdoctor.net.pull import Endpoint, Wanted
from cgrdoctor.net.registry import Puller
from cgrdoctor.net.transport import Http
from cgrdoctor.privacy.recorder import Recorder
from cgrdoctor_checks.facts.artifactory.remotes import Remotes
from cgrdoctor_checks.facts.cache.state import CacheState
from cgrdoctor_checks.facts.docker.platform import WantedPlatform
from cgrdoctor_checks.facts.pull.registry_ping import RegistryPing
from cgrdoctor_checks.facts.pull.through_artifactory import ControlPull, PullThrough, lets_through, served_from_cache
from cgrdoctor_checks.facts.reference.target import Target


class ControlContent(ControlPull, frozen=True, kw_only=True):
    """The control image's manifests, config and the start of a layer; through `member`, or the repository itself."""

    member: str | None = None


@probe()
async def control_content(
    http: Http,
    keyring: Keyring,
    rest: ArtifactoryRest,
    recorder: Recorder,
    target: Target,
    platform: WantedPlatform,
    pinged: RegistryPing,
    through: PullThrough,
    control: ControlPull,
    cache: CacheState | None,
    remotes: Remotes | None,
) -> ControlContent:
    """Only where the image under test works and may have been served from the cache."""
    if not served_from_cache(through, cache):
        raise NotNeeded("the pull itself tells")
    by_path = target.access_method == "repository-path"
    path, selector = control.pull.repository, control.pull.selector
    path = path.removeprefix(f"{target.repository}/") if by_path else path
    member = serving_member(target, through, cache, remotes, f"{path}/{selector}/list.manifest.json")
    if member is None and not control.works:
        raise NotNeeded("the control image's manifest tells")
    base = base_of(target, rest, member)
    name = control.pull.repository if member is None else f"{member}/{path}" if by_path else path
    recorder.effect("cache-fill", f"{base.partition('://')[2]}/{name}:{selector}", "the control image can be cached")
    credential = (await keyring.registry()).credential
    started = datetime.now(UTC)
    wanted = Wanted(name, selector, platform.parsed, "blobs", http.upstream_timeout)
    own = base == f"https://{target.registry_host}"
    pull = await Puller(http, Endpoint(base, credential), pinged.step if own else None).pull(wanted)
    return ControlContent(exchanges=pull.evidence, pull=pull, started_at=started.isoformat(), member=member)


def base_of(target: Target, rest: ArtifactoryRest, member: str | None) -> str:
    """Where a member is asked: by its key in the path, else by Artifactory's own path for it."""
    if member is None or target.access_method == "repository-path":
        return f"https://{target.registry_host}"
    return f"{rest.base}/api/docker/{member}"


def serving_member(
    target: Target, through: PullThrough, cache: CacheState | None, remotes: Remotes | None, file: str
) -> str | None:
    """The member whose copy was served, unless what was read of it keeps this file out, or it could be another."""
    digest = (through.pull.digest or "").removeprefix("sha256:")
    held = cache.entries if cache is not None else ()
    holding = [entry.key for entry in held if digest and entry.sha256 == digest]
    if remotes is not None:
        holding = [remote.key for remote in remotes.chainguard if remote.key in holding]
    keys = list(dict.fromkeys(holding))
    if not keys or target.repository in (None, *keys) or (remotes is None and len(keys) > 1):
        return None
    known = remotes.find(keys[0]) if remotes is not None else None
    return None if known is not None and (known.project_id or not lets_through(known, file)) else keys[0]
