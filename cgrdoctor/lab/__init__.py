"""A simulated world on loopback: cgr.dev, its blob host and an Artifactory, with faults as data.

It is an independent witness: nothing here is shared with the doctor. What the servers do follows Chainguard's and
JFrog's documentation and public captures; where those disagree, both readings are a setting of the world.
"""

from __future__ import annotations

from cgrdoctor.lab.faults import FAULTS, HEALTHY, Fault, Scenario, scenario
from cgrdoctor.lab.recorded import Lab, RecordedRequest
from cgrdoctor.lab.serve import running
from cgrdoctor.lab.world import World, healthy

__all__ = [
    "FAULTS",
    "HEALTHY",
    "Fault",
    "Lab",
    "RecordedRequest",
    "Scenario",
    "World",
    "healthy",
    "running",
    "scenario",
]
