"""How a remote repository translates a path into the one it asks cgr.dev for."""

from __future__ import annotations

from cgrdoctor_checks.facts.artifactory.configuration import Configuration
from cgrdoctor_checks.facts.artifactory.remotes import Remotes
from cgrdoctor_checks.facts.artifactory.repository import RepositoryConfiguration
from cgrdoctor_checks.facts.reference.target import Target


def upstream_path(target: Target, configuration: RepositoryConfiguration | None, found: Remotes | None = None) -> str:
    """The path cgr.dev is asked for, unless the user named it; through a virtual that of the member that has it."""
    if target.upstream_given:
        return target.upstream_path
    if found is None or found.virtual is None:
        return prefixed(configuration, target.upstream_path) if configuration else target.upstream_path
    paths = [prefixed(remote, target.upstream_path) for remote in found.chainguard]
    whole = target.upstream_path in paths and bool(target.organization)
    return target.upstream_path if whole or not paths else paths[0]


def prefixed(remote: Configuration, path: str) -> str:
    """A path with the remote's Project ID in front, as Artifactory asks for it (Chainguard's guide, 2026-08)."""
    return f"{remote.project_id}/{path}" if remote.project_id else path


def organization_of(target: Target, remote: Configuration) -> str:
    """The organization this remote asks for: its Project ID, else the reference's."""
    return remote.project_id or target.organization
