"""Whether it is the repository that is broken: the doctor looks at one image of it."""

from __future__ import annotations

from dataclasses import replace

from cgrdoctor.config.settings import Settings
from cgrdoctor.doctor import Examination
from cgrdoctor.model import Diagnosis, Report
from cgrdoctor.net.reference import parse_reference
from cgrdoctor.sweep.model import Repository
from cgrdoctor.sweep.verdict import OF_ONE_IMAGE

OF_IMAGES = ("reference", "image", "policy", "cache", "client-to-upstream")
"""Legs whose causes say nothing about the other images of a repository."""

LONGEST = 60.0
"""Seconds of an examination; the sweep itself has no end of its own."""


def repository_of(settings: Settings, image: str) -> tuple[Repository | None, bool]:
    """What is wrong with the repository that `image` is pulled through, if anything; and whether a signal came."""
    reports: list[Report] = []

    def keep(report: Report) -> Report:
        reports.append(report)
        return report

    there = {**settings.given, "image": "the list"}
    about = replace(settings, image=parse_reference(image), deadline=LONGEST, quiet=True, given=there)
    Examination(about, keep).run()
    if not reports:
        return None, False
    entry = next((one for one in reports[-1].diagnosis if _is_whole(one)), None)
    interrupted = reports[-1].status == "interrupted"
    return (None if entry is None else _told(entry, image)), interrupted


def _is_whole(entry: Diagnosis) -> bool:
    return entry.severity == "fail" and entry.leg not in OF_IMAGES and entry.code not in OF_ONE_IMAGE


def _told(entry: Diagnosis, image: str) -> Repository:
    remedy = entry.remedy.summary if entry.remedy else ""
    return Repository(code=entry.code, summary=entry.summary, owner=entry.owner, image=image, remedy=remedy)
