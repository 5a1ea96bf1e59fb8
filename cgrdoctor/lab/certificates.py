"""The throw-away CA of a world, and the TLS contexts of its servers."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme

from cgrdoctor.lab.world import BLOBS, CGR, DOMAIN, OTHERS, WWW

NAMES = (
    "*.jfrog.io",
    DOMAIN,
    f"*.{DOMAIN}",
    CGR,
    BLOBS,
    WWW,
    *OTHERS,
    "localhost",
    "127.0.0.1",
)


class Certificates:
    """A CA whose certificate is written into a folder, and what it issues for the world's names and `further` ones."""

    def __init__(self, folder: Path, further: Sequence[str] = ()) -> None:
        self.cacert = folder / "ca.pem"
        self.certificate = folder / "server.pem"
        self.key = folder / "server.key"
        self._names = (*NAMES, *further)
        self._ca = trustme.CA(organization_unit_name="Simulated CA")
        self._ca.cert_pem.write_to_path(str(self.cacert))

    def main(self) -> ssl.SSLContext:
        """The context of the main server, whose certificate and key are written too."""
        issued = self._ca.issue_cert(*self._names)
        issued.private_key_pem.write_to_path(str(self.key))
        self.key.chmod(0o600)
        self.certificate.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
        return _context(issued)

    def context(self, *names: str, begins: float | None = None, ends: float | None = None) -> ssl.SSLContext:
        """Another server's, for all of the names or for these; it begins and ends so many days from now."""
        after, before = (None if days is None else datetime.now(UTC) + timedelta(days=days) for days in (begins, ends))
        return _context(self._ca.issue_cert(*(names or self._names), not_before=after, not_after=before))

    def foreign(self) -> ssl.SSLContext:
        """Of a server whose certificate another CA issued, as a gateway that inspects TLS has it."""
        return _context(
            trustme.CA(organization_name="Corporate Inspection", organization_unit_name="Proxy").issue_cert(
                *self._names
            )
        )


def _context(issued: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issued.configure_cert(context)
    return context
