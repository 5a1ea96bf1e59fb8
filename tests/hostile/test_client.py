"""The whole client over answers that are spoilt in any way: every probe and check of the catalogue, every format.

Probes are read from the catalogue: one that is written later has to be met in one of `LEADING`.
"""

import pytest
from client import Recording, examine, recorded, scripted
from hypothesis import given, settings
from hypothesis import strategies as st
from runs import WHOLE
from sound import sound

from cgrdoctor.engine.again import judge_again
from cgrdoctor.engine.declare import fact_name
from cgrdoctor.engine.discovery import load
from cgrdoctor.lab import FAULTS, HEALTHY, World, healthy
from cgrdoctor.lab.world import Cached

SCENARIOS = {**HEALTHY, **FAULTS}
BOTH_CACHED = "healthy, the image and the control image cached"
COPIES = (Cached("acme.com/python", "3.12"), Cached("chainguard/static"))
LEADING = (
    "healthy",
    "healthy-context",
    "healthy-path-on-port",
    "healthy-project-id-user",
    "healthy-virtual-project-ids",
    "cache-incomplete-blob",
    "cache-stale-virtual",
    "container-policy-denied-wordless",
    "reference-missing-organization",
    "remote-offline-unseen",
    BOTH_CACHED,
)
"""Worlds that together lead to every probe."""

UNREACHED = {"control-tags", "blob-host-test", "podman-login", "pulling-pod", "given-repositories"}
"""Facts that no recording leads to. Spoilt answers lead to two: the second of two connection tests asks the same
address. The others are of files of another client, or of a ticket.
"""


def world_of(name: str) -> World:
    """The world of that name."""
    if name == BOTH_CACHED:
        return healthy().repository_with("cgr-private", cached=COPIES)
    return SCENARIOS[name].scenario().world


@pytest.fixture(scope="module", name="honest")
def _honest(request, nursery, authority) -> Recording:
    """What the world of that name answers."""
    return recorded(nursery, authority, world_of(request.param))


@pytest.mark.parametrize("honest", (*SCENARIOS, BOTH_CACHED) if WHOLE else LEADING[::3], indirect=True)
@settings(max_examples=3)
@given(data=st.binary(max_size=700))
def test_no_answer_breaks_a_run(honest, data):
    report, outcomes = examine(honest.image, scripted(data, honest))

    sound(report, outcomes)
    again = judge_again(report)
    assert [entry.code for entry in again.diagnosis] == [entry.code for entry in report.diagnosis]


@pytest.mark.skipif(not WHOLE, reason="make hostile looks at them all")
def test_these_worlds_lead_to_every_probe(nursery, authority):
    met = observed("acme.jfrog.io/k/o/i:1", lambda _host, _target: b"", "network.other-hosts")
    for name in LEADING:
        honest = recorded(nursery, authority, world_of(name))
        met |= observed(honest.image, scripted(b"", honest))

    catalogue = load()
    local = {fact_name(probe.makes) for probe in catalogue.probes if ".docker." in probe.origin}
    assert {fact_name(probe.makes) for probe in catalogue.probes} - local - met == UNREACHED


def observed(image, answers, *only) -> set[str]:
    """Names of the facts that were made of these answers."""
    _, outcomes = examine(image, answers, only)
    return {fact_name(kind) for kind, one in outcomes.items() if one.status == "observed"}
