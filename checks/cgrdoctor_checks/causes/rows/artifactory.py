"""Rows from what Artifactory tells of itself: cache, its connection test, its REST API."""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor_checks.causes.observations import Case
from cgrdoctor_checks.causes.row import Outcome, Row
from cgrdoctor_checks.causes.rows.settings import settings_rows
from cgrdoctor_checks.causes.rows.trace import trace_rows
from cgrdoctor_checks.facts.pull.connection_test import BLOBS, EgressTest
from cgrdoctor_checks.facts.pull.through_artifactory import served_from_cache


def artifactory_rows(case: Case) -> Iterator[Row]:
    """Everything that Artifactory says and that no client would see."""
    yield from trace_rows(case)
    yield from _puller(case)
    yield from _connection_test(case)
    yield from settings_rows(case)
    yield from _cache(case)
    yield from _members(case)


def _puller(case: Case) -> Iterator[Row]:
    """Whether the login that pulls sees what another login sees."""
    view = case.puller
    if view is None or not view.keys:
        return
    yield Row(
        arm="puller",
        mechanism="shut-out" if view.shut_out else "sees",
        repository=view.unseen[0] if view.unseen else view.keys[0],
        speaker="artifactory",
        login="sent",
        evidence=view.exchanges,
    )


def _connection_test(case: Case) -> Iterator[Row]:
    served = served_from_cache(case.through, case.cache)
    for test in (case.egress, case.blob_test):
        if test is not None:
            yield _tested(test, demanded=served and test.failed)


def _tested(test: EgressTest, *, demanded: bool) -> Row:
    """What failed while the cache served demands an account: an uncached pull would have met it."""
    cut_off = test.reached is False
    return Row(
        arm="connection-test",
        role="demand" if demanded else "witness",
        outcome=_came_of(test),
        mechanism="reached" if test.reached else "page" if test.page else "cut-off" if cut_off else "unclear",
        step="blobs" if test.endpoint == BLOBS else "registry",
        stage=test.stage,
        quoted=test.answer,
        marks=frozenset(name for name, holds in {"edge-page": test.edge, "succeeded": test.succeeded}.items() if holds),
        speaker="artifactory",
        evidence=test.exchanges,
    )


def _came_of(test: EgressTest) -> Outcome:
    if test.reached:
        return "works"
    return "page" if test.page else "silent" if test.reached is False else "refused" if test.failed else "seen"


def _cache(case: Case) -> Iterator[Row]:
    """What the cache held before the pull, and what of the image's parts it holds where one fails."""
    if case.cache is not None and case.cache.keys:
        held = case.cached is not None
        yield Row(
            arm="cache",
            mechanism="page-stored" if case.cached and case.cached.is_page else "held" if held else "absent",
            step="manifest",
            image="target",
            repository=case.cached.key if case.cached else case.cache_key,
            evidence=case.cache.exchanges,
        )
    parts = case.parts
    if parts is None or (parts.blob_state is None and parts.blob is None):
        return
    stored = parts.blob.sha256 if parts.blob is not None else None
    expected = (case.failed.expected_digest or "").removeprefix("sha256:") if case.failed else ""
    marks = {
        "others-held": parts.others_held,
        "markers": parts.markers,
        "page-stored": parts.blob is not None and parts.blob.is_page,
        "stored-right": bool(stored) and stored == expected,
        "stored-wrong": bool(stored) and bool(expected) and stored != expected,
    }
    yield Row(
        arm="cache",
        mechanism=f"blob-{parts.blob_state}",
        step="blob",
        image="target",
        repository=parts.key,
        marks=frozenset(name for name, holds in marks.items() if holds),
        evidence=parts.exchanges,
    )


def _members(case: Case) -> Iterator[Row]:
    """Members of a virtual that were asked by themselves, as far as none stands in its place; and remotes beside it."""
    asked = case.behind.members if case.behind is not None else case.members
    if asked is None:
        return
    for member in (*(case.members.pulls if case.members is not None else ()), *asked.beside):
        yield Row(
            arm="member",
            image="target",
            outcome="works" if member.pull.works else "missing",
            mechanism="serves" if member.pull.works else "refuses",
            marks=frozenset({"beside"} if member in asked.beside else ()),
            repository=member.key,
            guessed=not asked.known,
            speaker="artifactory",
            evidence=member.pull.evidence,
        )
