"""Faults between Artifactory and Chainguard. This machine's own way to cgr.dev is untouched."""

from __future__ import annotations

from dataclasses import replace

from cgrdoctor.lab.answers import Answer
from cgrdoctor.lab.faults.fault import Fault
from cgrdoctor.lab.world import BLOBS, CGR, Wire, World


def _arm(world: World, host: str, wire: Wire) -> World:
    return world.artifactory_with(arm={**world.artifactory.arm, host: wire})


def _fault(name: str, title: str, wire: Wire, code: str, *catalogue: str, accept: tuple[str, ...] = ()) -> Fault:
    return Fault(name, title, lambda world: _arm(world, CGR, wire), code, catalogue, accept)


def _wordless(world: World) -> World:
    """Artifactory folds every failure into the text of a missing image, and never assumes the remote offline."""
    silent = world.artifactory_with(texts={"transport": "The named manifest is not known to the registry."})
    return silent.fields_with("cgr-private", assumedOfflinePeriodSecs=0)


def _blocked_page(world: World) -> World:
    return _arm(world, CGR, "html")


def _answering(world: World, *answers: Answer) -> World:
    return replace(world, answers=(*world.answers, *answers))


TEXT = (("Content-Type", "text/plain"),)
XML = (("Content-Type", "application/xml"),)
LATE = b"upstream request timeout"
UNWELL = b"<Error><Code>ServiceUnavailable</Code><Message>Please reduce your request rate.</Message></Error>"
EDGE = Answer(
    CGR,
    status=403,
    headers=(("Content-Type", "text/html; charset=UTF-8"), ("Server", "Google Frontend"), ("Via", "1.1 google")),
    body=b"<!doctype html><meta charset=utf-8><title>403</title>403 Forbidden",
)
"""How the edge refuses (captured, 2026)."""

