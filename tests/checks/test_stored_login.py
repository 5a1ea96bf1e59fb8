"""What docker's files have beside a login, or in its place, is told: who is hit, and where was looked."""

import pytest
from facts import ended, served, step, target

from cgrdoctor.config.settings import Invocation
from cgrdoctor.net.step import Step
from cgrdoctor.testing import judged
from cgrdoctor_checks.docker.login import docker_is_logged_in
from cgrdoctor_checks.facts.docker.login import DockerLogin
from cgrdoctor_checks.facts.pull.registry_ping import RegistryPing
from cgrdoctor_checks.facts.token.login import RegistryLogin, Trouble
from cgrdoctor_checks.token.client import token_client

HOST = "acme.jfrog.io"
FILE = f"docker config /home/a/.docker/config.json, auths[{HOST}]"
BROKEN = Trouble(kind="helper-missing", place="docker-credential-desktop", message="is not on PATH")
INVALID = Trouble(
    kind="config-invalid", place="/home/a/.docker/config.json", message="has a number at line 1, column 3"
)
TWO = Trouble(kind="ambiguous", place="/home/a/.docker/config.json", message="has 2 keys for acme.jfrog.io")
EMPTY = Trouble(kind="no-login", place="/home/a/.docker/config.json", message="has an empty entry")
ENCRYPTED = Trouble(kind="encrypted", place="/home/a/.jfrog/jfrog-cli.conf.v6", message="has encrypted values")


def found(login, through=None):
    return judged(token_client, target(), through or served(), login).findings


def test_a_broken_helper_that_docker_passes_over_is_a_warning_that_names_who_is_hit():
    (finding,) = found(RegistryLogin(kind="basic", source=FILE, troubles=(BROKEN,)))

    assert (finding.code, finding.severity) == ("credential-helper-failed", "warn")
    assert finding.subject == "docker-credential-desktop"
    assert "BuildKit (docker build, buildx, compose) stops" in finding.summary
    assert f"docker pull goes on with {FILE}" in finding.summary
    assert "is not on PATH" in finding.summary


def test_so_is_a_file_that_docker_warns_of():
    (finding,) = found(RegistryLogin(kind="basic", source=FILE, troubles=(INVALID,)))

    assert (finding.code, finding.severity) == ("docker-config-invalid", "warn")
    assert "docker warns" in finding.summary


@pytest.mark.parametrize(("kind", "confidence"), [("config-invalid", "certain"), ("config-invalid-at-times", "likely")])
def test_what_is_lost_at_times_is_not_certain(kind, confidence):
    refused = ended(step("token", status=401, message="Authentication is required", shape="artifactory", code="401"))
    trouble = Trouble(kind=kind, place="/home/a/.docker/config.json", message="has an entry that cannot be decoded")

    findings = {finding.code: finding for finding in found(RegistryLogin(troubles=(trouble,)), refused)}

    assert findings["docker-config-invalid"].severity == "fail"
    assert findings["docker-config-invalid"].confidence == confidence


def test_of_two_logins_none_is_certainly_refused():
    login = RegistryLogin(kind="basic", source=FILE, troubles=(TWO,))
    refused = ended(step("token", status=401, message="Bad credentials", shape="artifactory", code="401"))

    findings = {finding.code: finding for finding in found(login, refused)}

    assert (findings["docker-config-invalid"].severity, findings["docker-config-invalid"].summary) == (
        "warn",
        f"{TWO.place} {TWO.message}",
    )
    assert findings["artifactory-credentials-rejected"].confidence == "likely"


@pytest.mark.parametrize("source", ["environment CGRDOCTOR_ARTIFACTORY_TOKEN", "docker-credential-x (named in y)"])
def test_where_the_login_is_another_s_nothing_is_said_to_be_passed_over(source):
    assert found(RegistryLogin(kind="basic", source=source, troubles=(BROKEN, INVALID))) == ()


def test_the_same_is_said_where_this_run_has_a_login_of_its_own():
    pinged = RegistryPing(step=Step(name="ping", host=HOST, exchange="x2", status=401))
    look = Invocation(image=f"{HOST}/a/b:1", registry_host=HOST)
    stored = DockerLogin(kind="basic", source=FILE, troubles=(BROKEN,))
    login = RegistryLogin(kind="basic", source="environment CGRDOCTOR_REGISTRY_USER")

    (finding,) = judged(docker_is_logged_in, look, stored, login, pinged, served()).findings
    same = judged(docker_is_logged_in, look, stored, RegistryLogin(kind="basic", source=FILE), pinged, served())

    assert (finding.code, finding.severity) == ("credential-helper-failed", "warn")
    assert same.findings == ()


def test_no_login_says_where_was_looked_and_what_was_there():
    refused = ended(step("token", status=401, message="Authentication is required", shape="artifactory", code="401"))
    looked = ("environment DOCKER_AUTH_CONFIG", "/home/a/.docker/config.json (1 entries)")

    (finding,) = found(RegistryLogin(troubles=(EMPTY, ENCRYPTED, EMPTY), looked=looked), refused)

    assert finding.code == "docker-credentials-missing"
    assert finding.summary.count("has an empty entry") == 1
    assert "has encrypted values" in finding.summary
    assert finding.summary.endswith(f"looked at {', '.join(looked)}")
