"""The whole client over answers that are spoilt in any way: every probe and check of the catalogue, every format.

Probes are read from the catalogue: one that is written later meets these answers as soon as a world of the lab leads to it.
"""

import random

import pytest
from client import Recording, examine, recorded, scripted
from hypothesis import given, settings
from hypothesis import strategies as st
from runs import WHOLE
from sound import sound

from cgrdoctor.declare import fact_name
from cgrdoctor.discovery import load
from cgrdoctor.doctor import judge_again
from cgrdoctor.lab import FAULTS, HEALTHY, World, healthy

SAMPLE = ("healthy", "virtual-xray-blocked-unseen", "cache-stale", "image-not-in-catalog")
WORLDS = {name: scenario for name, scenario in {**HEALTHY, **FAULTS}.items() if WHOLE or name in SAMPLE}
SEEDS = range(4 if WHOLE else 3)
UNREACHED = {"control-tags"}
"""Facts that no world of the lab leads to; spoilt answers do."""


@pytest.fixture(scope="module", name="honest")
def _honest(nursery, authority) -> Recording:
    return recorded(nursery, authority, healthy())


@settings(max_examples=700 if WHOLE else 15)
@given(data=st.binary(max_size=700))
def test_no_answer_breaks_a_run(honest, data):
    report, outcomes = examine(honest.image, scripted(data, honest))

    sound(report, outcomes)
    again = judge_again(report)
    assert [entry.code for entry in again.diagnosis] == [entry.code for entry in report.diagnosis]


def world_of(name: str) -> World:
    return WORLDS[name].scenario().world


def test_no_answer_breaks_a_run_in_any_world(nursery, authority):
    met: set[str] = set()
    for name in WORLDS:
        honest = recorded(nursery, authority, world_of(name))
        for seed in SEEDS:
            data = random.Random(f"{name}{seed}").randbytes(seed * 60)
            report, outcomes = examine(honest.image, scripted(data, honest))
            try:
                sound(report, outcomes)
            except AssertionError as error:
                raise AssertionError(f"in the world {name}, seed {seed}") from error
            met |= {fact_name(kind) for kind, one in outcomes.items() if one.status == "observed"}
    if WHOLE:
        assert unmet(met) <= UNREACHED


def unmet(met: set[str]) -> set[str]:
    """Facts no probe made from any answer yet. A sample of the worlds leads to a part of the probes only."""
    catalogue = load()
    local = {fact_name(probe.makes) for probe in catalogue.probes if ".docker." in probe.origin}
    _, outcomes = examine("acme.jfrog.io/k/o/i:1", lambda _host, _target: b"", only=("network.other-hosts",))
    elsewhere = {fact_name(kind) for kind, one in outcomes.items() if one.status == "observed"}
    return {fact_name(probe.makes) for probe in catalogue.probes} - local - met - elsewhere
