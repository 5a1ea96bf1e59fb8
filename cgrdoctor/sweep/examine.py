"""Whether it is the repository that is broken: the doctor looks at one image of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

from cgrdoctor.config.settings import Settings
from cgrdoctor.doctor import Examination
from cgrdoctor.model import Diagnosis, Report
from cgrdoctor.net.reference import parse_reference
from cgrdoctor.process.crash import show_bug
from cgrdoctor.sweep.model import Repository
from cgrdoctor.sweep.verdict import OF_ONE_IMAGE

OF_IMAGES = ("reference", "image", "policy", "cache", "client-to-upstream")
"""Legs whose causes say nothing about the other images of a repository."""

LONGEST = 60.0
"""Seconds of an examination; the sweep itself has no end of its own."""

SHORTEST = 2.0
"""Seconds in which one can see anything."""

JUDGING = 5.0
"""Seconds behind its end for which its answer is waited for: a busy machine takes that long. A sweep with a deadline
waits for nothing behind it."""

WRITING = 0.5
"""Seconds before the sweep's own end by which its answer is there."""

TIDYING = 1.0
"""Seconds for one that was called off to end what it has under way."""

BEAT = 0.05


def repository_of(
    settings: Settings, image: str, ends_at: float, called_off: Callable[[], bool] = lambda: False
) -> Repository | None:
    """What is wrong with the repository that `image` is pulled through, if anything.

    It takes until `ends_at` at most, a moment of the monotonic clock, and ends where it is called off. The doctor runs
    in a thread of its own: what becomes of it, a signal or a run that hangs, does not end the sweep.
    """
    seconds = min(LONGEST, ends_at - WRITING - time.monotonic())
    if seconds < SHORTEST:
        return None
    reports: list[Report] = []
    there = {**settings.given, "image": "the list"}
    about = replace(
        settings, image=parse_reference(image), deadline=seconds, quiet=True, given=there, outputs=(), verdict_to=None
    )
    _examine(about, reports, min(time.monotonic() + seconds + JUDGING, ends_at), called_off)
    if not reports or called_off():
        return None
    entry = next((one for one in reports[-1].diagnosis if _is_whole(one)), None)
    return None if entry is None else _told(entry, image)


def _examine(settings: Settings, reports: list[Report], until: float, called_off: Callable[[], bool]) -> None:
    """Leaves a report, unless the doctor breaks, hangs beyond `until`, or is called off."""
    done = threading.Event()

    def keep(report: Report) -> Report:
        reports.append(report)
        done.set()
        return report

    examination = Examination(settings, keep, alone=False)

    def work() -> None:
        try:
            examination.run()
        except Exception as error:  # noqa: BLE001 - the sweep goes on without it
            show_bug(error)
        finally:
            done.set()

    threading.Thread(target=work, name="cgrdoctor-examination", daemon=True).start()
    while not done.wait(BEAT) and not called_off() and time.monotonic() < until:
        pass
    if called_off():
        examination.call_off()
        done.wait(TIDYING)


def _is_whole(entry: Diagnosis) -> bool:
    return entry.severity == "fail" and entry.leg not in OF_IMAGES and entry.code not in OF_ONE_IMAGE


def _told(entry: Diagnosis, image: str) -> Repository:
    remedy = entry.remedy.summary if entry.remedy else ""
    return Repository(code=entry.code, summary=entry.summary, owner=entry.owner, image=image, remedy=remedy)
