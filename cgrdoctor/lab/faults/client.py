"""Faults between the client and Artifactory."""

from __future__ import annotations

from dataclasses import replace

from cgrdoctor.lab.answers import Answer
from cgrdoctor.lab.faults.fault import Fault
from cgrdoctor.lab.world import ARTIFACTORY, Wire, World


def _wire(world: World, wire: Wire) -> World:
    return replace(world, wire={**world.wire, ARTIFACTORY: wire})


NOT_SENT = ("credential-not-sent",)
"""What is said besides where the host does not prove who it is: no login goes there."""


def _fault(
    name: str,
    title: str,
    wire: Wire,
    code: str,
    *catalogue: str,
    accept: tuple[str, ...] = (),
    beside: tuple[str, ...] = (),
) -> Fault:
    return Fault(name, title, lambda world: _wire(world, wire), code, catalogue, accept, beside=beside)


STORAGE = "acme-filestore.s3.amazonaws.com"
PAGE = (("Content-Type", "text/html"), ("Server", "BigIP"))
S3 = (("Content-Type", "application/xml"), ("Server", "AmazonS3"))


def stored_away(world: World) -> World:
    """Artifactory sends clients to its object storage for blobs, and they get there."""
    return replace(world.artifactory_with(download_host=STORAGE), names=(STORAGE,))


def _stored_away(world: World, status: int, code: str, words: str) -> World:
    body = f'<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>{words}</Message></Error>'
    return replace(stored_away(world), answers=(Answer(STORAGE, status=status, headers=S3, body=body.encode()),))


FAULTS = (
    _fault("connection-refused", "Nothing listens at Artifactory's address", "refused", "connection-refused", "F52"),
    _fault(
        "connection-timeout",
        "Artifactory's end takes requests and stays silent",
        "silent-http",
        "connection-timeout",
        "F51",
    ),
    _fault(
        "tls-silent",
        "Artifactory's address accepts and stays silent",
        "silent",
        "tls-failed",
        "F51",
        accept=("connection-timeout", "path-mtu"),
    ),
    _fault("connection-reset", "The connection is reset after ClientHello", "reset", "connection-reset", "F95"),
    _fault("tls-failed", "Artifactory's end refuses the TLS handshake", "alert", "tls-failed", "F95"),
    _fault(
        "tls-untrusted",
        "Artifactory's certificate is from an unknown CA",
        "untrusted",
        "tls-untrusted",
        "F43",
        beside=NOT_SENT,
    ),
    _fault("tls-expired", "Artifactory's certificate has expired", "expired", "tls-expired", "F97", beside=NOT_SENT),
    _fault(
        "tls-name-mismatch",
        "Artifactory's certificate is for another name",
        "wrong-name",
        "tls-name-mismatch",
        "F44",
        beside=NOT_SENT,
    ),
    _fault(
        "plain-http",
        "Artifactory speaks plain HTTP on the TLS port",
        "plain-http",
        "plain-http",
        "F56",
        beside=NOT_SENT,
    ),
    _fault(
        "unexpected-html",
        "A login portal answers for Artifactory",
        "html",
        "unexpected-html",
        "F21",
        accept=("not-artifactory",),
    ),
    Fault(
        "path-mtu",
        "Large packets are lost on the way: small answers arrive, large ones stall",
        lambda world: replace(_wire(world, "stalls"), options=("--timeout", "1")),
        "path-mtu",
        ("F91",),
    ),
    Fault(
        "clock-skew",
        "This machine's clock is hours off",
        lambda world: world.artifactory_with(clock_skew=3 * 3600),
        "clock-skew",
        ("F96",),
        severity="warn",
    ),
    Fault(
        "clock-behind",
        "This machine's clock is weeks behind, so that Artifactory's new certificate has not begun",
        lambda world: replace(_wire(world, "not-yet-valid"), ahead=20 * 86400),
        "clock-skew",
        ("F96",),
        beside=("tls-expired", *NOT_SENT),
    ),
    Fault(
        "clock-ahead",
        "This machine's clock is a week ahead, so that Artifactory's certificate has ended",
        lambda world: replace(_wire(world, "expired"), ahead=-7 * 86400),
        "clock-skew",
        ("F96",),
        beside=("tls-expired", *NOT_SENT),
    ),
    Fault(
        "tls-not-yet-valid",
        "Artifactory's certificate begins in three days",
        lambda world: _wire(world, "not-yet-valid"),
        "tls-expired",
        ("F97",),
        beside=NOT_SENT,
    ),
    Fault(
        "download-host-unreachable",
        "Artifactory redirects layers to a host that is blocked here",
        lambda world: world.artifactory_with(download_host=STORAGE),
        "download-host-unreachable",
        ("F89",),
    ),
    Fault(
        "download-host-refused",
        "The storage that Artifactory redirects layers to denies access",
        lambda world: _stored_away(world, 403, "AccessDenied", "Access Denied"),
        "download-host-refused",
        ("F89",),
    ),
    Fault(
        "download-host-two-logins",
        "The storage that Artifactory redirects layers to gets two kinds of authentication",
        lambda world: _stored_away(world, 400, "InvalidArgument", "Only one auth mechanism allowed"),
        "download-host-refused",
        ("F89",),
    ),
    Fault(
        "download-host-filtered",
        "A filter answers in the place of the storage that Artifactory redirects layers to",
        lambda world: replace(
            stored_away(world), answers=(Answer(STORAGE, status=403, headers=PAGE, body=b"<html>blocked</html>"),)
        ),
        "download-host-unreachable",
        ("F89",),
    ),
)
