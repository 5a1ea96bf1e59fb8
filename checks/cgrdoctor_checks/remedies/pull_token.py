"""A fresh pull token, and where to enter it."""

from __future__ import annotations

from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.remedies import commands


def new_token(target: Target, key: str) -> commands.Remedy:
    """Create a pull token and enter it in the remote; its text goes through variables and standard input only."""
    organization = target.organization or "ORGANIZATION"
    return commands.Remedy(
        summary=f"Give {key} a fresh pull token of {organization}",
        steps=(
            "An owner of the organization creates a pull token; it is shown once.",
            f"Administration > Repositories > Remote > {key}: User Name = identity id, Password = token, then Save.",
            "Artifactory may use an old upstream token for up to four more minutes.",
        ),
        commands=(
            commands.shell(
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
            commands.update(key, target.artifactory_url, {}, commands.PULL_TOKEN),
            commands.pull(target.image),
        ),
    )
