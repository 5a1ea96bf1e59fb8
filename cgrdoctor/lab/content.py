"""Image content made from a name and a revision: the same bytes every time, no files."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache

from cgrdoctor.lab.world import Image

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
LAYER_SIZE = 150_000


def sha256(body: bytes) -> str:
    """The digest of some bytes."""
    return "sha256:" + hashlib.sha256(body).hexdigest()


@dataclass(frozen=True, slots=True)
class Content:
    """Everything an image consists of: manifests by digest with their types, blobs by digest."""

    index: str
    manifests: dict[str, tuple[bytes, str]]
    blobs: dict[str, bytes]


@lru_cache(maxsize=256)
def content(image: Image) -> Content:
    """The content of an image."""
    manifests: dict[str, tuple[bytes, str]] = {}
    blobs: dict[str, bytes] = {}
    entries = []
    for platform in image.platforms:
        body = _manifest(image, platform, blobs)
        digest = sha256(body)
        manifests[digest] = (body, MANIFEST)
        system, architecture, *variant = platform.split("/")
        described = {"os": system, "architecture": architecture, **({"variant": variant[0]} if variant else {})}
        entries.append({"mediaType": MANIFEST, "digest": digest, "size": len(body), "platform": described})
    index = _json({"schemaVersion": 2, "mediaType": INDEX, "manifests": entries})
    manifests[sha256(index)] = (index, INDEX)
    return Content(sha256(index), manifests, blobs)


def _manifest(image: Image, platform: str, blobs: dict[str, bytes]) -> bytes:
    archive = _archive(f"{image.path}/{platform}/{image.revision}")
    layer = gzip.compress(archive, compresslevel=1, mtime=0)
    system, architecture, *_ = platform.split("/")
    diff = [sha256(archive)]
    config = _json(
        {
            "architecture": architecture,
            "os": system,
            "config": {"Labels": {"org.opencontainers.image.vendor": "Chainguard"}},
            "rootfs": {"type": "layers", "diff_ids": diff},
            "history": [{"comment": f"{image.path} by Chainguard", "created_by": "apko"}],
        }
    )
    for body in (layer, config):
        blobs[sha256(body)] = body
    return _json(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": {"mediaType": CONFIG, "digest": sha256(config), "size": len(config)},
            "layers": [{"mediaType": LAYER, "digest": sha256(layer), "size": len(layer)}],
        }
    )


def _archive(seed: str) -> bytes:
    """A tar archive of one file of noise, so that its compressed size is that of a small layer."""
    import io
    import random
    import tarfile

    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as archive:
        data = random.Random(seed).randbytes(LAYER_SIZE)  # noqa: S311 - filler, not a secret
        entry = tarfile.TarInfo("filler")
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    return raw.getvalue()


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()
