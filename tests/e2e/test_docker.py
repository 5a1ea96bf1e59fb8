"""Debian's Docker Engine pulls through the lab's Artifactory, or fails to; `cgrdoctor --pull` says the same.

The engine runs in a network namespace of the test's own, with its own /etc/docker, so that it finds the lab under its
real names on port 443 and nothing else in the world.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from netns import HERE, HOST, ZONE, daemon, made, settings_of, staged

from cgrdoctor.lab import scenario

pytestmark = pytest.mark.e2e

SUBDOMAIN = f"cgr-private.{HOST}"
BY_PATH = f"{HOST}/cgr-private/acme.com/python:3.12"
BY_SUBDOMAIN = f"{SUBDOMAIN}/acme.com/python:3.12"
NAMES = {**ZONE, SUBDOMAIN: HERE}
PATH = f"/usr/sbin:/usr/bin:{os.environ['PATH']}"
DOCKERD = """
mount --bind "$1/resolv.conf" /etc/resolv.conf
mount --bind "$1/docker" /etc/docker
exec dockerd --data-root "$2/data" --exec-root "$2/exec" --pidfile "$2/pid" -H "unix://$2/docker.sock" \
    --bridge none --iptables=false --ip6tables=false --storage-driver vfs
"""
"""The engine with the namespace's resolver and its own certs.d; neither touches the machine's /etc."""


@dataclass(frozen=True)
class Machine:
    """A machine with Docker: an engine, the configuration of a user, and a world at hand."""

    namespace: str
    folder: Path
    stage: dict[str, Any] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of whoever runs the test; the only login is docker's."""
        socket, config = f"unix://{self.folder}/docker.sock", str(self.folder / "config")
        kept = {name: value for name, value in self.stage.get("environment", {}).items() if "CHAINGUARD" in name}
        return {**kept, "PATH": PATH, "HOME": str(self.folder), "DOCKER_HOST": socket, "DOCKER_CONFIG": config}

    def docker(self, *words: str, told: str | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["docker", *words],
            input=told,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def trust(self, host: str, name: str = "ca.crt") -> None:
        folder = settings_of(self.namespace) / "docker" / "certs.d" / host
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        (folder / name).write_bytes(Path(self.stage["cacert"]).read_bytes())

    def log_in(self, host: str) -> None:
        user, password = (self.stage["environment"][f"CGRDOCTOR_REGISTRY_{name}"] for name in ("USER", "PASSWORD"))
        done = self.docker("login", "-u", user, "--password-stdin", host, told=password)
        assert done.returncode == 0, done.stderr

    def doctor(self, image: str, **environment: str) -> dict[str, Any]:
        command = ["ip", "netns", "exec", self.namespace, sys.executable, "-m", "cgrdoctor", image, "--pull"]
        command += ["--cacert", self.stage["cacert"], "--deadline", "30", "-f", "json"]
        done = subprocess.run(
            command, env={**self.environment, **environment}, capture_output=True, text=True, timeout=90, check=False
        )
        report: dict[str, Any] = json.loads(done.stdout)
        assert done.returncode == (1 if report["status"] == "faulty" else 0), done.stderr
        return report

    def forget(self) -> None:
        """Logs out everywhere and removes every image."""
        (self.folder / "config" / "config.json").unlink(missing_ok=True)
        images = self.docker("images", "-aq").stdout.split()
        if images:
            self.docker("rmi", "-f", *set(images))


@contextmanager
def engine(namespace: str, folder: Path, **proxies: str) -> Iterator[None]:
    """Debian's dockerd until the block is left; ready when it answers."""
    answers = Machine(namespace, folder)
    with daemon(
        namespace, folder, DOCKERD, {"PATH": PATH, **proxies}, lambda: answers.docker("version").returncode == 0
    ):
        yield


@pytest.fixture(scope="module")
def namespace() -> Iterator[str]:
    with made() as name:
        (settings_of(name) / "docker").mkdir()
        yield name


@contextmanager
def emptied() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="cgrd-", ignore_cleanup_errors=True) as folder:
        (Path(folder) / "config").mkdir()
        yield Path(folder)


@pytest.fixture(scope="module")
def machine(namespace: str) -> Iterator[Machine]:
    with emptied() as folder, engine(namespace, folder):
        yield Machine(namespace, folder)


@contextmanager
def in_world(machine: Machine, name: str, *, login: str | None = HOST, ca: str = "ca.crt") -> Iterator[Machine]:
    """The machine in a world, logged in to `login`, its engine trusting by a file called `ca`."""
    with staged(machine.namespace, NAMES, name) as stage:
        here = Machine(machine.namespace, machine.folder, stage)
        here.forget()
        for host in {HOST, SUBDOMAIN}:
            here.trust(host)
        if login is not None:
            here.trust(login)
            here.log_in(login)
        for host in {HOST, SUBDOMAIN}:
            here.trust(host, ca)
        yield here


