"""Secrets that cannot be printed, serialised or sent to a foreign host.

A `Secret` is bound to the host it was stored for; only `reveal(host)` with that host gives the text. What is
known to be secret is also remembered by the `Redaction` of the run, which scrubs it from everything recorded.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NoReturn

from cgrdoctor.errors import SecretProblem
from cgrdoctor.privacy.host_names import canonical_host, same_host

__all__ = ["Credential", "CredentialKind", "Secret", "canonical_host", "same_host"]


class Secret:
    """A text that only leaves through `reveal`, for a host it is bound to."""

    __slots__ = ("_hosts", "_text")

    def __init__(self, text: str, *, host: str, also: Iterable[str] = ()) -> None:
        self._text = text
        self._hosts = (canonical_host(host), *(canonical_host(other) for other in also))

    @property
    def host(self) -> str:
        """The host this secret was stored for, canonical (`host` or `host:port`)."""
        return self._hosts[0]

    def belongs_to(self, host: str) -> bool:
        """Whether `reveal(host)` would give the text."""
        named = canonical_host(host)
        return bool(named) and named in self._hosts

    def reveal(self, host: str) -> str:
        """The text, for a host it belongs to. Raises SecretProblem for any other host."""
        if not self.belongs_to(host):
            raise SecretProblem(f"a secret stored for {self.host} was asked for on behalf of another host")
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce__(self) -> NoReturn:
        raise SecretProblem("a secret cannot be serialised")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and (self._hosts, self._text) == (other._hosts, other._text)

    def __hash__(self) -> int:
        return hash((self._hosts, self._text))


CredentialKind = Literal["basic", "bearer", "identity-token", "registry-token"]


@dataclass(frozen=True, slots=True)
class Credential:
    """Who to be towards one host. `kind` says how docker would use it.

    `basic`: user name and password; `bearer`: an access token for the Authorization header; `identity-token`: an
    OAuth2 refresh token; `registry-token`: a raw registry bearer. `source` names where it was found, for people
    ("environment CGRDOCTOR_REGISTRY_USER", "docker config /home/a/.docker/config.json, auths[acme.jfrog.io]").
    """

    kind: CredentialKind
    secret: Secret
    source: str
    username: str = ""
