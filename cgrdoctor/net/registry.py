"""A pull as docker makes it, step by step, kept as data: ping, token, manifest, platform manifest, config, layer.

The steps follow the OCI distribution specification and docker's order; nothing here judges. Digests are computed over
the bytes that arrived, never taken from a header.
"""

from __future__ import annotations

from collections.abc import Sequence

import anyio
from msgspec.structs import replace

from cgrdoctor.model import Header
from cgrdoctor.net.authorization import Withheld, for_token
from cgrdoctor.net.bounded_json import string_list
from cgrdoctor.net.challenge import (
    EXCHANGED,
    GRANTED,
    Challenge,
    RealmVerdict,
    TokenQuestion,
    TokenUnreadable,
    basic,
    bearer,
    parse_challenges,
    parse_token,
    realm_policy,
    realm_url,
    unanswerable,
)
from cgrdoctor.net.manifest import (
    ACCEPT,
    Descriptor,
    ImageManifest,
    Index,
    Platform,
    choose,
    offered,
    parse_manifest,
    platform_of_config,
)
from cgrdoctor.net.pull import Endpoint, Layer, Pull, Wanted
from cgrdoctor.net.step import (
    FIRST_BYTES,
    Step,
    StepName,
    announced,
    checked_blob,
    checked_manifest,
    host_of,
    no_request,
    step_of,
)
from cgrdoctor.net.transport import FORM, REFUSING, SHORTEST_TOKEN, Answer, Http
from cgrdoctor.privacy.secret import Credential, Secret

PING_LIMIT = 65536
"""Bytes of a ping's body that are looked at; nobody needs more of it."""

MANIFEST_LIMIT = 4 * 1024 * 1024 + 65536
"""Bytes of a manifest that are read; the specification asks for at least 4 MiB (OCI distribution spec, 2026)."""

CONFIG_LIMIT = 4 * 1024 * 1024
REFUSAL = 4096
"""Bytes that are read of the answer for a blob however small it is: a refusal is longer than many a config."""


