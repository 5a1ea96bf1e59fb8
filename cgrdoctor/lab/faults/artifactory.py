"""Faults of Artifactory itself, its reverse proxy and its repositories."""

from __future__ import annotations

from dataclasses import replace

from cgrdoctor.lab.answers import Answer
from cgrdoctor.lab.envelopes import PAGE
from cgrdoctor.lab.faults.fault import Fault
from cgrdoctor.lab.world import ARTIFACTORY, Repository, World

LIMITED = Answer(
    path="/v2/",
    status=429,
    headers=(("Content-Type", "text/html"), ("Server", "nginx/1.24.0"), ("Retry-After", "5")),
    body=PAGE.format(title="429 Too Many Requests").encode(),
    unsigned=True,
)


NO_TOKEN_HERE = Answer(
    path=".*/token",
    status=500,
    headers=(("Content-Type", "application/json"),),
    body=b'{"errors" : [ {"status" : 500, "message" : "Failed to contact Access: connection refused"} ]}',
)

WRONG_STATUS = Answer(
    path="/v2/.*/manifests/.*",
    auth="bearer",
    status=200,
    headers=(("Content-Type", "application/json"),),
    body=b'{"errors":[{"code":"MANIFEST_UNKNOWN","message":"The named manifest is not known to the registry."}]}',
)


def _image(world: World, path: str) -> World:
    return replace(world, image=f"{ARTIFACTORY}/{path}")


def _members(world: World, *members: str) -> World:
    return _image(world.repository_with("cgr-virt", members=members), "cgr-virt/acme.com/python:3.12")


def _with_hub(world: World) -> World:
    hub = Repository("docker-hub", fields={"url": "https://registry-1.docker.io/"})
    return world.artifactory_with(repositories=(*world.artifactory.repositories, hub))


def _upper_case(world: World) -> World:
    renamed = (replace(one, key=one.key.replace("cgr-p", "CGR-P")) for one in world.artifactory.repositories)
    return world.artifactory_with(repositories=tuple(renamed))


