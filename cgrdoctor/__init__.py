"""cgrdoctor: why pulling a Chainguard image through JFrog Artifactory fails, and how to mend it.

The names below are the door for authors of checks. They load on first use, so that `--version` stays fast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cgrdoctor.engine.declare import check, probe
    from cgrdoctor.errors import NotNeeded, Unobservable
    from cgrdoctor.findings import fail, graded, info, warn
    from cgrdoctor.model import (
        Because,
        Code,
        Command,
        Confidence,
        Fact,
        Finding,
        Kind,
        Moment,
        Owner,
        Remedy,
        Rival,
        RuledOut,
        Severity,
        Struct,
        Word,
    )
    from cgrdoctor.privacy.secret import Credential, Secret

__version__ = "0.1.0"

__all__ = [
    "Because",
    "Code",
    "Command",
    "Confidence",
    "Credential",
    "Fact",
    "Finding",
    "Kind",
    "Moment",
    "NotNeeded",
    "Owner",
    "Remedy",
    "Rival",
    "RuledOut",
    "Secret",
    "Severity",
    "Struct",
    "Unobservable",
    "Word",
    "__version__",
    "check",
    "fail",
    "graded",
    "info",
    "probe",
    "warn",
]

_HOMES = {
    "cgrdoctor.engine.declare": ("check", "probe"),
    "cgrdoctor.errors": ("NotNeeded", "Unobservable"),
    "cgrdoctor.findings": ("fail", "graded", "info", "warn"),
    "cgrdoctor.model": (
        "Because",
        "Code",
        "Command",
        "Confidence",
        "Fact",
        "Finding",
        "Kind",
        "Moment",
        "Owner",
        "Remedy",
        "Rival",
        "RuledOut",
        "Severity",
        "Struct",
        "Word",
    ),
    "cgrdoctor.privacy.secret": ("Credential", "Secret"),
}


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            import importlib

            return getattr(importlib.import_module(home), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
