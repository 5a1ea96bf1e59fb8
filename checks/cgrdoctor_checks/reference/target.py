"""What the reference means on this Artifactory: access method, repository key, image as cgr.dev names it."""

from __future__ import annotations

from typing import Literal

from cgrdoctor import Fact, NotNeeded, probe
from cgrdoctor.net.artifactory import ArtifactoryRest
from cgrdoctor.net.reference import Reference, parse_reference
from cgrdoctor.settings import Invocation
from cgrdoctor_checks.artifactory.listing import RepositoryList

AccessMethod = Literal["repository-path", "subdomain", "port", "unknown"]
FREE_ORGANIZATION = "chainguard"
"""The organization whose images are free (Chainguard docs: container image categories)."""


class Target(Fact, frozen=True, kw_only=True):
    """The target. `known_by` says how the key is known: `option`, `list`, `reference` (assumed) or nothing.

    `upstream_path` is `org/name` as cgr.dev names it, before any Project ID; `selector` a tag or a digest.
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
    known_by: str = ""

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


@probe()
async def target(rest: ArtifactoryRest, invocation: Invocation, listed: RepositoryList | None) -> Target:
    """Parses IMAGE and reads its first segment or host label as the key, by what the list of repositories shows."""
    if invocation.image is None:
        raise NotNeeded("no IMAGE was given")
    reference = parse_reference(invocation.image)
    method, key, known_by = _key(invocation, reference, listed)
    path = reference.path
    if method == "repository-path" and key and path.startswith(key + "/"):
        path = path[len(key) + 1 :]
    upstream, tag, digest = _upstream(invocation, path, reference)
    return Target(
        exchanges=listed.exchanges if listed else (),
        image=str(reference),
        artifactory_url=rest.base,
        registry_host=reference.host,
        registry_path=reference.path,
        selector=reference.selector,
        tag=tag,
        digest=digest,
        access_method=method,
        repository=key,
        upstream_path=upstream,
        known_by=known_by,
    )


def _upstream(invocation: Invocation, rest: str, reference: Reference) -> tuple[str, str | None, str | None]:
    if invocation.upstream_image is None:
        return rest, reference.tag, reference.digest
    text, _, digest = invocation.upstream_image.partition("@")
    head, slash, tail = text.rpartition("/")
    name, _, tag = tail.partition(":")
    return head + slash + name, tag or reference.tag, digest or reference.digest


def _key(
    invocation: Invocation, reference: Reference, listed: RepositoryList | None
) -> tuple[AccessMethod, str | None, str]:
    first = reference.segments[0]
    if invocation.repository is not None:
        method: AccessMethod = "repository-path" if first == invocation.repository else _other_method(reference)
        return method, invocation.repository, "option"
    if listed is not None:
        if listed.find(first):
            return "repository-path", first, "list"
        by_host = _key_in_host(reference, listed)
        if by_host is not None:
            return "subdomain", by_host, "list"
    if len(reference.segments) == 1:
        return _other_method(reference), None, ""
    return "repository-path", first, "reference"


def _other_method(reference: Reference) -> AccessMethod:
    return "port" if reference.port not in (None, 443) else "subdomain"


def _key_in_host(reference: Reference, listed: RepositoryList) -> str | None:
    """The key as first host label, or behind `<name>-` in it (legacy SaaS host names)."""
    label = reference.hostname.partition(".")[0]
    if listed.find(label):
        return label
    behind = [row.key for row in listed.repositories if label.endswith("-" + row.key)]
    return max(behind, key=len, default=None)
