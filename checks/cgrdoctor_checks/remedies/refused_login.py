"""What helps a login that Artifactory refuses: by what it says of the account, and by whose login it is."""

from __future__ import annotations

import re
from urllib.parse import quote

import msgspec

from cgrdoctor.model import Owner
from cgrdoctor_checks.facts.token.login import Login
from cgrdoctor_checks.facts.token.pull_token import IDENTITY
from cgrdoctor_checks.remedies import commands
from cgrdoctor_checks.remedies.docker_login import log_in
from cgrdoctor_checks.remedies.pull_secret import renew_of

LOCKED = re.compile(
    r"\block(?:ed|out)?\b|recurrent|(?:too many|repeated|consecutive)[ a-z]{0,30}(?:fail|attempt|incorrect)|suspend"
    r"|try again (?:in|after) \d",
    re.IGNORECASE,
)
"""What Artifactory says to whoever failed too often (JFrog docs: user lock, temporary login suspension)."""
OUTDATED = re.compile(
    r"password[ a-z]{0,20}expired|expired[ a-z]{0,10}password|(?:change|reset) your password", re.IGNORECASE
)
DISABLED = re.compile(r"\b(?:disabled|deactivated|inactive)\b", re.IGNORECASE)
OF_A_USER = re.compile(r"\b(?:users?|accounts?|logins?)\b", re.IGNORECASE)


class Way(msgspec.Struct, frozen=True):
    """What to do, who does it, and what that says of the login, for the end of a sentence."""

    remedy: commands.Remedy
    owner: Owner | None = None
    words: str = ""


def way_in(host: str, base: str, login: Login, said: str, repository: str) -> Way:
    """The shortest way in for this login, which was answered `said`."""
    if IDENTITY.fullmatch(login.username):
        return Way(
            _with_an_own_user(host, repository),
            words="; its user name is an identity of Chainguard's, which cgr.dev knows and Artifactory does not",
        )
    if LOCKED.search(said):
        return Way(_unlock(base, login), "artifactory-admin")
    if OUTDATED.search(said):
        return Way(_new_password(host, login))
    if DISABLED.search(said) and OF_A_USER.search(said):
        return Way(_enable(login), "artifactory-admin")
    return Way(renew_of(host, login.source) or log_in(host))


def _with_an_own_user(host: str, repository: str) -> commands.Remedy:
    own = log_in(host)
    return commands.Remedy(
        summary=f"Log in to {host} with a user of Artifactory's, not with a pull token of Chainguard's",
        steps=(
            *own.steps,
            f"The pull token belongs into the remote, as User Name and Password of {repository}.",
        ),
        commands=own.commands,
    )


def _unlock(base: str, login: Login) -> commands.Remedy:
    name = login.username or "USER"
    return commands.Remedy(
        summary=f"Unlock {name}, and end what keeps sending a wrong password",
        steps=(
            "Do not log in again yet: each refused try makes the lock last longer.",
            "Find who still sends the old password as this user: CI, cron jobs, nodes with an old pull secret.",
            f"Administration > User Management > Users shows {name} as Locked. A short suspension ends by itself.",
        ),
        commands=(
            commands.Command(
                description="With an admin's access token",
                command=commands.rest("POST", f"{base}/api/security/unlockUsers/{quote(name, safe='')}"),
                kind="rest",
                changes=True,
            ),
        ),
    )


def _new_password(host: str, login: Login) -> commands.Remedy:
    own = renew_of(host, login.source) or log_in(host)
    return commands.Remedy(
        summary=f"Set a new password in Artifactory, then log in to {host} with a token",
        steps=("Sign in to Artifactory's pages once: it asks for a new password.", *own.steps),
        commands=own.commands,
    )


def _enable(login: Login) -> commands.Remedy:
    name = login.username or "the user"
    return commands.steps(
        f"Enable {name} in Artifactory",
        f"Administration > User Management > Users shows {name} as Disabled. Or log in as a user who is Enabled.",
    )
