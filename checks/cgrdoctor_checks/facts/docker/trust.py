"""What the engine trusts: the system store and certs.d, and what a handshake with that gave."""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from pathlib import Path

import anyio
from msgspec.structs import replace

from cgrdoctor import Fact, NotNeeded, Unobservable, probe
from cgrdoctor.config.settings import Invocation, Settings
from cgrdoctor.net.dial import handshake
from cgrdoctor.net.failure import Failure, Unreached
from cgrdoctor.net.threads import in_daemon_thread
from cgrdoctor.net.transport import Http
from cgrdoctor.net.trust import verifying_context
from cgrdoctor.privacy.recorder import Recorder
from cgrdoctor.process.rooted import below
from cgrdoctor_checks.facts.docker.settings import DockerSettings
from cgrdoctor_checks.facts.network.paths import ArtifactoryPath, split

SYSTEM = "/etc/docker/certs.d"


MOST = 50
"""Files of a directory that are looked at."""


class DockerTrust(Fact, frozen=True, kw_only=True):
    """The engine's trust in the host. `failure` is that of a handshake with the engine's authorities alone; `here` says
    whether this command trusts the host.

    `used` are the CA files in `directory`, `unread` files there that docker does not take for CAs, `keyless` client
    certificates without a key, `similar` directories of nearly this host.
    """

    host: str
    directory: str
    here: bool = True
    failure: Failure | None = None
    used: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    keyless: tuple[str, ...] = ()
    similar: tuple[str, ...] = ()


@probe()
async def docker_trust(
    http: Http,
    settings: Settings,
    recorder: Recorder,
    invocation: Invocation,
    docker: DockerSettings,
    path: ArtifactoryPath,
) -> DockerTrust:
    """One handshake more, with the engine's authorities, where they may differ from this run's."""
    host = invocation.registry_host or ""
    if not docker.local:
        raise Unobservable("the engine's files are not this machine's", "a run on the engine's own machine")
    addresses = () if path.path.mapped else (tried.address for tried in path.path.addresses)
    if not docker.verifies(host, addresses):
        raise NotNeeded(f"{host} is an insecure registry to the engine, which verifies nothing there")
    trouble = path.path.trouble
    if trouble is not None and (trouble.stage, trouble.kind) != ("tls", "untrusted"):
        raise NotNeeded("this command itself does not get as far as the certificate")
    directory = certificates_directory(docker, http.options.environ)
    try:
        found = await in_daemon_thread(read_directory, directory, host, settings.host_root, name="certs.d")
    except OSError as error:
        raise Unobservable(f"{directory} cannot be read ({error.strerror})", "the right to read it") from error
    more = trouble is None and _trusts_more(settings, http.options.environ)
    if not (more or found.used or found.unread or found.keyless):
        raise NotNeeded("the engine trusts as this command does")
    context = await in_daemon_thread(engine_context, found, settings.host_root, name="engine-trust")
    failure = await _shaken(http, context, host)
    words = failure.message if failure else None
    exchange = recorder.add("tls", method="engine's authorities", url=host, error=words)
    return replace(found, exchanges=(*docker.exchanges, exchange), here=trouble is None, failure=failure)


def certificates_directory(docker: DockerSettings, environ: Mapping[str, str]) -> Path:
    """Where the engine keeps certificates by host; a rootless one in the user's configuration (moby: registry)."""
    if not docker.rootless:
        return Path(SYSTEM)
    home = environ.get("XDG_CONFIG_HOME") or str(Path(environ.get("HOME", "~")).expanduser() / ".config")
    return Path(home) / "docker" / "certs.d"


def read_directory(directory: Path, host: str, host_root: Path | None = None) -> DockerTrust:
    """What stands in the directory of a host, by docker's rules for names. Raises OSError if it may not be read."""
    own, around = below(host_root, directory / host), below(host_root, directory)
    names = sorted(os.listdir(own))[:MOST] if own.is_dir() else []
    certificates = [name for name in names if name.endswith(".crt")]
    clients = [name for name in names if name.endswith(".cert")]
    keys = {name for name in names if name.endswith(".key")}
    known = {*certificates, *clients, *keys}
    name = split(host)[0].lower()
    siblings = sorted(os.listdir(around))[:MOST] if around.is_dir() else []
    return DockerTrust(
        host=host,
        directory=str(directory / host),
        used=tuple(certificates),
        unread=tuple(name for name in names if name not in known),
        keyless=tuple(name for name in clients if f"{name.removesuffix('.cert')}.key" not in keys),
        similar=tuple(one for one in siblings if one != host and split(one)[0].lower() == name),
    )


def engine_context(found: DockerTrust, host_root: Path | None = None) -> ssl.SSLContext:
    """The system store as a service sees it, without this shell's variables, and the directory's CA files; blocks."""
    context = verifying_context(None, {}, host_root)
    for name in found.used:
        try:
            context.load_verify_locations(cafile=below(host_root, Path(found.directory) / name))
        except (OSError, ssl.SSLError):
            continue
    return context


async def _shaken(http: Http, context: ssl.SSLContext, host: str) -> Failure | None:
    name, port = split(host)
    try:
        link = await http.network.open(name, port)
        secured = await handshake(link.tap, context, name, http.patience, link.address)
    except Unreached as reason:
        return reason.failure
    await anyio.aclose_forcefully(secured)
    return None


def _trusts_more(settings: Settings, environ: Mapping[str, str]) -> bool:
    return settings.cacert is not None or bool(environ.get("SSL_CERT_FILE") or environ.get("SSL_CERT_DIR"))
