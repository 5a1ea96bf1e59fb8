"""Real name servers, real firewalls, real routes: the doctor in a network namespace that the test makes for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from netns import BLOBS, HOST, NOWHERE, ZONE, made, run, settings_of, staged

pytestmark = pytest.mark.e2e


@pytest.fixture
def namespace() -> Iterator[str]:
    with made() as name:
        yield name


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


def test_a_silent_name_server_holds_up_nobody_whose_names_are_in_the_hosts_file(namespace):
    names = (HOST, "cgr.dev", BLOBS, "www.chainguard.dev")
    (settings_of(namespace) / "hosts").write_text("".join(f"10.99.0.1 {name}\n" for name in names))

    report = examine(namespace, {name: {"rcode": "silent"} for name in names})

    assert (report["status"], report["complete"]) == ("healthy", True), report["summary"]
    assert report["facts"]["artifactory-path"]["value"]["path"]["names"] == []
