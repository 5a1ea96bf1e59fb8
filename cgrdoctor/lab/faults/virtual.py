"""Faults behind a virtual repository, which shows a missing image whatever its members refuse."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cgrdoctor.lab.faults.fault import Fault
from cgrdoctor.lab.world import ADMIN, ARTIFACTORY, BOB, CGR, Cached, Image, PullToken, Repository, World

VIRTUAL = "cgr-virt"
KEY = "cgr-private"
PATH = "acme.com/python"
SAME_NAME = (
    Image("chainguard/static"),
    Image("chainguard/go", ("latest",)),
    Image("acme.com/go", ("latest",), revision=2),
)


def through(world: World, path: str = f"{PATH}:3.12", **members: Any) -> World:
    """The image through the virtual repository."""
    changed = world.repository_with(VIRTUAL, **members) if members else world
    return replace(changed, image=f"{ARTIFACTORY}/{VIRTUAL}/{path}")


def with_repositories(world: World, *more: Repository) -> World:
    """The same world with more repositories."""
    return world.artifactory_with(repositories=(*world.artifactory.repositories, *more))


def project_ids(world: World) -> World:
    """Both remotes put their organization in front, so that references go without."""
    return world.fields_with("cgr-public", dockerProjectId="chainguard").fields_with(KEY, dockerProjectId="acme.com")


def nested(world: World, *innermost: str) -> World:
    """The virtual holds another one, which holds the first again."""
    inner = Repository("inner-virt", rclass="virtual", members=(VIRTUAL, *innermost))
    return through(with_repositories(world, inner), members=("docker-local", "inner-virt"))


def _without(world: World, key: str) -> World:
    return world.artifactory_with(repositories=tuple(one for one in world.artifactory.repositories if one.key != key))


def _user(world: World) -> World:
    return replace(world, caller="user")


def _blocked(world: World) -> World:
    return through(world.artifactory_with(xray_blocked=(PATH,)))


def _unseen_token(world: World) -> World:
    token = PullToken("acme.com", expires_in=-3600)
    held = world.repository_with(KEY, token=token).chainguard_with(tokens=(token, PullToken("other.org")))
    return replace(through(held), credential=None, caller="user")


def _wrong_type(world: World) -> World:
    generic = Repository("cgr-generic", package_type="generic", token=PullToken("acme.com"))
    return through(with_repositories(world, generic), members=("docker-local", "cgr-generic"))


def _unreadable_member(world: World) -> World:
    users = (ADMIN, replace(BOB, reads=(VIRTUAL, "docker-local", "cgr-public")))
    return _user(through(world.artifactory_with(users=users)))


def _local_of_same_name(world: World) -> World:
    return through(world.repository_with("docker-local", images=(Image(PATH, ("3.12",), revision=9),)))


def priority_to_the_remote(world: World, *, by_time: bool) -> World:
    """The remote goes before a local repository into which somebody pushed an image of the same name just now."""
    held = world.repository_with(KEY, cached=(Cached(PATH, "3.12", age=3600),)).fields_with(
        KEY, priorityResolution=True
    )
    return _local_of_same_name(held).fields_with(VIRTUAL, resolveDockerTagsByTimestamp=by_time)


def _other_registry(world: World) -> World:
    held = (Cached("chainguard/go", "latest", revision=5),)
    hub = Repository("docker-hub", fields={"url": "https://registry-1.docker.io/"}, cached=held)
    changed = through(with_repositories(world, hub), "chainguard/go:latest", members=("docker-hub", "cgr-public"))
    return replace(changed, credential=None)


def _same_name(world: World) -> World:
    return through(project_ids(world.chainguard_with(images=SAME_NAME)), "go:latest")


FAULTS = (
    Fault("virtual-xray-blocked", "Xray blocks the image on a member", _blocked, "xray-blocked", ("F24",)),
    Fault(
        "virtual-xray-blocked-unseen",
        "Xray blocks the image on a member, seen by an ordinary user",
        lambda world: _user(_blocked(world)),
        "xray-blocked",
        ("F24",),
    ),
    Fault(
        "virtual-curation-blocked",
        "Curation blocks the image on a member",
        lambda world: through(world.artifactory_with(curation_blocked=(PATH,))),
        "curation-blocked",
        ("F25",),
    ),
    Fault(
        "virtual-image-not-found",
        "The image does not exist, asked for through the virtual",
        lambda world: through(world, "acme.com/pyton:3.12"),
        "image-not-found",
        ("F65",),
    ),
    Fault(
        "virtual-token-authentication-disabled",
        "Enable Token Authentication is off on a member",
        lambda world: through(world.fields_with(KEY, enableTokenAuthentication=False)),
        "token-authentication-disabled",
        ("F08",),
    ),
    Fault(
        "virtual-pull-token-expired-unseen",
        "A member's pull token has expired, seen by an ordinary user without a token to compare",
        _unseen_token,
        "pull-token-rejected",
        ("F01",),
        accept=("pull-token-expired",),
    ),
    Fault(
        "virtual-upstream-untrusted",
        "TLS inspection between Artifactory and cgr.dev, which the virtual does not tell",
        lambda world: through(world.artifactory_with(arm={CGR: "untrusted"})),
        "upstream-tls-untrusted",
        ("F17",),
    ),
    Fault(
        "virtual-upstream-dropped",
        "A firewall drops Artifactory's packets, which the virtual does not tell",
        lambda world: through(world.artifactory_with(arm={CGR: "silent"})),
        "upstream-unreachable",
        ("F10",),
    ),
    Fault(
        "virtual-member-missing-unseen",
        "The virtual lacks the remote, seen by an ordinary user",
        lambda world: _user(through(world, members=("docker-local",))),
        "virtual-member-missing",
        ("F32",),
    ),
    Fault(
        "virtual-member-missing-beside",
        "The virtual has the remote for Free images alone, and the one with the pull token stands beside it",
        lambda world: through(world, members=("docker-local", "cgr-public")),
        "virtual-member-missing",
        ("F32",),
    ),
    Fault(
        "virtual-credentials-missing",
        "The virtual has the remote for Free images alone, and there is no other",
        lambda world: through(_without(world, KEY), members=("docker-local", "cgr-public")),
        "remote-credentials-missing",
    ),
    Fault(
        "virtual-member-missing-nested",
        "The virtual and the one inside it lack the remote",
        lambda world: nested(world, "docker-local"),
        "virtual-member-missing",
        ("F32",),
    ),
    Fault(
        "virtual-member-wrong-type",
        "The virtual's member for cgr.dev is a generic remote",
        _wrong_type,
        "virtual-member-wrong-type",
        ("F36",),
    ),
    Fault(
        "virtual-member-permission-denied",
        "The user may read the virtual, not the member",
        _unreadable_member,
        "artifactory-permission-denied",
        ("F14",),
        accept=("virtual-member-missing", "pull-through-failed", "pull-token-rejected"),
    ),
    Fault(
        "virtual-include-pattern-blocks",
        "The virtual's own Include Patterns leave the image out",
        lambda world: through(world.fields_with(VIRTUAL, includesPattern="chainguard/**")),
        "include-pattern-blocks",
        ("F35",),
    ),
    Fault(
        "virtual-name-collision-project-ids",
        "Two members with a Project ID have an image of this name",
        _same_name,
        "virtual-name-collision",
        ("F33",),
        severity="warn",
    ),
    Fault(
        "virtual-name-collision-upstream-image",
        "The same, and the user says which of the two is meant",
        lambda world: replace(_same_name(world), options=("--upstream-image", "acme.com/go:latest")),
        "virtual-name-collision",
        ("F33",),
        severity="warn",
    ),
    Fault(
        "virtual-name-collision-registry",
        "A remote for another registry comes first and has the name too",
        _other_registry,
        "virtual-name-collision",
        ("F33",),
        severity="warn",
    ),
    Fault(
        "virtual-name-collision-local",
        "A local repository has an image of the same name",
        _local_of_same_name,
        "virtual-name-collision",
        ("F33",),
        severity="warn",
    ),
    Fault(
        "virtual-name-collision-newest",
        "The virtual serves the newest tag, which a local repository holds, although the remote has priority",
        lambda world: priority_to_the_remote(world, by_time=True),
        "virtual-name-collision",
        ("F33",),
        severity="warn",
    ),
)
