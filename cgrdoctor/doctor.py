"""One run from settings to exit status: where the parts are put together."""

from __future__ import annotations

import os
import signal
import time
import uuid
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import anyio
import msgspec

from cgrdoctor.config import clients
from cgrdoctor.config.naming import hosts_of, unsent_line
from cgrdoctor.config.options import UPSTREAM_TIMEOUT
from cgrdoctor.config.settings import Invocation, Settings, invocation
from cgrdoctor.credentials.keyring import Keyring, Look, Places
from cgrdoctor.engine.assemble import UNSELECTED, Circumstances, Traffic, assemble
from cgrdoctor.engine.board import DEADLINE, INTERRUPTED, Board, Stopwatch
from cgrdoctor.engine.discovery import Catalogue, Problem, load
from cgrdoctor.engine.foreign import said
from cgrdoctor.engine.interruption import reworded
from cgrdoctor.engine.judge import judge
from cgrdoctor.engine.kept import Kept
from cgrdoctor.engine.plan import Plan, plan_catalogue
from cgrdoctor.engine.progress import Live
from cgrdoctor.engine.run import Observer, observe
from cgrdoctor.engine.selection import refuse_idle_patterns
from cgrdoctor.engine.vocabulary import vocabulary_of
from cgrdoctor.model import ExitStatus, Redactions, Report, TargetRecord
from cgrdoctor.net.artifactory import ArtifactoryRest
from cgrdoctor.net.transport import Http, HttpOptions
from cgrdoctor.net.trust import Preloaded, preloaded
from cgrdoctor.privacy.own_words import OwnWords
from cgrdoctor.privacy.recorder import Recorder
from cgrdoctor.privacy.redact import Redaction
from cgrdoctor.process import outlet, own
from cgrdoctor.process.crash import bug_line, foreign_traceback, show_bug, silence_libraries
from cgrdoctor.process.loop import Loop, threadsafe
from cgrdoctor.process.streams import tell
from cgrdoctor.process.watchdog import PARTING, Ending, signals
from cgrdoctor.report.broken import announce, broken_report

MARGIN = 0.3
"""Seconds before the deadline at which the last request gives up, so that what it saw still becomes a fact."""

JUDGING = 0.4
"""Seconds after the deadline until which checks are waited for; the rest of the promised second makes the report."""

ESCAPED = "a task that no probe waits for"

Deliver = Callable[[Report], Report]
"""Writes a report everywhere it was asked for; gives it back, changed if an output could not be written."""


