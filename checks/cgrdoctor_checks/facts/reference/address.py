"""How a reference addresses a repository: by its first segment, by its host, or in a way that only an answer tells.

JFrog docs, Docker access methods: `host/<key>/image` (repository path), `<key>.host/image` (sub-domain),
`host:<port>/image` (port), and on older SaaS hosts `<name>-<key>.jfrog.io/image`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

import msgspec

from cgrdoctor.net.challenge import bearer, parse_challenges
from cgrdoctor.net.reference import Reference
from cgrdoctor.net.step import Step
from cgrdoctor_checks.facts.artifactory.listing import Listed, RepositoryList

AccessMethod = Literal["repository-path", "subdomain", "port", "unknown"]

FREE_ORGANIZATION = "chainguard"
"""The organization whose images are free (Chainguard docs: container image categories)."""

OWN_PORTS = (None, 443, 8081, 8082)
"""Ports of Artifactory itself: none or https, Tomcat, the router. Another one is the reverse proxy's, for one key."""

_ORGANIZATION_ID = re.compile(r"[0-9a-f]{40}", re.ASCII)
_REALM = re.compile(r"/api/docker/([^/?#]+)/v2/token$")


class Address(msgspec.Struct, frozen=True):
    """Access method and key; `known_by` as in `Target`."""

    method: AccessMethod
    repository: str | None = None
    known_by: str = ""


def address(reference: Reference, option: str | None, listed: RepositoryList | None, told: str | None) -> Address:
    """The reading of a reference. `option` is --repository, `told` the key that a challenge named."""
    first = reference.segments[0]
    if option is not None:
        return Address("repository-path" if first == option else by_host(reference), option, "option")
    known = _listed(reference, listed) or _told(reference, told)
    if known is not None:
        return known
    if len(reference.segments) == 1:
        return Address(by_host(reference))
    if begins_with_organization(reference):
        return Address("unknown")
    return Address("repository-path", first, "reference")


def address_given(reference: Reference, keys: Sequence[str], assumed: Address) -> Address:
    """The reading with keys of which settings were given, where no list of repositories could be had.

    A reference that has no key in it is for the one that was given, if it was one.
    """
    rows = tuple(Listed(key=key, kind="", package_type="") for key in sorted(keys))
    found = _listed(reference, RepositoryList(repositories=rows))
    if found is not None:
        return Address(found.method, found.repository, "ticket")
    if assumed.repository is None and len(keys) == 1:
        return Address(assumed.method, keys[0], "ticket")
    return assumed


def _listed(reference: Reference, listed: RepositoryList | None) -> Address | None:
    if listed is None:
        return None
    first, key = reference.segments[0], _key_in_host(reference, listed)
    if key is not None and (key == first or listed.find(first) is None or begins_with_organization(reference)):
        return Address("subdomain", key, "list")
    return Address("repository-path", first, "list") if listed.find(first) else None


def _told(reference: Reference, told: str | None) -> Address | None:
    if told is None:
        return None
    is_first = told == reference.segments[0] and len(reference.segments) > 1
    return Address("repository-path" if is_first else by_host(reference), told, "realm")


def _key_in_host(reference: Reference, listed: RepositoryList) -> str | None:
    """The key as first host label, or behind `<name>-` in it (legacy SaaS host names)."""
    label = reference.hostname.partition(".")[0]
    if listed.find(label):
        return label
    behind = [row.key for row in listed.repositories if label.endswith("-" + row.key)]
    return max(behind, key=len, default=None)


def by_host(reference: Reference) -> AccessMethod:
    """The method of a reference whose key is not in its path."""
    return "port" if reference.port not in (None, 443) else "subdomain"


def is_organization(segment: str) -> bool:
    """Whether a segment is written as organizations are: the free one, a domain, an id (Chainguard docs)."""
    return segment == FREE_ORGANIZATION or "." in segment or _ORGANIZATION_ID.fullmatch(segment) is not None


def begins_with_organization(reference: Reference) -> bool:
    """Whether the path reads as organization and image, without a key in front."""
    first, second = (*reference.segments, "")[:2]
    return is_organization(first) and not is_organization(second)


def key_in_realm(step: Step) -> str | None:
    """The key in a realm of one repository, `.../api/docker/<key>/v2/token` (seen on 7.9 to 7.84 and SaaS)."""
    values = [value for name, value in step.headers if name.lower() == "www-authenticate"]
    asked = bearer(parse_challenges(values))
    found = _REALM.search(asked.parameters.get("realm", "")) if asked else None
    return found[1] if found and found[1] != "null" else None
