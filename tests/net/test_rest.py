"""Artifactory's REST API, by answers as it is known to give them."""

import anyio
import pytest

from cgrdoctor.config.settings import Invocation
from cgrdoctor.credentials.model import Found
from cgrdoctor.errors import Unobservable
from cgrdoctor.net.artifactory import ArtifactoryRest
from cgrdoctor.net.reference import parse_reference
from cgrdoctor.privacy.secret import Credential, Secret
from cgrdoctor_checks.facts.artifactory.caller import caller
from cgrdoctor_checks.facts.artifactory.listing import repository_list
from cgrdoctor_checks.facts.artifactory.remotes import remotes
from cgrdoctor_checks.facts.artifactory.repository import (
    configuration_answer,
    repository_absence,
    repository_configuration,
    reserved_for_another_edition,
)
from cgrdoctor_checks.facts.reference.target import Target

HOST = "acme.test"
BASE = f"https://{HOST}/artifactory"
IMAGE = f"{HOST}/cgr/acme.com/python:3.12"
TOKEN = Credential("bearer", Secret("reference-token-of-alice", host=HOST), "a test")
REMOTE = {
    "key": "cgr",
    "rclass": "remote",
    "packageType": "docker",
    "url": "https://cgr.dev/",
    "enableTokenAuthentication": True,
    "username": "",
    "password": "AM.2e5f8a.encrypted",
    "offline": "true",
    "socketTimeoutMillis": "soon",
}


class Keys:
    """A keyring with one credential for REST."""

    async def rest(self):
        return Found(TOKEN)


def target():
    reference = parse_reference(IMAGE)
    return Target(
        image=IMAGE,
        artifactory_url=BASE,
        registry_host=HOST,
        registry_path=reference.path,
        selector="3.12",
        tag="3.12",
        access_method="repository-path",
        repository="cgr",
        upstream_path="acme.com/python",
    )


@pytest.fixture(name="asked")
def _asked(run, canned):
    """Runs a function over the REST API, and gives back what it makes."""

    def ask(work):
        async def main():
            async with canned() as client:
                return await work(ArtifactoryRest(client, BASE, Keys()))

        return run(main)

    return ask


def answers(server, path, value, status=200, **query):
    server.expect_request(f"/artifactory/{path}", query_string=query or None).respond_with_json(value, status)


def version(server, status=200):
    answers(server, "api/system/version", {"version": "7.161.15", "addons": ["docker", 7]}, status)


async def configured(rest):
    return await configuration_answer(rest, target(), await caller(rest), None)


def test_a_configuration_is_read_by_its_rows_and_keeps_no_secret(httpserver, asked):
    version(httpserver)
    answers(httpserver, "api/repositories/cgr", REMOTE)

    found = asked(configured)

    assert found.configuration.view == "full"
    assert (found.configuration.offline, found.configuration.socket_timeout) == (True, None)
    assert found.configuration.password_set is True
    assert "encrypted" not in str(found)


@pytest.mark.parametrize(
    ("status", "value", "exists", "reserved"),
    [
        (404, {"errors": [{"status": 404, "message": "not found"}]}, False, False),
        (400, {"errors": [{"status": 400, "message": "Bad Request"}]}, False, False),
        (400, {"errors": [{"message": "This REST API is available only in Artifactory Pro (see: ...)"}]}, None, True),
        (403, {"errors": [{"status": 403, "message": "Forbidden"}]}, None, False),
        (200, ["no", "configuration"], None, False),
        (200, {"key": 7, "rclass": "remote"}, None, False),
    ],
)
def test_what_is_no_configuration_is_none(httpserver, asked, status, value, exists, reserved):
    version(httpserver)
    answers(httpserver, "api/repositories/cgr", value, status)

    found = asked(configured)
    absence = anyio.run(repository_absence, found, None)

    assert found.configuration is None
    assert absence.exists is exists
    assert reserved_for_another_edition(found.step) is reserved
    with pytest.raises(Unobservable):
        anyio.run(repository_configuration, found, None)


def test_members_of_a_virtual_are_read_one_by_one_and_those_that_are_none_left_out(httpserver, asked):
    version(httpserver)
    answers(httpserver, "api/repositories/cgr", {**REMOTE, "rclass": "virtual", "repositories": ["a", "b", "c"]})
    answers(httpserver, "api/repositories/a", {**REMOTE, "key": "a"})
    answers(httpserver, "api/repositories/b", {"errors": [{"status": 403}]}, 403)
    answers(httpserver, "api/repositories/c", {**REMOTE, "key": "c", "priorityResolution": True})

    async def work(rest):
        return await remotes(
            rest, await repository_configuration(await configured(rest), None), None, await caller(rest), None
        )

    found = asked(work)

    assert [one.key for one in found.members] == ["a", "c"]
    assert [one.key for one in found.remotes] == ["c", "a"]


@pytest.mark.parametrize("status", [401, 403])
def test_a_credential_that_was_refused_is_presented_once(httpserver, asked, status):
    version(httpserver, status)
    answers(httpserver, "api/repositories/cgr", {}, 403)

    found = asked(configured)

    carried = [request.path for request, _ in httpserver.log if "Authorization" in request.headers]
    assert carried == ["/artifactory/api/system/version"]
    assert found.configuration is None


def test_the_list_is_of_docker_and_of_oci_where_that_has_the_one_that_is_named(httpserver, asked):
    rows = [{"key": "other", "type": "REMOTE", "packageType": "Docker", "url": "https://x/"}, {"key": 7}, "row"]
    answers(httpserver, "api/repositories", rows, packageType="docker")
    answers(httpserver, "api/repositories", [{"key": "cgr", "type": "REMOTE", "url": [1]}], packageType="oci")

    found = asked(lambda rest: repository_list(rest, Invocation(image=IMAGE)))

    assert [(row.key, row.kind, row.package_type, row.url) for row in found.repositories] == [
        ("cgr", "remote", "", ""),
        ("other", "remote", "docker", "https://x/"),
    ]
