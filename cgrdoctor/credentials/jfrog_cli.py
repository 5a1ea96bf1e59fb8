"""The `jf` CLI's configuration, `jfrog-cli.conf.v6` and older (JFrog CLI core)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cgrdoctor.credentials.model import Learn, Problem, read_file, unheard
from cgrdoctor.net.bounded_json import NotJson, read_json
from cgrdoctor.privacy.host_names import host_of, same_host
from cgrdoctor.privacy.secret import Credential, Secret

FILES = ("jfrog-cli.conf.v6", "jfrog-cli.conf.v5", "jfrog-cli.conf.v4", "jfrog-cli.conf")


SECRETS = ("accessToken", "password", "refreshToken", "artifactoryRefreshToken", "apiKey", "sshPassphrase")
"""Fields of a server entry that are nobody's business."""


def look(home: Path, host: str, learn: Learn = unheard) -> tuple[Credential | None, Problem | None]:
    """The first server entry of that host. Encrypted values are of no use and would only lock accounts.

    `learn` hears of every secret in the file.
    """
    for name in FILES:
        path = home / name
        content = read_file(path)
        if isinstance(content, Problem):
            return None, content
        if content is not None:
            return _from(content, path, host, learn)
    return None, None


def _from(content: bytes, path: Path, host: str, learn: Learn) -> tuple[Credential | None, Problem | None]:
    try:
        value = read_json(content)
    except NotJson as error:
        return None, Problem("config-invalid", str(path), f"is {error}" if error.too_much else "is no JSON")
    listed = value.get("servers") if isinstance(value, dict) else None
    servers = [server for server in listed if isinstance(server, dict)] if isinstance(listed, list) else []
    for secret in (server.get(name) for server in servers for name in SECRETS):
        if isinstance(secret, str):
            learn(secret)
    for server in servers:
        if _is_for(server, host):
            if value.get("enc"):
                return None, Problem("encrypted", str(path), "its values are encrypted, so they cannot be used here")
            return _credential(server, path, host), None
    return None, None


def _is_for(server: dict[str, Any], host: str) -> bool:
    urls = [server.get("artifactoryUrl"), server.get("url")]
    return any(isinstance(url, str) and url and same_host(host_of(url), host) for url in urls)


def _credential(server: dict[str, Any], path: Path, host: str) -> Credential | None:
    token, user, password = (server.get(name) for name in ("accessToken", "user", "password"))
    source = f"jf configuration {path}"
    if isinstance(token, str) and token:
        return Credential(kind="bearer", secret=Secret(token, host=host), source=source)
    if isinstance(user, str) and user and isinstance(password, str) and password:
        return Credential(kind="basic", secret=Secret(password, host=host), source=source, username=user)
    return None
