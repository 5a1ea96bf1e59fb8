"""Logging docker in to exactly this host."""

from __future__ import annotations

import shlex

from cgrdoctor_checks.remedies import commands


def log_in(host: str) -> commands.Remedy:
    """Log in to exactly this host, the token on standard input."""
    login = f'docker login -u "$ARTIFACTORY_USER" --password-stdin {shlex.quote(host)}'
    return commands.Remedy(
        summary=f"Log in to {host}",
        steps=("In Artifactory: Set Me Up > Docker > Generate Token.",),
        commands=(
            commands.Command(
                description="With the token on standard input",
                command=f'printf %s "$ARTIFACTORY_TOKEN" | {login}',
                kind="shell",
                changes=True,
            ),
        ),
    )
