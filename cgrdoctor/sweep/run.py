"""A sweep from its list to its last line."""

from __future__ import annotations

import math
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from types import FrameType
from typing import Protocol

import anyio

from cgrdoctor.config.settings import COMMAND_LINE, Settings
from cgrdoctor.doctor import http_options, keyring_for
from cgrdoctor.errors import OutputProblem
from cgrdoctor.net.paced import PacedHttp
from cgrdoctor.net.trust import preloaded
from cgrdoctor.privacy.recorder import Recorder
from cgrdoctor.privacy.redact import Redaction
from cgrdoctor.process.loop import Loop, threadsafe
from cgrdoctor.sweep.ask import Asker, now
from cgrdoctor.sweep.examine import repository_of
from cgrdoctor.sweep.journal import earlier, line_at
from cgrdoctor.sweep.model import Asked, Line, Repository, Verdict
from cgrdoctor.sweep.prepare import Options, fingerprint, prepare
from cgrdoctor.sweep.roster import Roster
from cgrdoctor.sweep.tally import Tally

BATCH = 256
"""References after which tokens are forgotten, and with them what is known of them."""

IMAGES = 32
"""The same for images, each of which has a token on either path: to know a token in all its spellings takes memory."""

WORKERS = 18
"""References under way; of their requests six go to a host at a time."""

SUSPICIOUS = 5
"""References that fail through Artifactory, none having worked, after which the repository is looked at."""

PLACEHOLDER = re.compile(r"[<>{}$]")

LIMITED = ("artifactory-rate-limited", "upstream-rate-limited")


class Watcher(Protocol):
    """Who is told how far the sweep is."""

    def progress(self, tally: Tally, total: int) -> None: ...


