"""Healthy worlds that differ in Artifactory: its version and edition, its nodes, its cache, what lies beside."""

from __future__ import annotations

from dataclasses import replace

from cgrdoctor.lab.answers import Answer
from cgrdoctor.lab.faults.client import stored_away
from cgrdoctor.lab.faults.fault import Fault
from cgrdoctor.lab.faults.healthy_here import free
from cgrdoctor.lab.faults.upstream import EDGE
from cgrdoctor.lab.faults.virtual import priority_to_the_remote, through, with_repositories
from cgrdoctor.lab.tokens import organization_id
from cgrdoctor.lab.world import (
    ADMIN,
    ARTIFACTORY,
    BOB,
    Cached,
    Image,
    PullToken,
    Repository,
    World,
)

KEY = "cgr-private"
PATH = "acme.com/python"

EXHAUSTED = Answer(
    path="/artifactory/api/system/.*",
    status=500,
    headers=(("Content-Type", "application/json"),),
    body=b'{"errors":[{"status":500,"message":"Timeout: Pool empty. Unable to fetch a connection in 30 seconds"}]}',
)


def _user(world: World) -> World:
    return replace(world, caller="user")


def _cached(world: World) -> World:
    return world.repository_with(KEY, cached=(Cached(PATH, "3.12", age=60),))


def _reading(world: World, *keys: str) -> World:
    return _user(world.artifactory_with(users=(ADMIN, replace(BOB, reads=keys))))


def _image(world: World, path: str, tag: str) -> World:
    images = (*world.chainguard.images, Image(path, (tag,)))
    return replace(world.chainguard_with(images=images), image=f"{ARTIFACTORY}/{KEY}/{path}:{tag}")


def _dead_neighbour(world: World) -> World:
    other = Repository("cgr-other", token=PullToken("acme.com", number=9))
    return with_repositories(world, other)


def _crowded(world: World) -> World:
    more = [
        Repository("docker-hub", fields={"url": "https://registry-1.docker.io/"}),
        Repository("quay", fields={"url": "https://quay.io/"}),
        Repository("team-local", rclass="local", images=(Image("team/app", ("1.0",)),)),
    ]
    members = ("team-local", "docker-local", "cgr-private", "docker-hub", "quay", "cgr-public")
    return through(with_repositories(world, *more), members=members)


WORLDS = (
    Fault(
        "healthy-virtual-priority",
        "A local repository has a newer image of the same name, and the remote has priority",
        lambda world: priority_to_the_remote(world, by_time=False),
    ),
    Fault(
        "healthy-6",
        "Artifactory 6.23",
        lambda world: world.artifactory_with(version="6.23.1", digest_folder="sha256:", tells_registry="never"),
    ),
    Fault(
        "healthy-7-9",
        "Artifactory 7.9",
        lambda world: world.artifactory_with(version="7.9.1", digest_folder="sha256:", realm_form="root"),
    ),
    Fault(
        "healthy-saas",
        "JFrog's own cloud",
        lambda world: world.artifactory_with(version="7.166.0", tells_registry="always"),
    ),
    Fault(
        "healthy-without-configuration",
        "An edition that shows no repository's configuration to anybody",
        lambda world: world.artifactory_with(shows_configuration=False),
        beside=("configuration-api-unavailable",),
    ),
    Fault(
        "healthy-without-configuration-virtual",
        "The same through a virtual repository, by an ordinary user",
        lambda world: _user(through(world.artifactory_with(shows_configuration=False))),
    ),
    Fault(
        "healthy-compressed",
        "A proxy compresses JSON, whatever the client takes",
        lambda world: replace(world, compresses="gzip"),
    ),
    Fault("healthy-two-nodes", "Two nodes that agree", lambda world: world.artifactory_with(second_node="well")),
    Fault(
        "healthy-untested-connections",
        "Artifactory tests no connections",
        lambda world: world.artifactory_with(verifies_connections=False),
    ),
    Fault(
        "healthy-existence-hidden",
        "Existence is hidden from those who may not read, and the user may",
        lambda world: _reading(world.artifactory_with(hide_existence=True), KEY),
    ),
    Fault("healthy-one-right", "The user may read this one repository", lambda world: _reading(world, KEY)),
    Fault("healthy-cached-user", "In the cache and fresh, seen by an ordinary user", lambda w: _user(_cached(w))),
    Fault("healthy-cached-virtual", "In the cache of a virtual's member", lambda world: through(_cached(world))),
    Fault(
        "healthy-content-of-another-lost",
        "The filestore has lost a blob of another image",
        lambda world: world.repository_with(KEY, cached=(Cached("acme.com/node", "22", damage="blob-lost"),)),
    ),
    Fault(
        "healthy-rest-exhausted",
        "The REST API gets no connection to the database, the registry does",
        lambda world: replace(world, answers=(*world.answers, EXHAUSTED)),
    ),
    Fault(
        "healthy-miss-of-another",
        "A miss of another image is remembered",
        lambda world: world.repository_with(KEY, missed=("acme.com/ruby/3.4/list.manifest.json",)),
    ),
    Fault(
        "healthy-block-of-another",
        "Xray blocks another image",
        lambda world: world.artifactory_with(xray_blocked=("acme.com/node",)),
    ),
    Fault(
        "healthy-catalog-of-one",
        "The organization has this image alone",
        lambda world: world.chainguard_with(catalog=(PATH,)),
    ),
    Fault(
        "healthy-edge-refuses-here",
        "The edge before cgr.dev refuses this machine, and lets Artifactory pass",
        lambda world: replace(world, answers=(replace(EDGE, asked_by="client"),)),
    ),
    Fault("healthy-stored-away", "Blobs come from object storage, by redirect", stored_away),
    Fault("healthy-dead-neighbour", "Another remote's pull token is gone", _dead_neighbour),
    Fault("healthy-crowded-virtual", "Through a virtual over many registries", _crowded),
    Fault(
        "healthy-organization-id",
        "The reference names the organization by its id",
        lambda world: _image(world, f"{organization_id('acme.com')}/python", "3.12"),
    ),
    Fault("healthy-nested-path", "The image lies in a folder", lambda world: _image(world, "acme.com/team/api", "2")),
    Fault(
        "healthy-one-platform",
        "The image is for this platform alone",
        lambda world: world.chainguard_with(
            images=(Image(PATH, ("3.12",), ("linux/amd64",)), Image("chainguard/static"))
        ),
    ),
    Fault(
        "healthy-anonymous-user",
        "Anonymous access is on, and the user is logged in",
        lambda world: _user(world.artifactory_with(anonymous=True)),
    ),
    Fault(
        "healthy-anonymous-virtual",
        "Anonymous access is on, a Free image through the virtual",
        lambda world: replace(
            through(free(world.artifactory_with(anonymous=True)), "chainguard/go:latest"), caller="anonymous"
        ),
    ),
)
