"""What the reference means on this Artifactory: access method, repository key, image as cgr.dev names it."""

from __future__ import annotations

from cgrdoctor import Fact, Kind, NotNeeded, probe
from cgrdoctor.config.settings import Invocation
from cgrdoctor.net.artifactory import ArtifactoryRest
from cgrdoctor.net.reference import Reference, parse_reference
from cgrdoctor_checks.facts.artifactory.listing import RepositoryList
from cgrdoctor_checks.facts.pull.registry_ping import RegistryPing
from cgrdoctor_checks.facts.reference.address import (
    FREE_ORGANIZATION,
    AccessMethod,
    Address,
    address,
    address_given,
    begins_with_organization,
    key_in_realm,
)
from cgrdoctor_checks.facts.reference.challenge import ResourceChallenge
from cgrdoctor_checks.facts.ticket.repositories import GivenRepositories


class Target(Fact, frozen=True, kw_only=True):
    """The target. `known_by` says how the key is known: `option`, `list`, `realm`, `ticket` (settings were given of a
    key that can be meant), `reference` (assumed) or nothing.

    `upstream_path` is `org/name` as cgr.dev names it, before any Project ID unless `upstream_given` says that the user
    named it with --upstream-image; `selector` a tag or a digest.
    """

    image: str
    artifactory_url: str
    registry_host: str
    registry_path: str
    selector: str
    tag: str | None = None
    digest: str | None = None
    access_method: AccessMethod = "unknown"
    repository: str | None = None
    upstream_path: str = ""
    known_by: Kind = ""
    upstream_given: bool = False

    @property
    def organization(self) -> str:
        """First segment of the upstream path, empty if there is only one."""
        first, slash, _ = self.upstream_path.partition("/")
        return first if slash else ""

    @property
    def free(self) -> bool:
        """Whether the image belongs to the free organization."""
        return self.organization == FREE_ORGANIZATION

    @property
    def certain(self) -> bool:
        """Whether the key is known rather than assumed."""
        return self.known_by in ("option", "list")

    @property
    def path_in_repository(self) -> str:
        """The image's path as the repository sees it."""
        by_path = self.access_method == "repository-path" and self.repository
        return self.registry_path.removeprefix(f"{self.repository}/") if by_path else self.registry_path


@probe()
async def target(
    rest: ArtifactoryRest,
    invocation: Invocation,
    listed: RepositoryList | None,
    pinged: RegistryPing | None,
    challenge: ResourceChallenge | None,
    given: GivenRepositories | None,
) -> Target:
    """Reads the key from the list of repositories, else from a challenge, else takes the first segment for it."""
    if invocation.image is None:
        raise NotNeeded("no IMAGE was given")
    reference = parse_reference(invocation.image)
    told = (key_in_realm(pinged.step) if pinged else None) or (challenge.key if challenge else None)
    found = address(reference, invocation.repository, listed, told)
    if given is not None and listed is None and found.known_by in ("reference", ""):
        found = address_given(reference, given.keys, found)
    upstream, tag, digest = _upstream(invocation, _below_key(reference, found), reference)
    return Target(
        exchanges=(listed.exchanges if listed else ()) + (challenge.exchanges if challenge else ()),
        image=str(reference),
        artifactory_url=rest.base,
        registry_host=reference.host,
        registry_path=reference.path,
        selector=reference.selector,
        tag=tag,
        digest=digest,
        access_method=found.method,
        repository=found.repository,
        upstream_path=upstream,
        known_by=found.known_by,
        upstream_given=invocation.upstream_image is not None,
    )


def _below_key(reference: Reference, found: Address) -> str:
    """The path without its key. An organization that only stands where the key belongs is part of the image."""
    first, _, rest = reference.path.partition("/")
    forgotten = found.known_by == "realm" and begins_with_organization(reference)
    by_path = found.method == "repository-path" and found.repository == first
    return rest if by_path and rest and not forgotten else reference.path


def _upstream(invocation: Invocation, rest: str, reference: Reference) -> tuple[str, str | None, str | None]:
    if invocation.upstream_image is None:
        return rest, reference.tag, reference.digest
    text, _, digest = invocation.upstream_image.partition("@")
    head, slash, tail = text.rpartition("/")
    name, _, tag = tail.partition(":")
    return head + slash + name, tag or reference.tag, digest or reference.digest
