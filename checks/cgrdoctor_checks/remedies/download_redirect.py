"""Letting Artifactory deliver blobs itself, in place of sending clients to where it keeps them."""

from __future__ import annotations

from collections.abc import Iterable

from cgrdoctor import Command
from cgrdoctor_checks.facts.artifactory.configuration import Configuration
from cgrdoctor_checks.remedies import commands

REDIRECTS = ("download_redirect", "cdn_redirect")
"""Settings of a remote by which Artifactory sends clients elsewhere for blobs."""

PLAIN = (
    "Or let Artifactory deliver itself: Advanced of the remote, uncheck Enable Direct Cloud Storage Download and "
    "Enable CDN Download."
)


def by_itself(base: str, remotes: Iterable[Configuration]) -> tuple[tuple[str, ...], tuple[Command, ...]]:
    """Steps and commands that turn the redirects off, at the remotes that were seen to have them on."""
    off = [
        commands.change(remote.key, base, "Let Artifactory deliver itself", changes)
        for remote in remotes
        if (changes := {name: False for name in REDIRECTS if getattr(remote, name)})
    ]
    lines = tuple(f"Or let Artifactory deliver itself. {line}" for one in off for line in one.steps)
    return lines or (PLAIN,), tuple(command for one in off for command in one.commands)
