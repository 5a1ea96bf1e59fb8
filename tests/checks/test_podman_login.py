"""podman's own login, where the run took another one."""

import pytest

from cgrdoctor.config.settings import Invocation
from cgrdoctor.credentials.docker_config import OTHER_HOST
from cgrdoctor.net.step import Step
from cgrdoctor.testing import judged
from cgrdoctor_checks.facts.pull.registry_ping import RegistryPing
from cgrdoctor_checks.facts.token.login import NearMiss, PodmanLogin, RegistryLogin, Trouble
from cgrdoctor_checks.token.stored import podman_is_logged_in

HOST = "acme.jfrog.io"
PODMAN = Invocation(registry_host=HOST, client=("podman",))
CHOSEN, REST = "environment CGRDOCTOR_REGISTRY_USER and CGRDOCTOR_REGISTRY_PASSWORD", "environment JF_ACCESS_TOKEN"
LOOKED = ("/run/containers/0/auth.json (not there)",)
PATH = NearMiss(key=f"{HOST}/other", place="/a.json", why="it is for images below other alone")
FAR = NearMiss(key="b.jfrog.io", place="/a.json", why=OTHER_HOST)
NAMED = Trouble(kind="named-file", place="/named.json", message="has no login, and newer ones look no further")
EMPTY = Trouble(kind="config-invalid", place="/a.json", message="is empty")


def found(stored, source=REST, status=401):
    pinged = RegistryPing(exchanges=("x1",), step=Step(name="ping", host=HOST, exchange="x1", status=status))
    login = RegistryLogin(kind="basic" if source else "", source=source)
    return judged(podman_is_logged_in, PODMAN, PodmanLogin(whose="podman", **stored), login, pinged).findings


@pytest.mark.parametrize(
    ("stored", "source", "status", "expected"),
    [
        ({"looked": LOOKED}, REST, 401, [("docker-credentials-missing", "warn")]),
        ({"looked": LOOKED}, CHOSEN, 401, [("docker-credentials-missing", "info")]),
        ({"near_misses": (PATH,)}, CHOSEN, 401, [("docker-credentials-other-host", "warn")]),
        ({"near_misses": (FAR,)}, CHOSEN, 401, [("docker-credentials-missing", "info")]),
        ({"near_misses": (FAR,)}, REST, 401, [("docker-credentials-other-host", "warn")]),
        ({"troubles": (EMPTY,)}, REST, 401, [("docker-config-invalid", "warn")]),
        ({"kind": "basic"}, REST, 401, []),
        ({"kind": "basic", "troubles": (NAMED,)}, "/b.json", 401, [("docker-credentials-missing", "warn")]),
        ({"kind": "basic", "troubles": (NAMED,)}, "/b.json", 200, []),
        ({}, REST, 200, []),
        ({}, "", 401, []),
    ],
)
def test_it_matters_where_the_registry_wants_one_and_podman_has_none(stored, source, status, expected):
    assert [(one.code, one.severity) for one in found(stored, source, status)] == expected


def test_who_has_none_where_was_looked_and_how_to_log_in_is_said():
    (one,) = found({"looked": LOOKED})

    assert LOOKED[0] in one.summary
    assert "skopeo" in one.summary
    assert [command.command for command in one.remedy.commands] == [f"podman login {HOST}"]
    (other,) = found({"near_misses": (PATH,)})
    assert other.summary.startswith("podman has a login under")
