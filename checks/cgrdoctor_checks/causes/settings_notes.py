"""What the settings of a repository say about trouble on its way to cgr.dev: no faults by themselves, but good to know.

Sources: JFrog REST API, Repository Configuration JSON; Terraform provider for Artifactory, remote repositories.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor_checks.facts.artifactory.configuration import Configuration, usual


def notes(remote: Configuration) -> tuple[str, ...]:
    """One sentence for each setting that bears on Artifactory's own way upstream."""
    return tuple(
        f"{remote.key}: {text}"
        for text in (*_route(remote), *_behaviour(remote), *_additions(remote), *_as_a_virtual(remote))
    )


def _route(remote: Configuration) -> Iterator[str]:
    """Through which proxy, from which address."""
    if remote.proxy:
        yield f"goes through the proxy {remote.proxy} (Administration > Proxies)"
    elif remote.disable_proxy:
        yield "goes through no proxy, the instance's default one is switched off for it"
    elif remote.disable_proxy is False:
        yield "goes through the instance's default proxy, if there is one"
    if remote.local_address:
        yield f"connects from the local address {remote.local_address} only"


def _behaviour(remote: Configuration) -> Iterator[str]:
    """What Artifactory makes of a failure, and for how long."""
    if remote.hard_fail:
        yield "Hard Fail is on, so upstream trouble answers 500 and ends a virtual's search"
    if remote.assumed_offline_period == 0:
        yield "is never assumed offline (period 0)"
    patience, most = remote.metadata_timeout, usual("metadata_timeout")
    if patience is not None and patience < most:
        yield f"waits no longer than {patience} s for metadata (Metadata Retrieval Cache Timeout, {most} s unless set)"
    if remote.missed_retrieval_cache_period == 0:
        yield "remembers no misses (period 0)"
    if remote.retrieval_cache_period == 0:
        yield "asks cgr.dev at every pull of a tag (period 0), so each of its outages is one here"
    if remote.bypass_head_requests:
        yield "asks by GET where others ask by HEAD (Bypass HEAD Requests)"
    if remote.curated or remote.pass_through:
        yield "JFrog Curation stands before it"


def _additions(remote: Configuration) -> Iterator[str]:
    """What is sent to cgr.dev that it does not ask for."""
    if remote.client_tls_certificate:
        yield f"presents the client certificate {remote.client_tls_certificate}, which cgr.dev does not ask for"
    if remote.query_params:
        yield "appends query parameters to every request"
    if remote.custom_http_headers:
        yield "adds HTTP headers of its own to every request"
    if remote.smart_remote:
        yield "is set up as a smart remote of another Artifactory, which cgr.dev is not"


def _as_a_virtual(virtual: Configuration) -> Iterator[str]:
    """For whom a virtual asks its members, and which of their answers it takes."""
    if virtual.artifactory_requests_can_retrieve:
        yield "fetches for other Artifactory instances too (Artifactory Requests Can Retrieve Remote Artifacts)"
    if virtual.resolve_docker_tags_by_timestamp:
        yield "asks all members for a tag and serves the newest (Resolve Docker Tags by Latest Timestamp)"
