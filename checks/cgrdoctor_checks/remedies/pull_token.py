"""A pull token for a remote: two people, one who makes it at Chainguard and one who enters it in Artifactory.

Where the one there is only stands wrong in its fields, that is put right and no new one is made.
"""

from __future__ import annotations

from urllib.parse import unquote

from cgrdoctor import Command, Remedy
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.facts.token.pull_token import IDENTITY
from cgrdoctor_checks.remedies import commands

AT_CHAINGUARD, IN_ARTIFACTORY = "Chainguard organization owner", "Artifactory administrator"
"""Who makes it, and who enters it."""


def new_token(target: Target, key: str) -> Remedy:
    """Create a pull token and enter it in the remote; its text goes through variables and standard input only."""
    organization = target.organization or "ORGANIZATION"
    return Remedy(
        summary=f"Give {_called(target, key)} a new pull token of {organization}",
        steps=(
            f"{AT_CHAINGUARD}: create it (chainctl auth pull-token create); it is shown once.",
            _both(target, key),
            "Artifactory may use an old upstream token for up to four more minutes.",
        ),
        commands=(
            _create(organization),
            commands.update(_key(target, key), target.artifactory_url, {}, commands.PULL_TOKEN),
            commands.pull(target.image),
        ),
    )


def user_name(target: Target, key: str, written: str) -> Remedy:
    """The shortest change that makes an identity id of what is written as User Name; else the id is to be entered."""
    bare = unquote(written.strip()) if "%" in written else written.strip()
    if IDENTITY.fullmatch(bare):
        how = "Remove the white space around" if bare == written.strip() else "Write a plain slash in"
        return commands.change(key, target.artifactory_url, f"{how} the User Name of {key}: {bare}", {"username": bare})
    return _entered(
        target,
        key,
        f"Enter the pull token's identity id as User Name of {key}: 40 hexadecimal digits, a slash, 16 more",
        {"username": commands.PULL_TOKEN["username"]},
        f"{IN_ARTIFACTORY}: {_form(target, key)}: User Name = identity id, as chainctl printed it with the token.",
    )


def swapped(target: Target, key: str) -> Remedy:
    """A token stands where the identity id belongs."""
    return _entered(
        target,
        key,
        f"Swap User Name and Password of {key}",
        commands.PULL_TOKEN,
        _both(target, key),
    )


def password(target: Target, key: str) -> Remedy:
    """The identity id is there, and no token."""
    return _entered(
        target,
        key,
        f"Enter the token that belongs to the User Name of {key} as its Password",
        {"password": commands.PULL_TOKEN["password"]},
        f"{IN_ARTIFACTORY}: {_form(target, key)}: Password = token, then Save.",
    )


def _entered(target: Target, key: str, summary: str, secrets: dict[str, str], step: str) -> Remedy:
    """A token that exists is entered; that a lost one cannot be shown again is said in one line."""
    return Remedy(
        summary=summary,
        steps=(step, "If nobody has the token any more, a new one is needed: chainctl shows each only once."),
        commands=(
            commands.update(_key(target, key), target.artifactory_url, {}, secrets),
            commands.pull(target.image),
        ),
    )


def _create(organization: str) -> Command:
    words = ("chainctl", "auth", "pull-token", "create", "--parent", organization, "--ttl=8760h")
    return commands.shell(f"{AT_CHAINGUARD}: create a pull token", *words, changes=True)


def _key(target: Target, key: str) -> str:
    return commands.UNKNOWN_KEY if key == target.registry_host else key


def _called(target: Target, key: str) -> str:
    return f"the remote behind {key}" if key == target.registry_host else key


def _form(target: Target, key: str) -> str:
    return f"Administration > Repositories > Remote > {_key(target, key)} > Basic"


def _both(target: Target, key: str) -> str:
    return f"{IN_ARTIFACTORY}: {_form(target, key)}: User Name = identity id, Password = token, then Save."
