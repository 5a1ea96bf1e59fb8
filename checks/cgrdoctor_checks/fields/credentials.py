"""User Name and Password of the remote.

## What it looks at
Whether a user name and a password are set, the user name's shape, and the organization it belongs to; never the
password itself.

## Why it matters
Production images need a pull token of their own organization; its user name is an identity id.

## How it fails
`Invalid username/password configured for Remote Docker repository ... Can't fetch token for repo`.

## How to fix
`chainctl auth pull-token create --parent ORGANIZATION`, then enter identity id and token.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cgrdoctor import Confidence, Finding, NotNeeded, Rival, check, graded
from cgrdoctor_checks.codes.artifactory import VIRTUAL_MEMBER_MISSING
from cgrdoctor_checks.codes.fields import REMOTE_CREDENTIALS_MISSING, REMOTE_USERNAME_MALFORMED
from cgrdoctor_checks.codes.token import PULL_TOKEN_WRONG_ORGANIZATION
from cgrdoctor_checks.facts.artifactory.configuration import TOKEN_AS_USERNAME, Configuration
from cgrdoctor_checks.facts.artifactory.departures import malformed
from cgrdoctor_checks.facts.artifactory.remotes import AdminView
from cgrdoctor_checks.facts.artifactory.upstream_path import organization_of
from cgrdoctor_checks.facts.direct.pulls import DirectPull
from cgrdoctor_checks.facts.pull.cache_or_upstream import Freshness, severity_of_setting, still_cached
from cgrdoctor_checks.facts.pull.virtual_members import MemberPulls
from cgrdoctor_checks.facts.reference.address import FREE_ORGANIZATION
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.facts.token.pull_token import IDENTITY, PullToken
from cgrdoctor_checks.remedies.fresh_remote import with_recreation
from cgrdoctor_checks.remedies.pull_token import new_token, password, swapped, user_name


@check(
    "fields.credentials",
    title="User Name and Password are a pull token of the image's organization where the image needs one",
    codes=[REMOTE_CREDENTIALS_MISSING, REMOTE_USERNAME_MALFORMED, PULL_TOKEN_WRONG_ORGANIZATION],
    guide="A pull token is set as User Name and Password for Production images",
    unlocked_by="an admin's access token",
)
def remote_credentials(
    target: Target,
    settings: AdminView,
    freshness: Freshness | None,
    direct: DirectPull | None,
    token: PullToken | None,
    members: MemberPulls | None,
) -> Iterator[Finding]:
    """Missing or of another organization where the image is none of the free ones, malformed wherever one is set."""
    works = freshness is not None and freshness.works and freshness.fresh
    beside = members.beside if members is not None else ()
    if any(one.pull.works for one in beside):
        raise NotNeeded("a remote that is no member of the virtual repository serves the image")
    for remote in settings.remotes:
        needed = _needs_a_token(target, remote)
        departure = malformed(remote.username or "")
        if departure is not None:
            finding = _malformed(target, remote, departure, settings.exchanges, freshness)
            yield with_recreation(target, finding, remote)
        elif remote.username == "" and needed and not others_have_one(settings, remote):
            missing = _missing(target, remote, settings.exchanges, freshness, [one.key for one in beside])
            yield with_recreation(target, missing, remote)
        elif remote.username and needed and not works:
            yield from _doubtful(target, remote, settings, freshness, direct, token)
    if not works and any(_needs_a_token(target, remote) for remote in settings.remotes):
        settings.must_show("username", "password_set")


def _needs_a_token(target: Target, remote: Configuration) -> bool:
    return organization_of(target, remote) not in ("", FREE_ORGANIZATION)


def others_have_one(settings: AdminView, remote: Configuration) -> bool:
    """In a virtual repository another remote may be the one for Production images."""
    return any(other.username for other in settings.remotes if other.key != remote.key)


def _doubtful(
    target: Target,
    remote: Configuration,
    settings: AdminView,
    freshness: Freshness | None,
    direct: DirectPull | None,
    token: PullToken | None,
) -> Iterator[Finding]:
    """A well-formed user name whose password is not shown, or that belongs to another organization than the image."""
    if remote.password_set is False:
        yield with_recreation(target, _no_password(target, remote, settings.exchanges, freshness), remote)
    organization = organization_of(target, remote)
    ours = token.organization_id if token is not None else ""
    if re.fullmatch(r"[0-9a-f]{40}", organization):
        expected, sure = organization, True
    elif ours and direct is not None and direct.verdict == "works" and not direct.pull.anonymous:
        expected, sure = ours, False
    else:
        return
    usernames = [other.username or "" for other in settings.remotes]
    if IDENTITY.fullmatch(remote.username or "") and not any(name.startswith(f"{expected}/") for name in usernames):
        evidence = (*settings.exchanges, *(direct.exchanges if direct and not sure else ()))
        yield _other_organization(target, remote, expected, "certain" if sure else "likely", evidence)


def _other_organization(
    target: Target, remote: Configuration, expected: str, confidence: Confidence, evidence: tuple[str, ...]
) -> Finding:
    rivals = (
        Rival(
            code="image-not-in-catalog",
            would_be_excluded_by="the token's own organization has no image of this name",
            who="chainguard-org-admin",
            subject=remote.key,
        ),
    )
    return graded(
        PULL_TOKEN_WRONG_ORGANIZATION,
        "fail",
        f"the pull token of {remote.key} belongs to another organization than {target.path_in_repository}",
        subject=remote.key,
        expected=f"an identity of {expected}",
        actual=f"an identity of {(remote.username or '').partition('/')[0]}",
        evidence=evidence,
        confidence=confidence,
        rivals=rivals if confidence != "certain" else (),
        remedy=new_token(target, remote.key),
    )


def _malformed(
    target: Target, remote: Configuration, departure: str, evidence: tuple[str, ...], freshness: Freshness | None
) -> Finding:
    token = remote.username == TOKEN_AS_USERNAME
    return graded(
        REMOTE_USERNAME_MALFORMED,
        severity_of_setting(freshness),
        still_cached(f"the User Name of {remote.key} {departure}", freshness),
        subject=remote.key,
        expected="<40 hexadecimal digits>/<16 hexadecimal digits>",
        actual=repr(remote.username) if "white space" in departure else remote.username,
        evidence=evidence,
        remedy=swapped(target, remote.key) if token else user_name(target, remote.key, remote.username or ""),
    )


def _missing(
    target: Target, remote: Configuration, evidence: tuple[str, ...], freshness: Freshness | None, beside: list[str]
) -> Finding:
    """Unless another remote for cgr.dev, which is none of the members, is the one that was meant."""
    rivals = tuple(
        Rival(
            code=VIRTUAL_MEMBER_MISSING.name,
            would_be_excluded_by=f"{key} has no User Name either",
            who="artifactory-admin",
            subject=key,
        )
        for key in beside
    )
    return graded(
        REMOTE_CREDENTIALS_MISSING,
        severity_of_setting(freshness),
        still_cached(f"{remote.key} has no User Name, but {target.path_in_repository} needs a pull token", freshness),
        subject=remote.key,
        expected="a pull token's identity id",
        actual="(empty)",
        evidence=evidence,
        confidence="likely" if rivals else "certain",
        rivals=rivals,
        remedy=new_token(target, remote.key),
    )


def _no_password(
    target: Target, remote: Configuration, evidence: tuple[str, ...], freshness: Freshness | None
) -> Finding:
    """An admin sees something in place of a password that is set, on the versions that were captured."""
    return graded(
        REMOTE_CREDENTIALS_MISSING,
        severity_of_setting(freshness),
        still_cached(f"{remote.key} has a User Name, but Artifactory shows no Password", freshness),
        subject=remote.key,
        expected="a pull token",
        actual="(empty)",
        evidence=evidence,
        confidence="likely",
        rivals=(
            Rival(
                code="pull-token-rejected",
                would_be_excluded_by="the Password field is empty in the form too",
                who="artifactory-admin",
                subject=remote.key,
            ),
        ),
        remedy=password(target, remote.key),
    )
