"""Credentials from the environment, with the host each pair belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from cgrdoctor.credentials.model import CHAINGUARD, Problem, Role
from cgrdoctor.privacy.secret import Credential, Secret, same_host


@dataclass(frozen=True, slots=True)
class Source:
    """Names of variables that together are a credential; without `username` the secret is an access token."""

    secret: str
    username: str = ""


REST = (
    Source("CGRDOCTOR_ARTIFACTORY_TOKEN"),
    Source("CGRDOCTOR_ARTIFACTORY_PASSWORD", "CGRDOCTOR_ARTIFACTORY_USER"),
)
JF = (Source("JF_ACCESS_TOKEN"), Source("JF_PASSWORD", "JF_USER"))
REGISTRY = (Source("CGRDOCTOR_REGISTRY_PASSWORD", "CGRDOCTOR_REGISTRY_USER"),)
CHAINGUARD_PAIRS = (
    Source("CGRDOCTOR_CHAINGUARD_PASSWORD", "CGRDOCTOR_CHAINGUARD_USER"),
    Source("CHAINGUARD_TOKEN", "CHAINGUARD_IDENTITY_ID"),
)

URLS = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "DOCKER_HOST", "JF_URL", "CGRDOCTOR_ARTIFACTORY_URL")
"""Variables that hold a URL, in which somebody may have put a password."""


def sources(role: Role, environ: Mapping[str, str], hosts: tuple[str, ...]) -> list[tuple[Source, tuple[str, ...]]]:
    """The pairs to look for, in order, each with the hosts its secret belongs to (the first is the one it is for)."""
    if role == "chainguard":
        return [(source, (CHAINGUARD,)) for source in CHAINGUARD_PAIRS]
    if role == "registry":
        return [(source, hosts) for source in REGISTRY if hosts]
    found = [(source, hosts) for source in REST if hosts]
    url_host = host_of(environ.get("JF_URL", ""))
    if url_host and any(same_host(url_host, host) for host in hosts):
        found += [(source, (url_host,)) for source in JF]
    return found


def read(
    source: Source, environ: Mapping[str, str], hosts: tuple[str, ...]
) -> tuple[Credential | None, Problem | None]:
    """The credential of one source, or what is missing of it."""
    secret = environ.get(source.secret, "")
    username = environ.get(source.username, "") if source.username else ""
    if not secret and not username:
        return None, None
    if source.username and not (secret and username):
        missing, present = (source.username, source.secret) if secret else (source.secret, source.username)
        return None, Problem("half", f"environment {present}", f"{present} is set, {missing} is not")
    names = f"{source.username} + {source.secret}" if source.username else source.secret
    return (
        Credential(
            kind="basic" if source.username else "bearer",
            secret=Secret(secret, host=hosts[0], also=hosts[1:]),
            source=f"environment {names}",
            username=username,
        ),
        None,
    )


def secrets(environ: Mapping[str, str]) -> Iterator[str]:
    """Every secret in the variables this program knows, used or not; of URLs the passwords in them."""
    for source in (*REST, *JF, *REGISTRY, *CHAINGUARD_PAIRS):
        yield environ.get(source.secret, "")
    for name in (*URLS, *(url.lower() for url in URLS)):
        before, at, _ = environ.get(name, "").rpartition("@")
        password = before.rpartition("://")[2].partition(":")[2]
        if at and password:
            yield password
            yield unquote(password)


def host_of(url: str) -> str:
    """`host[:port]` of a URL without user information, empty if it is none."""
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        _ = parts.port
    except ValueError:
        return ""
    return parts.netloc.rpartition("@")[2].lower()
