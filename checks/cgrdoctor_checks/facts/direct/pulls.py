"""The control arm: the same pull straight from cgr.dev, with what this run is allowed to present there.

What it proves is the image and its name. It says something about the remote's credential only where the remote's
user name is readable and equal to ours.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Literal

from msgspec.structs import replace

from cgrdoctor import Fact, NotNeeded, Unobservable, probe
from cgrdoctor.config.settings import Invocation
from cgrdoctor.credentials.keyring import Keyring
from cgrdoctor.net.pull import Endpoint, Pull, Wanted
from cgrdoctor.net.reference import parse_upstream
from cgrdoctor.net.registry import Puller, ping
from cgrdoctor.net.step import Step
from cgrdoctor.net.transport import Http
from cgrdoctor_checks.facts.artifactory.remotes import Remotes
from cgrdoctor_checks.facts.artifactory.repository import RepositoryConfiguration
from cgrdoctor_checks.facts.artifactory.upstream_path import upstream_path
from cgrdoctor_checks.facts.artifactory.wording import without_names
from cgrdoctor_checks.facts.direct.edge import is_edge
from cgrdoctor_checks.facts.docker.platform import WantedPlatform
from cgrdoctor_checks.facts.reference.address import FREE_ORGANIZATION
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.facts.token.login import ChainguardLogin

UPSTREAM = "https://cgr.dev"

Verdict = Literal[
    "works",
    "unreachable",
    "credentials-needed",
    "organization-unknown",
    "token-expired",
    "bad-request",
    "not-granted",
    "capability-missing",
    "policy-denied",
    "image-not-found",
    "tag-not-found",
    "platform-missing",
    "blob-failed",
    "rate-limited",
    "outage",
    "edge-refused",
    "unclear",
]
"""`bad-request` is a 400 of the token endpoint in words that are not known: the credential's fault or the path's.
`outage` is a 5xx of Chainguard's own, `edge-refused` a 4xx of the edge that cgr.dev stands behind.
"""


class UpstreamPing(Fact, frozen=True, kw_only=True):
    """`GET https://cgr.dev/v2/`: its challenge."""

    step: Step


class DirectPull(Fact, frozen=True, kw_only=True):
    """The image under test from cgr.dev. `path` is what was asked for, a Project ID put in front."""

    path: str
    pull: Pull
    verdict: Verdict


class DirectControl(Fact, frozen=True, kw_only=True):
    """The token exchange and manifest of the control image with the same credential: is the credential itself good?"""

    pull: Pull
    verdict: Verdict


class Organization(Fact, frozen=True, kw_only=True):
    """What the credential may see in the registry catalog: the organizations, and whether another image pulls.

    `complete` says that the list ended with the page that was read, `listed` that it has the image asked for; `similar`
    are names like that one.
    """

    step: Step
    organizations: tuple[str, ...] = ()
    complete: bool = False
    listed: bool = False
    similar: tuple[str, ...] = ()
    other_image: str = ""
    other_verdict: Verdict = "unclear"


@probe()
async def upstream_ping(http: Http, invocation: Invocation) -> UpstreamPing:
    """Skipped as a whole with --no-direct."""
    if invocation.no_direct:
        raise Unobservable("--no-direct: nothing is sent to Chainguard from here", "a run without --no-direct")
    step = await ping(http, Endpoint(UPSTREAM))
    return UpstreamPing(exchanges=(step.exchange,), step=step)


@probe()
async def direct_pull(
    http: Http,
    keyring: Keyring,
    invocation: Invocation,
    target: Target,
    platform: WantedPlatform,
    pinged: UpstreamPing,
    configuration: RepositoryConfiguration | None,
    remotes: Remotes | None,
    login: ChainguardLogin,
) -> DirectPull:
    """As docker would pull `cgr.dev/<path>`; Free images anonymously, as the guide's remote does."""
    _refuse_dead(pinged)
    path = upstream_path(target, configuration, remotes)
    free = path.partition("/")[0] == FREE_ORGANIZATION
    credential = None if free or not login.present else (await keyring.chainguard()).credential
    depth: Literal["blobs", "everything"] = "everything" if invocation.download else "blobs"
    wanted = Wanted(path, target.selector, platform.parsed, depth)
    pull = await Puller(http, Endpoint(UPSTREAM, credential), pinged.step).pull(wanted)
    return DirectPull(exchanges=pull.evidence, path=path, pull=pull, verdict=verdict(pull))


