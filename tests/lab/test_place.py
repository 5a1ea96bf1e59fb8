"""A world stands on the host that it names, whichever that is."""

import pytest
from examine import examine

from cgrdoctor.lab import FAULTS, HEALTHY
from cgrdoctor.lab.place import moved
from cgrdoctor.lab.world import DOMAIN

OTHER = "registry.example.test"


@pytest.mark.parametrize("host", [DOMAIN, OTHER])
def test_a_healthy_world_is_healthy_on_any_host(host):
    seen = examine(moved(HEALTHY["healthy"].scenario().world, host))

    assert (seen.report["target"]["artifactory_host"], seen.codes, seen.status) == (host, [], 0)
    assert "jfrog.io" not in {request.host.partition(".")[2] for request in seen.lab.requests}


def test_a_fault_moves_along_with_what_names_the_host():
    seen = examine(moved(FAULTS["authorization-not-forwarded-token"].scenario().world, DOMAIN))

    assert seen.codes[0] == "authorization-not-forwarded"
    assert seen.report["target"]["artifactory_url"] == f"https://{DOMAIN}/artifactory"


def test_there_and_back_is_the_same_world():
    for fault in (*FAULTS.values(), *HEALTHY.values()):
        world = fault.scenario().world
        assert moved(moved(world, OTHER), world.host) == world, fault.name
