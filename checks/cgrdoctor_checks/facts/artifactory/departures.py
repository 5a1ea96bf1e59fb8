"""How single fields of a remote depart from what the guide asks for, in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from cgrdoctor.net.ant import allowed
from cgrdoctor.net.pull import Pull
from cgrdoctor.net.step import Step
from cgrdoctor_checks.facts.artifactory.configuration import TOKEN_AS_USERNAME
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.facts.token.pull_token import IDENTITY, TOKEN_USER

ALL = "**/*"
"""Include Patterns of the guide."""


def describe(url: str) -> tuple[str, bool]:
    """How a URL departs from the expected one, in words, and whether pulls are known to work all the same."""
    if url == "https://cgr.dev":
        return "lacks the closing slash", True
    if url.strip() != url:
        return "has white space around it", False
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return "is no URL", False
    if host != "cgr.dev":
        return f"names the host {host or '(none)'} instead of cgr.dev", False
    if parts.scheme.lower() != "https":
        return f"uses {parts.scheme or 'no scheme'} instead of https", False
    if parts.path.strip("/"):
        return f"has a path, {parts.path}, which Artifactory ignores or appends", False
    if port not in (None, 443):
        return f"names port {port}", False
    return "is spelled differently", True


def rejection(target: Target, include: str | None, exclude: str | None) -> str | None:
    """`include` or `exclude` where one of the lists rejects every path the manifest can have, else None."""
    verdicts = [allowed(path, include or ALL, exclude or "") for path in manifest_paths(target)]
    return None if any(verdict.allowed for verdict in verdicts) else verdicts[0].which


def manifest_paths(target: Target) -> tuple[str, str]:
    """Where Artifactory keeps what a tag or digest names: a list of platforms, or a manifest."""
    folder = f"{target.path_in_repository}/{target.selector.replace(':', '__')}"
    return f"{folder}/list.manifest.json", f"{folder}/manifest.json"


def apart(exclude: str, paths: Iterable[str]) -> tuple[list[str], list[str]]:
    """The patterns of a list that exclude one of these paths, and the others."""
    patterns = [one.strip() for one in exclude.split(",") if one.strip()]
    found = tuple(paths)
    hitting = [one for one in patterns if any(allowed(path, ALL, one).which == "exclude" for path in found)]
    return hitting, [one for one in patterns if one not in hitting]


def rejected_part(target: Target, pull: Pull, include: str | None, exclude: str | None) -> tuple[str, str] | None:
    """Which list rejects a part of the image that did not come, and that part's path; None where neither does.

    Patterns see where Artifactory keeps things: manifests of a platform and blobs lie below the digest of the manifest,
    not below the tag.
    """
    for step in pull.steps:
        for path in _paths_of(target, pull, step):
            verdict = allowed(path, include or ALL, exclude or "")
            if verdict.which is not None:
                return verdict.which, path
    return None


SPELLINGS = ("sha256__", "sha256:")
"""How a digest is spelled in the name of a file, by version."""


def _paths_of(target: Target, pull: Pull, step: Step) -> Iterator[str]:
    digest = step.expected_digest or (pull.platform_digest if step.name == "platform-manifest" else None)
    if step.ok or digest is None or step.name not in ("platform-manifest", "config", "layer"):
        return
    holds = pull.platform_digest if pull.offered and pull.platform_digest else target.selector
    for spelling in SPELLINGS:
        name, folder = (one.replace("sha256:", spelling) for one in (digest, holds))
        below = f"{name}/manifest.json" if step.name == "platform-manifest" else f"{folder}/{name}"
        yield f"{target.path_in_repository}/{below}"


def malformed(username: str) -> str | None:
    """How a user name departs from a pull token's identity id, in words; None for one that is well formed or empty."""
    bare = username.strip()
    if not bare or bare == TOKEN_USER or IDENTITY.fullmatch(username):
        return None if bare == username else "is white space" if not bare else "has white space around it"
    if username == TOKEN_AS_USERNAME:
        return "is a token: User Name and Password are swapped"
    if IDENTITY.fullmatch(bare):
        return "has white space around it"
    if re.search(r"[^@\s]@[^@\s]", bare):
        return "is an e-mail address"
    if re.fullmatch(r"[0-9a-f]{40}", bare):
        return "is the organization's id alone, without the token's"
    if "%2f" in bare.lower():
        return "has its slash percent-encoded"
    return "is no identity id"
