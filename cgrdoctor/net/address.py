"""Addresses of a browser or of an API, read for the reference they speak of: `/v2/`, Artifactory's storage and pages.

Depends on the grammar of references alone.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from cgrdoctor.net.reference import SHAPE, TAG, UnusableReference

_PAGES = (
    re.compile(r"^ui/(?:repos/tree|admin/artifacts/tree)/[^/]{1,80}/(.+)"),
    re.compile(r"^ui/native/(.+)"),
    re.compile(r"^(?:[^/]{1,80}/)?webapp/?#?/?artifacts/browse/(?:tree|simple)/[^/]{1,80}/(.+)"),
    re.compile(r"^(?:[^/]{1,80}/)?api/storage/(.+)"),
    re.compile(r"^artifactory/(?:list/)?(?!api/|webapp|ui/)(.+)"),
)
"""Places of Artifactory where a path of its storage follows."""
_DOCKER_API = re.compile(r"^(?:[^/]{1,80}/){0,3}?api/docker/([^/]{1,80})/v2/(.+)")
_NO_REGISTRY = re.compile(r"(?:[a-z0-9-]{1,63}\.)?(?:chainguard\.dev|hub\.docker\.com|github\.com|gitlab\.com)")
"""Hosts whose addresses are pages."""
_MANIFEST_FILES = ("manifest.json", "list.manifest.json")
_VERSION = re.compile(r"v?[0-9][A-Za-z0-9_.-]*|latest(?:-[A-Za-z0-9_.-]+)?", re.ASCII)


def read_address(text: str) -> tuple[str, tuple[str, ...]]:
    """The reference that an `http(s)` address means, unchecked, and what was left out. Raises UnusableReference."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise UnusableReference("IMAGE is an address that does not read as one") from None
    path = unquote(parts.path).strip("/")
    place = path + (f"/{unquote(parts.fragment).strip('/')}" if parts.fragment else "")
    if parts.hostname and _NO_REGISTRY.fullmatch(parts.hostname.lower()):
        raise UnusableReference(f"{parts.hostname.lower()} shows pages and is no registry; write {SHAPE}")
    if re.match(r"ui/packages/", place):
        raise UnusableReference("the address shows a package, not the repository it is pulled from")
    stored = next((found[1] for found in (page.match(place) for page in _PAGES) if found), None)
    if stored is None and re.match(r"ui(?:/(?:login|admin|repos|native|packages|builds|jfrt|home|catalog)\b|$)", place):
        raise UnusableReference("the address is a page of Artifactory's that names no image")
    if stored is not None:
        return _stored(parts.netloc, stored)
    return _served(parts, path)


def _served(parts: SplitResult, path: str) -> tuple[str, tuple[str, ...]]:
    """An address of the registry's API, or one that is a reference but for its scheme."""
    inner = _DOCKER_API.fullmatch(path)
    if inner is not None:
        rest, key = inner[2], f"{inner[1]}/"
    elif path.startswith("v2/") or path == "v2":
        rest, key = path.removeprefix("v2").strip("/"), ""
    else:
        return f"{parts.netloc}/{path}", ()
    scope = next((one for one in parse_qs(parts.query).get("scope", ()) if one.startswith("repository:")), "")
    if rest in ("", "token", "auth", "_catalog") or rest.endswith("/token"):
        name = scope.removeprefix("repository:").rpartition(":")[0]
        if not name:
            raise UnusableReference("the address is the registry's, and names no image")
        return f"{parts.netloc}/{key}{name}", ()
    name, _, asked = _around(rest)
    return f"{parts.netloc}/{key}{name}{asked}", ()


def _around(rest: str) -> tuple[str, str, str]:
    """Name, kind and what is asked for, as `:tag` or `@digest`; a blob or a list of tags says nothing of it."""
    found = re.match(r"^(.{1,900})/(manifests|blobs|tags|referrers)/([^/]{1,300})$", rest)
    if found is None:
        return rest, "", ""
    name, kind, asked = found.groups()
    if kind != "manifests":
        return name, kind, ""
    return name, kind, f"@{asked}" if asked.startswith("sha") and ":" in asked else f":{asked}"


def _stored(host: str, path: str) -> tuple[str, tuple[str, ...]]:
    """A path of Artifactory's storage: KEY/PATH/TAG/manifest.json, or a folder of it."""
    segments = [one for one in path.split("/") if one]
    if not segments:
        raise UnusableReference("the address names no image")
    inside = segments[-1] in _MANIFEST_FILES or bool(re.match(r"sha256__", segments[-1]))
    if segments[-1] in _MANIFEST_FILES or (inside and len(segments) > 2):
        segments.pop()
    key = segments[0]
    notes: tuple[str, ...] = ()
    if key.endswith("-cache") and key != "-cache":
        key, notes = key.removesuffix("-cache"), (f"{segments[0]} is the cache of {key.removesuffix('-cache')}",)
    names, asked = segments[1:], ""
    if not names:
        raise UnusableReference("the address names a repository, and names no image in it")
    if names and (inside or (len(names) > 1 and _VERSION.fullmatch(names[-1]))) and ":" not in "".join(names[:-1]):
        last = re.sub(r"^(sha256|sha512)__", r"\1:", names[-1])
        if last.startswith(("sha256:", "sha512:")):
            names, asked = names[:-1], f"@{last}"
        elif TAG.fullmatch(last):
            names, asked = names[:-1], f":{last}"
    return "/".join([host, key, *names]) + asked, notes