class Sweep:
    """One sweep. `emit` takes every line once; `run` returns when all is told, and what it leaves tells the rest."""

    def __init__(
        self, settings: Settings, options: Options, roster: Roster, emit: Callable[[Line, bool], None], watcher: Watcher
    ) -> None:
        self._settings = settings
        self._options = options
        self._roster = roster
        self._emit = emit
        self._watcher = watcher
        self._redaction = Redaction()
        self._recorder = Recorder(self._redaction)
        self._keyring = keyring_for(settings, self._redaction, self._recorder)
        self._asked_with = fingerprint(settings, options, roster.home.key)
        self._left: Iterator[Asked] = iter(())
        self._held: Asked | None = None
        self._under_way: dict[str, Asked] = {}
        self._suspect: Asked | None = None
        self._trusted = False
        self._failed = 0
        self._cancel: Callable[[], None] | None = None
        self._ends_at = time.monotonic() + settings.deadline if self._has_deadline else math.inf
        self._http: PacedHttp | None = None
        self._sent: dict[str, int] = {}
        self.tally = Tally()
        self.signal: int | None = None
        self.stopped: str | None = None
        self.repository: Repository | None = None
        self.notes: list[str] = []
        self.may_have_cached = 0
        self.unusable = 0
        self.output_problem: OutputProblem | None = None

    @property
    def _has_deadline(self) -> bool:
        return self._settings.given.get("deadline") == COMMAND_LINE

    @property
    def requests(self) -> dict[str, int]:
        """Requests by host, those of the doctor's own look at the repository left out."""
        return dict(sorted(self._sent.items()))

    def run(self) -> None:
        """Asks for everything that is left to ask. Never raises for what a peer does."""
        self._left = self._after_carried()
        while not self._over and self._stage():
            self._look_at_repository()
        self._tell_rest()

    @property
    def _over(self) -> bool:
        return bool(self.stopped or self.signal or self.repository or self.output_problem)

    def _after_carried(self) -> Iterator[Asked]:
        """The references without a line of an earlier sweep; the lines of the others are told at once."""
        path = Path(self._options.resume) if self._options.resume else None
        known = earlier(path, self._asked_with) if path is not None else {}
        if path is not None and known:
            with path.open("rb") as stream:
                for asked in self._roster:
                    if asked.image in known:
                        self.tally.carried += 1
                        self._tell(line_at(stream, known[asked.image]), carried=True)
        return (asked for asked in self._roster if asked.image not in known)

    def _stage(self) -> bool:
        """Asks until the end, or until the repository has to be looked at: then True."""
        self._held = self._held or next(self._left, None)
        if self._held is None:
            return False
        loop = Loop(lambda _: None)
        try:
            loop.run(self._ask_all)
        finally:
            loop.leave()
            self._cancel = None
        return self._suspect is not None and not self._over

    def _look_at_repository(self) -> None:
        """The doctor looks at one image. If the repository is well, what was under way is asked for after all."""
        suspect, self._suspect, self._trusted = self._suspect, None, True
        if suspect is None:
            return
        home = self._roster.home
        image = f"{home.host}/{home.key}/{suspect.path}{'@' if ':' in suspect.selector else ':'}{suspect.selector}"
        self.repository = repository_of(self._settings, image, self._ends_at, lambda: self.signal is not None)
        if self.repository is None:
            held = () if self._held is None else (self._held,)
            self._left = chain(tuple(self._under_way.values()), held, self._left)
            self._held = None
            self._under_way.clear()
        elif self._under_way.pop(suspect.image, None) is not None:
            self._tell(self._unasked(suspect, "broken", self.repository.code))

    async def _ask_all(self) -> None:
        with anyio.CancelScope(deadline=math.inf) as scope:
            self._cancel = threadsafe(scope)
            if self._ends_at < math.inf:
                scope.deadline = anyio.current_time() + max(0.0, self._ends_at - time.monotonic())
            if self.signal is None:
                await self._within()
        if scope.cancelled_caught and self.signal is None:
            self.stopped = f"the deadline of {self._settings.deadline:g} s was reached"

    async def _within(self) -> None:
        settings = self._settings
        trust = preloaded(settings.cacert, os.environ)
        options = http_options(settings, math.inf, trust)
        async with PacedHttp(options, self._redaction, self._options.rate or math.inf) as http:
            try:
                await self._with(http)
            finally:
                for host, times in http.sent.items():
                    self._sent[host] = self._sent.get(host, 0) + times

    async def _with(self, http: PacedHttp) -> None:
        prepared = await prepare(http, self._keyring, self._settings, self._options, self._roster.home.key)
        self._roster.home = prepared.ways.home
        if not self._trusted:
            self.notes += prepared.notes
        if prepared.control is not None and not prepared.control.ok and not self._trusted:
            self._suspect, self._held = self._held, None
            if self._suspect is not None:
                self._under_way[self._suspect.image] = self._suspect
            return
        self._trusted = self._trusted or prepared.control is not None
        asker = Asker(http, prepared.ways)
        try:
            while not self._over and self._suspect is None and (batch := self._next_batch()):
                await self._batch(asker, iter(batch))
                http.forget()
                asker.forget()
        finally:
            self.may_have_cached += asker.may_have_cached
            self._note(asker)

    def _next_batch(self) -> list[Asked]:
        """The references that are asked for next; those of an image stand together in the list."""
        batch, images = ([self._held] if self._held else []), int(self._held is not None)
        self._held = None
        for asked in self._left:
            is_new = not batch or batch[-1].path != asked.path
            if len(batch) == BATCH or (is_new and images == IMAGES):
                self._held = asked
                break
            images += is_new
            batch.append(asked)
        return batch

    async def _batch(self, asker: Asker, batch: Iterator[Asked]) -> None:
        """Asks for some of them; those that are not asked for because the sweep ends stay under way."""

        async def work() -> None:
            for asked in batch:
                self._under_way[asked.image] = asked
                if self._over or self._suspect is not None:
                    continue
                line = await asker.line(asked)
                del self._under_way[asked.image]
                self._take(asked, line, asker)
                if self._over:
                    group.cancel_scope.cancel()

        async with anyio.create_task_group() as group:
            for _ in range(WORKERS):
                group.start_soon(work)

    def _take(self, asked: Asked, line: Line, asker: Asker) -> None:
        self._tell(line)
        host = asker.locked
        if host is not None:
            self.stopped = f"{host} answered 401 three times; more refusals could lock an account"
        elif self._options.from_cache and asker.cache_refused is not None:
            self.stopped = f"the storage API was refused (HTTP {asker.cache_refused.status})"
        elif line.code in LIMITED:
            self.stopped = f"requests are limited ({line.code}), and waiting did not help"
        elif line.through is not None and not self._trusted:
            self._weigh(asked, line)

    def _weigh(self, asked: Asked, line: Line) -> None:
        """Where nothing has come through Artifactory yet, whether it is time to look at the repository."""
        if line.through is not None and line.through.digest:
            self._trusted = True
        elif line.verdict in ("broken", "forbidden", "missing"):
            self._failed += 1
            if self._failed >= SUSPICIOUS and self._suspect is None:
                self._suspect = asked

    def _tell_rest(self) -> None:
        """What was not asked for has its line, too."""
        code = self.repository.code if self.repository else None
        held = () if self._held is None else (self._held,)
        for asked in chain(tuple(self._under_way.values()), held, self._left):
            self._tell(self._unasked(asked, "not-asked", code))
        for text in self._roster.unusable.texts if self._options.share[0] == 0 else ():
            self.unusable += 1
            code = "reference-placeholder" if PLACEHOLDER.search(text) else None
            self._tell(Line(image=text, at=now(), asked_with=self._asked_with, code=code))

    def _unasked(self, asked: Asked, verdict: Verdict, code: str | None) -> Line:
        return Line(
            image=asked.image,
            upstream_image=asked.upstream_image,
            verdict=verdict,
            code=code,
            at=now(),
            asked_with=self._asked_with,
        )

    def _tell(self, line: Line, *, carried: bool = False) -> None:
        self.tally.add(line)
        self._watcher.progress(self.tally, len(self._roster))
        if self.output_problem is None:
            try:
                self._emit(line, carried)
            except OutputProblem as problem:
                self.output_problem = problem

    def _note(self, asker: Asker) -> None:
        if asker.cache_refused is not None:
            self.notes.append(
                f"the storage API was refused (HTTP {asker.cache_refused.status}): ages of cached copies are not known"
            )
        for organization, count in sorted(asker.without_login.items()):
            self.notes.append(f"{count} of {organization}: no Chainguard login here, so cgr.dev was not asked for them")

    @contextmanager
    def signals(self) -> Iterator[None]:
        """SIGINT and SIGTERM end the sweep with its summary, a second one at once. What is told already is told."""

        def handle(number: int, _frame: FrameType | None) -> None:
            if self.signal is not None:
                os._exit(128 + number)
            self.signal = number
            if self._cancel is not None:
                self._cancel()

        before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
