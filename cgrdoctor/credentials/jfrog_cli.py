"""The `jf` CLI's configuration, `jfrog-cli.conf.v6` and older (JFrog CLI core)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cgrdoctor.credentials.model import Learn, Problem, read_file, unheard
from cgrdoctor.net.bounded_json import NotJson, read_json
from cgrdoctor.privacy.host_names import host_of, same_host
from cgrdoctor.privacy.jwt_claims import claims, expiry
from cgrdoctor.privacy.secret import Credential, Secret

FILES = ("jfrog-cli.conf.v6", "jfrog-cli.conf.v5", "jfrog-cli.conf.v4", "jfrog-cli.conf.v3", "jfrog-cli.conf")


SECRETS = ("accessToken", "password", "refreshToken", "artifactoryRefreshToken", "apiKey", "sshPassphrase")
"""Fields of a server entry that are nobody's business."""


def look(home: Path, host: str, learn: Learn = unheard, server: str = "") -> tuple[Credential | None, Problem | None]:
    """The server entry of that host; of several the one whose id is `server`, the default one, the first.

    Encrypted values and expired tokens are of no use and would only lock accounts: the problem says which it is.
    `learn` hears of every secret in the file.
    """
    for name in FILES:
        path = home / name
        content = read_file(path)
        if isinstance(content, Problem):
            return None, content
        if content is not None:
            return _from(content, path, host, learn, server)
    return None, None


def _from(content: bytes, path: Path, host: str, learn: Learn, named: str) -> tuple[Credential | None, Problem | None]:
    try:
        value = read_json(content)
    except NotJson as error:
        from cgrdoctor.credentials.docker_mistakes import what_it_is

        said = f"is {error}" if error.too_much else f"is no JSON{what_it_is(content, '')}"
        return None, Problem("config-invalid", str(path), said)
    servers = list(_servers(value))
    for secret in (server.get(name) for server in servers for name in SECRETS):
        if isinstance(secret, str):
            learn(secret)
    mine = [server for server in servers if _is_for(server, host)]
    mine.sort(key=lambda server: (server.get("serverId") != named, server.get("isDefault") is not True))
    if not mine:
        return None, _near(servers, path, host)
    if value.get("enc"):
        words = f"has a login for {host} whose values are encrypted with the user's master key (security.yaml)"
        return None, Problem("encrypted", str(path), f"{words}, so that only jf can read them")
    return _usable(mine[0], path, host)


def _servers(value: Any) -> Iterable[dict[str, Any]]:
    """The entries of every layout: `servers`; before that `artifactory`, a list or the one server itself."""
    if not isinstance(value, dict):
        return
    for name in ("servers", "artifactory"):
        listed = value.get(name)
        for server in listed if isinstance(listed, list) else [listed]:
            if isinstance(server, dict):
                yield server


def _is_for(server: dict[str, Any], host: str) -> bool:
    urls = [server.get("artifactoryUrl"), server.get("url")]
    return any(isinstance(url, str) and url and same_host(host_of(url), host) for url in urls)


def _near(servers: list[dict[str, Any]], path: Path, host: str) -> Problem | None:
    """Servers whose names are nearly that of the host; of others there is nothing to say."""
    from cgrdoctor.credentials.docker_keys import near_misses

    hosts = {host_of(_text(server, name)) for server in servers for name in ("artifactoryUrl", "url")}
    near = near_misses([one for one in hosts if one], host, "")
    if not near:
        return None
    return Problem("no-login", str(path), f"has a server {near[0].key} ({near[0].why}), and none for {host}")


def _usable(server: dict[str, Any], path: Path, host: str) -> tuple[Credential | None, Problem | None]:
    """What an entry has: an access token, else a pair, else an API key with its user."""
    token, user, password, key = (_text(server, name) for name in ("accessToken", "user", "password", "apiKey"))
    source = f"jf configuration {path}"
    ended = expiry(claims(token) or {}) if token else None
    expired = ended is not None and ended < datetime.now(UTC)
    renewable = any(_text(server, name) for name in ("refreshToken", "artifactoryRefreshToken"))
    if token and not (expired and (renewable or password)):
        return Credential(kind="bearer", secret=Secret(token, host=host), source=source), None
    if user and password:
        return Credential(kind="basic", secret=Secret(password, host=host), source=source, username=user), None
    if user and key:
        named = f"{source} (an API key, which JFrog has deprecated: make an access token)"
        return Credential(kind="basic", secret=Secret(key, host=host), source=named, username=user), None
    if expired and ended is not None:
        words = f"has an access token for {host} that expired at {ended:%Y-%m-%dT%H:%M:%SZ}"
        return None, Problem(
            "no-login", str(path), f"{words}; jf itself would renew it with its refresh token: `jf rt ping`"
        )
    return None, Problem("no-login", str(path), _why_none(server, host))


def _why_none(server: dict[str, Any], host: str) -> str:
    if _text(server, "apiKey"):
        return f"has an API key without its user for {host}; JFrog has deprecated API keys: make an access token"
    if _text(server, "sshKeyPath"):
        return f"has only an SSH key for {host}, which is no login for a registry"
    return f"names {host} and has no login for it"


def _text(server: dict[str, Any], name: str) -> str:
    value = server.get(name)
    return value if isinstance(value, str) else ""
