"""Facts as the probes would make them, for tests that call a check as a function."""

from __future__ import annotations

from typing import Any

from cgrdoctor.net.pull import Pull
from cgrdoctor.net.reference import parse_reference
from cgrdoctor.net.step import Step
from cgrdoctor.net.storage import CacheEntry
from cgrdoctor_checks.facts.artifactory.configuration import ROWS, Configuration
from cgrdoctor_checks.facts.artifactory.listing import Listed, RepositoryList
from cgrdoctor_checks.facts.artifactory.remotes import AdminView, Remotes
from cgrdoctor_checks.facts.artifactory.repository import RepositoryConfiguration
from cgrdoctor_checks.facts.cache.state import CacheState
from cgrdoctor_checks.facts.direct.pulls import DirectPull
from cgrdoctor_checks.facts.pull.cache_or_upstream import Freshness
from cgrdoctor_checks.facts.pull.through_artifactory import ControlPull, PullThrough
from cgrdoctor_checks.facts.pull.virtual_members import MemberPull, MemberPulls
from cgrdoctor_checks.facts.reference.address import address
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.facts.ticket.repositories import GivenRepositories, Paper

HOST = "acme.jfrog.io"
STARTED = "2026-11-24T12:00:00+00:00"
HERE = "sha256:" + "a" * 64
THERE = "sha256:" + "b" * 64
UNKNOWN = "The named manifest is not known to the registry."
IDENTITY = "a" * 40 + "/" + "b" * 16


def step(name: str = "manifest", status: int | None = 404, message: str = UNKNOWN, **more: Any) -> Step:
    """One answer of Artifactory's Docker API, by default its catch-all 404."""
    values: dict[str, Any] = {"host": HOST, "exchange": "x9", "shape": "oci", "code": "MANIFEST_UNKNOWN", **more}
    return Step(name=name, status=status, message=message, **values)  # type: ignore[arg-type]  # a test names real steps


PING = step("ping", 401, "authentication required", code="UNAUTHORIZED")
TOKEN = step("token", 200, "", code="", authenticated=True)


def pull(*steps: Step, digest: str | None = None, **more: Any) -> Pull:
    """A pull that got a token, then these answers."""
    values = {"repository": "cgr-private/acme.com/python", "selector": "3.12", "platform": "linux/amd64", **more}
    return Pull(host=HOST, steps=(PING, TOKEN, *steps), digest=digest, **values)


def through(*steps: Step, digest: str | None = None, **more: Any) -> PullThrough:
    """The pull through Artifactory; works where there is a digest and no bad step."""
    return PullThrough(exchanges=("x9",), pull=pull(*steps, digest=digest, **more), started_at=STARTED)


def ended(*steps: Step) -> PullThrough:
    """A pull that ends before it has a token."""
    made = Pull(host=HOST, repository="cgr-private/acme.com/python", selector="3.12", steps=(PING, *steps))
    return PullThrough(exchanges=("x9",), pull=made, started_at=STARTED)


def served(digest: str = HERE, **more: Any) -> PullThrough:
    """A pull that works."""
    return through(step(status=200, message="", code="", digest=digest, **more), digest=digest)


def control(*, works: bool) -> ControlPull:
    """The control image through the same repository."""
    made = served().pull if works else through(step()).pull
    return ControlPull(pull=made, started_at=STARTED)


def direct(verdict: str = "works", digest: str | None = THERE, *, anonymous: bool = False, **more: Any) -> DirectPull:
    """cgr.dev's own answer."""
    made = pull(step(status=200, message="", digest=digest), digest=digest, anonymous=anonymous)
    if verdict != "works":
        made = pull(step(), anonymous=anonymous)
    values = {"path": "acme.com/python", **more}
    return DirectPull(exchanges=("x5",), pull=made, verdict=verdict, **values)  # type: ignore[arg-type]  # as above


def target(image: str = f"{HOST}/cgr-private/acme.com/python:3.12", *keys: str, **more: Any) -> Target:
    """The target of a reference, with `keys` for a list of repositories."""
    reference = parse_reference(image)
    found = address(reference, None, listed(*(keys or ("cgr-private", "cgr-public", "cgr-virt"))), None)
    below = reference.path
    if found.method == "repository-path" and found.repository:
        below = below.removeprefix(found.repository + "/")
    values = {
        "access_method": found.method,
        "repository": found.repository,
        "known_by": found.known_by,
        "upstream_path": below,
        **more,
    }
    return Target(
        image=image,
        artifactory_url=f"https://{reference.hostname}/artifactory",
        registry_host=reference.host,
        registry_path=reference.path,
        selector=reference.selector,
        tag=reference.tag,
        digest=reference.digest,
        **values,
    )


def listed(*keys: str, **kinds: str) -> RepositoryList:
    """A list in which every key is a Docker remote for cgr.dev, unless `kinds` says otherwise."""
    rows = [Listed(key=key, kind="remote", package_type="docker", url="https://cgr.dev/") for key in keys]
    rows += [Listed(key=key.replace("_", "-"), kind=kind, package_type="docker") for key, kind in kinds.items()]
    return RepositoryList(exchanges=("x1",), repositories=tuple(sorted(rows, key=lambda row: row.key)))


def remote(key: str = "cgr-private", **fields: Any) -> Configuration:
    """A remote as the guide wants it, as an admin sees it."""
    return Configuration(**_guide(key, **fields))


def _guide(key: str, **fields: Any) -> dict[str, Any]:
    return {
        **{name: row.field.default for name, row in ROWS.items()},
        "key": key,
        "view": "full",
        "repository_class": "remote",
        "package_type": "docker",
        "url": "https://cgr.dev/",
        "username": IDENTITY,
        "password_set": True,
        "token_authentication": True,
        "block_mismatching_mime_types": True,
        **fields,
    }


def settings(*remotes: Configuration) -> AdminView:
    """The remotes, readable in full."""
    return AdminView(exchanges=("x2",), remotes=remotes or (remote(),))


def virtual(*members: Configuration, key: str = "cgr-virt") -> Remotes:
    """What lies behind a virtual repository."""
    return Remotes(exchanges=("x2",), remotes=tuple(one for one in members if one.remote), members=members, virtual=key)


def configuration(key: str = "cgr-virt", **fields: Any) -> RepositoryConfiguration:
    """The configuration of the repository in the reference."""
    return RepositoryConfiguration(**_guide(key, **fields))


def on_paper(*papers: Configuration) -> GivenRepositories:
    """Settings that came with a ticket."""
    return GivenRepositories(
        exchanges=("x8",), papers=tuple(Paper(place="ticket", form="rest", configuration=one) for one in papers)
    )


def members(*answers: tuple[str, Pull], known: bool = True, **asks: str) -> MemberPulls:
    """What members answered, each by its key."""
    return MemberPulls(
        exchanges=("x7",),
        known=known,
        pulls=tuple(
            MemberPull(key=key, asks_for=asks.get(key.replace("-", "_"), "acme.com/python"), pull=made)
            for key, made in answers
        ),
    )


def cached(digest: str = HERE, **fields: Any) -> CacheState:
    """A cache with one manifest of that digest."""
    values = {
        "key": "cgr-private",
        "path": "acme.com/python/3.12/list.manifest.json",
        "sha256": digest.removeprefix("sha256:"),
        "age": 60.0,
        **fields,
    }
    return CacheState(exchanges=("x3",), keys=("cgr-private",), entries=(CacheEntry(**values),))


def freshness(*, works: bool = True, fresh: bool = True) -> Freshness:
    """What was seen of uncached pulls."""
    return Freshness(works=works, fresh=fresh)