FAULTS = (
    _fault(
        "upstream-dropped",
        "A firewall drops Artifactory's packets to cgr.dev",
        "silent",
        "upstream-unreachable",
        "F10",
        accept=("remote-assumed-offline",),
    ),
    _fault(
        "upstream-refused",
        "A firewall refuses Artifactory's connections to cgr.dev",
        "refused",
        "upstream-unreachable",
        "F11",
        accept=("remote-assumed-offline",),
    ),
    Fault(
        "upstream-refused-hard-fail",
        "The same with Hard Fail, which answers 500 instead of 404",
        lambda world: _arm(world, CGR, "refused").fields_with("cgr-private", hardFail=True),
        "upstream-unreachable",
        ("F11", "F78"),
        accept=("remote-assumed-offline",),
    ),
    _fault(
        "upstream-dns",
        "cgr.dev does not resolve on Artifactory",
        "dns",
        "upstream-unreachable",
        "F18",
        accept=("remote-assumed-offline",),
    ),
    _fault(
        "upstream-tls-untrusted",
        "TLS inspection between Artifactory and cgr.dev",
        "untrusted",
        "upstream-tls-untrusted",
        "F17",
        accept=("remote-assumed-offline",),
    ),
    Fault(
        "upstream-content-blocked",
        "A filter answers Artifactory with a page",
        _blocked_page,
        "upstream-content-blocked",
        ("F21",),
    ),
    Fault(
        "upstream-content-blocked-masked",
        "A filter answers Artifactory with a page, and Artifactory shows it as a missing image",
        lambda world: _blocked_page(world).artifactory_with(masks_pages=True),
        "upstream-content-blocked",
        ("F21",),
    ),
    Fault(
        "upstream-blob-host-blocked",
        "Artifactory cannot reach the blob host",
        lambda world: _arm(world, BLOBS, "refused"),
        "upstream-blob-host-blocked",
        ("F09",),
    ),
    _fault(
        "upstream-head-refused",
        "A proxy between Artifactory and cgr.dev lets no HEAD pass",
        "no-head",
        "upstream-head-unusable",
        "F76",
        accept=("remote-assumed-offline",),
    ),
    Fault(
        "upstream-layers-slow",
        "Big layers take Artifactory longer than its socket timeout",
        lambda world: _arm(world, BLOBS, "slow-layers"),
        "upstream-socket-timeout",
        ("F90",),
    ),
    Fault(
        "upstream-rate-limited",
        "cgr.dev limits the rate",
        lambda world: replace(world.chainguard_with(rate_limited=True), credential=None),
        "upstream-rate-limited",
        ("F88",),
    ),
    Fault(
        "upstream-rate-limited-masked",
        "cgr.dev limits the rate, and Artifactory shows it as a missing image",
        lambda world: world.chainguard_with(rate_limited=True).artifactory_with(masks_limits=True),
        "upstream-rate-limited",
        ("F88",),
    ),
    Fault(
        "remote-assumed-offline",
        "Artifactory assumes the remote offline",
        lambda world: world.repository_with("cgr-private", assumed_offline=True),
        "remote-assumed-offline",
        ("F16",),
    ),
    _fault(
        "upstream-no-route",
        "Artifactory has no route to cgr.dev",
        "no-route",
        "upstream-unreachable",
        "F11",
        "F92",
        accept=("remote-assumed-offline",),
    ),
    _fault(
        "upstream-reset",
        "A filter resets Artifactory's handshakes with cgr.dev",
        "reset",
        "upstream-unreachable",
        "F95",
        accept=("remote-assumed-offline",),
    ),
    _fault(
        "upstream-slow",
        "cgr.dev answers Artifactory too late",
        "silent-http",
        "upstream-unreachable",
        "F10",
        accept=("remote-assumed-offline",),
    ),
    _fault(
        "upstream-proxy-refused",
        "Artifactory's proxy wants a login",
        "proxy-refused",
        "upstream-proxy-refused",
        "F19",
        "F20",
        accept=("remote-assumed-offline",),
    ),
    Fault(
        "upstream-blob-host-untrusted",
        "TLS inspection between Artifactory and the blob host",
        lambda world: _arm(world, BLOBS, "untrusted"),
        "upstream-tls-untrusted",
        ("F17",),
    ),
    Fault(
        "upstream-outage",
        "cgr.dev is out of order",
        lambda world: world.chainguard_with(outage=True),
        "upstream-out-of-order",
        ("F104",),
        accept=("remote-assumed-offline",),
    ),
    Fault(
        "upstream-outage-token",
        "cgr.dev's token endpoint answers 504 to everybody",
        lambda world: _answering(world, Answer(CGR, "/token", status=504, headers=TEXT, body=LATE)),
        "upstream-out-of-order",
        ("F104",),
    ),
    Fault(
        "upstream-outage-blobs",
        "The blob host answers 503 to everybody",
        lambda world: _answering(world, Answer(BLOBS, status=503, headers=XML, body=UNWELL)),
        "upstream-out-of-order",
        ("F104",),
    ),
    Fault(
        "upstream-edge-refused",
        "The edge before cgr.dev refuses everybody here with its page",
        lambda world: _answering(world, EDGE),
        "upstream-edge-refused",
    ),
    Fault(
        "upstream-edge-refused-there",
        "The edge before cgr.dev refuses Artifactory's address alone",
        lambda world: _answering(world, replace(EDGE, asked_by="artifactory")),
        "upstream-edge-refused",
    ),
    Fault(
        "upstream-edge-refused-once",
        "The edge before cgr.dev refuses one blob once",
        lambda world: _answering(
            world, replace(EDGE, path="/v2/acme.com/python/blobs/.*", asked_by="artifactory", nth=(1,))
        ),
        "upstream-failed",
    ),
    Fault(
        "upstream-outage-pulled-before",
        "cgr.dev is out of order, and pulls have failed before",
        lambda world: replace(world.chainguard_with(outage=True), pulled_before=2),
        "upstream-out-of-order",
        ("F104", "F16"),
    ),
    Fault(
        "upstream-content-blocked-pulled-before",
        "A filter answers Artifactory with a page, which is remembered as a miss",
        lambda world: replace(_blocked_page(world), pulled_before=2),
        "upstream-content-blocked",
        ("F21", "F15"),
    ),
    Fault(
        "upstream-dropped-wordless",
        "A firewall drops Artifactory's packets, and Artifactory does not say so",
        lambda world: _wordless(_arm(world, CGR, "silent")),
        "upstream-unreachable",
        ("F10",),
    ),
    Fault(
        "upstream-untrusted-wordless",
        "TLS inspection, and Artifactory says nothing of it unless asked to connect",
        lambda world: _wordless(_arm(world, CGR, "untrusted")),
        "upstream-tls-untrusted",
        ("F17",),
    ),
    Fault(
        "upstream-refused-untested",
        "A firewall refuses, Artifactory says nothing of it and tests no connections",
        lambda world: _wordless(_arm(world, CGR, "refused")).artifactory_with(verifies_connections=False),
        "upstream-failed",
        ("F11",),
        accept=("upstream-unreachable",),
    ),
    Fault(
        "upstream-unreachable-reworded",
        "The same refusal in words nobody has seen",
        lambda world: _arm(world, CGR, "refused").artifactory_with(
            texts={"transport": "{key}: retrieval of '{path}' from the remote endpoint failed ({cause})"}
        ),
        "upstream-unreachable",
        ("F11",),
        accept=("upstream-failed", "remote-assumed-offline"),
    ),
)
