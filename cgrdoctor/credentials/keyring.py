"""Who to be, for each role: the first source that has a credential is used, and only for the hosts it belongs to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import anyio

from cgrdoctor.credentials import docker_config, environment, jfrog_cli, netrc
from cgrdoctor.credentials.model import (
    Found,
    Hosts,
    NearMiss,
    Places,
    Problem,
    Records,
    Role,
    Unsent,
)
from cgrdoctor.credentials.prompt import Prompt
from cgrdoctor.model import TokenMark
from cgrdoctor.privacy.fingerprint import fingerprint
from cgrdoctor.privacy.host_names import same_host
from cgrdoctor.privacy.redact import Redaction
from cgrdoctor.privacy.secret import Credential, Secret

Look = Callable[[str], Awaitable[Found]]
"""What a client has for a host (`host[:port]`); asked once a run for each host.

`Found.consulted` names files and programs for the record, `Found.looked` says in words what was there.
"""

__all__ = ["Found", "Hosts", "Keyring", "NearMiss", "Places", "Problem", "Role", "Unsent"]


class Keyring:
    """Looks each role up once; every secret found is known to the redaction before anybody sees it.

    A credential that is given out belongs to the host of its role; what does not is told as `Found.unsent`.

    The logins of the clients are asked for in the order of `places.clients`. Docker's and podman's stand in files;
    `sources` has those of others by client, such as the pull secrets of a Kubernetes cluster. A client without a
    source has no login here, and docker's is not taken for it.
    """

    def __init__(
        self,
        places: Places,
        redaction: Redaction,
        *,
        hosts: Hosts,
        ask: bool = False,
        recorder: Records | None = None,
        sources: Mapping[str, Look] | None = None,
    ) -> None:
        self._places = places
        self._redaction = redaction
        self._recorder = recorder
        self._ask = ask
        self._terminal = Prompt()
        self._hosts = hosts
        self._found: dict[Role, Found] = {}
        self._stored: dict[tuple[str, str], Found] = {}
        self._marks: dict[tuple[str, str], TokenMark] = {}
        self._lock = anyio.Lock()
        self._asking = docker_config.Asking(places.environ, self._learn_text)
        for text in environment.secrets(places.environ):
            self._learn_text(text)
        own: dict[str, Look] = {"docker": self._of_docker, "podman": self._of_podman}
        self._sources: Mapping[str, Look] = {**own, **(sources or {})}

    def leave_terminal(self) -> None:
        """Whatever is being asked there: the terminal is as it was. May be called from any thread."""
        self._terminal.leave()

    @property
    def tokens(self) -> tuple[TokenMark, ...]:
        """The tokens found so far, by their fingerprints."""
        return tuple(self._marks[key] for key in sorted(self._marks))

    async def rest(self) -> Found:
        """For Artifactory's REST API."""
        return await self._once("rest")

    async def registry(self) -> Found:
        """For pulling through Artifactory: as the clients would find it, else the REST credential."""
        found = await self._once("registry")
        host = self._hosts.registry
        if found.credential is not None or host is None:
            return found
        rest = await self._once("rest")
        fits = rest.credential is not None and rest.credential.secret.belongs_to(host)
        return replace(
            found,
            credential=rest.credential if fits else None,
            problems=(*found.problems, *(one for one in rest.problems if one.kind in ("no-login", "encrypted"))),
            consulted=(*found.consulted, *rest.consulted),
            unsent=(*found.unsent, *environment.unsent("rest", host, self._places.environ, self._hosts)),
        )

    async def prefer(self, credential: Credential) -> None:
        """From now on the login for pulling: the one of several that was not refused."""
        async with self._lock:
            self._found["registry"] = replace(self._found["registry"], credential=credential, more=())

    async def chainguard(self) -> Found:
        """For pulling straight from cgr.dev."""
        return await self._once("chainguard")

    async def docker(self) -> Found:
        """What docker itself would use for the host of IMAGE, wherever this run takes its login from."""
        return await self.stored("docker")

    async def stored(self, client: str) -> Found:
        """What a client itself would use for the host of IMAGE, wherever this run takes its login from."""
        async with self._lock:
            host = self._hosts.registry
            return await self._of(client, host) if host else Found(whose=client)

    async def _once(self, role: Role) -> Found:
        async with self._lock:
            if role not in self._found:
                self._found[role] = await self._look(role)
            return self._found[role]

    async def _look(self, role: Role) -> Found:
        host = self._hosts.of(role)
        if host is None:
            return Found(consulted=("environment",))
        # 1. What was given to this run; 2. jf and .netrc; 3. the clients' own, which may run a helper; 4. a person.
        found = self._in_environment(role, host)
        if found.credential is None and role == "rest":
            found = self._in_files(host, found)
        if found.credential is None:
            found = await self._at_clients(host, found)
        if found.credential is None and self._ask:
            found = await self._prompt(role, host, found)
        for credential in (found.credential, *found.more):
            self._learn(credential)
        return found

    def _in_environment(self, role: Role, host: str) -> Found:
        environ = self._places.environ
        problems: list[Problem] = []
        left_out = environment.unsent(role, host, environ, self._hosts)
        for source in environment.SOURCES[role]:
            hosts = environment.hosts_of(source, environ, self._hosts)
            if not any(same_host(host, own) for own in hosts):
                continue
            credential, problem = environment.read(source, environ, hosts)
            if problem is not None:
                problems.append(problem)
            if credential is not None:
                return Found(credential, tuple(problems), consulted=(credential.source,), unsent=left_out)
        return Found(problems=tuple(problems), consulted=("environment",), unsent=left_out)

    def _in_files(self, host: str, found: Found) -> Found:
        jf = partial(jfrog_cli.look, server=self._places.environ.get("JFROG_CLI_SERVER_ID", ""))
        places = ((jf, self._places.jfrog_home), (netrc.look, self._places.netrc))
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

    async def _at_clients(self, host: str, found: Found) -> Found:
        """A client compares letter by letter: where it is the host of IMAGE, that is asked for as it was typed."""
        registry = self._hosts.registry
        typed = registry if registry and same_host(registry, host) else host
        for client in self._places.clients:
            here = await self._of(client, typed)
            found = replace(
                here,
                problems=(*found.problems, *here.problems),
                near_misses=(*found.near_misses, *here.near_misses),
                consulted=(*found.consulted, *here.consulted),
                unsent=found.unsent,
                looked=(*found.looked, *here.looked),
            )
            if found.credential is not None:
                break
        return found

    async def _of(self, client: str, host: str) -> Found:
        """A client's files are read, and a helper asked, once a run for each host."""
        if (client, host) not in self._stored:
            source = self._sources.get(client)
            none = Found(whose=client, looked=(f"{client} (its logins are not looked at)",))
            found = replace(await source(host), whose=client) if source is not None else none
            self._learn(found.credential)
            self._stored[client, host] = found
        return self._stored[client, host]

    async def _of_docker(self, host: str) -> Found:
        found = await docker_config.look(self._places.docker_config, host, self._asking)
        return self._recorded(found)

    async def _of_podman(self, host: str) -> Found:
        """A login may be for a path alone: for the host of IMAGE the whole name counts."""
        from cgrdoctor.credentials import auth_json

        name = self._places.image if self._places.image.partition("/")[0] == host else host
        return self._recorded(await auth_json.look(name, self._places.auth_file, self._asking, self._places.host_root))

    def _recorded(self, found: Found) -> Found:
        for place in found.consulted:
            problem = next((one for one in found.problems if one.place == place), None)
            self._record("process" if place.startswith("docker-credential-") else "file", place, problem)
        return found

    async def _prompt(self, role: Role, host: str, found: Found) -> Found:
        """Asks on a terminal, for a host that the user named."""
        if role != "chainguard" and not self._hosts.is_named(host):
            return found
        pair = await self._terminal.ask(f"{role} at {host}")
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
