"""What a look for credentials brings back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from cgrdoctor.privacy.host_names import canonical_host, hostname, is_port_or_subdomain, same_host
from cgrdoctor.privacy.secret import Credential

Role = Literal["rest", "registry", "chainguard"]
CHAINGUARD = "cgr.dev"

OF_A_POD = "Secret "
"""How the source of a login begins that stands in a pull secret; namespace and name follow."""

Learn = Callable[[str], None]
"""Takes every secret that stands in a file or an answer, used or not, before anything is made of it."""


def unheard(_secret: str) -> None:
    """For whoever keeps no record of secrets."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A place that could not be read or used. `message` never quotes its content."""

    kind: str
    place: str
    message: str


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A stored login that docker would not use for the host, and why."""

    key: str
    place: str
    why: str


@dataclass(frozen=True, slots=True)
class Unsent:
    """Variables that hold a secret which may not go to `host`, and why: who named the host in place of the user."""

    variables: str
    host: str
    why: str


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for a role; the first source that has one for its host is used.

    `whose`: the client whose files these are; `more` are logins that it tries in turn where the first is refused.
    """

    credential: Credential | None = None
    problems: tuple[Problem, ...] = ()
    near_misses: tuple[NearMiss, ...] = ()
    consulted: tuple[str, ...] = ()
    unsent: tuple[Unsent, ...] = ()
    whose: str = "docker"
    more: tuple[Credential, ...] = ()
    looked: tuple[str, ...] = ()
    """Where was looked and what was there, in words: `/run/containers/0/auth.json (not there)`."""


@dataclass(frozen=True, slots=True)
class Hosts:
    """The hosts of one run, each `host[:port]`.

    `rest` is that of Artifactory's REST API, `registry` that of IMAGE as docker compares it. `named` are those that the
    user named in this run, so that the `CGRDOCTOR_*` secrets of Artifactory belong to them; `strangers` says of the
    others why they do not.
    """

    rest: str | None = None
    registry: str | None = None
    named: tuple[str, ...] = ()
    strangers: Mapping[str, str] = field(default_factory=dict)

    def of(self, role: Role) -> str | None:
        """The host at which a role's credential is presented."""
        return CHAINGUARD if role == "chainguard" else self.registry if role == "registry" else self.rest

    def is_named(self, host: str) -> bool:
        """Whether the user named it."""
        return any(same_host(host, named) for named in self.named)

    def why_not(self, host: str) -> str:
        """Why a secret of the user's variables does not go there."""
        return self.strangers.get(canonical_host(host), "the user of this run did not name it")


def named_hosts(named: str | None, typed: str | None) -> tuple[str, ...]:
    """The hosts a `CGRDOCTOR_*` secret of Artifactory or its registry belongs to.

    The one the user named; and that of an IMAGE typed in this run, where it is the same name with another port or below
    it (Artifactory's port and sub-domain methods). Never cgr.dev.
    """
    hosts = [canonical_host(named)] if named else []
    if named and typed and is_port_or_subdomain(typed, named):
        hosts.append(canonical_host(typed))
    return tuple(host for host in dict.fromkeys(hosts) if hostname(host) != CHAINGUARD)


@dataclass(frozen=True, slots=True)
class Places:
    """Where to look: the environment, and files; paths are None where the machine has no home.

    `clients` are those whose logins count, in order; `image` is IMAGE without tag and digest (`host/path`), for keys
    that are for a path alone. `host_root`: podman's files are those of the machine whose tree is mounted there.
    """

    environ: Mapping[str, str] = field(repr=False)
    docker_config: Path
    netrc: Path | None = None
    jfrog_home: Path | None = None
    clients: tuple[str, ...] = ("docker",)
    auth_file: Path | None = None
    image: str = ""
    host_root: Path | None = None

    @classmethod
    def of(
        cls,
        environ: Mapping[str, str],
        docker_config: Path,
        clients: tuple[str, ...] = (),
        auth_file: Path | None = None,
        image: str = "",
        host_root: Path | None = None,
    ) -> Places:
        """The usual places of this environment, for docker unless clients are named."""
        home = Path(environ["HOME"]) if environ.get("HOME") else None
        netrc = Path(environ["NETRC"]) if environ.get("NETRC") else home / ".netrc" if home else None
        jfrog = environ.get("JFROG_CLI_HOME_DIR")
        jfrog_home = Path(jfrog) if jfrog else home / ".jfrog" if home else None
        named = clients or ("docker",)
        return cls(environ, docker_config, netrc, jfrog_home, named, auth_file, image, host_root)


class Records(Protocol):
    """Who keeps what was read, run or changed; `cgrdoctor.privacy.recorder.Recorder` does."""

    def add(
        self, kind: Literal["file", "process"], *, method: str = "", url: str = "", error: str | None = None
    ) -> str: ...

    def effect(self, kind: str, target: str, description: str) -> None: ...


LIMIT = 1024 * 1024
"""Bytes of a configuration file that are read."""


def read_file(path: Path) -> bytes | Problem | None:
    """A regular file's bytes, None if there is none, a Problem if it cannot be read or is too large."""
    try:
        if not path.exists():
            return None
        if not path.is_file():
            return Problem("config-invalid", str(path), "is no regular file")
        with path.open("rb") as file:
            content = file.read(LIMIT + 1)
    except (OSError, ValueError) as error:
        return Problem(
            "config-invalid", str(path), f"cannot be read ({getattr(error, 'strerror', None) or 'unusable'})"
        )
    return content if len(content) <= LIMIT else Problem("config-invalid", str(path), f"is larger than {LIMIT} bytes")
