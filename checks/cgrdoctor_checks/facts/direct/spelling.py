"""What a name without an organization may have meant: the same image of organizations that there are.

Asked of cgr.dev only, never through Artifactory.
"""

from __future__ import annotations

from cgrdoctor import Fact, NotNeeded, probe
from cgrdoctor.credentials.keyring import Keyring
from cgrdoctor.net.pull import Endpoint, Pull, Wanted
from cgrdoctor.net.registry import Puller
from cgrdoctor.net.transport import Http
from cgrdoctor_checks.facts.artifactory.remotes import AdminView
from cgrdoctor_checks.facts.direct.pulls import UPSTREAM, DirectPull, UpstreamPing, Verdict, verdict
from cgrdoctor_checks.facts.docker.platform import WantedPlatform
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.facts.reference.address import FREE_ORGANIZATION
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.facts.token.login import ChainguardLogin

ASKED = 3
"""Organizations of the credential that are tried at most."""

THERE: tuple[Verdict, ...] = ("works", "platform-missing", "policy-denied", "tag-not-found")
"""Verdicts on an image that exists, the one asked for first."""


class DirectSpelling(Fact, frozen=True, kw_only=True):
    """The path with an organization in front: the one that answers best, and its answer.

    `meant` are all of these that exist at cgr.dev, that one first; `organizations` are those that the Chainguard
    credential of this run sees.
    """

    path: str
    pull: Pull
    verdict: Verdict
    meant: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()


@probe()
async def direct_spelling(
    http: Http,
    keyring: Keyring,
    platform: WantedPlatform,
    target: Target,
    direct: DirectPull,
    pinged: UpstreamPing,
    login: ChainguardLogin,
    settings: AdminView | None,
    through: PullThrough | None,
) -> DirectSpelling:
    """Only where the path has one segment, cgr.dev does not know it, and it does not come through as it is."""
    if direct.verdict == "works" or "/" in direct.path:
        raise NotNeeded("the reference names an organization")
    if through is not None and through.works:
        raise NotNeeded("the image comes through as it is named")
    own = Endpoint(UPSTREAM, (await keyring.chainguard()).credential) if login.present else None
    exchanges: list[str] = []
    seen, listed = await _catalog(http, own, pinged, exchanges) if own is not None else ((), ())
    pulls: dict[str, Pull] = {}
    for organization in _in_order(seen, settings):
        path = f"{organization}/{direct.path}"
        endpoint = own if own is not None and organization != FREE_ORGANIZATION else Endpoint(UPSTREAM)
        wanted = Wanted(path, target.selector, platform.parsed, "manifest")
        pulls[path] = await Puller(http, endpoint, pinged.step).pull(wanted)
        exchanges += pulls[path].evidence
    there = [path for path in pulls if path in listed or verdict(pulls[path]) in THERE]
    meant = tuple(sorted(there, key=lambda path: _rank(verdict(pulls[path]))))
    best = meant[0] if meant else f"{FREE_ORGANIZATION}/{direct.path}"
    return DirectSpelling(
        exchanges=tuple(dict.fromkeys(exchanges)),
        path=best,
        pull=pulls[best],
        verdict=verdict(pulls[best]),
        meant=meant,
        organizations=seen,
    )


async def _catalog(
    http: Http, endpoint: Endpoint, pinged: UpstreamPing, exchanges: list[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The organizations of the credential, without the free one, and the names in its catalog."""
    step, names = await Puller(http, endpoint, pinged.step).catalog()
    exchanges.append(step.exchange)
    organizations = dict.fromkeys(name.partition("/")[0] for name in names if "/" in name)
    return tuple(name for name in organizations if name != FREE_ORGANIZATION)[:ASKED], names


def _in_order(organizations: tuple[str, ...], settings: AdminView | None) -> tuple[str, ...]:
    """A remote that has a login is there for its own organization's images; else the free ones are the nearer guess."""
    own = settings is not None and any(remote.username for remote in settings.remotes)
    return (*organizations, FREE_ORGANIZATION) if own else (FREE_ORGANIZATION, *organizations)


def _rank(answer: Verdict) -> int:
    return THERE.index(answer) if answer in THERE else len(THERE)
