"""One repository of a registry, asked for many manifests with one token."""

from __future__ import annotations

import anyio

from cgrdoctor.net.authorization import Withheld
from cgrdoctor.net.challenge import TokenQuestion
from cgrdoctor.net.manifest import Index, ManifestUnreadable, Platform, offered, parse_manifest
from cgrdoctor.net.pull import Endpoint, Wanted
from cgrdoctor.net.registry import Puller, who
from cgrdoctor.net.step import Step
from cgrdoctor.net.transport import Http
from cgrdoctor.privacy.secret import Credential


class Manifests(Puller):
    """A `Puller` that stays: its token serves every tag, and is renewed when it has run out.

    Nothing that was asked is kept, and several may ask at the same time. A token that is not granted is the answer to
    every question, and is asked for once.
    """

    def __init__(
        self, http: Http, endpoint: Endpoint, ping: Step, repository: str, first_byte: float | None = None
    ) -> None:
        super().__init__(http, endpoint, ping)
        self._challenged = ping
        self._asked = Wanted(repository, "", Platform("", ""), "manifest", first_byte)
        self._door = anyio.Lock()
        self._refusal: Step | None = None
        self._entered = 0
        self._served = 0
        self._token_asked: tuple[str, str] | None = None

    async def head(self, selector: str) -> Step:
        """HEAD of a manifest: its digest is `claimed_digest`."""
        refusal = await self._enter(0, self._challenged)
        if refusal is not None:
            return refusal
        entered, wanted = self._entered, self._wanted(selector)
        step = await self._head(wanted)
        if step.status == 401 and self._may_renew(entered):
            refusal = await self._enter(entered, step)
            step = refusal or await self._head(wanted)
        if step.ok:
            self._served = self._entered
        return step

    async def get(self, selector: str) -> tuple[Step, tuple[str, ...] | None]:
        """GET of a manifest, with the platforms that an index offers; None for what is no index."""
        refusal = await self._enter(0, self._challenged)
        if refusal is not None:
            return refusal, None
        answer, step = await self._manifest(self._wanted(selector), selector, "manifest")
        self._steps.clear()
        if not step.ok:
            return step, None
        try:
            content = parse_manifest(answer.body, answer.content_type)
        except ManifestUnreadable:
            return step, None
        return step, offered(content) if isinstance(content, Index) else None

    def _wanted(self, selector: str) -> Wanted:
        asked = self._asked
        return Wanted(asked.repository, selector, asked.platform, "manifest", asked.first_byte)

    def _may_renew(self, entered: int) -> bool:
        """Whether another token could help: this one has served before, none was asked for yet, or it is renewed."""
        return self._entered != entered or self._served == entered or (self._bearer is None and not self._basic)

    async def _enter(self, entered: int, challenged: Step) -> Step | None:
        """Gets a token for whoever holds that of the `entered` time; why there is none."""
        async with self._door:
            if self._refusal is None and self._entered == entered:
                if self._token_asked is not None:
                    self._http.granted.pop(self._token_asked, None)
                self._bearer = None
                if not await self._authorize(self._asked, challenged):
                    self._refusal = self._steps[-1] if self._steps else challenged
                self._entered += 1
                self._steps.clear()
            return self._refusal

    async def _ask_token(
        self, question: TokenQuestion, credential: Credential | None, elsewhere: Withheld | None = None
    ) -> Step:
        self._token_asked = (question.url, who(credential))
        return await super()._ask_token(question, credential, elsewhere)
