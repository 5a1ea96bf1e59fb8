"""Logging docker in to exactly this host."""

from __future__ import annotations

from cgrdoctor_checks.remedies import commands


def log_in(host: str) -> commands.Remedy:
    """Log in to exactly this host, the token on standard input."""
    return commands.Remedy(
        summary=f"Log in to {host}",
        steps=("In Artifactory: Set Me Up > Docker > Generate Token.",),
        commands=(
            commands.Command(
                description="With the token on standard input",
                command=f'printf %s "$ARTIFACTORY_TOKEN" | docker login -u "$ARTIFACTORY_USER" --password-stdin {host}',
                kind="shell",
                changes=True,
            ),
        ),
    )
