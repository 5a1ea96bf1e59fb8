"""What else the same short name means: the image at cgr.dev under the Project ID of each other member of a virtual.

Asked of cgr.dev only. Through Artifactory a member would have to be asked for an image that may not exist, which can
take its remote offline for everybody.
"""

from __future__ import annotations

import anyio

from cgrdoctor import Fact, NotNeeded, Struct, probe
from cgrdoctor.credentials.keyring import Keyring
from cgrdoctor.net.pull import Endpoint, Pull, Wanted
from cgrdoctor.net.registry import Puller
from cgrdoctor.net.transport import Http
from cgrdoctor_checks.facts.artifactory.remotes import Remotes
from cgrdoctor_checks.facts.artifactory.upstream_path import prefixed
from cgrdoctor_checks.facts.direct.pulls import UPSTREAM, DirectPull, UpstreamPing
from cgrdoctor_checks.facts.docker.platform import WantedPlatform
from cgrdoctor_checks.facts.reference.address import FREE_ORGANIZATION
from cgrdoctor_checks.facts.reference.target import Target

ASKED = 3
"""Other meanings that are looked up at most."""


class Namesake(Struct, frozen=True, kw_only=True):
    """An image at cgr.dev; `digest` is None where it is not served to this machine."""

    path: str
    digest: str | None = None


class DirectNamesakes(Fact, frozen=True, kw_only=True):
    """The other images that members of the virtual call by this name, in the order of the members."""

    found: tuple[Namesake, ...] = ()


@probe()
async def direct_namesakes(
    http: Http,
    keyring: Keyring,
    platform: WantedPlatform,
    target: Target,
    direct: DirectPull,
    pinged: UpstreamPing,
    remotes: Remotes,
) -> DirectNamesakes:
    """Only where members of a virtual repository put different organizations in front of the name."""
    behind = remotes.chainguard if remotes.virtual else ()
    paths = [
        path
        for path in dict.fromkeys(prefixed(one, target.path_in_repository) for one in behind)
        if path != direct.path
    ]
    if not paths:
        raise NotNeeded("the name means one image")
    credential = (await keyring.chainguard()).credential
    pulls: dict[str, Pull] = {}

    async def ask(path: str) -> None:
        free = path.partition("/")[0] == FREE_ORGANIZATION
        wanted = Wanted(path, target.selector, platform.parsed, "manifest")
        pulls[path] = await Puller(http, Endpoint(UPSTREAM, None if free else credential), pinged.step).pull(wanted)

    async with anyio.create_task_group() as group:
        for path in paths[:ASKED]:
            group.start_soon(ask, path)
    asked = {path: pulls[path] for path in paths[:ASKED]}
    return DirectNamesakes(
        exchanges=tuple(dict.fromkeys(name for pull in asked.values() for name in pull.evidence)),
        found=tuple(Namesake(path=path, digest=pull.digest) for path, pull in asked.items()),
    )
