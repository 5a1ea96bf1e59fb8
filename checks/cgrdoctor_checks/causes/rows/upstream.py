"""Rows from what Chainguard's own hosts answered to this machine."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from cgrdoctor.net.hosts import REGISTRY_HOST
from cgrdoctor.net.pull import Pull
from cgrdoctor_checks.causes.observations import Case
from cgrdoctor_checks.causes.origin import speaker
from cgrdoctor_checks.causes.row import Arm, Credential, Image, Login, Outcome, Row
from cgrdoctor_checks.facts.direct.pulls import Organization, Verdict
from cgrdoctor_checks.facts.reference.address import FREE_ORGANIZATION

OUTCOMES: dict[Verdict, Outcome] = {
    "works": "works",
    "unreachable": "silent",
    "credentials-needed": "unasked",
    "image-not-found": "missing",
    "tag-not-found": "missing",
    "platform-missing": "missing",
    "blob-failed": "damaged",
    "rate-limited": "limited",
    "outage": "error",
    "edge-refused": "error",
    "unclear": "error",
}
"""By verdict; any other is a refusal. A login that was not there was not refused."""


TO_AN_IDENTITY: tuple[Verdict, ...] = ("capability-missing", "not-granted", "policy-denied")
"""Refusals that hold for an identity, whichever of its tokens is sent."""


def upstream_rows(case: Case) -> Iterator[Row]:
    """The image, the control image, another spelling, and what the credential sees in the catalog."""
    login: Credential = case.credential if case.login is not None and case.login.present else ""
    if case.direct is not None:
        verdict = case.verdict or "unreachable"
        row = _pulled(case.direct.pull, "direct", "target", verdict, login, case.direct.exchanges)
        yield replace(row, role="demand") if _left_in_the_cache_alone(case) else row
    if case.direct_control is not None:
        found = case.direct_control
        yield _pulled(found.pull, "direct-control", "control", found.verdict, login, found.exchanges)
    if case.spelling is not None:
        found_spelling = case.spelling
        yield _pulled(found_spelling.pull, "spelling", "other", found_spelling.verdict, "", found_spelling.exchanges)
    if case.organization is not None:
        yield _catalog(case, case.organization, login)
    if case.token is not None and case.token.seconds_left is not None and case.token.seconds_left <= 0:
        yield Row(arm="token", mechanism="past", credential=login, evidence=("pull-token",))


def _left_in_the_cache_alone(case: Case) -> bool:
    """Whether cgr.dev no longer has what the cache still serves, or refuses it to the remote's own identity.

    Where the live tag list fails as well, that is what fails, and the refusal a witness.
    """
    listed = case.tags is None or case.tags.step.ok
    refused = case.verdict == "image-not-found" or (case.verdict in TO_AN_IDENTITY and listed)
    known = case.verdict == "tag-not-found" or (refused and case.same_credential)
    return known and case.through.works and case.through.fetched_afresh() is False


def _pulled(
    pull: Pull, arm: Arm, image: Image, verdict: Verdict, credential: Credential, exchanges: tuple[str, ...]
) -> Row:
    failed = pull.failed
    ping = pull.step("ping")
    told = failed or ping
    sent: Login = "none" if pull.anonymous else "sent"
    marks = {
        "anonymous": pull.anonymous,
        "capability": failed is not None and "capabilit" in failed.message.lower(),
    }
    return Row(
        arm=arm,
        step=failed.name if failed else "pull",
        image=image,
        outcome=OUTCOMES.get(verdict, "refused"),
        mechanism=verdict,
        status=failed.status if failed else None,
        marks=frozenset(name for name, holds in marks.items() if holds),
        asked=REGISTRY_HOST,
        answered=told.host if told else "",
        speaker=speaker(told, REGISTRY_HOST) if told else "unknown",
        fresh=True,
        login=sent,
        credential="" if pull.anonymous else credential,
        evidence=exchanges,
    )


def _catalog(case: Case, seen: Organization, credential: Credential) -> Row:
    """What the credential sees: the organizations, without the free one, which everybody sees; only of a whole list."""
    own = case.organization_name
    others = [name for name in seen.organizations if name != FREE_ORGANIZATION]
    by_id = case.token is not None and own == case.token.organization_id
    marks = {
        "listed": seen.listed,
        "other-works": seen.other_verdict == "works",
        "other-refused": seen.other_verdict in ("capability-missing", "not-granted"),
        "nothing-of-it": (not seen.step.ok and seen.step.status != 401)
        or (seen.complete and not seen.listed and not seen.other_image),
        "foreign": seen.complete and bool(others) and own not in seen.organizations and not by_id,
    }
    return Row(
        arm="catalog",
        image="other",
        mechanism="catalog",
        outcome="works" if seen.step.ok else "refused",
        status=seen.step.status,
        marks=frozenset(name for name, holds in marks.items() if holds),
        asked=REGISTRY_HOST,
        speaker=speaker(seen.step, REGISTRY_HOST),
        login="sent",
        credential=credential,
        evidence=seen.exchanges,
    )
