"""Pulling through Artifactory as docker would, and a known-good image through the same repository.

Order matters here: the cache is looked at before anything that can fill it, and the control image is asked for together
with the image under test, never after a failure that asking for it could have caused.
"""

from __future__ import annotations

from datetime import UTC, datetime

from cgrdoctor import Fact, Moment, NotNeeded, Unobservable, probe
from cgrdoctor.credentials.keyring import Keyring
from cgrdoctor.net.answer import parse_date
from cgrdoctor.net.ant import allowed
from cgrdoctor.net.registry import Endpoint, Pull, Puller, Wanted
from cgrdoctor.net.step import Step
from cgrdoctor.net.transport import Http
from cgrdoctor.record import Recorder
from cgrdoctor.settings import Invocation
from cgrdoctor_checks.artifactory.remotes import Remotes
from cgrdoctor_checks.artifactory.repository import Configuration, RepositoryConfiguration
from cgrdoctor_checks.cache.state import CacheState
from cgrdoctor_checks.docker.platform import WantedPlatform
from cgrdoctor_checks.pull.ping import RegistryPing
from cgrdoctor_checks.reference.target import Target
from cgrdoctor_checks.token.login import RegistryLogin


class PullThrough(Fact, frozen=True, kw_only=True):
    """The pull of the image under test through Artifactory. `started_at` is UTC, RFC 3339."""

    observed_from = "artifactory"

    pull: Pull
    started_at: Moment

    @property
    def works(self) -> bool:
        """Everything asked for arrived."""
        return self.pull.works

    def fetched_afresh(self) -> bool | None:
        """Whether the manifest was fetched from upstream for this very request; None if that cannot be told.

        Last-Modified of a cached manifest is the time of its fetch into the cache (seen on Artifactory 7.161).
        """
        step = self.pull.step("manifest")
        return None if step is None or not step.ok else _is_after(step, self.started_at)


class ControlPull(Fact, frozen=True, kw_only=True):
    """The manifest of the control image through the same repository."""

    observed_from = "artifactory"

    pull: Pull
    started_at: Moment

    @property
    def works(self) -> bool:
        """The control image's manifest arrived."""
        return self.pull.works

    def fetched_afresh(self) -> bool | None:
        """As for the image under test."""
        step = self.pull.step("manifest")
        return None if step is None or not step.ok else _is_after(step, self.started_at)


class UpstreamTags(Fact, frozen=True, kw_only=True):
    """`tags/list` through Artifactory: a remote asks upstream for it each time, so it is not served from the cache.

    `has_tag` is None where the selector is a digest, or the list goes on past the page that was read.
    """

    observed_from = "artifactory"

    step: Step
    count: int = 0
    has_tag: bool | None = None


@probe()
async def pull_through(
    http: Http,
    keyring: Keyring,
    recorder: Recorder,
    invocation: Invocation,
    target: Target,
    platform: WantedPlatform,
    pinged: RegistryPing,
    _login: RegistryLogin,
    _cache: CacheState | None,
) -> PullThrough:
    """Manifest, platform manifest, config blob and the start of a layer."""
    _refuse_dead(pinged)
    credential = (await keyring.registry()).credential
    endpoint = Endpoint(f"https://{target.registry_host}", credential)
    wanted = Wanted(
        repository=target.registry_path,
        selector=target.selector,
        platform=platform.parsed,
        depth="everything" if invocation.download else "blobs",
        first_byte=http.upstream_timeout,
    )
    recorder.effect("cache-fill", target.image, "asking for a manifest can make Artifactory fetch and cache it")
    started = datetime.now(UTC)
    pull = await Puller(http, endpoint, pinged.step).pull(wanted)
    return PullThrough(exchanges=pull.evidence, pull=pull, started_at=started.isoformat())


