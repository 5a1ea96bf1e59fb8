"""A pull as docker makes it, step by step, kept as data: ping, token, manifest, platform manifest, config, layer.

The steps follow the OCI distribution specification and docker's order; nothing here judges. Digests are computed over
the bytes that arrived, never taken from a header.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace as dataclass_replace
from typing import Literal

import anyio
from msgspec.structs import replace

from cgrdoctor.model import Header, Struct
from cgrdoctor.net.bounded_json import json_or_none
from cgrdoctor.net.challenge import (
    Challenge,
    RealmVerdict,
    TokenUnreadable,
    basic,
    bearer,
    parse_challenges,
    parse_token,
    realm_policy,
    realm_url,
    token_request_url,
)
from cgrdoctor.net.manifest import (
    ACCEPT,
    Descriptor,
    ImageManifest,
    Index,
    Platform,
    choose,
    config_platform,
    offered,
    parse_manifest,
)
from cgrdoctor.net.step import FIRST_BYTES, Step, StepName, checked_blob, checked_manifest, host_of, no_request, step_of
from cgrdoctor.net.transport import Answer, Http
from cgrdoctor.privacy.jwt_claims import claims
from cgrdoctor.privacy.secret import Credential, Secret, canonical_host

PING_LIMIT = 65536
"""Bytes of a ping's body that are looked at; nobody needs more of it."""

MANIFEST_LIMIT = 4 * 1024 * 1024 + 65536
"""Bytes of a manifest that are read; the specification asks for at least 4 MiB (OCI distribution spec, 2026)."""

CONFIG_LIMIT = 4 * 1024 * 1024
SHORTEST_TOKEN = 20
"""Characters. A peer that calls an ordinary word its token must not black that word out of the report."""


class Layer(Struct, frozen=True, kw_only=True):
    """A layer as the manifest names it; `size` in bytes."""

    digest: str
    size: int
    media_type: str = ""


class Pull(Struct, frozen=True, kw_only=True):
    """A whole pull. `offered` lists the index's platforms; `platform_found` is None when there was no index."""

    host: str
    repository: str
    selector: str
    steps: tuple[Step, ...] = ()
    digest: str | None = None
    media_type: str | None = None
    offered: tuple[str, ...] = ()
    platform: str | None = None
    platform_found: bool | None = None
    platform_digest: str | None = None
    config_digest: str | None = None
    layers: tuple[Layer, ...] = ()
    anonymous: bool = True
    username: str = ""

    @property
    def failed(self) -> Step | None:
        """The first step after the ping that did not do its work."""
        return next((step for step in self.steps if not step.ok and step.name != "ping"), None)

    @property
    def works(self) -> bool:
        """Whether everything asked for arrived and a platform fits."""
        return bool(self.digest) and self.failed is None and self.platform_found is not False

    def step(self, name: StepName) -> Step | None:
        """The last step of that name."""
        return next((step for step in reversed(self.steps) if step.name == name), None)

    @property
    def evidence(self) -> tuple[str, ...]:
        """The exchanges of all steps."""
        return tuple(step.exchange for step in self.steps)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to pull: repository path below `/v2/`, tag or digest, platform; `depth` how far to go."""

    repository: str
    selector: str
    platform: Platform
    depth: Literal["manifest", "platform", "blobs", "everything"] = "blobs"
    first_byte: float | None = None
    scope: str | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A registry's API root without the trailing `v2/`, and who to be there."""

    base: str
    credential: Credential | None = None

    @property
    def host(self) -> str:
        return canonical_host(self.base.partition("://")[2].partition("/")[0])


