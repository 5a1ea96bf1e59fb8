"""Which other causes a failed pull leaves open: the rivals of a finding that is not certain.

Artifactory gives one answer for many causes. Each entry says what would have excluded it in this run; what was not
excluded is a rival, with the observation that would exclude it and who could make it. The order is how often
documentation and public threads name the cause.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from msgspec.structs import replace

from cgrdoctor import Finding, Rival
from cgrdoctor.model import Owner
from cgrdoctor_checks.causes.alternatives import (
    ADMIN,
    BLOCKED,
    CATALOG,
    EXPIRED,
    MALFORMED,
    NO_CREDENTIAL,
    OFFLINE,
    OTHER_ORG,
    POLICY,
    REMEMBERED,
    REVOKED,
    ROLE,
    UNKNOWN_ORG,
    rival,
)
from cgrdoctor_checks.causes.missing_image import FREE_TAGS
from cgrdoctor_checks.causes.observations import Case

MOST = 18
"""Rivals of one finding; more would tell nobody what to look at first."""

ANYTHING = ("unfound", "upstream-token", "upstream-transport", "failed", "refused")
"""Symptoms that many causes share; the others name their mechanism."""

SINGLE = ("unfound",)
OWN_RIVALS = (
    "image-not-found",
    "tag-not-found",
    "digest-not-found",
    "free-tag-unavailable",
    "image-not-free",
    "image-not-in-catalog",
    "missed-retrieval-cached",
    "pull-token-expired",
    "pull-token-rejected",
    "pull-token-wrong-organization",
    "pull-role-missing",
    "pull-through-failed",
    "upstream-failed",
    "upstream-rate-limited",
    "virtual-member-missing",
)
"""Codes that are inferred from what an answer does not say, so that everything not excluded stays possible."""

DEVELOPER: Owner = "developer"


@dataclass(frozen=True, slots=True)
class Cause:
    """A rival and the question whether this run leaves it open."""

    rival: Rival
    is_open: Callable[[Case], bool]


def _unread(case: Case) -> bool:
    """The settings were not shown, so none of them is excluded."""
    return case.settings is None


def _everything(case: Case) -> bool:
    """Other images may fail as well: nothing that concerns the whole repository is excluded."""
    return case.control_state != "works"


def _this_one(case: Case) -> bool:
    """Other images may come through: nothing that concerns this image alone is excluded."""
    return case.control_state != "same"


def _missing(case: Case) -> bool:
    """Artifactory says no more than that it is not there."""
    return case.symptom in SINGLE


def _unseen(case: Case) -> bool:
    """cgr.dev did not serve it to this machine."""
    return case.verdict != "works"


def _absent(case: Case) -> bool:
    return _missing(case) and _this_one(case) and _unseen(case)


def _entitled(case: Case) -> bool:
    """An image of an organization, refused to a credential that may be another than ours."""
    return case.private and _this_one(case) and not (case.verdict == "works" and case.same_credential)


def _setting(case: Case) -> bool:
    return _unread(case) and _everything(case)


def _dead(case: Case) -> bool:
    """The remote's pull token may open nothing any more; cgr.dev did not just grant it this very image."""
    granted = case.verdict == "works" and case.same_credential
    return case.remote_anonymous is not True and _everything(case) and not granted


def _behind_a_virtual(case: Case) -> bool:
    """A virtual repository passes a member's refusal on as a plain 404 (JFrog knowledge base 000007180), until the
    members were asked themselves.
    """
    asked = case.members is not None and case.members.known
    return not asked and _missing(case) and _this_one(case) and case.virtual is not False


def _named(code: str, excluded_by: str, who: Owner, is_open: Callable[[Case], bool]) -> Cause:
    return Cause(rival(code, excluded_by, who), is_open)


