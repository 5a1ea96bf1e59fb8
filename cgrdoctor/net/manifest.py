"""Image indexes and manifests, read strictly and within bounds; platforms, and which manifest fits one.

OCI image spec 1.1 and Docker's media types; what a client must refuse follows the distribution specification and
CVE-2021-41190 (a document that is both index and manifest).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from cgrdoctor.net.bounded_json import NotJson, json_or_none, read_json
from cgrdoctor.privacy.truncate import cut

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
ACCEPT = ", ".join((OCI_INDEX, OCI_MANIFEST, DOCKER_LIST, DOCKER_MANIFEST))
"""One header line: proxies read only the first one. No `*/*`, which switches off Artifactory's mime check."""

LIMIT = 4 * 1024 * 1024 + 65536
ENTRIES = 2000
DIGEST = re.compile(r"sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128}", re.ASCII)

Trouble = Literal["html", "json", "ambiguous", "schema1", "shape", "size"]


class ManifestUnreadable(ValueError):
    """A body that is no manifest; `kind` says in which way."""

    def __init__(self, kind: Trouble, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Platform(msgspec.Struct, frozen=True):
    """Operating system, architecture and variant in Go's words."""

    os: str
    architecture: str
    variant: str = ""

    def __str__(self) -> str:
        return "/".join(part for part in (self.os, self.architecture, self.variant) if part)

    def normalised(self) -> Platform:
        """As containerd compares: arm64/v8 is arm64, arm is arm/v7, other systems' names become Go's."""
        architecture = ARCHITECTURES.get(self.architecture.lower(), self.architecture.lower())
        variant = self.variant.lower()
        if architecture == "arm64" and variant in ("v8", "8"):
            variant = ""
        if architecture == "arm":
            variant = f"v{variant.removeprefix('v')}" if variant else "v7"
        return Platform(self.os.lower(), architecture, variant)


ARCHITECTURES = {
    "x86_64": "amd64",
    "x86-64": "amd64",
    "aarch64": "arm64",
    "armhf": "arm",
    "armv7l": "arm",
    "i386": "386",
    "i686": "386",
}


class Descriptor(msgspec.Struct, frozen=True):
    """A reference to content; `size` in bytes, `urls` whether foreign locations are named."""

    media_type: str
    digest: str
    size: int
    platform: Platform | None = None
    urls: bool = False


class Index(msgspec.Struct, frozen=True):
    """An image index or manifest list."""

    media_type: str
    manifests: tuple[Descriptor, ...]


class ImageManifest(msgspec.Struct, frozen=True):
    """A manifest of one platform's image."""

    media_type: str
    config: Descriptor
    layers: tuple[Descriptor, ...]


def parse_platform(text: str) -> Platform:
    """`OS/ARCH[/VARIANT]`. Raises ValueError for anything else."""
    parts = text.strip().split("/")
    if not 2 <= len(parts) <= 3 or not all(re.fullmatch(r"[A-Za-z0-9_.-]+", part, re.ASCII) for part in parts):
        raise ValueError(f"{text!r} is no platform; write OS/ARCH[/VARIANT], for example linux/arm64")
    return Platform(*parts).normalised()


def parse_manifest(body: bytes, content_type: str | None) -> Index | ImageManifest:
    """Reads a manifest of either kind. Raises ManifestUnreadable, and nothing else."""
    if len(body) > LIMIT:
        raise ManifestUnreadable("size", f"larger than {LIMIT} bytes")
    value = _document(body, content_type)
    told = value.get("mediaType")
    media_type = told if isinstance(told, str) else _plain(content_type)
    if "manifests" in value and ("layers" in value or "config" in value):
        raise ManifestUnreadable("ambiguous", "both an index and a manifest")
    if isinstance(told, str) and content_type in _KINDS and told in _KINDS and _KINDS[told] != _KINDS[content_type]:
        raise ManifestUnreadable("ambiguous", f"announced as {content_type}, says {told} of itself")
    if isinstance(value.get("manifests"), list):
        listed = value["manifests"][:ENTRIES]
        return Index(media_type or OCI_INDEX, tuple(_descriptor(item) for item in listed))
    if isinstance(value.get("config"), dict) and isinstance(value.get("layers"), list):
        layers = tuple(_descriptor(item) for item in value["layers"][:ENTRIES])
        return ImageManifest(media_type or OCI_MANIFEST, _descriptor(value["config"]), layers)
    if value.get("schemaVersion") == 1 or "fsLayers" in value:
        raise ManifestUnreadable("schema1", "a manifest of the obsolete schema 1")
    raise ManifestUnreadable("shape", "neither an index nor a manifest")


_KINDS = {OCI_INDEX: "index", DOCKER_LIST: "index", OCI_MANIFEST: "manifest", DOCKER_MANIFEST: "manifest"}


def choose(index: Index, platform: Platform) -> Descriptor | None:
    """The first manifest for the platform; an arm of a lower variant runs too. Attestations never fit."""
    wanted = platform.normalised()
    fitting = [d for d in index.manifests if d.platform and d.platform.os != "unknown"]
    exact = next((d for d in fitting if d.platform and d.platform.normalised() == wanted), None)
    if exact is not None or wanted.architecture != "arm":
        return exact or _unlabelled(index, wanted)
    lower = [d for d in fitting if d.platform and _runs(d.platform.normalised(), wanted)]
    return max(lower, key=lambda d: d.platform.normalised().variant if d.platform else "", default=None)


def _unlabelled(index: Index, wanted: Platform) -> Descriptor | None:
    """A single entry without a platform is taken for linux/amd64, as go-containerregistry does."""
    bare = [d for d in index.manifests if d.platform is None and _KINDS.get(d.media_type) == "manifest"]
    return bare[0] if len(bare) == 1 and wanted == Platform("linux", "amd64") else None


def _runs(offer: Platform, wanted: Platform) -> bool:
    return (offer.os, offer.architecture) == (wanted.os, wanted.architecture) and offer.variant <= wanted.variant


def offered(index: Index) -> tuple[str, ...]:
    """The platforms an index names, attestations left out, each once."""
    names = (str(d.platform.normalised()) for d in index.manifests if d.platform and d.platform.os != "unknown")
    return tuple(dict.fromkeys(names))


def digest_of(body: bytes, algorithm: str = "sha256") -> str:
    """The digest over the bytes. An algorithm nobody knows is answered with sha256, which then differs."""
    name = algorithm if algorithm in ("sha256", "sha512") else "sha256"
    return f"{name}:{hashlib.new(name, body).hexdigest()}"


def config_platform(body: bytes) -> Platform | None:
    """The platform a config blob names."""
    return _platform(json_or_none(body))


def _document(body: bytes, content_type: str | None) -> dict[str, Any]:
    start = body[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<") or _plain(content_type) in ("text/html", "application/xhtml+xml"):
        raise ManifestUnreadable("html", "a web page")
    try:
        value = read_json(body)
    except NotJson as error:
        raise ManifestUnreadable("json", str(error)) from None
    if not isinstance(value, dict):
        raise ManifestUnreadable("shape", "no JSON object")
    return value


def _plain(content_type: str | None) -> str:
    return (content_type or "").partition(";")[0].strip().lower()


def _descriptor(value: Any) -> Descriptor:
    if not isinstance(value, dict):
        raise ManifestUnreadable("shape", "a descriptor that is no object")
    digest, size = value.get("digest"), value.get("size")
    if not isinstance(digest, str) or not DIGEST.fullmatch(digest):
        raise ManifestUnreadable("shape", "a descriptor without a usable digest")
    if isinstance(size, bool) or not isinstance(size, int) or not 0 <= size < 2**53:
        raise ManifestUnreadable("shape", "a descriptor without a usable size")
    media_type = value.get("mediaType")
    return Descriptor(
        cut(media_type, 200) if isinstance(media_type, str) else "",
        digest,
        size,
        _platform(value.get("platform")),
        bool(value.get("urls")),
    )


def _platform(value: Any) -> Platform | None:
    if not isinstance(value, Mapping):
        return None
    system, architecture, variant = (value.get(name) for name in ("os", "architecture", "variant"))
    if not isinstance(system, str) or not isinstance(architecture, str):
        return None
    return Platform(cut(system, 40), cut(architecture, 40), cut(variant, 40) if isinstance(variant, str) else "")


def platform_of_config(body: bytes, wanted: Platform) -> dict[str, object]:
    actual = config_platform(body)
    if actual is None:
        return {}
    return {"offered": (str(actual),), "platform_found": actual.normalised() == wanted.normalised()}
