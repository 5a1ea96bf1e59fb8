"""A ping that asks for no login: harmless where none is needed, else docker's classic store is hit."""

import pytest
from facts import HERE, HOST, TOKEN, step

from cgrdoctor.config.settings import Invocation
from cgrdoctor.net.authorization import Withheld
from cgrdoctor.net.pull import Pull
from cgrdoctor.testing import judged
from cgrdoctor_checks.facts.docker.pulled import DockerPull
from cgrdoctor_checks.facts.pull.registry_ping import RegistryPing
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.token.requested import login_requested

CHALLENGE = (("www-authenticate", f'Bearer realm="https://{HOST}/v2/token"'),)
NOT_ASKED = Withheld(reason="not-asked", why="GET /v2/ asks for no login")
CAME = step(status=200, message="", code="", digest=HERE)


def found(ping, *steps, engine=()):
    digest = HERE if steps and steps[-1].ok else None
    pull = Pull(host=HOST, repository="k/i", selector="1", steps=(ping, *steps), digest=digest)
    through = PullThrough(exchanges=("x9",), pull=pull, started_at="2026-11-24T12:00:00+00:00")
    result = judged(login_requested, RegistryPing(exchanges=("x1",), step=ping), through, *engine)
    return [(one.code, one.severity) for one in result.findings]


def ping(status=200, **more):
    return step("ping", status, "", shape="", code="", **more)


@pytest.mark.parametrize(
    ("first", "steps", "expected"),
    [
        (ping(), (TOKEN, CAME), [("login-not-requested", "warn")]),
        (ping(), (step("token", 401, "no"),), [("login-not-requested", "warn")]),
        (ping(), (step(status=401, code="UNAUTHORIZED", withheld=NOT_ASKED),), [("login-not-requested", "fail")]),
        (ping(), (step(status=403, code="DENIED", withheld=NOT_ASKED),), [("login-not-requested", "fail")]),
        (ping(), (CAME,), []),
        (ping(), (step(),), []),
        (ping(401, headers=CHALLENGE), (TOKEN, CAME), []),
        (ping(200, headers=CHALLENGE), (TOKEN, CAME), []),
        (ping(404), (step(status=401, withheld=NOT_ASKED),), []),
    ],
)
def test_by_what_the_ping_and_the_manifest_ask_for(first, steps, expected):
    assert found(first, *steps) == expected


@pytest.mark.parametrize(
    ("message", "severity"),
    [("unauthorized: authentication required", "fail"), ("x509: certificate signed by unknown authority", "warn")],
)
def test_it_is_a_failure_where_the_engine_was_turned_away(message, severity):
    engine = DockerPull(outcome="failed", seconds=1.0, message=message)

    assert found(ping(), TOKEN, CAME, engine=(engine,)) == [("login-not-requested", severity)]


@pytest.mark.parametrize(
    ("clients", "severity"),
    [(("docker",), "warn"), (("podman",), "fail"), (("docker", "podman"), "warn"), (("containerd",), "warn")],
)
def test_it_is_a_failure_where_podman_alone_is_looked_at(clients, severity):
    """podman, skopeo and CRI-O send a login only after a challenge of the ping."""
    assert found(ping(), TOKEN, CAME, engine=(Invocation(client=clients),)) == [("login-not-requested", severity)]