CAUSES: tuple[Cause, ...] = (
    Cause(EXPIRED, _dead),
    Cause(CATALOG, lambda case: _entitled(case) and _unseen(case)),
    _named("tag-not-found", "the tag is in the tag list", DEVELOPER, lambda case: _absent(case) and not case.pinned),
    _named("digest-not-found", "cgr.dev serves the digest", DEVELOPER, lambda case: _absent(case) and case.pinned),
    _named("image-not-found", "cgr.dev serves the image", DEVELOPER, lambda case: _this_one(case) and _unseen(case)),
    Cause(UNKNOWN_ORG, lambda case: case.private and _this_one(case) and case.verdict is None),
    _named(
        "free-tag-unavailable",
        "latest of the same image fails too",
        DEVELOPER,
        lambda case: _absent(case) and not case.private and not case.pinned and case.target.selector not in FREE_TAGS,
    ),
    _named(
        "image-not-free",
        "the Directory lists the image as free",
        DEVELOPER,
        lambda case: not case.private and _this_one(case) and _unseen(case),
    ),
    Cause(REMEMBERED, _missing),
    Cause(NO_CREDENTIAL, lambda case: case.private and _unread(case) and _this_one(case)),
    Cause(OTHER_ORG, _entitled),
    Cause(ROLE, _entitled),
    Cause(POLICY, lambda case: _entitled(case) and _missing(case)),
    Cause(MALFORMED, lambda case: case.remote_anonymous is not True and _setting(case)),
    Cause(REVOKED, _dead),
    _named(
        "project-id-doubled",
        "the remote's Project ID is empty",
        ADMIN,
        lambda case: _unread(case) and case.private and _missing(case),
    ),
    _named("token-authentication-disabled", "Enable Token Authentication is checked", ADMIN, _setting),
    _named("remote-url-mismatch", "the remote's URL is exactly https://cgr.dev/", ADMIN, _setting),
    Cause(OFFLINE, lambda case: _setting(case) and _missing(case)),
    _named("remote-blacked-out", "Ignore Repository is unchecked", ADMIN, lambda c: _setting(c) and _missing(c)),
    _named(
        "include-pattern-blocks",
        "Include Patterns is **/*",
        ADMIN,
        lambda case: _unread(case) and _missing(case) and _this_one(case),
    ),
    _named(
        "exclude-pattern-blocks",
        "Exclude Patterns is empty",
        ADMIN,
        lambda case: _unread(case) and _missing(case) and _this_one(case),
    ),
    _named("xray-blocked", "the remote asked directly answers 404 too", ADMIN, _behind_a_virtual),
    _named(
        "curation-blocked",
        "the remote is not curated",
        ADMIN,
        lambda case: _missing(case) and _this_one(case) and case.curated is not False,
    ),
    _named(
        "virtual-member-missing",
        "the virtual repository has a remote for cgr.dev among its members",
        ADMIN,
        lambda case: case.virtual is not False and _setting(case) and _missing(case),
    ),
    _named(
        "repository-not-found",
        "the key is in the list of repositories",
        ADMIN,
        lambda case: case.configuration is None and _missing(case) and _everything(case),
    ),
    _named(
        "artifactory-permission-denied",
        "another user pulls the same image",
        ADMIN,
        lambda case: _missing(case) and _everything(case),
    ),
    _named(
        "remote-assumed-offline",
        "the failure lasts longer than the Assumed Offline Period",
        ADMIN,
        lambda case: _missing(case) and _everything(case),
    ),
    Cause(BLOCKED, lambda case: _everything(case) and _reached(case) is not True),
    _named(
        "upstream-rate-limited",
        "artifactory-request-out.log shows no 429",
        ADMIN,
        lambda case: _missing(case) and _everything(case),
    ),
)


def _reached(case: Case) -> bool | None:
    return case.egress.reached if case.egress is not None else None


def with_open_rivals(case: Case, finding: Finding) -> Finding:
    """The finding, its own rivals first, then every other cause that this run leaves open."""
    if finding.confidence == "certain" or finding.code not in OWN_RIVALS or case.symptom not in ANYTHING:
        return finding
    found = {one.code: one for one in finding.rivals}
    for cause in CAUSES:
        if cause.rival.code != finding.code and cause.is_open(case):
            found.setdefault(cause.rival.code, cause.rival)
    return replace(finding, rivals=tuple(found.values())[:MOST])