class Examination:
    """One run. `run` examines and delivers; `report` may be called from any thread at any moment.

    Its deadline counts from the moment it `began`, by the monotonic clock; else from now. One that is not `alone` is
    part of other work: it leaves signals and the process to that, and is called off by it.
    """

    def __init__(
        self,
        settings: Settings,
        deliver: Deliver,
        observer: Observer | None = None,
        began: float | None = None,
        *,
        alone: bool = True,
    ) -> None:
        self._settings = settings
        self._deliver = deliver
        self._observer = observer
        self._stopwatch = Stopwatch()
        self._ends_at = (time.monotonic() if began is None else began) + settings.deadline
        self._redaction = Redaction()
        self._recorder = Recorder(self._redaction)
        self._kept = Kept(self._redaction)
        self._board = Board(self._kept.record)
        self._catalogue: Catalogue | None = None
        self._plan = Plan((), (), ())
        self._asked = Invocation()
        self._http: Http | None = None
        self._keyring: Keyring | None = None
        self._escaped: list[Problem] = []
        self._observed = False
        undelivered = settings.ends_with(ExitStatus.INCOMPLETE)
        self._ending = Ending(self._finish, self._ends_at, self._part, undelivered, alone=alone)

    def run(self) -> int:
        """Examines until everything is known or the deadline is reached, delivers, and returns the exit status."""
        silence_libraries()
        announce(self._settings)
        self._ending.start()
        self._trust = preloaded(self._settings.cacert, os.environ, self._settings.host_root)
        with signals(self._ending) as take_signals:
            try:
                return self._run(take_signals)
            except BaseException:
                self._ending.abandon()
                raise

    def call_off(self) -> None:
        """Ends it early, from any thread, with what is known."""
        self._ending.interrupt(signal.SIGINT)

    def _tell_unsent(self) -> None:
        """Whose secrets stay at home is said before anything is sent, on standard error."""
        line = unsent_line(hosts_of(self._settings), os.environ)
        if line is not None:
            tell(f"cgrdoctor: {line}")

    def _tell_clients(self) -> None:
        """Which clients of this machine are not looked at, and what of the others is not: for people, on a line.

        Whoever looks again at what a report has knows it.
        """
        again = self._settings.given.get("image", "").startswith("report ")
        if self._settings.format == "text" and not self._settings.quiet and not again:
            remarks = self._settings.papers.remarks() if self._settings.papers is not None else ()
            for line in (*remarks, *clients.lines(self._asked.unseen, self._asked.others, self._settings.host_root)):
                tell(f"cgrdoctor: {line}")

    def _take_text(self) -> None:
        """The client's text that was given in place of IMAGE is the first observation."""
        if self._settings.said and self._catalogue is not None:
            from cgrdoctor.symptoms.fact import error_text, told

            fact = error_text(self._settings.said, {name: code.leg for name, code in self._catalogue.codes.items()})
            self._board.give(fact)
            tell(f"cgrdoctor: {told(fact)}")

    def _run(self, take_signals: Callable[[], None]) -> int:
        # 1. What was asked is a fact before anything can break, so that every report says it.
        self._asked = invocation(self._settings, os.environ)
        self._board.give(self._asked)
        # 2. The checks are known before a signal is taken: from here on it ends in a report that lists them.
        self._catalogue = load(self._show_bug, self._settings.deadline / 3)
        take_signals()
        refuse_idle_patterns(self._catalogue, self._settings.only, self._settings.skip)
        self._tell_unsent()
        self._tell_clients()
        # 3. Our own words are known before anything is observed, because what is recorded is redacted at once.
        self._redaction.use(vocabulary(self._catalogue, self._settings))
        self._take_text()
        self._plan = plan_catalogue(
            self._catalogue, seeds=(Invocation,), only=self._settings.only, skip=self._settings.skip
        )
        # 4. Only now is anything asked of anybody.
        loop = Loop(self._note_escape)
        self._ending.on_takeover(loop.halt)
        try:
            loop.run(self._examine)
            return self._ending.finish()
        finally:
            loop.leave()

    def report(self) -> Report:
        """What is known now, judged."""
        plan = msgspec.structs.replace(self._plan, problems=(*self._plan.problems, *self._escaped))
        outcomes = self._board.snapshot()
        left_out: list[str] = []
        seconds = max(0.2, self._ends_at + JUDGING - time.monotonic())
        results = judge(plan, outcomes, seconds=seconds, on_bug=self._show_bug, left_out=left_out)
        codes = self._catalogue.codes if self._catalogue else {}
        found = assemble(
            plan,
            outcomes,
            results,
            codes,
            self._circumstances(),
            self._traffic(),
            signal=self._ending.signal,
            left_out=left_out,
            record=self._kept.record,
        )
        return found if self._ending.signal is None else reworded(found)

    def _finish(self) -> int:
        """Facts and exchanges were redacted when they were recorded, so that little is left to do here."""
        if self._keyring is not None:
            self._keyring.leave_terminal()
        try:
            # 1. Judge, while secrets may still be learnt; 2. redact what was judged; 3. count what was redacted.
            report = self.report()
            rest = self._redaction.struct(msgspec.structs.replace(report, facts={}, exchanges=()))
            clean = msgspec.structs.replace(rest, facts=report.facts, exchanges=report.exchanges)
            counted = msgspec.structs.replace(clean, redactions=self._redactions())
            if counted.redactions.note:
                tell(f"cgrdoctor: {counted.redactions.note}")
        except Exception as error:  # noqa: BLE001 - whatever broke, the promised document is still written
            show_bug(error)
            counted = broken_report(self._settings, f"cgrdoctor broke with {bug_line(error)}")
        return self._settings.ends_with(self._deliver(counted).exit_status)

    def _part(self) -> None:
        """Says that the report is not made in time, unless standard output was written to already."""
        from cgrdoctor.report.write import deliver

        if not outlet.used():
            report = broken_report(self._settings, "the report could not be made in time")
            deliver(self._settings, report, patience=PARTING)

    def _show_bug(self, origin: str, error: BaseException) -> None:
        """For the author of a check, who asked for more: where and with what it broke."""
        if self._settings.verbose:
            tell(self._redaction.foreign(f"cgrdoctor: {origin} broke\n{foreign_traceback(error)}"))

    def _note_escape(self, error: BaseException) -> None:
        self._show_bug(ESCAPED, error)
        self._escaped.append(Problem(ESCAPED, f"broke with {said(error)}"))

    async def _examine(self) -> None:
        scope = anyio.CancelScope()
        loop_cancel = threadsafe(scope)
        self._ending.on_interrupt(loop_cancel)
        options = http_options(self._settings, self._ends_at, self._trust)
        async with Http(options, self._recorder) as http:
            self._http = http
            if self._observer is not None:
                self._observer.awaits(self._recorder.waited_for)
            left = max(0.05, self._ends_at - time.monotonic())
            services = self._services(http)
            await observe(
                self._plan,
                self._board,
                services,
                seconds=left,
                scope=scope,
                observer=self._observer,
                on_bug=self._show_bug,
            )
            self._observed = True
            with anyio.move_on_after(0.2, shield=True):
                await http.close()
        self._ending.on_interrupt(None)

    def _services(self, http: Http) -> Mapping[type, Any]:
        keyring = self._keyring = keyring_for(self._settings, self._redaction, self._recorder)
        base = self._settings.artifactory_base
        return {
            Http: http,
            Keyring: keyring,
            Live: Live(self._observer.under_way if self._observer else None),
            Recorder: self._recorder,
            Settings: self._settings,
            ArtifactoryRest: ArtifactoryRest(http, base or "", keyring),
        }

    def _circumstances(self) -> Circumstances:
        settings = self._settings
        return Circumstances(
            run_id=uuid.uuid4().hex,
            stopwatch=self._stopwatch,
            vantage=settings.vantage,
            deadline=settings.deadline,
            fail_on=settings.fail_on,
            options=settings.public(),
            node=settings.node,
            target=TargetRecord(
                image=str(settings.image) if settings.image else None,
                artifactory_url=settings.artifactory_base,
                artifactory_host=settings.artifactory_host,
                repository=settings.repository,
                upstream_image=str(settings.upstream_image) if settings.upstream_image else None,
                control_image=settings.control_image,
                platform=str(settings.platform) if settings.platform else None,
            ),
        )

    def _traffic(self) -> Traffic:
        return Traffic(
            exchanges=self._recorder.exchanges(),
            effects=self._recorder.effects(),
            requests=self._recorder.requests,
            redactions=self._redactions(),
            cut_short=not self._observed or (self._http is not None and self._http.patience.cut_short),
        )

    def _redactions(self) -> Redactions:
        tokens = tuple(self._redaction.struct(one) for one in self._keyring.tokens) if self._keyring else ()
        return self._redaction.summary(tokens)


