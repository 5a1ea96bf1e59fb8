"""Over the tables of worlds of the lab: what was not looked at makes no wrong cause certain."""

import random
from typing import get_args

import pytest
from examine import examine

from cgrdoctor.engine.again import _revive
from cgrdoctor.engine.board import arguments
from cgrdoctor.engine.declare import fact_name
from cgrdoctor.engine.discovery import load
from cgrdoctor.lab import FAULTS
from cgrdoctor.report.json import decode
from cgrdoctor_checks.causes.catalogue import causes
from cgrdoctor_checks.causes.decide import decide
from cgrdoctor_checks.causes.explain import table_of
from cgrdoctor_checks.causes.row import Arm
from cgrdoctor_checks.causes.table import Table

CAUSES = {cause.name: cause for cause in causes()}
NAMES = random.Random(5).sample([name for name, fault in FAULTS.items() if fault.code in CAUSES], 10)


def table(world):
    """The table of a run in this world; None where the run never came to a pull."""
    report = decode(examine(world).stdout.encode())
    catalogue = load()
    kinds = {fact_name(probe.makes): probe.makes for probe in catalogue.probes}
    outcomes = {kinds[name]: _revive(kinds[name], record) for name, record in report.facts.items() if name in kinds}
    check = next(one for one in catalogue.checks if one.id == "pull.through")
    case = arguments(check, outcomes).get("case")
    return None if case is None or case.through is None else table_of(case)


@pytest.mark.parametrize("name", NAMES)
def test_a_witness_less_makes_no_wrong_cause_certain(name):
    fault = FAULTS[name]
    whole = table(fault.scenario().world)
    if whole is None:
        pytest.skip("no pull was tried")

    for arm in get_args(Arm):
        rows = tuple(row for row in whole.rows if row.arm != arm or row.role == "demand")
        for entry in decide(Table(rows, whole.asked), causes()).entries:
            right = entry.best.cause.name in (fault.code, *fault.accept, *fault.beside)
            right = right or CAUSES[fault.code].opens(entry.best.cause)  # the state that this fault leads to
            assert right or not entry.certain, (arm, entry.best.cause.name)
