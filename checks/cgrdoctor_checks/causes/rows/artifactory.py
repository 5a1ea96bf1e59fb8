"""Rows from what Artifactory tells of itself: settings, cache, trace, its connection test, its REST API."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cgrdoctor_checks.causes.observations import Case
from cgrdoctor_checks.causes.table import Outcome, Row
from cgrdoctor_checks.facts.artifactory.configuration import Configuration
from cgrdoctor_checks.facts.artifactory.departures import describe, malformed, rejection
from cgrdoctor_checks.facts.artifactory.remotes import is_meant_for_chainguard
from cgrdoctor_checks.facts.artifactory.upstream_path import organization_of
from cgrdoctor_checks.facts.pull.connection_test import BLOBS, EgressTest
from cgrdoctor_checks.facts.pull.through_artifactory import served_from_cache
from cgrdoctor_checks.facts.reference.address import FREE_ORGANIZATION

REFUSES = re.compile(r"permi|authori|forbidden|not allowed", re.IGNORECASE)
"""Words of a trace in which a login, not a rule, is what is refused."""


def artifactory_rows(case: Case) -> Iterator[Row]:
    """Everything that Artifactory says and that no client would see."""
    yield from _trace(case)
    yield from _connection_test(case)
    yield from _settings(case)
    yield from _cache(case)
    yield from _members(case)


def _trace(case: Case) -> Iterator[Row]:
    log = case.trace
    if log is None:
        return
    marks = {log.mechanism or ""} | ({"permission"} if REFUSES.search(log.why) else set())
    yield Row(
        arm="trace",
        mechanism=log.said,
        image="target",
        stage="proxy" if log.status == 407 else log.stage,
        quoted=log.status,
        marks=frozenset(mark for mark in marks if mark),
        repository=case.subject,
        speaker="artifactory",
        why=log.why,
        evidence=log.exchanges,
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
        speaker="artifactory",
        words=test.said,
        evidence=test.exchanges,
    )


def _came_of(test: EgressTest) -> Outcome:
    if test.reached:
        return "works"
    return "page" if test.page else "silent" if test.reached is False else "refused" if test.failed else "seen"


def _settings(case: Case) -> Iterator[Row]:
    """Each departure of each remote that this pull may go through; a field that was not shown is no row."""
    listed = case.remotes.chainguard if case.remotes is not None else ()
    shown = case.settings.remotes if case.settings is not None else ()
    own = {case.member} if case.member else {remote.key for remote in (*listed, *shown)}
    for remote in (*shown, *(one for one in listed if one.key not in {remote.key for remote in shown})):
        if remote.key in own:
            for name in _departures(case, remote):
                yield _setting(case, remote, name)
    virtual = case.configuration
    if virtual is not None and virtual.virtual:
        by = rejection(case.target, virtual.includes_pattern, virtual.excludes_pattern)
        if by is not None:
            yield _setting(case, virtual, f"{by}-rejects")


def _departures(case: Case, remote: Configuration) -> Iterator[str]:
    if remote.url is not None:
        words, harmless = describe(remote.url) if remote.url != "https://cgr.dev/" else ("", True)
        if not words or harmless:
            yield "url-right"
        elif words.startswith("uses http"):
            yield "url-plain"
        else:
            yield "url-elsewhere" if not is_meant_for_chainguard(remote.url) else "url-departs"
    if remote.view != "full":
        return
    needed = organization_of(case.target, remote) not in ("", FREE_ORGANIZATION)
    by = rejection(case.target, remote.includes_pattern, remote.excludes_pattern)
    found = {
        "token-authentication-off": remote.token_authentication is False,
        "token-authentication-on": remote.token_authentication is True,
        "offline": bool(remote.offline),
        "online": remote.offline is False,
        "blacked-out": bool(remote.blacked_out),
        "lenient": bool(remote.lenient_host_authentication),
        "stores-nothing": remote.store_artifacts_locally is False,
        "no-user-name": not remote.username and needed,
        "user-name": bool(remote.username),
        "user-name-malformed": malformed(remote.username or "") is not None,
        "no-password": bool(remote.username) and remote.password_set is False and needed,
        "include-rejects": by == "include",
        "exclude-rejects": by == "exclude",
        "excludes": bool((remote.excludes_pattern or "").strip()),
        "asks-by-get": bool(remote.bypass_head_requests),
        "curated": bool(remote.curated),
        "not-curated": remote.curated is False,
    }
    yield from (name for name, holds in found.items() if holds)


def _setting(case: Case, remote: Configuration, name: str) -> Row:
    evidence = case.settings.exchanges if case.settings else case.remotes.exchanges if case.remotes else ()
    return Row(arm="settings", mechanism=name, repository=remote.key, speaker="artifactory", evidence=evidence)


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
    """Members of a virtual that were asked by themselves, as far as none stands in its place."""
    if case.members is None:
        return
    for member in case.members.pulls:
        yield Row(
            arm="member",
            image="target",
            outcome="works" if member.pull.works else "missing",
            mechanism="serves" if member.pull.works else "refuses",
            repository=member.key,
            guessed=not case.members.known,
            speaker="artifactory",
            evidence=member.pull.evidence,
        )
