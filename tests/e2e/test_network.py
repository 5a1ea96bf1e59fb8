"""Real name servers, real firewalls, real routes: the doctor in a network namespace that the test makes for it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.e2e

STAGE = Path(__file__).with_name("stage.py")
HOST = "acme.jfrog.io"
BLOBS = "9236a389bd48b984df91adc1bc924620.r2.cloudflarestorage.com"
HERE = {"A": ["10.99.0.1"]}
NOWHERE = {"A": ["10.99.0.9"]}
"""An address of the namespace's own network at which nobody is: packets to it are lost."""

ZONE: dict[str, dict[str, Any]] = {HOST: HERE, "cgr.dev": HERE, BLOBS: HERE, "www.chainguard.dev": HERE}


def run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True, text=True)


@pytest.fixture
def namespace() -> Iterator[str]:
    """A network with one address of each family, and a resolver configuration of its own."""
    name = f"cgrdoctor{os.getpid()}"
    settings = Path("/etc/netns") / name
    settings.mkdir(parents=True)
    (settings / "resolv.conf").write_text("nameserver 127.0.0.53\noptions timeout:1 attempts:1\n")
    run("ip", "netns", "add", name)
    try:
        for words in (
            "link set lo up",
            "link add v0 type veth peer name v1",
            "address add 10.99.0.1/24 dev v0",
            "address add fd99::1/64 dev v0 nodad",
            "link set v0 up",
            "link set v1 up",
            "neighbour add 10.99.0.9 lladdr 02:00:00:00:00:09 dev v0 nud permanent",
            "neighbour add fd99::9 lladdr 02:00:00:00:00:09 dev v0 nud permanent",
            "route add default dev v0",
        ):
            run("ip", "-n", name, *words.split())
        yield name
    finally:
        run("ip", "netns", "delete", name)
        shutil.rmtree(settings)


@contextmanager
def staged(namespace: str, zone: dict[str, dict[str, Any]], world: str) -> Iterator[dict[str, Any]]:
    told = json.dumps({"zone": zone, "world": world})
    command = ["ip", "netns", "exec", namespace, sys.executable, str(STAGE), told]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as stage:
        assert stage.stdout is not None
        assert stage.stdin is not None
        try:
            yield json.loads(stage.stdout.readline())
        finally:
            stage.stdin.close()
            stage.wait(10)


def examine(
    namespace: str, zone: dict[str, dict[str, Any]] = ZONE, world: str = "healthy", *options: str
) -> dict[str, Any]:
    with staged(namespace, zone, world) as stage:
        command = ["ip", "netns", "exec", namespace, sys.executable, "-m", "cgrdoctor", stage["image"], "-f", "json"]
        command += ["--cacert", stage["cacert"], "--deadline", "12", "--timeout", "2", *options]
        environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", **stage["environment"]}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)
    report: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == (1 if report["status"] == "faulty" else 0), done.stderr
    return report


def first(report: dict[str, Any]) -> tuple[str, str]:
    assert report["diagnosis"], report["summary"]
    entry = report["diagnosis"][0]
    return entry["code"], entry["leg"]


def test_a_healthy_network_is_left_in_peace(namespace):
    report = examine(namespace)

    assert (report["status"], report["diagnosis"]) == ("healthy", []), report["summary"]
    names = report["facts"]["artifactory-path"]["value"]["path"]["names"]
    assert {(name["kind"], name["rcode"]) for name in names} == {("A", "NOERROR"), ("AAAA", "NOERROR")}


@pytest.mark.parametrize("rcode", ["NXDOMAIN", "SERVFAIL", "silent"])
def test_a_name_that_does_not_resolve(namespace, rcode):
    report = examine(namespace, {**ZONE, HOST: {"rcode": rcode}})

    assert first(report) == ("dns-failure", "client-to-artifactory")
    shown = {name["rcode"] for name in report["facts"]["artifactory-path"]["value"]["path"]["names"]}
    assert shown == {"TIMEOUT" if rcode == "silent" else rcode}


def test_packets_that_are_dropped(namespace):
    assert first(examine(namespace, {**ZONE, HOST: NOWHERE})) == ("connection-timeout", "client-to-artifactory")


def test_packets_that_are_rejected(namespace):
    run("ip", "-n", namespace, "address", "add", "10.99.0.7/24", "dev", "v0")

    assert first(examine(namespace, {**ZONE, HOST: {"A": ["10.99.0.7"]}})) == (
        "connection-refused",
        "client-to-artifactory",
    )


def test_broken_ipv6_beside_working_ipv4_is_a_warning(namespace):
    report = examine(namespace, {**ZONE, HOST: {"A": ["10.99.0.1"], "AAAA": ["fd99::9"]}})

    assert first(report)[0] == "ipv6-broken"
    assert report["status"] == "warning"
    assert "fd99::9" in report["diagnosis"][0]["summary"]


def test_both_families_working_are_left_in_peace(namespace):
    report = examine(namespace, {**ZONE, HOST: {"A": ["10.99.0.1"], "AAAA": ["fd99::1"]}})

    assert report["status"] == "healthy", report["summary"]


def test_no_way_to_chainguard_from_here_is_no_fault(namespace):
    report = examine(namespace, {**ZONE, "cgr.dev": NOWHERE, BLOBS: {"rcode": "NXDOMAIN"}})

    assert (report["status"], report["diagnosis"]) == ("healthy", []), report["summary"]
    remarks = {(finding["code"], finding["leg"]) for check in report["checks"] for finding in check["findings"]}
    assert {("connection-timeout", "client-to-upstream"), ("dns-failure", "client-to-upstream")} <= remarks


def test_the_same_is_a_fault_where_artifactory_stands(namespace):
    report = examine(namespace, {**ZONE, "cgr.dev": NOWHERE}, "healthy", "--vantage", "artifactory")

    assert first(report) == ("upstream-unreachable", "artifactory-to-upstream")


def test_a_path_that_loses_large_packets(namespace):
    rule = "-A OUTPUT -p tcp --sport 443 -m length --length 700:65535 -j DROP"
    run("ip", "netns", "exec", namespace, "iptables", *rule.split())

    report = examine(namespace)

    entry = report["diagnosis"][0]
    assert entry["leg"] == "client-to-artifactory"
    assert "path-mtu" in (entry["code"], *(rival["code"] for rival in entry["rivals"]))


def test_nothing_is_asked_about_chainguard_with_no_direct(namespace):
    report = examine(namespace, ZONE, "healthy", "--no-direct")

    assert report["status"] == "healthy"
    assert not [one for one in report["exchanges"] if "cgr.dev" in (one["url"] or "") or BLOBS in (one["url"] or "")]
