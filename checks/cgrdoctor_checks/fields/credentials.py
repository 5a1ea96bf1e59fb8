"""User Name and Password of the remote.

## What it looks at
Whether a user name and a password are set, and the user name's shape; never the password itself.

## Why it matters
Production images need a pull token; its user name is an identity id.

## How it fails
`Invalid username/password configured for Remote Docker repository ... Can't fetch token for repo`.

## How to fix
`chainctl auth pull-token create --parent ORGANIZATION`, then enter identity id and token.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cgrdoctor import Finding, check, graded
from cgrdoctor_checks import remedy
from cgrdoctor_checks.artifactory.remotes import AdminView
from cgrdoctor_checks.artifactory.repository import Configuration
from cgrdoctor_checks.artifactory.upstream import organization_of
from cgrdoctor_checks.fields.codes import REMOTE_CREDENTIALS_MISSING, REMOTE_USERNAME_MALFORMED
from cgrdoctor_checks.pull.freshness import Freshness, severity_of_setting, still_cached
from cgrdoctor_checks.reference.address import FREE_ORGANIZATION
from cgrdoctor_checks.reference.target import Target
from cgrdoctor_checks.token.pull_token import IDENTITY

TOKEN_USER = "_token"  # noqa: S105 - the user name that goes with a short-lived Chainguard token, not a secret


@check(
    "fields.credentials",
    title="User Name and Password are a pull token where the image needs one",
    codes=[REMOTE_CREDENTIALS_MISSING, REMOTE_USERNAME_MALFORMED],
    guide="A pull token is set as User Name and Password for Production images",
    unlocked_by="an admin's access token",
)
def remote_credentials(target: Target, settings: AdminView, freshness: Freshness | None) -> Iterator[Finding]:
    """Missing where the organization is not the free one, malformed wherever one is set."""
    for remote in settings.remotes:
        username = (remote.username or "").strip()
        if username and not _well_formed(username):
            yield _malformed(target, remote, settings.exchanges, freshness)
        elif not username and _needed(target, remote) and not others_have_one(settings, remote):
            yield _missing(target, remote, settings.exchanges, freshness)


def others_have_one(settings: AdminView, remote: Configuration) -> bool:
    """In a virtual repository another remote may be the one for Production images."""
    return any(other.username for other in settings.remotes if other.key != remote.key)


def _needed(target: Target, remote: Configuration) -> bool:
    return organization_of(target, remote) not in ("", FREE_ORGANIZATION)


def _well_formed(username: str) -> bool:
    return bool(IDENTITY.fullmatch(username)) or username == TOKEN_USER


def _malformed(
    target: Target, remote: Configuration, evidence: tuple[str, ...], freshness: Freshness | None
) -> Finding:
    username = remote.username or ""
    kind = "an e-mail address" if re.search(r"[^@\s]@[^@\s]", username) else "no identity id"
    return graded(
        REMOTE_USERNAME_MALFORMED,
        severity_of_setting(freshness),
        still_cached(f"the User Name of {remote.key} is {kind}", freshness),
        subject=remote.key,
        expected="<40 hexadecimal digits>/<16 hexadecimal digits>",
        actual=username,
        evidence=evidence,
        remedy=new_token(target, remote.key),
    )


def _missing(target: Target, remote: Configuration, evidence: tuple[str, ...], freshness: Freshness | None) -> Finding:
    return graded(
        REMOTE_CREDENTIALS_MISSING,
        severity_of_setting(freshness),
        still_cached(f"{remote.key} has no User Name, but {target.upstream_path} needs a pull token", freshness),
        subject=remote.key,
        expected="a pull token's identity id",
        actual="(empty)",
        evidence=evidence,
        remedy=new_token(target, remote.key),
    )


def new_token(target: Target, key: str) -> remedy.Remedy:
    """Create a pull token and enter it in the remote; its text goes through variables and standard input only."""
    organization = target.organization or "ORGANIZATION"
    command = (
        'printf \'{"username": "%s", "password": "%s"}\' "$CHAINGUARD_IDENTITY_ID" "$CHAINGUARD_TOKEN" | '
        f"jf rt curl -XPOST -H 'Content-Type: application/json' -d @- api/repositories/{key}"
    )
    return remedy.Remedy(
        summary=f"Give {key} a fresh pull token of {organization}",
        steps=(
            "An owner of the organization creates a pull token; it is shown once.",
            f"Administration > Repositories > Remote > {key}: User Name = identity id, Password = token, then Save.",
            "Artifactory may use an old upstream token for up to four more minutes.",
        ),
        commands=(
            remedy.shell(
                "Create a pull token",
                "chainctl",
                "auth",
                "pull-token",
                "create",
                "--parent",
                organization,
                "--ttl=8760h",
                changes=True,
            ),
            remedy.Command(
                description="Enter it by REST, with both values in variables",
                command=command,
                kind="rest",
                changes=True,
            ),
        ),
    )
