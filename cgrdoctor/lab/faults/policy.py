"""Blocks by JFrog's policies."""

from __future__ import annotations

from cgrdoctor.lab.faults.fault import Fault

FAULTS = (
    Fault(
        "xray-blocked",
        "Xray blocks the download",
        lambda world: world.artifactory_with(xray_blocked=("acme.com/python",)),
        "xray-blocked",
        ("F23",),
    ),
    Fault(
        "curation-blocked",
        "Curation blocks the image",
        lambda world: world.artifactory_with(curation_blocked=("acme.com/python",)),
        "curation-blocked",
        ("F25",),
    ),
)
