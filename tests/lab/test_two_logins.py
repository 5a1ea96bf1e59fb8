"""One login reads the settings and another pulls: what the one sees and the other does not is a missing right."""

from dataclasses import replace

import pytest
from examine import examine

from cgrdoctor.lab import FAULTS, healthy
from cgrdoctor.lab.world import ADMIN, BOB

HOST = "acme.jfrog.io"


def two_logins(*reads, **changes):
    users = (ADMIN, replace(BOB, reads=reads or None))
    return replace(healthy().artifactory_with(hide_existence=True, users=users), pulls_as="bob", **changes)


def lists(seen):
    return [request for request in seen.lab.requests if request.path == "/artifactory/api/repositories"]


def test_what_is_hidden_from_the_one_who_pulls_is_a_missing_right():
    seen = examine(FAULTS["artifactory-permission-hidden-from-puller"].scenario().world)

    (entry,) = seen.report["diagnosis"]
    assert (entry["code"], entry["confidence"], entry["subject"]) == (
        "artifactory-permission-denied",
        "certain",
        "cgr-private",
    )
    assert "bob" in entry["summary"]
    assert "bob" in entry["remedy"]["summary"]


def test_a_member_that_nobody_lets_it_see_is_named():
    seen = examine(two_logins("cgr-virt", "docker-local", image=f"{HOST}/cgr-virt/acme.com/python:3.12"))

    (entry,) = seen.report["diagnosis"]
    assert (entry["code"], entry["subject"]) == ("artifactory-permission-denied", "cgr-private")


@pytest.mark.parametrize(
    ("image", "code"), [("acme.com/python:9.9", "tag-not-found"), ("acme.com/pyton:3.12", "image-not-found")]
)
def test_who_sees_the_repository_lacks_no_right(image, code):
    seen = examine(two_logins("cgr-private", image=f"{HOST}/cgr-private/{image}"))

    assert seen.codes == [code]
    assert "artifactory-permission-denied" not in [one["code"] for one in seen.report["diagnosis"][0]["rivals"]]


def test_the_second_login_goes_to_its_own_host_and_only_after_a_failure():
    failed = examine(FAULTS["artifactory-permission-hidden-from-puller"].scenario().world)
    well = examine(two_logins("cgr-private"))

    def as_bob(seen):
        return [one for one in lists(seen) if dict(one.headers).get("authorization", "").startswith("Basic ")]

    assert [request.host for request in as_bob(failed)] == [HOST]
    assert (well.codes, well.status, as_bob(well)) == ([], 0, [])


def test_one_login_for_both_is_not_asked_twice():
    world = FAULTS["tag-not-found"].scenario().world
    seen = examine(replace(world, caller="user"))

    assert len([one for one in lists(seen) if "docker" in one.query]) <= 2
