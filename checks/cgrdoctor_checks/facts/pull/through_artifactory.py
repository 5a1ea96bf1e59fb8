"""Pulling through Artifactory as docker would, and a known-good image through the same repository.

Order matters here: the cache is looked at before anything that can fill it, and the control image is asked for together
with the image under test, never after a failure that asking for it could have caused.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cgrdoctor import Fact, Moment, NotNeeded, Unobservable, probe
from cgrdoctor.config.settings import Invocation
from cgrdoctor.credentials.keyring import Keyring
from cgrdoctor.net.answer import parse_date
from cgrdoctor.net.ant import allowed
from cgrdoctor.net.in_turn import RefusedLogin, pull_in_turn
from cgrdoctor.net.pull import Pull, Wanted, endpoint_of
from cgrdoctor.net.reference import parse_upstream
from cgrdoctor.net.step import Step
from cgrdoctor.net.transport import Http
from cgrdoctor.privacy.recorder import Recorder
from cgrdoctor_checks.facts.artifactory.configuration import Configuration
from cgrdoctor_checks.facts.artifactory.remotes import Remotes
from cgrdoctor_checks.facts.artifactory.repository import RepositoryConfiguration
from cgrdoctor_checks.facts.cache.state import CacheState
from cgrdoctor_checks.facts.docker.platform import WantedPlatform
from cgrdoctor_checks.facts.pull.registry_ping import RegistryPing
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.facts.token.login import RegistryLogin


class PullThrough(Fact, frozen=True, kw_only=True):
    """The pull of the image under test through Artifactory. `started_at` is UTC, RFC 3339.

    `refused` are logins that were presented beside the one of `pull`, whose source is `login`; empty without one.
    """

    observed_from = "artifactory"

    pull: Pull
    started_at: Moment
    login: str = ""
    refused: tuple[RefusedLogin, ...] = ()

    @property
    def logged_in(self) -> bool:
        """Whether an answer behind `/v2/` asked for a login."""
        return any(step.name == "token" or step.authenticated for step in self.pull.steps)

    @property
    def works(self) -> bool:
        """Everything asked for arrived."""
        return self.pull.works

    def seen(self, *, everything: bool) -> bool:
        """Whether it works down to the blobs; with `everything` every one came, with the digest that names it."""
        blobs = [step for step in self.pull.steps if step.name in ("config", "layer")]
        layers = [step for step in blobs if step.name == "layer"]
        whole = len(layers) == len(self.pull.layers) and all(step.digest == step.expected_digest for step in blobs)
        return self.works and len(blobs) > len(layers) and (whole or not everything)

    def from_cache(self) -> bool | None:
        """Whether a manifest of it was in the cache before this request, the platform's own as well as the index.

        What lies below such a manifest has been fetched before, so that its arrival shows nothing of the way upstream.
        """
        steps = (self.pull.step("manifest"), self.pull.step("platform-manifest"))
        fresh = [_is_after(step, self.started_at) for step in steps if step is not None and step.ok]
        return True if False in fresh else None if None in fresh or not fresh else False

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


def served_from_cache(through: PullThrough, cache: CacheState | None) -> bool:
    """Whether the pull works and may have come out of the cache, so that only other answers show the way upstream.

    By the answers' own dates; where they have none, by what the cache held before.
    """
    if not through.works:
        return False
    told = through.from_cache()
    if told is None and cache is not None and cache.keys:
        return bool(cache.entries)
    return told is not False


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
    found = await keyring.registry()
    wanted = Wanted(
        repository=target.registry_path,
        selector=target.selector,
        platform=platform.parsed,
        depth="everything" if invocation.download else "blobs",
        first_byte=http.upstream_timeout,
        head=True,
    )
    recorder.effect("cache-fill", target.image, "asking for a manifest can make Artifactory fetch and cache it")
    started = datetime.now(UTC)
    tried = await pull_in_turn(
        http, endpoint_of(f"https://{target.registry_host}", found), found.more, pinged.step, wanted
    )
    used = (found.credential, *found.more)[tried.place]
    if tried.place and used is not None:
        await keyring.prefer(used)
    return PullThrough(
        exchanges=(*tried.pull.evidence, *(one.step.exchange for one in tried.refused)),
        pull=tried.pull,
        started_at=started.isoformat(),
        login=used.source if used is not None else "",
        refused=tried.refused,
    )


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
    control = parse_upstream(invocation.control_image)
    path, selector = control.path, control.selector
    _refuse_impossible(target, configuration, remotes, path, selector)
    repository = f"{target.repository}/{path}" if target.access_method == "repository-path" else path
    found = await keyring.registry()
    endpoint = endpoint_of(f"https://{target.registry_host}", found)
    recorder.effect("cache-fill", f"{target.registry_host}/{repository}:{selector}", "the control image can be cached")
    started = datetime.now(UTC)
    wanted = Wanted(repository, selector, platform.parsed, "manifest", http.upstream_timeout)
    pull = (await pull_in_turn(http, endpoint, found.more, pinged.step, wanted)).pull
    return ControlPull(exchanges=pull.evidence, pull=pull, started_at=started.isoformat())


def _refuse_dead(pinged: RegistryPing) -> None:
    if pinged.step.failure is not None:
        raise Unobservable(f"{pinged.step.host} does not answer: {pinged.step.failure.stage} failed")


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
    file = f"{path}/{selector.replace(':', '__')}/list.manifest.json"
    if behind and not (lets_through(configuration, file) and any(lets_through(remote, file) for remote in behind)):
        raise NotNeeded("the repository's patterns exclude the control image")


def lets_through(repository: Configuration, file: str) -> bool:
    """Whether the patterns that are known let a file of this path through."""
    return allowed(file, repository.includes_pattern or "**/*", repository.excludes_pattern or "").allowed


def _is_after(step: Step, started_at: str) -> bool | None:
    """Compared by the server's own clock: Last-Modified against the start, by as much as that clock differs from ours.

    Both headers are whole seconds; the answer is the same whenever it is asked for.
    """
    modified = parse_date(step.header("last-modified"))
    if modified is None:
        return None
    started = datetime.fromisoformat(started_at) + timedelta(seconds=step.skew or 0)
    return (modified - started).total_seconds() >= -2
