"""Logging docker in to exactly this host."""

from __future__ import annotations

import shlex

from cgrdoctor_checks.remedies import commands


def log_in(host: str) -> commands.Remedy:
    """Log in to exactly this host; docker asks for user name and token itself, so that neither is an argument."""
    return commands.Remedy(
        summary=f"Log in to {host}",
        steps=("In Artifactory: Set Me Up > Docker > Generate Token.",),
        commands=(
            commands.Command(
                description="Asks for the user name and the token",
                command=f"docker login {shlex.quote(host)}",
                kind="shell",
                changes=True,
            ),
        ),
    )
