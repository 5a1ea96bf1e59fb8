"""Facts of a run in a few words: what Artifactory answered, what cgr.dev answered, what the remote's settings are."""

from __future__ import annotations

import facts
from facts import HOST

from cgrdoctor.model import Fact
from cgrdoctor.net.pull import Pull
from cgrdoctor.net.step import Step
from cgrdoctor.testing import judged
from cgrdoctor_checks.facts.artifactory.remotes import AdminView
from cgrdoctor_checks.facts.direct.pulls import DirectControl, DirectPull, Organization, verdict
from cgrdoctor_checks.facts.pull.control_tags import ControlTags
from cgrdoctor_checks.facts.pull.through_artifactory import ControlPull, PullThrough
from cgrdoctor_checks.facts.pull.upstream_tags import UpstreamTags
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.facts.token.login import ChainguardLogin
from cgrdoctor_checks.facts.token.pull_token import PullToken
from cgrdoctor_checks.pull.through import pull_cause

KEY = "cgr-private"
OURS = "a" * 40 + "/" + "1" * 16
THEIRS = "b" * 40 + "/" + "2" * 16
MISSING = facts.UNKNOWN
NO_TOKEN = (
    "Invalid username/password configured for Remote Docker repository: cgr-private: Error in getting information for "
    "'acme.com/python/3.12/list.manifest.json' (java.lang.IllegalStateException: Can't fetch token for repo: cgr-private "
    "realm: https://cgr.dev/token scope:repository:acme.com/python:pull)."
)
NOW = facts.STARTED
OLD, FRESH = "Mon, 23 Nov 2026 12:00:00 GMT", "Tue, 24 Nov 2026 12:00:00 GMT"


def target(path: str = "acme.com/python", selector: str = "3.12") -> Target:
    return facts.target(f"{HOST}/{KEY}/{path}:{selector}")


def step(name: str, status: int, message: str = "", code: str = "", *, seconds: float = 0.1, path: str = "", **more):
    return Step(
        name=name,
        host=more.pop("host", HOST),
        exchange=f"x-{name}-{status}",
        path=path or f"v2/{KEY}/acme.com/python/manifests/3.12",
        status=status,
        message=message,
        code=code,
        shape=more.pop("shape", "oci"),
        seconds=seconds,
        **more,
    )


def pull(*steps: Step, digest: str | None = None, anonymous: bool = False, host: str = HOST) -> Pull:
    ping = Step(name="ping", host=host, exchange="x-ping", status=401)
    return Pull(
        host=host,
        repository=f"{KEY}/acme.com/python",
        selector="3.12",
        steps=(ping, *steps),
        digest=digest,
        anonymous=anonymous,
    )


def through(*steps: Step, digest: str | None = None) -> PullThrough:
    return PullThrough(pull=pull(*steps, digest=digest), started_at=NOW)


def unfound(message: str = MISSING, code: str = "MANIFEST_UNKNOWN", **more) -> Step:
    return step("manifest", 404, message, code, **more)


def control(*steps: Step, works: bool = True, fetched: str = FRESH) -> ControlPull:
    """The control image came, or failed with these steps."""
    came = step("manifest", 200, headers=(("last-modified", fetched), ("date", FRESH)))
    return ControlPull(pull=pull(*(steps or (came,)), digest="sha256:c" if works else None), started_at=NOW)


def control_fails(message: str = MISSING, code: str = "MANIFEST_UNKNOWN", **more) -> ControlPull:
    return control(unfound(message, code, **more), works=False)


def tags(status: int, message: str = "", *, has: bool | None = None, **more) -> UpstreamTags:
    path = f"v2/{KEY}/acme.com/python/tags/list"
    return UpstreamTags(step=step("tags", status, message, path=path, **more), has_tag=has)


def control_tags(status: int, message: str = "") -> ControlTags:
    return ControlTags(step=step("tags", status, message, path=f"v2/{KEY}/chainguard/static/tags/list"))


def asked(*steps: Step, anonymous: bool = False, digest: str | None = None) -> Pull:
    return pull(*(upstream(one) for one in steps), anonymous=anonymous, digest=digest, host="cgr.dev")


def upstream(one: Step) -> Step:
    return Step(**{**{name: getattr(one, name) for name in one.__struct_fields__}, "host": "cgr.dev"})


def direct(*steps: Step, path: str = "acme.com/python", anonymous: bool = False, works: bool = False) -> DirectPull:
    found = asked(*steps, anonymous=anonymous, digest="sha256:d" if works else None)
    return DirectPull(path=path, pull=found, verdict=verdict(found))


def direct_works(path: str = "acme.com/python", *, anonymous: bool = False) -> DirectPull:
    return direct(step("manifest", 200), path=path, anonymous=anonymous, works=True)


def direct_control(*steps: Step, works: bool = False) -> DirectControl:
    found = asked(*steps, digest="sha256:d" if works else None)
    return DirectControl(pull=found, verdict=verdict(found))


def no_token(status: int, message: str = "Forbidden", code: str = "FORBIDDEN") -> Step:
    return step("token", status, message, code)


EXPIRED = no_token(400, "rpc error: code = InvalidArgument desc = this identity's keys have expired", "BAD_REQUEST")
UNRESOLVED = no_token(400, "rpc error: code = InvalidArgument desc = unable to resolve acmee.com", "BAD_REQUEST")


def settings(username: str | None = OURS, **fields) -> AdminView:
    return facts.settings(facts.remote(KEY, username=username, token_authentication=True, **fields))


def login(username: str = OURS) -> ChainguardLogin:
    return ChainguardLogin(kind="basic", username=username, source="environment")


def held(seconds_left: float | None = 1e6, username: str = OURS) -> PullToken:
    return PullToken(
        username=username,
        organization_id=username[:40],
        expires_at="2026-11-01T00:00:00Z",
        seconds_left=seconds_left,
    )


def catalog(*organizations: str, other: str = "", verdict: str = "unclear", complete: bool = True, **more):
    return Organization(
        step=step("tags", 200),
        organizations=organizations,
        other_image=other,
        other_verdict=verdict,
        complete=complete,
        **more,
    )


def named(*observed: Fact, of: Target | None = None):
    """The one finding of `pull.through` over these facts."""
    result = judged(pull_cause, of or target(), *observed)
    assert result.status in ("fail", "pass"), result
    return result.findings[0] if result.findings else None


def said(finding) -> tuple[str, str]:
    return finding.code, finding.confidence


def rivals(finding) -> set[str]:
    return {one.code for one in finding.rivals}
