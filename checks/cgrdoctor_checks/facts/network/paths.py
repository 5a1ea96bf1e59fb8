"""The paths from this machine to Artifactory, to cgr.dev and to the blob host, one fact each."""

from __future__ import annotations

from cgrdoctor import Fact, NotNeeded, probe
from cgrdoctor.config.settings import Invocation
from cgrdoctor.net.hosts import BLOB_HOST, REGISTRY_HOST
from cgrdoctor.net.path import Path, observe
from cgrdoctor.net.transport import Http
from cgrdoctor.privacy.recorder import Recorder


class ArtifactoryPath(Fact, frozen=True, kw_only=True):
    """The path to the host of IMAGE."""

    path: Path


class UpstreamPath(Fact, frozen=True, kw_only=True):
    """The path from here to cgr.dev."""

    path: Path


class BlobHostPath(Fact, frozen=True, kw_only=True):
    """The path from here to the blob host."""

    path: Path


@probe()
async def artifactory_path(http: Http, recorder: Recorder, invocation: Invocation) -> ArtifactoryPath:
    """Nothing else waits for this one."""
    if invocation.registry_host is None:
        raise NotNeeded("no IMAGE was given")
    host, port = split(invocation.registry_host)
    path, exchanges = await observe(http.network, recorder, host, port)
    return ArtifactoryPath(exchanges=exchanges, path=path)


@probe()
async def upstream_path(http: Http, recorder: Recorder, invocation: Invocation) -> UpstreamPath:
    """Not with --no-direct."""
    _refuse(invocation)
    path, exchanges = await observe(http.network, recorder, REGISTRY_HOST, 443)
    return UpstreamPath(exchanges=exchanges, path=path)


@probe()
async def blob_host_path(http: Http, recorder: Recorder, invocation: Invocation) -> BlobHostPath:
    """Not with --no-direct."""
    _refuse(invocation)
    path, exchanges = await observe(http.network, recorder, BLOB_HOST, 443)
    return BlobHostPath(exchanges=exchanges, path=path)


def split(host: str) -> tuple[str, int]:
    """`host[:port]` as both; 443 if there is no port."""
    name, colon, port = host.rpartition(":")
    return (name.strip("[]"), int(port)) if colon and port.isdigit() else (host.strip("[]"), 443)


def _refuse(invocation: Invocation) -> None:
    if invocation.no_direct:
        raise NotNeeded("--no-direct: nothing is sent to Chainguard from here")
