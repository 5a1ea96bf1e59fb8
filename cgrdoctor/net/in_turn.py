"""Several logins for one registry, tried in turn as the kubelet tries them: it goes on until one pulls."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from cgrdoctor.model import Struct
from cgrdoctor.net.pull import Endpoint, Pull, Wanted
from cgrdoctor.net.registry import Puller
from cgrdoctor.net.step import Step
from cgrdoctor.net.transport import Http
from cgrdoctor.privacy.secret import Credential

REFUSALS = (401, 403)
HIDDEN = 404
"""What Artifactory may say in place of a refusal, so that it tells nobody what there is."""


class RefusedLogin(Struct, frozen=True, kw_only=True):
    """A login that was presented and refused; `source` as in `Credential`."""

    source: str
    step: Step


class Tried(Struct, frozen=True, kw_only=True):
    """The pull that got furthest, whose login it was (a place in the logins), and those that were refused beside it."""

    pull: Pull
    place: int = 0
    refused: tuple[RefusedLogin, ...] = ()


async def pull_in_turn(http: Http, endpoint: Endpoint, more: Sequence[Credential], ping: Step, wanted: Wanted) -> Tried:
    """The pull with the endpoint's login, then with each of `more`, until one is not refused; each login once."""
    logins = [endpoint.credential, *more]
    pulls: list[Pull] = []
    for login in logins:
        pulls.append(await Puller(http, replace(endpoint, credential=login), ping).pull(wanted))
        if not _goes_on(pulls[-1]):
            break
    place = min(range(len(pulls)), key=lambda one: (not pulls[one].works, _is_refused(pulls[one]), one))
    refused = tuple(
        RefusedLogin(source=login.source, step=pull.failed)
        for number, (login, pull) in enumerate(zip(logins, pulls, strict=False))
        if number != place and login is not None and pull.failed is not None and _is_refused(pull)
    )
    return Tried(pull=pulls[place], place=place, refused=refused)


def _goes_on(pull: Pull) -> bool:
    """Whether another login could get what this one did not."""
    failed = pull.failed
    hidden = failed is not None and failed.name == "manifest" and failed.status == HIDDEN
    return _is_refused(pull) or (hidden and not pull.anonymous)


def _is_refused(pull: Pull) -> bool:
    failed = pull.failed
    return (
        failed is not None
        and failed.name in ("token", "manifest")
        and failed.status in REFUSALS
        and failed.authenticated
    )