class Puller:
    """Pulls one image from one endpoint. Never raises for what the peer does; see `Pull`."""

    def __init__(self, http: Http, endpoint: Endpoint, ping: Step | None = None) -> None:
        self._http = http
        self._endpoint = endpoint
        self._ping = ping
        self._bearer: Secret | None = None
        self._basic = False
        self._steps: list[Step] = [ping] if ping else []

    async def pull(self, wanted: Wanted) -> Pull:
        """The pull as far as it gets, at most to `wanted.depth`."""
        pull = Pull(
            host=self._endpoint.host,
            repository=wanted.repository,
            selector=wanted.selector,
            platform=str(wanted.platform),
            anonymous=self._endpoint.credential is None,
            username=self._endpoint.credential.username if self._endpoint.credential else "",
        )
        if self._ping is None:
            self._steps.append(await ping(self._http, self._endpoint))
        if not await self._authorize(wanted, self._steps[-1]):
            return self._with_steps(pull)
        answer, step = await self._manifest(wanted, wanted.selector, "manifest")
        if not step.ok:
            return self._with_steps(pull)
        return await self._resolve(wanted, pull, answer, step)

    async def _resolve(self, wanted: Wanted, pull: Pull, answer: Answer, step: Step) -> Pull:
        content = parse_manifest(answer.body, answer.content_type)
        found = replace(pull, digest=step.digest, media_type=content.media_type)
        if isinstance(content, ImageManifest):
            found = replace(found, platform_digest=step.digest)
            return await self._blobs(wanted, found, content)
        found = replace(found, offered=offered(content))
        child = choose(content, wanted.platform)
        found = replace(found, platform_found=child is not None)
        if child is None or wanted.depth == "manifest":
            return self._with_steps(found)
        found = replace(found, platform_digest=child.digest)
        answer, step = await self._manifest(wanted, child.digest, "platform-manifest", child)
        if not step.ok:
            return self._with_steps(found)
        inner = parse_manifest(answer.body, answer.content_type)
        if isinstance(inner, Index):
            return self._with_steps(found)
        return await self._blobs(wanted, found, inner)

    async def _blobs(self, wanted: Wanted, pull: Pull, manifest: ImageManifest) -> Pull:
        layers = tuple(Layer(digest=d.digest, size=d.size, media_type=d.media_type) for d in manifest.layers)
        found = replace(pull, config_digest=manifest.config.digest, layers=layers)
        if wanted.depth in ("manifest", "platform"):
            return self._with_steps(found)
        everything = wanted.depth == "everything"
        smallest_first = sorted(manifest.layers, key=lambda layer: layer.size)
        results: dict[int, tuple[Answer, Step]] = {}

        async def fetch(place: int, descriptor: Descriptor, name: StepName) -> None:
            results[place] = await self._blob(wanted, descriptor, name, whole=everything or name == "config")

        async with anyio.create_task_group() as group:
            group.start_soon(fetch, 0, manifest.config, "config")
            for place, layer in enumerate(smallest_first if everything else smallest_first[:1], 1):
                group.start_soon(fetch, place, layer, "layer")
        self._steps += [results[place][1] for place in sorted(results)]
        if pull.platform_found is None and results[0][0].body:
            found = replace(found, **_platform_of_config(results[0][0].body, wanted.platform))
        return self._with_steps(found)

    async def tags(self, repository: str, first_byte: float | None = None) -> tuple[Step, tuple[str, ...]]:
        """The first page of `tags/list`; `more` pages are told by a Link header, kept among the step's headers."""
        answer, step = await self._listing(f"{repository}/tags/list", f"repository:{repository}:pull", first_byte)
        names = _strings(answer.body, "tags") if step.ok else None
        if step.ok and names is None:
            step = replace(step, problem="no tag list")
        return step, tuple(names or ())

    async def head(self, pinged: Step, repository: str, selector: str) -> Step:
        """HEAD of a manifest, for what its headers tell."""
        wanted = Wanted(repository, selector, Platform("linux", "amd64"), "manifest")
        await self._authorize(wanted, pinged)
        answer = await self._http.head(
            f"{self._endpoint.base}/v2/{repository}/manifests/{selector}",
            headers=(("Accept", ACCEPT),),
            bearer=self._bearer,
            credential=self._endpoint.credential if self._basic and self._bearer is None else None,
        )
        return step_of("manifest", answer, authenticated=self._authenticated)

    async def catalog(self) -> tuple[Step, tuple[str, ...]]:
        """`_catalog` with its own scope (used with pull tokens in public scripts); names as the registry lists them."""
        answer, step = await self._listing("_catalog?n=50", "registry:catalog:*", None)
        return step, tuple(_strings(answer.body, "repositories") or ()) if step.ok and answer else ()

    async def first_tag(self, repository: str, platform: Platform) -> Pull:
        """The manifest of whatever tag `tags/list` names first, else of `latest`."""
        answer, step = await self._listing(f"{repository}/tags/list?n=5", f"repository:{repository}:pull", None)
        tags = [tag for tag in _strings(answer.body, "tags") or () if not tag.startswith("sha256-")] if step.ok else []
        fresh = Puller(self._http, self._endpoint, self._ping)
        return await fresh.pull(Wanted(repository, tags[0] if tags else "latest", platform, "manifest"))

    async def _listing(self, path: str, scope: str, first_byte: float | None) -> tuple[Answer, Step]:
        wanted = Wanted(path.partition("?")[0], "", Platform("linux", "amd64"), "manifest", first_byte, scope)
        if self._ping is None:
            self._steps.append(await ping(self._http, self._endpoint))
        await self._authorize(wanted, self._steps[-1])
        answer = await self._get(f"{self._endpoint.base}/v2/{path}", (), wanted, MANIFEST_LIMIT)
        return answer, step_of("tags", answer, authenticated=self._authenticated)

    def _with_steps(self, pull: Pull) -> Pull:
        return replace(pull, steps=tuple(self._steps))

    async def _authorize(self, wanted: Wanted, challenged: Step) -> bool:
        """Gets a token where the challenge asks for one. False ends the pull: the token step says why."""
        challenges = parse_challenges([v for k, v in challenged.headers if k.lower() == "www-authenticate"])
        asked = bearer(challenges)
        if challenged.status != 401:
            return challenged.failure is None
        if asked is None:
            self._basic = basic(challenges) is not None
            return True
        step = await self._token(asked, challenged, wanted)
        self._steps.append(step)
        return step.ok

    async def _token(self, asked: Challenge, challenged: Step, wanted: Wanted) -> Step:
        base = self._endpoint.base + "/v2/"
        realm = realm_url(asked, base)
        if realm is None:
            return no_request("token", self._endpoint.host, challenged.exchange, "the challenge names no usable realm")
        verdict = realm_policy(realm, base)
        if verdict is RealmVerdict.OTHER_HOST and await self._http.forbidden(realm, base) is not None:
            verdict = RealmVerdict.FORBIDDEN
        if verdict not in (RealmVerdict.SAME_HOST, RealmVerdict.OTHER_HOST):
            return no_request("token", host_of(realm), challenged.exchange, f"the realm is: {verdict.value}")
        scope = wanted.scope or f"repository:{wanted.repository}:pull"
        url = token_request_url(realm, asked.parameters.get("service"), (scope,))
        credential = self._endpoint.credential if verdict is RealmVerdict.SAME_HOST else None

        async def present() -> Step:
            answer = await self._http.get(url, credential=_for_token(credential), limit=131072)
            return self._take_token(answer, step_of("token", answer, authenticated=credential is not None))

        if credential is None:
            return await present()
        presentation = self._http.presentations[(url.partition("?")[0], credential.username)]
        answered: Step = await presentation.answer(present, lambda step: step.status == 401)
        return answered

    def _take_token(self, answer: Answer, step: Step) -> Step:
        if not step.ok:
            return step
        try:
            grant = parse_token(answer.body, answer.content_type)
        except TokenUnreadable as problem:
            return replace(step, problem=str(problem))
        self._bearer = Secret(grant.token, host=self._endpoint.host)
        if len(grant.token) >= SHORTEST_TOKEN:
            self._http.learn(grant.token, "registry token")
        return step

    async def _manifest(
        self, wanted: Wanted, selector: str, name: StepName, descriptor: Descriptor | None = None
    ) -> tuple[Answer, Step]:
        url = f"{self._endpoint.base}/v2/{wanted.repository}/manifests/{selector}"
        answer = await self._get(url, [("Accept", ACCEPT)], wanted, MANIFEST_LIMIT)
        answer = await self._again_if_challenged(answer, url, wanted)
        step = checked_manifest(step_of(name, answer, authenticated=self._authenticated), answer, selector, descriptor)
        self._steps.append(step)
        return answer, step

    async def _again_if_challenged(self, answer: Answer, url: str, wanted: Wanted) -> Answer:
        """One more try with the scope the resource itself asks for; docker does the same."""
        asked = bearer(parse_challenges(answer.all("www-authenticate")))
        if answer.status != 401 or asked is None or answer.hops:
            return answer
        scope = asked.parameters.get("scope", "")
        if self._bearer is not None and scope in ("", wanted.scope or f"repository:{wanted.repository}:pull"):
            return answer
        challenged = step_of("manifest", answer)
        named = Wanted(wanted.repository, wanted.selector, wanted.platform, scope=scope or None)
        step = await self._token(asked, challenged, named)
        self._steps.append(step)
        if not step.ok:
            return answer
        return await self._get(url, [("Accept", ACCEPT)], wanted, MANIFEST_LIMIT)

    @property
    def _authenticated(self) -> bool:
        return self._bearer is not None or (self._basic and self._endpoint.credential is not None)

    async def _get(
        self, url: str, headers: Sequence[Header], wanted: Wanted, limit: int, *, keep: bool = True
    ) -> Answer:
        return await self._http.get(
            url,
            headers=tuple(headers),
            bearer=self._bearer,
            credential=self._endpoint.credential if self._basic and self._bearer is None else None,
            first_byte=wanted.first_byte,
            limit=limit,
            redirects=5,
            keep=keep,
        )

    async def _blob(
        self, wanted: Wanted, descriptor: Descriptor, name: StepName, *, whole: bool
    ) -> tuple[Answer, Step]:
        url = f"{self._endpoint.base}/v2/{wanted.repository}/blobs/{descriptor.digest}"
        partial = not whole and descriptor.size > FIRST_BYTES
        headers = [("Range", f"bytes=0-{FIRST_BYTES - 1}")] if partial else []
        limit = descriptor.size + 1 if whole else FIRST_BYTES
        keep = name == "config"
        answer = await self._get(url, headers, wanted, min(limit, CONFIG_LIMIT) if keep else limit, keep=keep)
        step = step_of(name, answer, authenticated=self._authenticated)
        return answer, checked_blob(step, answer, descriptor, partial=partial)


