"""The login docker itself has for the host of IMAGE."""

from __future__ import annotations

import msgspec

from cgrdoctor import NotNeeded, probe
from cgrdoctor.config.settings import Invocation
from cgrdoctor.credentials.keyring import Keyring
from cgrdoctor_checks.facts.docker.engine import DockerEngine
from cgrdoctor_checks.facts.token.login import Login, RegistryLogin, described


class DockerLogin(Login, frozen=True, kw_only=True):
    """The login docker pull would use here."""


@probe()
async def docker_login(
    keyring: Keyring, invocation: Invocation, engine: DockerEngine, _login: RegistryLogin
) -> DockerLogin:
    """Not where there is no engine: then nobody would use it, and no helper is asked for nothing."""
    if invocation.registry_host is None:
        raise NotNeeded("no IMAGE was given")
    if not engine.there:
        raise NotNeeded("no Docker engine is here")
    return DockerLogin(**msgspec.structs.asdict(described(await keyring.docker())))
