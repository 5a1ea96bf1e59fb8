"""Memory of a whole process, from its start to its end, against the largest things a peer can send."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from acts import ACTS
from front import Asked, Plan, Talk
from roles import ROLES
from runs import HOST, PEAK, WHOLE, Setup, prepared, sampled

from cgrdoctor.lab import FAULTS, healthy
from cgrdoctor.lab.world import BLOBS, CGR

MEBIBYTE = 1024 * 1024
LAYER = (2048 if WHOLE else 32) * MEBIBYTE
"""Bytes of the layer that is downloaded twice."""


def alone(setup: Setup, *options: str) -> tuple[dict, int]:
    """One run in a process of its own: its report and the most KiB it took."""
    target = setup.folder / "peak"
    done = subprocess.run(
        [
            *(sys.executable, str(Path(__file__).with_name("launch.py")), str(target)),
            *(sys.executable, "-m", "cgrdoctor", setup.lab.image, *setup.arguments, "-f", "json", *options),
        ],
        env=setup.environ,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.stderr == ""
    return json.loads(done.stdout), int(target.read_text())


LARGE = (
    "huge-manifest", "gzip-bomb", "endless-body", "many-tags", "endless-error-body", "endless-headers", "json-wide", "tiny-chunks",
    "json-wide-numbers", "huge-length", "endless-header-line", "json-deep", "huge-token", "endless-trailers",
)  # fmt: skip
CASES = [(act, ("registry", "rest", "upstream")[place % 3]) for place, act in enumerate(LARGE)]
"""A role for each; `test_peers.py` measures every act in every role."""


@pytest.mark.parametrize(("act", "role"), sampled(CASES, len(CASES)))
def test_nothing_a_peer_sends_takes_the_memory(authority, act, role):
    with prepared(authority, Plan(when=ROLES[role].plays, act=ACTS[act])) as setup:
        report, peak = alone(setup)

    assert report["exchanges"]
    assert peak < PEAK, f"{peak} KiB"


@pytest.mark.skipif(not WHOLE, reason="takes seconds")
def test_a_list_of_a_hundred_thousand_tags(authority):
    """Asked for where a tag is missing: every name is compared with the one that was meant."""
    plan = Plan(when=lambda asked: asked.path.endswith("/tags/list"), act=ACTS["many-tags"])
    with prepared(authority, plan, world=FAULTS["tag-not-found"].scenario().world) as setup:
        report, peak = alone(setup)

    assert setup.front.hostile
    assert report["diagnosis"][0]["code"] == "tag-not-found"
    assert peak < PEAK, f"{peak} KiB"


@dataclass(frozen=True)
class Image:
    """An image with one layer of any size, whose bytes are made while they are sent."""

    size: int
    spoilt: bool = False

    BLOCK = bytes(range(256)) * 4096

    @property
    def config(self) -> bytes:
        return json.dumps({"os": "linux", "architecture": "amd64", "rootfs": {"type": "layers"}}).encode()

    @property
    def layer(self) -> str:
        digest = hashlib.sha256()
        for _ in range(self.size // len(self.BLOCK)):
            digest.update(self.BLOCK)
        return "sha256:" + digest.hexdigest()

    def manifest(self, layer: str) -> bytes:
        oci = "application/vnd.oci.image"
        return json.dumps(
            {
                "schemaVersion": 2,
                "mediaType": f"{oci}.manifest.v1+json",
                "config": {
                    "mediaType": f"{oci}.config.v1+json",
                    "size": len(self.config),
                    "digest": "sha256:" + hashlib.sha256(self.config).hexdigest(),
                },
                "layers": [{"mediaType": f"{oci}.layer.v1.tar+gzip", "size": self.size, "digest": layer}],
            }
        ).encode()


def serving(image: Image) -> tuple[Callable[[Asked], bool], Callable[[Talk], object]]:
    """Both registries serve that image, whatever is asked for."""
    layer = image.layer
    manifest = image.manifest(layer)
    digest = "sha256:" + hashlib.sha256(manifest).hexdigest()

    def plays(asked: Asked) -> bool:
        return asked.host in (HOST, CGR, BLOBS) and ("/manifests/" in asked.path or "/blobs/" in asked.path)

    async def serve(talk: Talk) -> None:
        if "/manifests/" in talk.asked.path:
            kind = "application/vnd.oci.image.manifest.v1+json"
            body = manifest
        else:
            kind, body = "application/octet-stream", image.config
        large = talk.asked.path.endswith(layer)
        length = image.size if large else len(body)
        extra = f"Docker-Content-Digest: {digest}\r\n" if body is manifest else ""
        head = (
            f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n{extra}Connection: close\r\n\r\n"
        )
        await talk.send(head.encode())
        if not large:
            await talk.send(body)
            return
        for number in range(image.size // len(Image.BLOCK)):
            last = image.spoilt and talk.asked.host == HOST and number == 5
            await talk.send(Image.BLOCK[::-1] if last else Image.BLOCK)

    return plays, serve


def test_a_layer_of_two_gigabytes_is_read_and_not_kept(authority):
    plays, serve = serving(Image(LAYER))
    with prepared(authority, Plan(when=plays, act=serve), world=healthy()) as setup:
        report, peak = alone(setup, "--download", "--deadline", "600", "--timeout", "30")

    read = [one["body_size"] for one in report["exchanges"] if one["body_size"] and one["body_size"] >= LAYER]
    assert read == [LAYER, LAYER]
    assert report["status"] == "healthy", report["summary"]
    assert peak < PEAK, f"{peak} KiB"


@pytest.mark.skipif(not WHOLE, reason="takes seconds")
def test_one_spoilt_block_of_a_large_layer_is_seen(authority):
    plays, serve = serving(Image(32 * MEBIBYTE, spoilt=True))
    with prepared(authority, Plan(when=plays, act=serve), world=healthy()) as setup:
        report, peak = alone(setup, "--download", "--timeout", "30")

    assert report["status"] == "faulty"
    assert report["diagnosis"][0]["code"] in ("cache-corrupt", "digest-mismatch"), report["summary"]
    assert peak < PEAK, f"{peak} KiB"