def words_of(report: dict[str, Any]) -> str:
    """What the doctor quotes of the engine."""
    check = next(check for check in report["checks"] if check["id"] == "docker.pull")
    return " ".join(finding["summary"] for finding in check["findings"])


@pytest.mark.parametrize(("image", "host"), [(BY_PATH, HOST), (BY_SUBDOMAIN, SUBDOMAIN)])
def test_docker_pulls_and_the_doctor_agrees(machine, image, host):
    with in_world(machine, "healthy", login=host) as here:
        report = here.doctor(image)
        pulled = here.docker("pull", image)
        digests = json.loads(here.docker("image", "inspect", image, "--format", "{{json .RepoDigests}}").stdout)

    assert pulled.returncode == 0, pulled.stderr
    assert "Image is up to date" in pulled.stdout
    assert (report["status"], report["diagnosis"]) == ("healthy", []), report["summary"]
    found = report["facts"]["docker-pull"]["value"]
    through = report["facts"]["pull-through"]["value"]["pull"]
    assert (found["outcome"], found["digest"]) == ("pulled", through["digest"])
    assert found["digest"] in digests[0]
    assert report["facts"]["wanted-platform"]["value"]["source"] == "engine"


FAULTS = (
    "token-authentication-disabled",
    "tag-not-found",
    "image-not-in-catalog",
    "pull-token-expired",
    "upstream-refused",
    "upstream-blob-host-blocked",
    "artifactory-permission-denied",
    "repository-not-found",
    "cache-poisoned",
)
"""Worlds in which no engine can pull: the doctor names their fault, and quotes docker beside it."""


@pytest.mark.parametrize("name", FAULTS)
def test_docker_fails_and_the_doctor_names_the_fault(machine, name):
    truth = scenario(name)
    with in_world(machine, name) as here:
        report = here.doctor(here.stage["image"])
        pulled = here.docker("pull", here.stage["image"])

    assert pulled.returncode != 0, pulled.stdout
    assert report["diagnosis"][0]["code"] in (truth.expected, *truth.accept), report["summary"]
    assert report["facts"]["docker-pull"]["value"]["outcome"] == "failed"
    assert words_of(report)


def test_an_engine_without_the_ca(machine):
    with in_world(machine, "healthy", ca="ca.pem") as here:
        report = here.doctor(BY_PATH)
        pulled = here.docker("pull", BY_PATH)

    assert "x509" in pulled.stderr
    first = report["diagnosis"][0]
    assert (first["code"], first["severity"], first["confidence"]) == ("docker-ca-missing", "fail", "certain")
    assert "ca.pem" in first["summary"]
    assert [one["code"] for one in first["explains"]] == ["docker-pull-failed"]
    assert "x509" in words_of(report)


def test_a_login_under_another_spelling(machine):
    with in_world(machine, "healthy", login=f"{HOST}:443") as here:
        report = here.doctor(BY_PATH)
        pulled = here.docker("pull", BY_PATH)

    assert pulled.returncode != 0
    assert report["diagnosis"][0]["code"] == "docker-credentials-other-host"


def test_no_login(machine):
    with in_world(machine, "healthy", login=None) as here:
        report = here.doctor(BY_PATH)
        pulled = here.docker("pull", BY_PATH)

    assert "uthentication is required" in pulled.stderr
    assert "does not let the engine in" in words_of(report)
    assert report["diagnosis"][0]["code"] == "docker-credentials-missing"


def test_an_engine_with_a_proxy_of_its_own(namespace):
    """The proxy is gone, and NO_PROXY names the sub-domains of the host only."""
    proxies = {"HTTPS_PROXY": "http://10.99.0.1:3128", "NO_PROXY": f".{HOST}"}
    with emptied() as folder, engine(namespace, folder, **proxies):
        with in_world(Machine(namespace, folder), "healthy", login=SUBDOMAIN) as here:
            user, password = (here.stage["environment"][f"CGRDOCTOR_REGISTRY_{part}"] for part in ("USER", "PASSWORD"))
            login = {"CGRDOCTOR_REGISTRY_USER": user, "CGRDOCTOR_REGISTRY_PASSWORD": password}
            report = here.doctor(BY_PATH, **login)
            refused = here.docker("pull", BY_PATH)
            allowed = here.doctor(BY_SUBDOMAIN)

    assert "proxyconnect" in refused.stderr
    assert report["diagnosis"][0]["code"] == "docker-proxy-differs"
    assert report["diagnosis"][0]["severity"] == "fail"
    assert (allowed["status"], allowed["diagnosis"]) == ("healthy", []), allowed["summary"]


def test_an_engine_that_is_gone(machine):
    with in_world(machine, "healthy") as here:
        report = here.doctor(BY_PATH, DOCKER_HOST=f"unix://{here.folder}/nowhere.sock")

    assert report["diagnosis"][0]["code"] == "docker-daemon-unreachable"