@probe()
async def direct_control(
    http: Http,
    keyring: Keyring,
    invocation: Invocation,
    platform: WantedPlatform,
    direct: DirectPull,
    pinged: UpstreamPing,
    login: ChainguardLogin,
) -> DirectControl:
    """Only where the direct pull failed in a way that the credential may be guilty of, or needed none."""
    doubtful = direct.verdict in (
        "not-granted",
        "capability-missing",
        "credentials-needed",
        "bad-request",
        "unclear",
        "image-not-found",
    )
    if not login.present or not (doubtful or direct.pull.anonymous):
        raise NotNeeded("the direct pull itself tells")
    control = parse_upstream(invocation.control_image)
    credential = (await keyring.chainguard()).credential
    wanted = Wanted(control.path, control.selector, platform.parsed, "manifest")
    pull = await Puller(http, Endpoint(UPSTREAM, credential), pinged.step).pull(wanted)
    return DirectControl(exchanges=pull.evidence, pull=pull, verdict=verdict(pull))


@probe()
async def organization(
    http: Http, keyring: Keyring, platform: WantedPlatform, direct: DirectPull, pinged: UpstreamPing
) -> Organization:
    """Only where a credential was good enough for a token but not for this image, or the image is refused."""
    if direct.pull.anonymous or direct.verdict not in ("not-granted", "capability-missing", "image-not-found"):
        raise NotNeeded("the direct pull itself tells")
    endpoint = Endpoint(UPSTREAM, (await keyring.chainguard()).credential)
    step, names = await Puller(http, endpoint, pinged.step).catalog()
    own, _, _ = direct.path.partition("/")
    others = [name for name in names if name.startswith(own + "/") and name != direct.path]
    found = Organization(
        exchanges=(step.exchange,),
        step=step,
        organizations=tuple(sorted({name.partition("/")[0] for name in names}))[:20],
        complete=step.ok and step.header("link") is None,
        listed=direct.path in names,
        similar=tuple(get_close_matches(direct.path, others, n=3, cutoff=0.75)),
    )
    if not others:
        return found
    pull = await Puller(http, endpoint, pinged.step).first_tag(others[0], platform.parsed)
    exchanges = (step.exchange, *pull.evidence)
    return replace(found, exchanges=exchanges, other_image=others[0], other_verdict=verdict(pull))


def verdict(pull: Pull) -> Verdict:
    """What cgr.dev's answer means, by (endpoint, status, code, message); Chainguard docs: registry errors."""
    failed = pull.failed
    ping_step = pull.step("ping")
    if failed is None:
        if ping_step is not None and ping_step.failure is not None:
            return "unreachable"
        return "platform-missing" if pull.platform_found is False else "works" if pull.digest else "unclear"
    if failed.failure is not None:
        return "blob-failed" if failed.name in ("config", "layer") else "unreachable"
    if failed.status == 429:
        return "rate-limited"
    edge = is_edge(failed)
    if failed.status is not None and failed.status >= 500 and (edge or failed.shape != "html"):
        return "outage"
    if edge:
        return "edge-refused"
    if failed.shape == "html" or failed.problem is not None:
        return "blob-failed" if failed.name in ("config", "layer") else "unclear"
    if failed.name == "token":
        return _token_verdict(failed, anonymous=pull.anonymous)
    if failed.name in ("config", "layer"):
        return "capability-missing" if failed.status == 403 and not failed.redirected_to else "blob-failed"
    return _manifest_verdict(failed)


def _token_verdict(step: Step, *, anonymous: bool) -> Verdict:
    message = step.message.lower()
    if step.status == 400:
        if "expired" in message and not anonymous:
            return "token-expired"
        return "organization-unknown" if anonymous or "resolve" in message else "bad-request"
    if step.status == 401:
        return "credentials-needed" if anonymous else "not-granted"
    return "not-granted" if step.status == 403 else "image-not-found" if step.status == 404 else "unclear"


POLICY = re.compile(
    r"(?<![\w./-])(?:polic(?:y|ies)|cool-?down|support[ -]window|end[ -]of[ -]life)(?![\w/-]|\.\w)", re.IGNORECASE
)
"""What a refusal by a container policy speaks of (Chainguard docs: container policies); no part of a name."""


def _manifest_verdict(step: Step) -> Verdict:
    refused = step.status is not None and 400 <= step.status < 500
    if refused and POLICY.search(without_names(step.message, step.path)):
        return "policy-denied"
    if step.status == 404:
        return "image-not-found" if step.code == "NAME_UNKNOWN" else "tag-not-found"
    if step.status == 403:
        return "capability-missing"
    return "credentials-needed" if step.status == 401 else "unclear"


def _refuse_dead(pinged: UpstreamPing) -> None:
    if pinged.step.failure is not None:
        raise Unobservable("cgr.dev does not answer from here", "a machine that reaches cgr.dev")
