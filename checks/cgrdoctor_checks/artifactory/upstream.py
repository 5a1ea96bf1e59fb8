"""How a remote repository translates a path into the one it asks cgr.dev for."""

from __future__ import annotations

from cgrdoctor_checks.artifactory.repository import Configuration, RepositoryConfiguration
from cgrdoctor_checks.reference.target import Target


def upstream_path(target: Target, configuration: RepositoryConfiguration | None) -> str:
    """The path cgr.dev is asked for: Artifactory puts a remote's Project ID in front (Chainguard's guide, 2026-08)."""
    if configuration is None or not configuration.project_id:
        return target.upstream_path
    return f"{configuration.project_id}/{target.upstream_path}"


def organization_of(target: Target, remote: Configuration) -> str:
    """The organization this remote asks for: its Project ID, else the reference's."""
    return remote.project_id or target.organization
