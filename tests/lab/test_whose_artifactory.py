"""Who runs Artifactory decides who mends it: the same fault in JFrog's cloud and on a host of one's own."""

import os

import pytest
from examine import examine

from cgrdoctor.engine.discovery import load
from cgrdoctor.lab import FAULTS
from cgrdoctor.lab.faults.fault import ON_ITS_OWN_HOST
from cgrdoctor.lab.place import moved
from cgrdoctor.lab.world import ARTIFACTORY, DOMAIN

CODES = load().codes


def stands_on_its_host(name):
    world = FAULTS[name].scenario().world
    return world.image.startswith(f"{world.host}/")


def test_what_the_owner_of_the_machines_mends_stands_on_a_host_of_ones_own():
    assert {name for name, code in CODES.items() if code.ticket} == ON_ITS_OWN_HOST
    assert {FAULTS[name].scenario().world.host for name in NAMES} == {DOMAIN}


NAMES = [name for name, fault in FAULTS.items() if CODES[fault.code].ticket and stands_on_its_host(name)]
EVERY = 1 if os.environ.get("CGRDOCTOR_WORLDS") == "whole" else 9


@pytest.mark.parametrize("name", NAMES[::EVERY])
def test_the_cause_is_the_same_and_the_owner_is_not(name):
    world = FAULTS[name].scenario().world
    cloud, own = (examine(moved(world, host)).report["diagnosis"] for host in (ARTIFACTORY, DOMAIN))

    assert cloud[0]["code"] == own[0]["code"]
    if CODES[cloud[0]["code"]].ticket:
        assert (cloud[0]["owner"], own[0]["owner"] == "jfrog-support") == ("jfrog-support", False)
    told = [*cloud[0]["remedy"]["steps"], *(one["description"] for one in cloud[0]["remedy"]["commands"])]
    assert [line for line in told if "on the artifactory host" in line.lower()] == []
