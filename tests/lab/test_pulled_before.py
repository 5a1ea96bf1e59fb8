"""What earlier pulls leave behind is there when the doctor looks, and nothing else of them."""

from dataclasses import replace

import httpx
import pytest
from examine import examine_in

from cgrdoctor.lab import FAULTS, healthy, running
from cgrdoctor.lab.world import CGR

PATH = "acme.com/python"


def storage(lab, path):
    """What Artifactory's REST API says of a path in the cache."""
    import ssl

    port = lab.ports["acme.jfrog.io"]
    trusting = ssl.create_default_context(cafile=str(lab.cacert))
    headers = {"Host": "acme.jfrog.io", "Authorization": f"Bearer {lab.environment['CGRDOCTOR_ARTIFACTORY_TOKEN']}"}
    url = f"https://127.0.0.1:{port}/artifactory/api/storage/cgr-private-cache/{path}"
    return httpx.get(url, headers=headers, verify=trusting).status_code


@pytest.mark.parametrize(("times", "status"), [(0, 404), (2, 200)])
def test_an_earlier_pull_leaves_a_copy(times, status):
    with running(replace(healthy(), pulled_before=times)) as lab:
        assert storage(lab, f"{PATH}/3.12/list.manifest.json") == status
        assert [request for request in lab.requests if "/v2/" in request.path] == []


def test_a_healthy_world_stays_healthy():
    with running(replace(healthy(), pulled_before=2)) as lab:
        seen = examine_in(lab)

    assert (seen.codes, seen.status) == ([], 0)


def test_two_failures_to_connect_leave_the_remote_assumed_offline():
    world = healthy().artifactory_with(arm={CGR: "refused"})
    with running(replace(world, pulled_before=2)) as lab:
        seen = examine_in(lab)

    assert "assumed offline" in seen.stdout
    assert seen.codes[0] in ("remote-assumed-offline", "upstream-unreachable")


def test_who_may_not_read_leaves_nothing():
    world = FAULTS["artifactory-permission-denied"].apply(healthy())
    with running(replace(world, pulled_before=2)) as lab:
        assert [request for request in lab.requests if request.host == CGR] == []
        assert examine_in(lab).codes == ["artifactory-permission-denied"]
