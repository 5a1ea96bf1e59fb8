"""Which credentials this run has, for which role, and from where. The secrets themselves stay in the keyring."""

from __future__ import annotations

import msgspec

from cgrdoctor import Fact, Kind, NotNeeded, Struct, probe
from cgrdoctor.config.settings import Invocation
from cgrdoctor.credentials.keyring import Found, Keyring
from cgrdoctor.credentials.model import OF_A_POD
from cgrdoctor.net.authorization import ends_with_line_break


class Trouble(Struct, frozen=True, kw_only=True):
    """A place that could not be read or used; `kind` as `cgrdoctor.credentials.keyring.Problem` names it."""

    kind: Kind
    place: str
    message: str


class NearMiss(Struct, frozen=True, kw_only=True):
    """A stored login that its client would not use for this host, and why."""

    key: str
    place: str
    why: str


class Unsent(Struct, frozen=True, kw_only=True):
    """Variables whose secret may not go to `host`, and why."""

    variables: str
    host: str
    why: str


class Login(Fact, frozen=True, kw_only=True):
    """A login without its secret. `kind` is how it would be presented, empty if there is none.

    `ends_with_line_break` is said of its password or token; `unsent` are variables that were passed over. `whose` is
    the client whose files were looked at, `looked` says where, and what was there.
    """

    kind: Kind = ""
    username: str = ""
    source: str = ""
    troubles: tuple[Trouble, ...] = ()
    near_misses: tuple[NearMiss, ...] = ()
    consulted: tuple[str, ...] = ()
    unsent: tuple[Unsent, ...] = ()
    ends_with_line_break: bool = False
    whose: Kind = "docker"
    looked: tuple[str, ...] = ()

    @property
    def present(self) -> bool:
        """Whether there is a credential."""
        return bool(self.kind)


class RegistryLogin(Login, frozen=True, kw_only=True):
    """The login for pulling through Artifactory."""


class PodmanLogin(Login, frozen=True, kw_only=True):
    """The login podman, skopeo, buildah and CRI-O would use here."""


class RestLogin(Login, frozen=True, kw_only=True):
    """The login for Artifactory's REST API."""


class ChainguardLogin(Login, frozen=True, kw_only=True):
    """The login for pulling straight from cgr.dev."""


@probe()
async def registry_login(keyring: Keyring) -> RegistryLogin:
    """As the clients themselves would find it, else the REST credential."""
    return RegistryLogin(**msgspec.structs.asdict(described(await keyring.registry())))


@probe()
async def podman_login(keyring: Keyring, invocation: Invocation, _login: RegistryLogin) -> PodmanLogin:
    """Not where podman is no client of this run: no file of its is read for nothing."""
    if "podman" not in invocation.client:
        raise NotNeeded("podman is no client of this run (--client)")
    if invocation.registry_host is None:
        raise NotNeeded("no IMAGE was given")
    return PodmanLogin(**msgspec.structs.asdict(described(await keyring.stored("podman"))))


@probe()
async def rest_login(keyring: Keyring) -> RestLogin:
    """By which settings are read."""
    return RestLogin(**msgspec.structs.asdict(described(await keyring.rest())))


@probe()
async def chainguard_login(keyring: Keyring) -> ChainguardLogin:
    """For the direct arm."""
    return ChainguardLogin(**msgspec.structs.asdict(described(await keyring.chainguard())))


def described(found: Found) -> Login:
    """What was found, without the secret; of a Kubernetes Secret name and namespace alone."""
    credential = found.credential
    return Login(
        kind=credential.kind if credential else "",
        username=credential.username if credential and not credential.source.startswith(OF_A_POD) else "",
        source=credential.source if credential else "",
        troubles=tuple(Trouble(kind=p.kind, place=p.place, message=p.message) for p in found.problems),
        near_misses=tuple(NearMiss(key=m.key, place=m.place, why=m.why) for m in found.near_misses),
        consulted=found.consulted,
        unsent=tuple(Unsent(variables=u.variables, host=u.host, why=u.why) for u in found.unsent),
        whose=found.whose,
        looked=found.looked,
        ends_with_line_break=credential is not None
        and ends_with_line_break(credential.secret.reveal(credential.secret.host)),
    )
