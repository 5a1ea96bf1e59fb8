"""Whether the Docker engine trusts Artifactory's certificate.

## What it looks at
The certificate against what the engine has: the system store and certs.d/<host[:port]> of its configuration. Asked only
where this command trusts more than that (--cacert, SSL_CERT_FILE, SSL_CERT_DIR), or where such a directory exists.

## Why it matters
curl and this command get through, docker does not. Only files that end in .crt are read there, and a client certificate
without its key breaks every pull from that host.

## How it fails
`x509: certificate signed by unknown authority`, `missing key ... for client certificate`.

## How to fix
Put the issuing CA into certs.d/<host[:port]>/ca.crt. No restart is needed for that; the system store needs one.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path

import anyio
from msgspec.structs import replace

from cgrdoctor import Fact, Finding, NotNeeded, Rival, Severity, Unobservable, check, graded, info, probe
from cgrdoctor.net.dial import handshake
from cgrdoctor.net.failure import Failure, Unreached
from cgrdoctor.net.threads import in_daemon_thread
from cgrdoctor.net.transport import Http
from cgrdoctor.net.trust import verifying_context
from cgrdoctor.record import Recorder
from cgrdoctor.settings import Invocation, Settings
from cgrdoctor_checks import remedy
from cgrdoctor_checks.docker.codes import DOCKER_CA_MISSING
from cgrdoctor_checks.docker.pulled import DockerPull
from cgrdoctor_checks.docker.settings import DockerSettings
from cgrdoctor_checks.network.codes import TLS_UNTRUSTED
from cgrdoctor_checks.network.paths import ArtifactoryPath, split
from cgrdoctor_checks.pull.freshness import evidence_of

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
        found = await in_daemon_thread(read_directory, directory, host, name="certs.d")
    except OSError as error:
        raise Unobservable(f"{directory} cannot be read ({error.strerror})", "the right to read it") from error
    more = trouble is None and _trusts_more(settings, http.options.environ)
    if not (more or found.used or found.unread or found.keyless):
        raise NotNeeded("the engine trusts as this command does")
    context = await in_daemon_thread(engine_context, found, name="engine-trust")
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


def read_directory(directory: Path, host: str) -> DockerTrust:
    """What stands in the directory of a host, by docker's rules for names. Raises OSError if it may not be read."""
    own = directory / host
    names = sorted(os.listdir(own))[:MOST] if own.is_dir() else []
    certificates = [name for name in names if name.endswith(".crt")]
    clients = [name for name in names if name.endswith(".cert")]
    keys = {name for name in names if name.endswith(".key")}
    known = {*certificates, *clients, *keys}
    name = split(host)[0].lower()
    siblings = sorted(os.listdir(directory))[:MOST] if directory.is_dir() else []
    return DockerTrust(
        host=host,
        directory=str(own),
        used=tuple(certificates),
        unread=tuple(name for name in names if name not in known),
        keyless=tuple(name for name in clients if f"{name.removesuffix('.cert')}.key" not in keys),
        similar=tuple(one for one in siblings if one != host and split(one)[0].lower() == name),
    )


def engine_context(found: DockerTrust) -> ssl.SSLContext:
    """The system store as a service sees it, without this shell's variables, and the directory's CA files; blocks."""
    context = verifying_context(None, {})
    for name in found.used:
        try:
            context.load_verify_locations(cafile=Path(found.directory) / name)
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


@check("docker.ca", title="The engine trusts Artifactory's certificate", codes=[DOCKER_CA_MISSING, TLS_UNTRUSTED])
def engine_trusts(trust: DockerTrust, invocation: Invocation, pulled: DockerPull | None) -> Iterator[Finding]:
    """Certain only where the engine says so itself: its service may have variables of its own."""
    if not trust.here and trust.failure is None:
        yield _docker_alone(trust)
        return
    untrusted = trust.failure is not None and trust.failure.kind == "untrusted"
    if not untrusted and not trust.keyless:
        return
    if pulled is not None and pulled.outcome == "pulled":
        return
    proved = pulled is not None and pulled.outcome == "failed" and pulled.mechanism == "trust"
    refuted = pulled is not None and not proved
    severity: Severity = "info" if refuted else "fail" if invocation.pull else "warn"
    yield graded(
        DOCKER_CA_MISSING,
        severity,
        _summary(trust),
        subject=trust.host,
        expected=f"the issuing CA in {trust.directory}/ca.crt or the system store",
        actual=", ".join((*trust.used, *trust.unread)) or "no file there",
        evidence=evidence_of(trust, pulled),
        confidence="certain" if proved else "likely",
        rivals=() if proved or refuted else (_RIVAL,),
        remedy=_remedy(trust),
    )


def _docker_alone(trust: DockerTrust) -> Finding:
    """What this command stops at is no obstacle to docker."""
    file = f"{trust.directory}/{trust.used[0]}" if trust.used else trust.directory
    return info(
        TLS_UNTRUSTED,
        f"docker itself trusts {trust.host} by {file}; with --cacert this command gets further, too",
        subject=trust.host,
        evidence=trust.exchanges,
        remedy=remedy.steps(f"Run this again with --cacert {file}"),
    )


_RIVAL = Rival(
    code="docker-pull-failed",
    would_be_excluded_by="cgrdoctor --pull: the engine pulls, or says x509 itself",
    who="developer",
)


def _summary(trust: DockerTrust) -> str:
    if trust.keyless:
        return f"{trust.directory} holds {', '.join(trust.keyless)} without a key, at which the engine gives up"
    words = f"neither the system store nor {trust.directory} holds the CA that signed {trust.host}'s certificate"
    if trust.unread:
        words += f"; docker does not read {', '.join(trust.unread)} there, CA files end in .crt"
    elif trust.similar:
        words += f"; there is a directory for {', '.join(trust.similar)}, but names are compared letter by letter"
    elif trust.used:
        words += f"; {', '.join(trust.used)} there is another one"
    return words


def _remedy(trust: DockerTrust) -> remedy.Remedy:
    if trust.keyless:
        lines = tuple(f"Put the key of {name} beside it, or rename it if it is a CA." for name in trust.keyless)
        return remedy.steps(DOCKER_CA_MISSING.fix, *lines)
    return remedy.steps(
        DOCKER_CA_MISSING.fix,
        commands=(
            remedy.shell("Make the directory", "mkdir", "-p", trust.directory, changes=True),
            remedy.shell("Put the CA there", "cp", "CA.pem", f"{trust.directory}/ca.crt", changes=True),
        ),
    )