FAULTS = (
    Fault(
        "not-artifactory",
        "The host is some other registry",
        lambda world: _image(world.artifactory_with(signs=False, rest_hosts=(), realm_form="root"), "x/y/z:1"),
        "not-artifactory",
        ("F109",),
    ),
    Fault(
        "artifactory-starting",
        "Artifactory is still starting",
        lambda world: world.artifactory_with(health="starting"),
        "artifactory-unhealthy",
        ("F86",),
    ),
    Fault(
        "artifactory-eula",
        "The agreement was never accepted",
        lambda world: world.artifactory_with(health="eula"),
        "artifactory-unhealthy",
        ("F87",),
    ),
    Fault(
        "artifactory-licence",
        "No licence is installed",
        lambda world: world.artifactory_with(health="licence"),
        "artifactory-unhealthy",
        ("F87",),
    ),
    Fault(
        "artifactory-rate-limited",
        "Artifactory limits how often a user may ask for a token",
        lambda world: world.artifactory_with(limits="artifactory"),
        "artifactory-rate-limited",
        ("F88",),
    ),
    Fault(
        "gateway-rate-limited",
        "A gateway before Artifactory limits how often a manifest is asked for",
        lambda world: world.artifactory_with(limits="gateway"),
        "gateway-rate-limited",
        ("F88",),
    ),
    Fault(
        "gateway-rate-limited-challenge",
        "A gateway before Artifactory limits how often the registry's challenge is asked for",
        lambda world: replace(world, answers=(LIMITED,)),
        "gateway-rate-limited",
        ("F88",),
    ),
    Fault(
        "artifactory-nodes-differ",
        "One node of the cluster has no way to cgr.dev",
        lambda world: world.artifactory_with(second_node="blind"),
        "artifactory-nodes-differ",
        ("F86",),
    ),
    Fault(
        "artifactory-bad-gateway",
        "Artifactory is down behind its reverse proxy",
        lambda world: world.artifactory_with(health="bad-gateway", signs=False),
        "artifactory-unhealthy",
        ("F86",),
    ),
    Fault(
        "artifactory-node-sick",
        "One node of the cluster is down, and the load balancer still asks it",
        lambda world: world.artifactory_with(second_node="sick"),
        "artifactory-unhealthy",
        ("F86",),
    ),
    Fault(
        "missed-retrieval-cached-on-one-node",
        "One node of the cluster remembers a miss that the others do not",
        lambda world: world.artifactory_with(second_node="missed"),
        "missed-retrieval-cached",
        ("F15",),
    ),
    Fault(
        "docker-api-not-routed",
        "The reverse proxy does not rewrite /v2/",
        lambda world: world.artifactory_with(docker_routed=False),
        "docker-api-not-routed",
        ("F46",),
    ),
    Fault(
        "docker-api-misrouted",
        "The reverse proxy rewrites /v2/ for another access method",
        lambda world: world.artifactory_with(misrouted_to=""),
        "docker-api-not-routed",
        ("F46",),
    ),
    Fault(
        "authorization-not-forwarded",
        "The reverse proxy drops Authorization at /v2/",
        lambda world: world.artifactory_with(strips_authorization="docker", realm_form="root"),
        "authorization-not-forwarded",
        ("F47",),
    ),
    Fault(
        "authorization-not-forwarded-token",
        "The reverse proxy drops Authorization at /v2/, and the token is issued beside it",
        lambda world: world.artifactory_with(
            strips_authorization="docker", realm=f"https://{ARTIFACTORY}/artifactory/api/docker/cgr-private/v2/token"
        ),
        "authorization-not-forwarded",
        ("F47",),
    ),
    Fault(
        "authorization-not-forwarded-anywhere",
        "The reverse proxy drops Authorization everywhere",
        lambda world: world.artifactory_with(strips_authorization="everywhere"),
        "authorization-not-forwarded",
        ("F47",),
    ),
    Fault(
        "repository-not-found",
        "The key is mistyped",
        lambda world: _image(world, "cgr-privat/acme.com/python:3.12"),
        "repository-not-found",
        ("F109",),
    ),
    Fault(
        "repository-key-unusable",
        "The key has upper case, which no reference can have",
        _upper_case,
        "repository-key-unusable",
        ("F100",),
    ),
    Fault(
        "repository-wrong-type",
        "The remote is of type Helm",
        lambda world: _image(world, "helm-remote/acme.com/python:3.12"),
        "repository-wrong-type",
        ("F36",),
    ),
    Fault(
        "repository-local",
        "The repository is a local one",
        lambda world: _image(world, "docker-local/acme.com/python:3.12"),
        "repository-wrong-type",
        ("F36",),
    ),
    Fault(
        "virtual-member-missing",
        "The virtual lacks the remote",
        lambda world: _members(_with_hub(world), "docker-local", "docker-hub"),
        "virtual-member-missing",
        ("F32",),
    ),
    Fault(
        "artifactory-storage-full",
        "Artifactory's storage is full",
        lambda world: world.artifactory_with(storage_full=True),
        "artifactory-storage-full",
        ("F85",),
    ),
    Fault(
        "artifactory-token-endpoint-fails",
        "Artifactory's own token endpoint fails",
        lambda world: replace(world, answers=(NO_TOKEN_HERE,)),
        "artifactory-unhealthy",
        ("F86",),
    ),
    Fault(
        "artifactory-error-with-status-200",
        "Artifactory's refusals come with status 200",
        lambda world: replace(world, answers=(WRONG_STATUS,)),
        "pull-through-failed",
    ),
    Fault(
        "artifactory-open-files",
        "Artifactory has too many files open",
        lambda world: world.artifactory_with(exhausted="java.io.IOException: Too many open files"),
        "artifactory-resources-exhausted",
    ),
    Fault(
        "artifactory-out-of-memory",
        "Artifactory's Java machine has no memory left",
        lambda world: world.artifactory_with(exhausted="java.lang.OutOfMemoryError: Java heap space"),
        "artifactory-resources-exhausted",
    ),
    Fault(
        "artifactory-database-pool-empty",
        "Artifactory gets no connection to its database",
        lambda world: world.artifactory_with(
            exhausted="Timeout: Pool empty. Unable to fetch a connection in 30 seconds, none available[size:100; "
            "busy:100; idle:0; lastwait:30000]."
        ),
        "artifactory-resources-exhausted",
    ),
    Fault(
        "gateway-timeout",
        "A proxy before Artifactory gives up on the first pull, and the next one comes out of the cache",
        lambda world: world.artifactory_with(impatient="first"),
        "gateway-timeout",
    ),
    Fault(
        "gateway-timeout-always",
        "A proxy before Artifactory gives up on every manifest",
        lambda world: world.artifactory_with(impatient="always"),
        "gateway-timeout",
    ),
    Fault(
        "artifactory-too-old",
        "Artifactory is too old for OCI images",
        lambda world: world.artifactory_with(version="7.4.1"),
        "artifactory-too-old",
        ("F84",),
        severity="warn",
    ),
)
