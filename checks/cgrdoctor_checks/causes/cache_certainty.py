"""How sure it is that the cache holds wrong bytes: only where the bytes themselves say so."""

from __future__ import annotations

from cgrdoctor_checks.causes.observations import Case


def is_proven(case: Case) -> bool:
    """A whole body of the right size whose digest is another one, or a checksum that Artifactory itself has."""
    return _stored_wrong(case) or _arrived_whole(case)


def _stored_wrong(case: Case) -> bool:
    """Artifactory's own checksum of the cached file is another one than its name says."""
    stored = case.parts.blob.sha256 if case.parts is not None and case.parts.blob is not None else None
    wanted = case.failed.expected_digest if case.failed else None
    return stored is not None and wanted is not None and wanted.removeprefix("sha256:") != stored


def _arrived_whole(case: Case) -> bool:
    step = case.failed
    return (
        step is not None
        and step.failure is None
        and step.expected_digest is not None
        and step.digest not in (None, step.expected_digest)
        and step.size == step.expected_size
        and step.header("content-encoding") is None
    )