@probe()
async def control_pull(
    http: Http,
    keyring: Keyring,
    recorder: Recorder,
    invocation: Invocation,
    target: Target,
    platform: WantedPlatform,
    pinged: RegistryPing,
    configuration: RepositoryConfiguration | None,
    remotes: Remotes | None,
    _login: RegistryLogin,
    _cache: CacheState | None,
) -> ControlPull:
    """The control image, only where it can exist: no Project ID, no pattern that excludes it."""
    _refuse_dead(pinged)
    path, selector = _control(invocation)
    _refuse_impossible(target, configuration, remotes, path, selector)
    repository = f"{target.repository}/{path}" if target.access_method == "repository-path" else path
    credential = (await keyring.registry()).credential
    endpoint = Endpoint(f"https://{target.registry_host}", credential)
    recorder.effect("cache-fill", f"{target.registry_host}/{repository}:{selector}", "the control image can be cached")
    started = datetime.now(UTC)
    wanted = Wanted(repository, selector, platform.parsed, "manifest", http.upstream_timeout)
    pull = await Puller(http, endpoint, pinged.step).pull(wanted)
    return ControlPull(exchanges=pull.evidence, pull=pull, started_at=started.isoformat())


@probe()
async def upstream_tags(http: Http, keyring: Keyring, target: Target, through: PullThrough) -> UpstreamTags:
    """Only where the pull may have been served from the cache, or its manifest was not found."""
    manifest = through.pull.step("manifest")
    missing = manifest is not None and manifest.status == 404
    if not missing and (not through.works or through.fetched_afresh()):
        raise NotNeeded("the pull itself tells")
    endpoint = Endpoint(f"https://{target.registry_host}", (await keyring.registry()).credential)
    ping_step = through.pull.step("ping")
    step, names = await Puller(http, endpoint, ping_step).tags(target.registry_path, http.upstream_timeout)
    has_tag: bool | None = target.selector in names
    if not step.ok or target.digest is not None or (not has_tag and step.header("link")):
        has_tag = None
    return UpstreamTags(exchanges=(step.exchange,), step=step, count=len(names), has_tag=has_tag)


def _refuse_dead(pinged: RegistryPing) -> None:
    if pinged.step.failure is not None:
        raise Unobservable(f"{pinged.step.host} does not answer: {pinged.step.failure.stage} failed")


def _control(invocation: Invocation) -> tuple[str, str]:
    text, _, digest = invocation.control_image.removeprefix("cgr.dev/").partition("@")
    head, slash, tail = text.rpartition("/")
    name, _, tag = tail.partition(":")
    return head + slash + name, digest or tag or "latest"


def _refuse_impossible(
    target: Target, configuration: RepositoryConfiguration | None, remotes: Remotes | None, path: str, selector: str
) -> None:
    if target.upstream_path == path and target.selector == selector:
        raise NotNeeded("the image under test is the control image")
    if target.repository is None and target.access_method == "repository-path":
        raise Unobservable("the repository key is not known", "--repository KEY")
    if not target.upstream_path.partition("/")[2]:
        raise NotNeeded("the reference names no organization, so the repository may have a Project ID")
    if configuration is None:
        return
    if configuration.repository_class not in ("", "remote", "virtual"):
        raise NotNeeded("the repository is not a remote one")
    behind = remotes.chainguard if remotes and remotes.virtual else (configuration,)
    if behind and all(remote.project_id for remote in behind):
        raise NotNeeded(f"the Project ID of {behind[0].key} puts the control image out of reach")
    file = f"{path}/{selector}/list.manifest.json"
    if behind and not (_lets_through(configuration, file) and any(_lets_through(remote, file) for remote in behind)):
        raise NotNeeded("the repository's patterns exclude the control image")


def _lets_through(repository: Configuration, file: str) -> bool:
    return allowed(file, repository.includes_pattern or "**/*", repository.excludes_pattern or "").allowed


def _is_after(step: Step, started_at: str) -> bool | None:
    """Compared by the server's own clock: Last-Modified against its Date minus the time since the start."""
    modified, date = parse_date(step.header("last-modified")), parse_date(step.header("date"))
    if modified is None:
        return None
    now = date or datetime.now(UTC)
    elapsed = (datetime.now(UTC) - datetime.fromisoformat(started_at)).total_seconds()
    return (now - modified).total_seconds() <= min(elapsed, 60) + 2
