"""An HTTP client for many requests: no faster than it was told to be, or than a peer bears."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import anyio

from cgrdoctor.net.answer import Answer
from cgrdoctor.net.retry_after import delay
from cgrdoctor.net.transport import Ask, Http, HttpOptions
from cgrdoctor.privacy.recorder import Recorder
from cgrdoctor.privacy.redact import Redaction

TOO_MANY = 429

FIRST_RATE = 50.0
"""Requests a second to a host after its first 429; half as many after each further one."""

SLOWEST = 0.5
"""Requests a second below which no 429 takes it."""

TRIES = 6
"""Times that a request is made which is answered with 429."""

LONGEST_PAUSE = 900.0
"""Seconds that a peer may ask to be left alone; who asks for more is not waited for."""


@dataclass(slots=True)
class Pace:
    """One host: `rate` requests a second; moments (monotonic) of its next turn, of the end of a pause, of slowing."""

    rate: float
    due: float = 0.0
    paused: float = 0.0
    slowed: float = -math.inf

    async def turn(self) -> None:
        """Returns when a request may be sent."""
        now = time.monotonic()
        begin = max(now, self.due, self.paused)
        self.due = begin + (1 / self.rate if self.rate < math.inf else 0.0)
        while (left := max(begin, self.paused) - time.monotonic()) > 0:  # noqa: ASYNC110 - it waits for the clock
            await anyio.sleep(left)

    def slow_down(self, asked: float, pause: float) -> None:
        """After a 429 to a request of the moment `asked`: one that was under way when it slowed down counts once."""
        now = time.monotonic()
        if asked >= self.slowed:
            self.rate = FIRST_RATE if self.rate > FIRST_RATE else max(SLOWEST, self.rate / 2)
            self.slowed = now
        self.paused = max(self.paused, now + pause)


class PacedHttp(Http):
    """`Http` with a pace for each host, which keeps no record, and forgets tokens when it is told to.

    `rate` is in requests a second, `math.inf` for as fast as possible. A 429 is tried again when its peer says, or when
    its turn comes; one that is still there after `TRIES` is the answer.
    """

    def __init__(self, options: HttpOptions, redaction: Redaction, rate: float = math.inf) -> None:
        super().__init__(options, Recorder(redaction.branch()))
        self._known = redaction
        self._rate = rate
        self._paces: dict[str, Pace] = {}
        self._sent: dict[str, int] = {}
        self._number = 0

    @property
    def sent(self) -> dict[str, int]:
        """Requests so far by host."""
        found = dict(self._sent)
        for host, times in self.recorder.requests.items():
            found[host] = found.get(host, 0) + times
        return dict(sorted(found.items()))

    def forget(self) -> None:
        """Drops tokens, with the knowledge that they are secret. Nothing may be under way."""
        self._sent = self.sent
        self.recorder = Recorder(self._known.branch())
        self._learnt.clear()
        self.granted.clear()

    def _record(self, *_: object) -> str:
        """What was said is not kept: nobody reports thousands of exchanges. A number tells them apart."""
        self._number += 1
        return f"x{self._number}"

    async def _attempt(self, ask: Ask) -> tuple[Answer, bool]:
        pace = self._paces.setdefault(ask.host, Pace(self._rate))
        for attempt in range(1, TRIES + 1):
            await pace.turn()
            asked = time.monotonic()
            answer, stale = await super()._attempt(ask)
            if answer.status != TOO_MANY or attempt == TRIES:
                break
            pause = delay(answer.header("retry-after"), answer.date) or 0
            if pause > LONGEST_PAUSE:
                break
            pace.slow_down(asked, pause)
        return answer, stale