class Puller:
    """Pulls one image from one endpoint. Never raises for what the peer does; see `Pull`."""

    def __init__(self, http: Http, endpoint: Endpoint, ping: Step | None = None) -> None:
        self._http = http
        self._endpoint = endpoint
        self._ping = ping
        self._bearer: Secret | None = None
        self._issued_to_login = False
        self._basic = False
        self._withheld: Withheld | None = None
        self._steps: list[Step] = [ping] if ping else []

    async def pull(self, wanted: Wanted) -> Pull:
        """The pull as far as it gets, at most to `wanted.depth`."""
        pull = Pull(
            host=self._endpoint.host,
            repository=wanted.repository,
            selector=wanted.selector,
            platform=str(wanted.platform),
            username=self._endpoint.credential.username if self._endpoint.credential else "",
        )
        if self._ping is None:
            self._steps.append(await ping(self._http, self._endpoint))
        if not await self._authorize(wanted, self._steps[-1]):
            return self._with_steps(pull)
        answer, step = await self._manifest(wanted, wanted.selector, "manifest")
        if not step.ok:
            return self._with_steps(pull)
        if not wanted.head:
            return await self._resolve(wanted, pull, answer, step)
        found, heads = pull, list[Step]()

        async def ask() -> None:
            heads.append(await self._head(wanted))

        async with anyio.create_task_group() as group:
            group.start_soon(ask)
            found = await self._resolve(wanted, pull, answer, step)
        return replace(found, head=heads[0])

    async def _head(self, wanted: Wanted) -> Step:
        """HEAD of the manifest, with the same Accept and login as the GET."""
        answer = await self._http.head(
            f"{self._endpoint.base}/v2/{wanted.repository}/manifests/{wanted.selector}",
            headers=(("Accept", ACCEPT),),
            bearer=self._bearer,
            credential=self._endpoint.credential if self._basic and self._bearer is None else None,
            first_byte=wanted.first_byte,
            redirects=5,
        )
        return announced(self._step("manifest", answer), answer)

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
            found = replace(found, **platform_of_config(results[0][0].body, wanted.platform))
        return self._with_steps(found)

    async def tags(self, repository: str, first_byte: float | None = None) -> tuple[Step, tuple[str, ...]]:
        """The first page of `tags/list`; `more` pages are told by a Link header, kept among the step's headers."""
        answer, step = await self._listing(f"{repository}/tags/list", f"repository:{repository}:pull", first_byte)
        names = string_list(answer.body, "tags") if step.ok else None
        if step.ok and names is None:
            step = replace(step, problem="no tag list")
        return step, tuple(names or ())

    async def head_first(self, wanted: Wanted) -> tuple[Step, Step]:
        """HEAD and then GET of the manifest, as clients ask; a token that is not granted is both.

        Where only the manifest asks for a login, HEAD goes once more with what GET was given.
        """
        if self._ping is None:
            self._steps.append(await ping(self._http, self._endpoint))
        if not await self._authorize(wanted, self._steps[-1]):
            return self._steps[-1], self._steps[-1]
        bare = self._bearer is None and not self._basic
        head = await self._head(wanted)
        _, got = await self._manifest(wanted, wanted.selector, "manifest")
        if bare and head.status == 401:
            head = await self._head(wanted)
        return head, got

    async def blob(self, wanted: Wanted, failed: Step) -> Step:
        """The blob of a step that failed, asked for once more; a token that is not granted is that step."""
        if self._ping is None:
            self._steps.append(await ping(self._http, self._endpoint))
        if not await self._authorize(wanted, self._steps[-1]):
            return self._steps[-1]
        named = Descriptor(media_type="", digest=failed.expected_digest or "", size=failed.expected_size or 0)
        _, step = await self._blob(wanted, named, failed.name, whole=failed.name == "config")
        return step

    async def catalog(self) -> tuple[Step, tuple[str, ...]]:
        """`_catalog` with its own scope (used with pull tokens in public scripts); names as the registry lists them."""
        answer, step = await self._listing("_catalog?n=50", "registry:catalog:*", None)
        return step, tuple(string_list(answer.body, "repositories") or ()) if step.ok and answer else ()

    async def first_tag(self, repository: str, platform: Platform) -> Pull:
        """The manifest of whatever tag `tags/list` names first, else of `latest`."""
        answer, step = await self._listing(f"{repository}/tags/list?n=5", f"repository:{repository}:pull", None)
        tags = (
            [tag for tag in string_list(answer.body, "tags") or () if not tag.startswith("sha256-")] if step.ok else []
        )
        fresh = Puller(self._http, self._endpoint, self._ping)
        return await fresh.pull(Wanted(repository, tags[0] if tags else "latest", platform, "manifest"))

    async def _listing(self, path: str, scope: str, first_byte: float | None) -> tuple[Answer, Step]:
        wanted = Wanted(path.partition("?")[0], "", Platform("linux", "amd64"), "manifest", first_byte, scope)
        if self._ping is None:
            self._steps.append(await ping(self._http, self._endpoint))
        await self._authorize(wanted, self._steps[-1])
        answer = await self._get(f"{self._endpoint.base}/v2/{path}", (), wanted, MANIFEST_LIMIT)
        return answer, self._step("tags", answer)

    def _with_steps(self, pull: Pull) -> Pull:
        sent = any(step.authenticated for step in self._steps)
        withheld = None if sent else next((step.withheld for step in self._steps if step.withheld), None)
        return replace(pull, steps=tuple(self._steps), anonymous=not sent, withheld=withheld)

    def _step(self, name: StepName, answer: Answer) -> Step:
        """The step, with what is known of the login behind a token, and why none was sent where one was asked for."""
        step = step_of(name, answer)
        sent = step.authenticated and (self._bearer is None or self._issued_to_login)
        why = step.withheld or self._withheld
        if why is None and step.status in REFUSING:
            words = f"GET /v2/ of {self._endpoint.host} asks for no login"
            why = Withheld(reason="not-asked", why=words)
        return replace(step, authenticated=sent, withheld=None if sent or why is None else self._at_hand(why))

    def _at_hand(self, why: Withheld | None) -> Withheld | None:
        """Why no login was sent, as far as there was one to send."""
        return why if self._endpoint.credential is not None else self._endpoint.withheld

    async def _authorize(self, wanted: Wanted, challenged: Step) -> bool:
        """Gets a token where the challenge asks for one. False ends the pull: the token step says why."""
        challenges = parse_challenges([v for k, v in challenged.headers if k.lower() == "www-authenticate"])
        asked = bearer(challenges)
        if challenged.status != 401:
            return challenged.failure is None
        if asked is None:
            self._basic = basic(challenges) is not None
            words = f"{self._endpoint.host} {unanswerable(challenges)}"
            self._withheld = None if self._basic else Withheld(reason="challenge", why=words)
            return True
        step = await self._token(asked, challenged, wanted)
        self._steps.append(step)
        return step.ok

    async def _token(self, asked: Challenge, challenged: Step, wanted: Wanted) -> Step:
        base = self._endpoint.base + "/v2/"
        realm = realm_url(asked, base)
        if realm is None:
            return self._no_token(self._endpoint.host, challenged, "the challenge names no usable realm")
        verdict = realm_policy(realm, base)
        if verdict is RealmVerdict.OTHER_HOST and await self._http.forbidden(realm, base) is not None:
            verdict = RealmVerdict.FORBIDDEN
        if verdict not in (RealmVerdict.SAME_HOST, RealmVerdict.OTHER_HOST):
            return self._no_token(host_of(realm), challenged, f"the realm is: {verdict.value}")
        scope = wanted.scope or f"repository:{wanted.repository}:pull"
        question = TokenQuestion(realm, asked.parameters.get("service"), scope)
        credential = self._endpoint.credential
        if credential is None or verdict is RealmVerdict.OTHER_HOST:
            elsewhere = Withheld(reason="realm", why=f"the realm is another host, {host_of(realm)}")
            return await self._ask_token(question, None, elsewhere)
        presentation = self._http.presentations[(realm.partition("?")[0], who(credential))]
        refuses = (400, 401) if credential.kind == "identity-token" else (401,)
        answered: Step = await presentation.answer(
            lambda: self._ask_token(question, credential), lambda step: step.status in refuses
        )
        return answered

    def _no_token(self, host: str, challenged: Step, problem: str) -> Step:
        """No token is asked for, so that no login is sent."""
        withheld = self._at_hand(Withheld(reason="realm", why=problem))
        return no_request("token", host, challenged.exchange, problem, withheld)

    async def _ask_token(
        self, question: TokenQuestion, credential: Credential | None, elsewhere: Withheld | None = None
    ) -> Step:
        """One token request; `elsewhere` says why the login at hand does not go there.

        What was granted once in a run is not asked for again: a client keeps its token as well. An identity token is
        exchanged as docker does, by a form, and what is granted then is called `access_token`.
        """
        asked = (question.url, who(credential))
        exchange = credential is not None and credential.kind == "identity-token"
        answer = self._http.granted.get(asked)
        if answer is None and exchange:
            answer = await self._http.post(
                question.realm, headers=(FORM,), content=question.form, credential=credential, limit=131072
            )
        elif answer is None:
            answer = await self._http.get(question.url, credential=for_token(credential), limit=131072)
        step = step_of("token", answer)
        withheld = None if step.authenticated else self._at_hand(step.withheld or elsewhere)
        taken = self._take_token(answer, replace(step, withheld=withheld), EXCHANGED if exchange else GRANTED)
        if taken.ok:
            self._http.granted[asked] = answer
        return taken

    def _take_token(self, answer: Answer, step: Step, names: Sequence[str]) -> Step:
        if not step.ok:
            return step
        try:
            grant = parse_token(answer.body, answer.content_type, names)
        except TokenUnreadable as problem:
            return replace(step, problem=str(problem))
        self._bearer = Secret(grant.token, host=self._endpoint.host)
        self._issued_to_login = step.authenticated
        self._withheld = step.withheld
        if len(grant.token) >= SHORTEST_TOKEN:
            self._http.learn(grant.token, "registry token")
        return step

    async def _manifest(
        self, wanted: Wanted, selector: str, name: StepName, descriptor: Descriptor | None = None
    ) -> tuple[Answer, Step]:
        url = f"{self._endpoint.base}/v2/{wanted.repository}/manifests/{selector}"
        answer = await self._get(url, [("Accept", ACCEPT)], wanted, MANIFEST_LIMIT)
        answer = await self._again_if_challenged(answer, url, wanted)
        step = checked_manifest(self._step(name, answer), answer, selector, descriptor)
        self._steps.append(step)
        return answer, step

    async def _again_if_challenged(self, answer: Answer, url: str, wanted: Wanted) -> Answer:
        """One more try as the resource itself asks for it, by its scope or by Basic; containerd does the same."""
        challenges = parse_challenges(answer.all("www-authenticate"))
        asked = bearer(challenges)
        if answer.status != 401 or answer.hops:
            return answer
        if asked is None and self._bearer is None and not self._basic and basic(challenges) is not None:
            self._basic = True
            return await self._get(url, [("Accept", ACCEPT)], wanted, MANIFEST_LIMIT)
        if asked is None:
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
        limit = max(descriptor.size + 1, REFUSAL) if whole else FIRST_BYTES
        keep = name == "config"
        answer = await self._get(url, headers, wanted, min(limit, CONFIG_LIMIT) if keep else limit, keep=keep)
        step = self._step(name, answer)
        return answer, checked_blob(step, answer, descriptor, partial=partial)


def who(credential: Credential | None) -> str:
    """What a login is remembered by: several may have one user name, and one source has one login for a host."""
    return "" if credential is None else f"{credential.kind} {credential.username} of {credential.source}"


async def ping(http: Http, endpoint: Endpoint) -> Step:
    """`GET /v2/` without credentials: what challenge does the registry give?"""
    answer = await http.get(endpoint.base + "/v2/", redirects=2, limit=PING_LIMIT, keep=False)
    return step_of("ping", answer)
