"""Who to be, for each role: the first source that has a credential is used, and only for the hosts it belongs to."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import anyio

from cgrdoctor.credentials import docker_config, environment, jfrog_cli, netrc
from cgrdoctor.credentials.model import (
    CHAINGUARD,
    Found,
    NearMiss,
    Places,
    Problem,
    Records,
    Role,
)
from cgrdoctor.model import TokenMark
from cgrdoctor.privacy.fingerprint import fingerprint
from cgrdoctor.privacy.redact import Redaction
from cgrdoctor.privacy.secret import Credential, Secret, canonical_host

__all__ = ["Found", "Keyring", "NearMiss", "Places", "Problem", "Role"]


class Keyring:
    """Looks each role up once; every secret found is known to the redaction before anybody sees it.

    `named_host` is the host the user named in this run, `image_host` that of IMAGE; either may be None.
    """

    def __init__(
        self,
        places: Places,
        redaction: Redaction,
        *,
        named_host: str | None,
        image_host: str | None,
        ask: bool = False,
        recorder: Records | None = None,
    ) -> None:
        self._places = places
        self._redaction = redaction
        self._recorder = recorder
        self._ask = ask
        self._image_host = canonical_host(image_host) if image_host else None
        self._docker_host = image_host
        self._hosts = bound_hosts(named_host, image_host)
        self._found: dict[Role, Found] = {}
        self._at_docker_for: dict[str, Found] = {}
        self._marks: dict[tuple[str, str], TokenMark] = {}
        self._lock = anyio.Lock()
        self._asking = docker_config.Asking(places.environ, self._learn_text)
        for text in environment.secrets(places.environ):
            self._learn_text(text)

    @property
    def tokens(self) -> tuple[TokenMark, ...]:
        """The tokens found so far, by their fingerprints."""
        return tuple(self._marks[key] for key in sorted(self._marks))

    async def rest(self) -> Found:
        """For Artifactory's REST API."""
        return await self._once("rest")

    async def registry(self) -> Found:
        """For pulling through Artifactory: as docker would find it, else the REST credential."""
        found = await self._once("registry")
        if found.credential is not None:
            return found
        rest = await self._once("rest")
        return replace(found, credential=rest.credential, consulted=(*found.consulted, *rest.consulted))

    async def chainguard(self) -> Found:
        """For pulling straight from cgr.dev."""
        return await self._once("chainguard")

    async def docker(self) -> Found:
        """What docker itself would use for the host of IMAGE, wherever this run takes its login from."""
        async with self._lock:
            return await self._docker_for(self._docker_host) if self._docker_host else Found()

    async def _once(self, role: Role) -> Found:
        async with self._lock:
            if role not in self._found:
                self._found[role] = await self._look(role)
            return self._found[role]

    async def _look(self, role: Role) -> Found:
        found = self._in_environment(role)
        if found.credential is None and role == "rest":
            found = self._in_files(found)
        if found.credential is None:
            found = await self._at_docker(role, found)
        if found.credential is None and self._ask:
            found = await self._prompt(role, found)
        self._learn(found.credential)
        return found

    def _in_environment(self, role: Role) -> Found:
        problems: list[Problem] = []
        for source, hosts in environment.sources(role, self._places.environ, self._hosts):
            credential, problem = environment.read(source, self._places.environ, hosts)
            if problem is not None:
                problems.append(problem)
            if credential is not None:
                return Found(credential, tuple(problems), consulted=(credential.source,))
        return Found(problems=tuple(problems), consulted=("environment",))

    def _in_files(self, found: Found) -> Found:
        host = self._hosts[0] if self._hosts else self._image_host
        if host is None:
            return found
        places = ((jfrog_cli.look, self._places.jfrog_home), (netrc.look, self._places.netrc))
        for look, path in places:
            if path is None:
                continue
            credential, problem = look(path, host, self._learn_text)
            found = replace(
                found,
                credential=credential,
                problems=(*found.problems, *((problem,) if problem else ())),
                consulted=(*found.consulted, str(path)),
            )
            self._record("file", str(path), problem)
            if credential is not None:
                break
        return found

    async def _at_docker(self, role: Role, found: Found) -> Found:
        host = CHAINGUARD if role == "chainguard" else self._docker_host
        if host is None:
            return found
        at_docker = await self._docker_for(host)
        return Found(
            at_docker.credential,
            (*found.problems, *at_docker.problems),
            at_docker.near_misses,
            (*found.consulted, *at_docker.consulted),
        )

    async def _docker_for(self, host: str) -> Found:
        """Docker's configuration is read, and a helper asked, once a run for each host."""
        if host not in self._at_docker_for:
            found = await docker_config.look(self._places.docker_config, host, self._asking)
            problem = found.problems[0] if found.problems else None
            for place in found.consulted:
                self._record("process" if place.startswith("docker-credential-") else "file", place, problem)
            self._learn(found.credential)
            self._at_docker_for[host] = found
        return self._at_docker_for[host]

    async def _prompt(self, role: Role, found: Found) -> Found:
        """Asks on a terminal; a role without a host is not asked for."""
        host = CHAINGUARD if role == "chainguard" else (self._hosts[0] if self._hosts else None)
        if host is None or not (sys.stdin.isatty() and sys.stderr.isatty()):
            return found
        from cgrdoctor.credentials.prompt import ask

        pair = await ask(f"{role} at {host}")
        if pair is None:
            return found
        credential = Credential(kind="basic", secret=Secret(pair[1], host=host), source="asked for", username=pair[0])
        return replace(found, credential=credential)

    def _learn_text(self, text: str) -> None:
        """A secret is redacted from now on, whether it is used or not."""
        self._redaction.learn(text, "credential")

    def _learn(self, credential: Credential | None) -> None:
        if credential is None:
            return
        host = credential.secret.host
        self._learn_text(credential.secret.reveal(host))
        mark = fingerprint(credential, self._places.environ, self._key_made)
        if mark is not None:
            self._marks[credential.source, host] = TokenMark(source=credential.source, host=host, fingerprint=mark)

    def _key_made(self, path: Path) -> None:
        if self._recorder is not None:
            self._recorder.effect(
                "file", str(path), "a random key is kept here, so that a token has the same name again"
            )

    def _record(self, kind: str, place: str, problem: Problem | None) -> None:
        if self._recorder is not None:
            error = problem.message if problem and problem.place == place else None
            if kind == "process":
                self._recorder.add("process", method="get", url=place, error=error)
            else:
                self._recorder.add("file", method="read", url=place, error=error)


def bound_hosts(named_host: str | None, image_host: str | None) -> tuple[str, ...]:
    """The hosts a CGRDOCTOR_* secret belongs to.

    The one the user named; and IMAGE's, where that is a sub-domain of it or the same name with another port
    (Artifactory's sub-domain and port methods).
    """
    if named_host is None:
        return ()
    named = canonical_host(named_host)
    if image_host is None:
        return (named,)
    image = canonical_host(image_host)
    name, image_name = named.partition(":")[0], image.partition(":")[0]
    related = image_name == name or image_name.endswith("." + name)
    return (named, image) if related and image != named else (named,)
