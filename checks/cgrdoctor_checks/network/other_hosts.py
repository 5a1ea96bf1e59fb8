"""The other hosts of Chainguard's network requirements.

## What it looks at
Name, TCP and TLS of every host in the requirements that no pull through Artifactory needs: chainctl, the Console,
packages and libraries. Only where the check is asked for, as with `--only 'network.*'`; else no packet is sent to them.

## Why it matters
A firewall rule that was made from the whole list can be checked in one go. For pulling images only cgr.dev and its blob
host matter, and they have checks of their own.

## How it fails
chainctl cannot log in, `apk add` inside an image finds no repository, the Console stays empty; pulls are not concerned.

## How to fix
Allow the hosts that are used, TCP 443, by name. `cgrdoctor explain hosts` shows who needs which.
"""

from __future__ import annotations

import fnmatch
import time
from collections.abc import Iterator, Sequence

import anyio

from cgrdoctor import Fact, Finding, NotNeeded, check, info, probe
from cgrdoctor.net.hosts import HOSTS, ChainguardHost
from cgrdoctor.net.path import Path, observe
from cgrdoctor.net.transport import Http
from cgrdoctor.record import Recorder
from cgrdoctor.settings import Settings
from cgrdoctor_checks import remedy
from cgrdoctor_checks.network.codes import PATH_CODES
from cgrdoctor_checks.network.meaning import code_of, words

CHECK = "network.other-hosts"
OTHERS = tuple(host for host in HOSTS if not host.pulls)
AT_ONCE = 6
MARGIN = 0.2
"""Seconds before the end of the run at which looking stops, so that what was seen is kept."""


class OtherHostPaths(Fact, frozen=True, kw_only=True):
    """The paths from here to the hosts that pulling does not need; one that was not finished in time is missing."""

    paths: tuple[Path, ...] = ()


@probe()
async def other_host_paths(http: Http, recorder: Recorder, settings: Settings) -> OtherHostPaths:
    """Only on request: nothing else needs these hosts, and nobody expects packets to them."""
    if not asked_for(settings.only):
        raise NotNeeded(f"not needed for pulling; looked at with --only {CHECK}")
    if settings.no_direct:
        raise NotNeeded("--no-direct: nothing is sent to Chainguard from here")
    found: dict[str, tuple[Path, tuple[str, ...]]] = {}
    turns = anyio.CapacityLimiter(AT_ONCE)

    async def look(host: ChainguardHost) -> None:
        async with turns:
            found[host.name] = await observe(http.network, recorder, host.name, 443)

    with anyio.move_on_after(max(0.0, http.options.ends_at - time.monotonic() - MARGIN)) as scope:
        async with anyio.create_task_group() as group:
            for host in OTHERS:
                group.start_soon(look, host)
    if scope.cancelled_caught:
        http.patience.cut()
    seen = [found[host.name] for host in OTHERS if host.name in found]
    exchanges = tuple(exchange for _, ids in seen for exchange in ids)
    return OtherHostPaths(exchanges=exchanges, paths=tuple(path for path, _ in seen))


def asked_for(only: Sequence[str]) -> bool:
    """Whether a pattern of `--only` means this check; no pattern means what pulling needs."""
    return any(fnmatch.fnmatchcase(CHECK, pattern) for pattern in only)


@check(CHECK, title="Chainguard's other hosts can be reached from here (only on request)", codes=PATH_CODES)
def other_hosts(seen: OtherHostPaths) -> Iterator[Finding]:
    """Only remarks: a host that cannot be reached stops no pull."""
    needed_for = {host.name: host.needed_for for host in OTHERS}
    for path in seen.paths:
        code = code_of(path.trouble) if path.trouble is not None else None
        if code is None or path.trouble is None:
            continue
        yield info(
            code,
            f"{words(path.host, path.trouble)}; needed for {needed_for.get(path.host, 'nothing known')}",
            subject=path.host,
            evidence=seen.exchanges,
            leg="client-to-upstream",
            remedy=remedy.steps(f"Allow TCP 443 to {path.host} by name, where it is used"),
        )
