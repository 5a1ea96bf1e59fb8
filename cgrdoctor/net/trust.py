"""Whom we trust: one verifying TLS context a run, from the store that docker on this machine would use.

Linux and BSD: the first bundle Go's crypto/x509 finds, its certificate directories, `SSL_CERT_FILE` and
`SSL_CERT_DIR`. macOS and Windows: the system's own verifier, through truststore. Then `--cacert`. Of a machine whose
tree is mounted here (`--host-root`) it is that machine's bundle and directories, where it has any.
"""

from __future__ import annotations

import contextlib
import os
import re
import ssl
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

from cgrdoctor.errors import UsageProblem
from cgrdoctor.process.rooted import below

BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/usr/local/etc/ssl/cert.pem",
    "/usr/local/share/certs/ca-root-nss.crt",
)
"""Where the distributions keep their bundle (Go: crypto/x509, root_linux.go and root_bsd.go)."""

DIRECTORIES = ("/etc/ssl/certs", "/etc/pki/tls/certs", "/usr/local/share/certs")
HASHED = re.compile(r"[0-9a-f]{8}\.\d+")
"""Names that OpenSSL looks for in a directory of certificates (c_rehash)."""

MOST_FILES = 1000
"""Files of an `SSL_CERT_DIR` that are read."""


def verifying_context(cacert: Path | None, environ: Mapping[str, str], host_root: Path | None = None) -> ssl.SSLContext:
    """A client context that always verifies; blocks for the load of the store (20 to 40 ms).

    X509_STRICT is off and any certificate of the store may end a chain, as in Go: a corporate root without keyUsage
    that docker accepts is not our finding. Raises UsageProblem for a `cacert` that cannot be used.
    """
    context = _empty_context()
    _load_system(context, environ, host_root)
    if cacert is not None:
        load_cacert(context, cacert)
    return context


class Preloaded:
    """A context that is loaded in a thread while something else goes on."""

    def __init__(self, cacert: Path | None, environ: Mapping[str, str], host_root: Path | None) -> None:
        self._done = threading.Event()
        self._found: ssl.SSLContext | UsageProblem | None = None
        threading.Thread(target=self._load, args=(cacert, environ, host_root), name="trust-store", daemon=True).start()

    def _load(self, cacert: Path | None, environ: Mapping[str, str], host_root: Path | None) -> None:
        try:
            self._found = verifying_context(cacert, environ, host_root)
        except UsageProblem as problem:
            self._found = problem
        finally:
            self._done.set()

    def wait(self) -> ssl.SSLContext:
        """The context; blocks until it is there. Raises UsageProblem as `verifying_context` does."""
        self._done.wait()
        if isinstance(self._found, ssl.SSLContext):
            return self._found
        raise self._found or UsageProblem("the certificate store cannot be loaded")


def preloaded(cacert: Path | None, environ: Mapping[str, str], host_root: Path | None = None) -> Preloaded:
    """Begins to load the verifying context."""
    return Preloaded(cacert, environ, host_root)


def has_store(host_root: Path) -> bool:
    """Whether the machine whose tree is mounted there has a bundle or a directory of certificates."""
    return any(os.path.isfile(below(host_root, path)) for path in BUNDLES) or any(
        os.path.isdir(below(host_root, path)) for path in DIRECTORIES
    )


def load_cacert(context: ssl.SSLContext, cacert: Path) -> None:
    """Adds the bundle of `--cacert`. Raises UsageProblem naming the file."""
    try:
        context.load_verify_locations(cafile=cacert)
    except ssl.SSLError as error:
        raise UsageProblem(f"--cacert {cacert}: no certificate in PEM form") from error
    except OSError as error:
        raise UsageProblem(f"--cacert {cacert}: {error.strerror or 'it cannot be read'}") from error


def check_cacert(cacert: Path) -> None:
    """Raises UsageProblem if the bundle cannot be used."""
    load_cacert(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), cacert)


def looking_context() -> ssl.SSLContext:
    """A context that verifies nothing, to look at the certificate of a peer that did not verify. Never for requests."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["h2", "http/1.1"])
    return context


def uses_system_verifier() -> bool:
    """Whether the platform verifies certificates by a service of its own."""
    return sys.platform in ("darwin", "win32")


def _empty_context() -> ssl.SSLContext:
    if uses_system_verifier():
        import truststore

        return _tuned(truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.hostname_checks_common_name = False
    return _tuned(context)


def _tuned(context: ssl.SSLContext) -> ssl.SSLContext:
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.set_alpn_protocols(["h2", "http/1.1"])
    return context


def _load_system(context: ssl.SSLContext, environ: Mapping[str, str], host_root: Path | None) -> None:
    if uses_system_verifier():
        return
    named = environ.get("SSL_CERT_FILE")
    if host_root is not None and not named and has_store(host_root):
        _load_mounted(context, host_root)
        return
    loaded = next((bundle for bundle in ((named,) if named else BUNDLES) if _load(context, bundle)), "")
    directories = environ.get("SSL_CERT_DIR")
    for directory in directories.split(":") if directories else ():
        _load_directory(context, Path(directory), loaded)
    if not directories:
        for directory in DIRECTORIES:
            if Path(directory).is_dir():
                context.load_verify_locations(capath=directory)


def _load_mounted(context: ssl.SSLContext, host_root: Path) -> None:
    """File by file: OpenSSL itself would follow links out of the root."""
    next((bundle for bundle in BUNDLES if _load(context, str(below(host_root, bundle)))), None)
    for directory in DIRECTORIES:
        with contextlib.suppress(OSError):
            for name in sorted(os.listdir(below(host_root, directory)))[:MOST_FILES]:
                if HASHED.fullmatch(name):
                    _load(context, str(below(host_root, f"{directory}/{name}")))


def _load_directory(context: ssl.SSLContext, directory: Path, loaded: str) -> None:
    """Every certificate of a directory but those `loaded` already. OpenSSL itself finds those with a hash link."""
    with contextlib.suppress(OSError):
        entries = sorted(directory.iterdir())[:MOST_FILES]
        linked = {os.path.realpath(entry) for entry in entries if HASHED.fullmatch(entry.name)}
        known = linked | {os.path.realpath(loaded)}
        if linked:
            context.load_verify_locations(capath=directory)
        for entry in entries:
            if os.path.realpath(entry) not in known:
                _load(context, str(entry))


def _load(context: ssl.SSLContext, path: str) -> bool:
    try:
        context.load_verify_locations(cafile=path)
    except (OSError, ssl.SSLError):
        return False
    return True