async def ping(http: Http, endpoint: Endpoint) -> Step:
    """`GET /v2/` without credentials: what challenge does the registry give?"""
    answer = await http.get(endpoint.base + "/v2/", redirects=2, limit=PING_LIMIT, keep=False)
    return step_of("ping", answer)


def _strings(body: bytes, key: str) -> list[str] | None:
    """The list of strings under `key` of a JSON object, None if there is none."""
    value = json_or_none(body)
    found = value.get(key) if isinstance(value, dict) else None
    return [item for item in found if isinstance(item, str)] if isinstance(found, list) else None


def _platform_of_config(body: bytes, wanted: Platform) -> dict[str, object]:
    actual = config_platform(body)
    if actual is None:
        return {}
    return {"offered": (str(actual),), "platform_found": actual.normalised() == wanted.normalised()}


def _for_token(credential: Credential | None) -> Credential | None:
    """The credential as a token endpoint takes it.

    An Artifactory access token goes as the password of its own subject (JFrog: user name must equal the subject); one
    whose subject cannot be read goes as a bearer.
    """
    if credential is None or credential.kind != "bearer":
        return credential
    subject = str((claims(credential.secret.reveal(credential.secret.host)) or {}).get("sub", ""))
    user = subject.rpartition("/users/")[2]
    return credential if not user else dataclass_replace(credential, kind="basic", username=user)
