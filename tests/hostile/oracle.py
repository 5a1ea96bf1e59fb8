"""What must hold for every run, whatever a peer did. Read from the catalogue, so that new checks are held to it too."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote

import msgspec
from published import conforms
from runs import DEADLINE, EVIL, HOST, LITERAL, PEAK, Ran

from cgrdoctor.engine.discovery import load
from cgrdoctor.lab.world import BLOBS, CGR, DOMAIN
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough

CATALOGUE = load()
SETTINGS = frozenset(code.name for check in CATALOGUE.checks if check.id.startswith("fields.") for code in check.codes)
"""Codes that blame somebody's setting of a remote repository; every world here has the right ones."""


OWN_ACT = "credential-not-sent"
"""What this command did itself blames nobody, and is certain, whoever made it do so."""


def held(ran: Ran, legs: frozenset[str], certain: frozenset[str] = frozenset(), *, peak: int = PEAK) -> None:
    """Every promise, in a world where nothing else is wrong. `certain` are the codes that may be sure."""
    kept(ran, peak=peak)
    for entry in ran.report["diagnosis"]:
        if entry["code"] == OWN_ACT:
            continue
        assert entry["code"] not in SETTINGS, entry["summary"]
        assert entry["leg"] in legs, (entry["code"], entry["leg"], entry["summary"])
        assert entry["confidence"] != "certain" or entry["code"] in certain, entry["summary"]


def kept(ran: Ran, *, peak: int = PEAK) -> None:
    """Every promise that depends neither on the world nor on what a peer did."""
    report = ran.report
    conforms(report)
    assert ran.status == report["exit_status"], ran.stderr
    assert "Traceback" not in ran.stderr
    assert ran.stderr == ""
    assert nothing_broke(report) == []
    assert report["run"]["duration"] <= DEADLINE + 1
    assert ran.peak <= peak, f"{ran.peak} KiB"
    assert leaks(ran, ran.stdout + ran.stderr) == []
    assert strayed(ran) == []
    for entry in report["diagnosis"]:
        assert entry["confidence"] == "certain" or entry["rivals"] or entry["explains"], entry["summary"]


BEFORE_THE_PULL = ("artifactory-rate-limited", "gateway-rate-limited")
"""A challenge that is limited stops docker, which asks for it first; this run gets on without."""


def told(ran: Ran) -> None:
    """A pull that failed is a finding, a pull that works is none, and one that was not seen makes the run incomplete."""
    fails = [entry["code"] for entry in ran.report["diagnosis"] if entry["severity"] == "fail"]
    works = pull_works(ran.report)
    if works:
        assert [code for code in fails if code not in BEFORE_THE_PULL] == []
        assert ran.status in ((1,) if fails else (0, 3))
    else:
        assert fails or ran.status == 3, ran.report["summary"]


def pull_works(report: dict[str, Any]) -> bool:
    """Whether the run saw the image come through Artifactory."""
    value = report["facts"].get("pull-through", {}).get("value")
    return value is not None and msgspec.convert(value, PullThrough).works


def nothing_broke(report: dict[str, Any]) -> list[str]:
    """Facts and checks that broke: our own bugs."""
    facts = [f"{name}: {fact['reason']}" for name, fact in report["facts"].items() if fact["status"] == "broken"]
    return facts + [f"{check['id']}: {check['summary']}" for check in report["checks"] if check["status"] == "error"]


def spellings(secret: str) -> list[str]:
    """The ways in which a secret would be seen, tokens and passwords alike."""
    raw = secret.encode()
    return [
        secret,
        quote(secret, safe=""),
        json.dumps(secret)[1:-1],
        base64.b64encode(raw).decode().rstrip("="),
        base64.b64encode(b"alice:" + raw).decode().rstrip("=")[8:],
    ]


def leaks(ran: Ran, text: str) -> list[str]:
    """Secrets of the world that stand in a text."""
    return [secret[:8] for secret in ran.lab.secrets for spelling in spellings(secret) if spelling in text]


def strayed(ran: Ran) -> list[str]:
    """Credentials that reached a host they are not stored for, by what the servers heard."""
    own = {name: value for name, value in ran.lab.environment.items() if not name.endswith("_USER")}
    theirs = {
        HOST: "CGRDOCTOR_CHAINGUARD",
        DOMAIN: "CGRDOCTOR_CHAINGUARD",
        LITERAL: "CGRDOCTOR_CHAINGUARD",
        CGR: "CGRDOCTOR_ARTIFACTORY CGRDOCTOR_REGISTRY",
        BLOBS: "",
        EVIL: "",
    }
    found = []
    for asked in ran.front.heard:
        foreign = theirs.get(asked.host, "")
        secrets = [value for name, value in own.items() if not foreign or name.rpartition("_")[0] in foreign.split()]
        text = asked.head.decode("latin-1")
        found += [f"{asked.host}: {s[:6]}" for s in secrets for spelling in spellings(s) if spelling in text]
        if asked.host in (BLOBS, EVIL) and asked.header("authorization"):
            found.append(f"{asked.host}: {asked.header('authorization')[:12]}")
    return found
