"""Docker on the machine of a world: its client's configuration and helpers, its engine and what that trusts."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from cgrdoctor.lab.engine import Engine, Server

NOBODY = ("nobody", "nothing")
CONTEXT = "lab"


@dataclass(frozen=True, slots=True)
class Docker:
    """What there is of Docker. Without an `engine` its socket is missing.

    `logins` are keys of `auths` under which the caller's login stands, `{host}` in them the host of the image; `config`
    is more of config.json, or its whole text; `helpers` are shell scripts by the name of the credential helper, which
    find the login in `login.json` beside them. `environment` is what the caller has besides: everything, the REST token
    alone, or nothing. `named_by` is who names the socket; without `command` no docker is on PATH. `copy` is the
    engine's copy of the image, `ca` the file in its certs.d that holds the world's CA.
    """

    engine: Engine | None = None
    logins: tuple[str, ...] = ()
    config: Mapping[str, Any] | str = field(default_factory=dict)
    helpers: Mapping[str, str] = field(default_factory=dict)
    environment: Literal["all", "rest", "nothing"] = "all"
    copy: Literal["", "current", "old"] = ""
    ca: str = "ca.crt"
    named_by: Literal["DOCKER_HOST", "context"] = "DOCKER_HOST"
    command: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """Where a world's Docker is furnished: an empty folder, the image and its host, its digest, the CA, the login."""

    folder: Path
    image: str
    digest: str
    cacert: Path
    login: tuple[str, str] | None = None
    proxy: str = ""

    @property
    def host(self) -> str:
        return self.image.partition("/")[0]

    @property
    def socket(self) -> Path:
        return self.folder / "docker.sock"


def environment(docker: Docker | None, place: Place) -> dict[str, str]:
    """The variables that lead to this Docker and to no other."""
    found = {"DOCKER_HOST": f"unix://{place.socket}"}
    if docker is None:
        return found
    found |= {"DOCKER_CONFIG": str(place.folder / "docker"), "XDG_CONFIG_HOME": str(place.folder / "config")}
    if docker.named_by == "context":
        found |= {"DOCKER_HOST": "", "DOCKER_CONTEXT": CONTEXT}
    if docker.helpers or not docker.command:
        found["PATH"] = f"{place.folder / 'bin'}:{os.environ.get('PATH', os.defpath) if docker.command else ''}"
    return found


def furnish(docker: Docker, place: Place) -> None:
    """Writes config.json, the helpers, and the engine's certs.d (that of a rootless engine)."""
    (place.folder / "docker").mkdir()
    (place.folder / "docker" / "config.json").write_text(_config(docker, place))
    (place.folder / "bin").mkdir()
    username, password = place.login or NOBODY
    told = {"ServerURL": place.host, "Username": username, "Secret": password}
    (place.folder / "bin" / "login.json").write_text(json.dumps(told))
    for name, script in docker.helpers.items():
        program = place.folder / "bin" / f"docker-credential-{name}"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
    if docker.named_by == "context":
        meta = place.folder / "docker" / "contexts" / "meta" / hashlib.sha256(CONTEXT.encode()).hexdigest()
        meta.mkdir(parents=True)
        endpoints = {"docker": {"Host": f"unix://{place.socket}", "SkipTLSVerify": False}}
        (meta / "meta.json").write_text(json.dumps({"Name": CONTEXT, "Metadata": {}, "Endpoints": endpoints}))
    if docker.ca:
        trusted = place.folder / "config" / "docker" / "certs.d" / place.host
        trusted.mkdir(parents=True)
        (trusted / docker.ca).write_bytes(place.cacert.read_bytes())


def _config(docker: Docker, place: Place) -> str:
    if isinstance(docker.config, str):
        return docker.config
    entry = base64.b64encode(":".join(place.login or NOBODY).encode()).decode()
    return json.dumps(
        {"auths": {key.format(host=place.host): {"auth": entry} for key in docker.logins}, **docker.config}
    )


@contextlib.asynccontextmanager
async def served(docker: Docker | None, place: Place) -> AsyncIterator[Server | None]:
    """The engine on its socket, if there is one."""
    if docker is None or docker.engine is None:
        yield None
        return
    engine = docker.engine
    digests = {"": {}, "current": {place.image: place.digest}, "old": {place.image: "sha256:" + "0" * 64}}
    server = Server(
        replace(
            engine,
            digest=engine.digest or place.digest,
            images={**digests[docker.copy], **engine.images},
            info={"HttpsProxy": place.proxy, **engine.info},
        )
    )
    async with server.on(place.socket):
        yield server
