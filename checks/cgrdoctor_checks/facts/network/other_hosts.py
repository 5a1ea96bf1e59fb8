"""How far the hosts can be reached that no pull through Artifactory needs; asked only on request."""

from __future__ import annotations

import fnmatch
import time
from collections.abc import Sequence

import anyio

from cgrdoctor import Fact, NotNeeded, probe
from cgrdoctor.config.settings import Settings
from cgrdoctor.net.hosts import HOSTS, ChainguardHost
from cgrdoctor.net.path import Path, observe
from cgrdoctor.net.transport import Http
from cgrdoctor.privacy.recorder import Recorder

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
