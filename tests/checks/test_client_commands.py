"""Remedies are written in the commands of the client whose login the run looks at."""

import pytest

from cgrdoctor.config.clients import WHOSE, Whose
from cgrdoctor.config.settings import Invocation
from cgrdoctor.engine.board import Outcome
from cgrdoctor.engine.judge import _whose
from cgrdoctor_checks.remedies import commands
from cgrdoctor_checks.remedies.docker_login import log_in

MADE = "kubectl create secret docker-registry artifactory --from-file=.dockerconfigjson=pull-secret/config.json"
HOST, IMAGE = "acme.jfrog.io", "acme.jfrog.io/cgr/a/b:1"


@pytest.fixture(name="by", autouse=True)
def _by():
    """Judges for a client of one's choice."""
    token = WHOSE.set(Whose())
    yield lambda *clients, **more: WHOSE.set(Whose(clients, **more))
    WHOSE.reset(token)


@pytest.mark.parametrize(
    ("client", "line"),
    [
        ("docker", f"docker pull --platform linux/arm64 {IMAGE}"),
        ("podman", f"podman pull --platform linux/arm64 {IMAGE}"),
        ("containerd", f"crictl pull {IMAGE}"),
        ("kubernetes", "kubectl rollout restart deployment DEPLOYMENT"),
    ],
)
def test_the_pull_to_try(by, client, line):
    by(client)

    assert commands.pull(IMAGE, "linux/arm64").command == line


@pytest.mark.parametrize(
    ("whose", "lines"),
    [
        (Whose(), ["docker login acme.jfrog.io"]),
        (Whose(("docker", "podman")), ["docker login acme.jfrog.io"]),
        (Whose(("podman",)), ["podman login acme.jfrog.io"]),
        (Whose(("podman",), "/a b.json"), ["podman login --authfile '/a b.json' acme.jfrog.io"]),
        (
            Whose(("kubernetes",)),
            [
                "docker --config pull-secret login acme.jfrog.io",
                MADE,
            ],
        ),
    ],
)
def test_the_login(whose, lines):
    WHOSE.set(whose)
    remedy = log_in(HOST)

    assert [one.command for one in remedy.commands] == lines
    assert all(one.changes for one in remedy.commands)
    assert not any("password" in one.command.lower() for one in remedy.commands)


def test_in_a_job_of_gitlabs_the_variable_is_named(by):
    by("docker", gitlab=True)
    assert any("DOCKER_AUTH_CONFIG" in step for step in log_in(HOST).steps)
    by("docker")
    assert not any("GitLab" in step for step in log_in(HOST).steps)


def test_the_client_is_that_of_the_facts_judged():
    asked = Invocation(client=("podman",), auth_file="/x.json", gitlab=True)

    assert _whose({Invocation: Outcome(Invocation, "observed", asked)}) == Whose(("podman",), "/x.json", gitlab=True)
    assert _whose({}) == Whose()