def run_check(settings: Settings, observer: Observer | None = None) -> int:
    """Runs the doctor with `settings`, writes every output, and returns the exit status."""
    from cgrdoctor.report.write import deliver

    return Examination(settings, partial(deliver, settings, patience=outlet.IDLE), observer, own.began()).run()


def vocabulary(catalogue: Catalogue, settings: Settings | None = None) -> OwnWords:
    """Our own words. Hosts, keys and images that the user named are ordinary: a piece of a password in them is none."""
    said: list[object] = []
    if settings is not None:
        said = [settings.image, settings.upstream_image, settings.control_image, settings.artifactory_base]
        said.append(settings.repository)
    return vocabulary_of(
        catalogue, [str(one) for one in said if one], (Invocation,), (DEADLINE, INTERRUPTED, UNSELECTED)
    )


def keyring_for(settings: Settings, redaction: Redaction, recorder: Recorder) -> Keyring:
    """The keyring of a run: environment, Docker, jf and .netrc, bound to the hosts the user named."""
    image = f"{settings.image.host}/{settings.image.path}" if settings.image else ""
    places = Places.of(
        os.environ, settings.docker_config, settings.client, settings.auth_file, image, settings.host_root
    )
    return Keyring(
        places,
        redaction,
        hosts=hosts_of(settings),
        ask=settings.ask,
        recorder=recorder,
        sources=_sources(settings, redaction),
    )


def _sources(settings: Settings, redaction: Redaction) -> Mapping[str, Look]:
    """Logins of clients beside docker and podman: pull secrets, of which all that is decoded is learnt at once."""
    if settings.papers is None or settings.image is None:
        return {}
    from cgrdoctor.credentials.pull_secrets import source

    return {"kubernetes": source(settings.papers, settings.image.host, partial(redaction.learn, kind="credential"))}


def http_options(settings: Settings, ends_at: float, trust: Preloaded | None = None) -> HttpOptions:
    """Limits and routes of the HTTP client."""
    return HttpOptions(
        timeout=settings.timeout,
        upstream_timeout=settings.upstream_timeout or UPSTREAM_TIMEOUT,
        cacert=settings.cacert,
        connect_to=settings.connect_to,
        no_direct=settings.no_direct,
        environ=dict(os.environ),
        ends_at=ends_at - MARGIN,
        trust=trust,
        host_root=settings.host_root,
    )
