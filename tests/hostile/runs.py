"""Runs the command line against a world with a hostile part, and keeps everything that could be held against it."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar
from unittest import mock

import trustme
from front import Front, Plan, standing
from nursing import Nursery

from cgrdoctor.lab import Lab, World, healthy, running
from cgrdoctor.lab.world import BLOBS, CGR, DOMAIN

WHOLE = os.environ.get("CGRDOCTOR_HOSTILE") == "whole"
"""Whether everything is tried, or a fixed sample."""

DEADLINE = 20
PEAK = 150 * 1024
"""KiB a run may take."""

HOST = "acme.jfrog.io"
EVIL = "evil.test"
LITERAL = "192.0.2.10"
"""A host that needs no resolver (RFC 5737), for runs through a proxy."""

NAMES = (HOST, DOMAIN, CGR, BLOBS, EVIL, "www.chainguard.dev", "127.0.0.1", LITERAL)
T = TypeVar("T")


def sampled(cases: Sequence[T], every: int) -> list[T]:
    """All cases of a whole run, else every so many-th, the same ones each time."""
    return list(cases) if WHOLE else list(cases[::every])


@dataclass(frozen=True)
class Ran:
    """One run from outside: report, status, streams, seconds, peak KiB; and what the peers heard."""

    status: int
    stdout: str
    stderr: str
    seconds: float
    peak: int
    front: Front = field(repr=False)
    lab: Lab = field(repr=False)

    @property
    def report(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.stdout)
        return found

    @property
    def codes(self) -> list[str]:
        return [entry["code"] for entry in self.report["diagnosis"]]


@dataclass(frozen=True)
class Setup:
    """A running world with its front, and how to lead a run into it."""

    lab: Lab
    front: Front
    folder: Path
    arguments: tuple[str, ...]
    environ: dict[str, str]

    def towards(self, host: str, port: int) -> Setup:
        """The same with connections to `host` led to another port of this machine."""
        return replace(self, arguments=("--connect-to", f"{host}:443:127.0.0.1:{port}", *self.arguments))


@contextmanager
def prepared(
    authority: trustme.CA,
    plan: Plan,
    *,
    world: World | None = None,
    below: Sequence[str] = (),
    speaking: str | None = None,
    proxied: bool = False,
) -> Iterator[Setup]:
    """The world stands while the block is open.

    `below` are hosts whose connections meet `plan.raw`, `speaking` is the one whose TLS connections meet `plan.spoken`.
    """
    base = world or healthy()
    chosen = replace(base, image=base.image.replace(HOST, LITERAL)) if proxied else base
    with (
        mock.patch("cgrdoctor.lab.serve.SOCKET_TIMEOUT", DEADLINE),
        running(chosen) as lab,
        standing(lab, plan, NAMES, authority, base.host) as front,
        TemporaryDirectory(prefix="hostile-") as name,
    ):
        folder = Path(name)
        bundle = folder / "ca.pem"
        authority.cert_pem.write_to_path(str(bundle))
        arguments = ["--cacert", str(bundle), "--deadline", str(DEADLINE), "--timeout", "3", "--upstream-timeout", "4"]
        environ = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", **lab.environment}
        if proxied:
            environ["HTTPS_PROXY"] = f"http://localhost:{front.proxy_port}"
            arguments += ["--no-direct", "--artifactory-url", f"https://{LITERAL}/artifactory"]
        else:
            arguments += ["--artifactory-url", f"https://{base.host}/artifactory"] if base.host != HOST else []
            for host in NAMES[:6]:
                port = front.raw_port if host in below else front.spoken_port if host == speaking else front.port
                arguments += ["--connect-to", f"{host}:443:127.0.0.1:{port}"]
        yield Setup(lab, front, folder, tuple(arguments), environ)


def ran(nursery: Nursery, setup: Setup, *options: str, environ: dict[str, str] | None = None, **terms: Any) -> Ran:
    """One run in a prepared world; `terms` as in nursery.py. None of them needs the timer that ends what is held."""
    argv = [setup.lab.image, *setup.arguments, "-f", "json", *options]
    told, stdout, stderr = nursery.run(argv, {**setup.environ, **(environ or {})}, setup.folder, **terms)
    assert told["status"] not in (-signal.SIGALRM, 128 + signal.SIGALRM)
    return Ran(told["status"], stdout, stderr, told["seconds"], told["peak"], setup.front, setup.lab)
