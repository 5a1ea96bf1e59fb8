"""Credentials from the environment, with the host each pair belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from cgrdoctor.credentials.model import CHAINGUARD, Hosts, Problem, Role, Unsent
from cgrdoctor.privacy.host_names import canonical_host, host_of
from cgrdoctor.privacy.secret import Credential, Secret


@dataclass(frozen=True, slots=True)
class Source:
    """Names of variables that together are a credential; without `username` the secret is an access token."""

    secret: str
    username: str = ""

    @property
    def variables(self) -> str:
        """The names, for people."""
        return f"{self.username} + {self.secret}" if self.username else self.secret

    @property
    def ours(self) -> bool:
        """Whether no other program reads it: such a secret belongs to the hosts that the user of this run names."""
        return self.secret.startswith(OWN)

    def is_set(self, environ: Mapping[str, str]) -> bool:
        """Whether there is a secret in it."""
        return bool(environ.get(self.secret))


OWN = "CGRDOCTOR_"
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


SOURCES: Mapping[Role, tuple[Source, ...]] = {
    "rest": (*REST, *JF),
    "registry": REGISTRY,
    "chainguard": CHAINGUARD_PAIRS,
}
"""Where to look for a role, in order."""


def hosts_of(source: Source, environ: Mapping[str, str], hosts: Hosts) -> tuple[str, ...]:
    """The hosts a source's secret belongs to, the one it is for at the front."""
    if source in CHAINGUARD_PAIRS:
        return (CHAINGUARD,)
    if source.ours:
        return hosts.named
    named = host_of(environ.get("JF_URL", "").strip())
    return (named,) if named else ()


def unsent(role: Role, host: str, environ: Mapping[str, str], hosts: Hosts) -> tuple[Unsent, ...]:
    """The user's own variables for a role whose secrets do not go to `host`, because the user did not name it."""
    if hosts.is_named(host):
        return ()
    return tuple(
        Unsent(source.variables, canonical_host(host), hosts.why_not(host))
        for source in SOURCES[role]
        if source.ours and source.is_set(environ)
    )


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
    return (
        Credential(
            kind="basic" if source.username else "bearer",
            secret=Secret(secret, host=hosts[0], also=hosts[1:]),
            source=f"environment {source.variables}",
            username=username,
        ),
        None,
    )


NOBODY_ELSES = ("CHAINGUARD_TOKEN", "DOCKER_AUTH_CONFIG")
"""Variables of others that hold a login we read, and that no program we start needs."""


def without_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    """An environment for foreign programs: PATH, HOME, proxies, the cloud's own variables; nothing that is for us."""
    return {
        name: value
        for name, value in environ.items()
        if not name.upper().startswith((OWN, "JF_")) and name.upper() not in NOBODY_ELSES
    }


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
