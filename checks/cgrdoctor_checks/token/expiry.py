"""When the pull token ends.

## What it looks at
The expiry the pull token states of itself, where this run has the token.

## Why it matters
At that moment every uncached pull of the organization stops at once.

## How it fails
With "keys have expired" from cgr.dev, "Can't fetch token for repo" from Artifactory.

## How to fix
Create the next token before the old one ends, and enter it in the remote.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Finding, Rival, Unobservable, check, graded
from cgrdoctor_checks.codes.token import PULL_TOKEN_EXPIRING
from cgrdoctor_checks.facts.artifactory.remotes import AdminView
from cgrdoctor_checks.facts.direct.pulls import DirectControl, DirectPull
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.facts.token.pull_token import PullToken
from cgrdoctor_checks.remedies.pull_token import new_token

MARGIN_DAYS = 14
ANOTHER = Rival(
    code="pull-token-expiring",
    would_be_excluded_by="the remote's User Name is the one given here",
    who="artifactory-admin",
    subject="the remote's own pull token",
)
DAY = 86400


@check("token.expiry", title="The pull token is valid for more than 14 days", codes=[PULL_TOKEN_EXPIRING])
def token_expiry(
    target: Target,
    token: PullToken,
    direct: DirectPull | None,
    control: DirectControl | None,
    settings: AdminView | None,
) -> Iterator[Finding]:
    """A near end is a warning; a past one is judged by what cgr.dev answers, because the JWT is only a hint."""
    left = token.seconds_left
    if left is None:
        raise Unobservable("the pull token does not say when it ends")
    if left > MARGIN_DAYS * DAY:
        return
    if left <= 0 or any(arm is not None and arm.verdict == "token-expired" for arm in (direct, control)):
        return
    days = int(left // DAY)
    users = [remote.username for remote in (settings.remotes if settings else ()) if remote.username]
    same, foreign = token.username in users, bool(users) and token.username not in users
    whose = "the pull token given here, which is not the remote's," if foreign else "the pull token"
    yield graded(
        PULL_TOKEN_EXPIRING,
        "info" if foreign else "warn",
        f"{whose} ends in {days} days, at {token.expires_at}" if days else f"{whose} ends at {token.expires_at}",
        subject=token.username,
        expected=f"more than {MARGIN_DAYS} days",
        actual=f"{days} days",
        evidence=("pull-token",),
        confidence="certain" if same or foreign else "likely",
        rivals=() if same or foreign else (ANOTHER,),
        remedy=new_token(target, target.repository or "the remote"),
    )
