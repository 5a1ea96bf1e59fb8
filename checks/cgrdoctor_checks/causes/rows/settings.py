"""Rows from the settings that Artifactory showed: a departure of each remote that a pull may go through."""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor_checks.causes.observations import Case
from cgrdoctor_checks.causes.row import Row
from cgrdoctor_checks.facts.artifactory.configuration import Configuration
from cgrdoctor_checks.facts.artifactory.departures import describe, malformed, rejected_part, rejection
from cgrdoctor_checks.facts.artifactory.remotes import is_meant_for_chainguard
from cgrdoctor_checks.facts.artifactory.upstream_path import organization_of
from cgrdoctor_checks.facts.reference.address import FREE_ORGANIZATION


def settings_rows(case: Case) -> Iterator[Row]:
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
        by = _rejected_by(case, virtual)
        if by is not None:
            yield _setting(case, virtual, f"{by}-rejects")


def _departures(case: Case, remote: Configuration) -> Iterator[str]:
    if remote.url is not None and remote.url.endswith("//") and remote.disable_url_normalization is not False:
        # Where URL normalization is off, the second slash is sent on; who only sees the list cannot tell.
        yield from ("url-departs",) if remote.disable_url_normalization else ()
    elif remote.url is not None:
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
    by = _rejected_by(case, remote)
    found = {
        "token-authentication-off": remote.token_authentication is False,
        "offline": bool(remote.offline),
        "online": remote.offline is False,
        "blacked-out": bool(remote.blacked_out),
        "lenient": bool(remote.lenient_host_authentication),
        "stores-nothing": remote.store_artifacts_locally is False,
        "no-user-name": remote.username == "" and needed,
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


def _rejected_by(case: Case, repository: Configuration) -> str | None:
    """Which list keeps the image back, or a part of it that did not come."""
    lists = (repository.includes_pattern, repository.excludes_pattern)
    part = rejected_part(case.target, case.through.pull, *lists)
    return rejection(case.target, *lists) or (part[0] if part is not None else None)


def _setting(case: Case, remote: Configuration, name: str) -> Row:
    evidence = case.settings.exchanges if case.settings else case.remotes.exchanges if case.remotes else ()
    return Row(arm="settings", mechanism=name, repository=remote.key, speaker="artifactory", evidence=evidence)
