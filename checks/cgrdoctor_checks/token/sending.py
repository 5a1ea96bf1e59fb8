"""Whether the logins at hand were really sent.

## What it looks at
What each request carried; and of a login that stayed at home why: nobody named the host in this run, the connection is
not protected, the secret holds a line break, it is an identity token, the challenge is one that docker does not know.

## Why it matters
What was not sent was not refused. Judged all the same, it would be called a wrong password or a proxy's fault.

## How it fails
`unauthorized`, `no basic auth credentials`, 401 without end.

## How to fix
By the reason named: name the host, log in again, let the host ask in a way that docker knows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from cgrdoctor import Finding, Owner, Severity, check, graded
from cgrdoctor.net.authorization import Withheld, unproven
from cgrdoctor.privacy.host_names import same_host
from cgrdoctor_checks.codes.token import CREDENTIAL_NOT_SENT
from cgrdoctor_checks.facts.artifactory.caller import Caller
from cgrdoctor_checks.facts.direct.pulls import DirectPull
from cgrdoctor_checks.facts.pull.kept_back import kept_back
from cgrdoctor_checks.facts.pull.registry_ping import RegistryPing
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.facts.token.login import ChainguardLogin, Login, RegistryLogin, RestLogin
from cgrdoctor_checks.remedies.sending import send_it


class Case(msgspec.Struct, frozen=True):
    """A login that stayed at home: what it is, the host it was for, and why; `evidence` shows what was sent instead."""

    subject: str
    host: str
    withheld: Withheld
    evidence: tuple[str, ...] = ()
    severity: Severity = "info"


@check(
    "token.sending",
    title="The logins at hand were sent to the hosts they belong to",
    codes=[CREDENTIAL_NOT_SENT],
)
def logins_sent(
    pinged: RegistryPing | None,
    through: PullThrough | None,
    login: RegistryLogin | None,
    caller: Caller | None,
    rest: RestLogin | None,
    direct: DirectPull | None,
    chainguard: ChainguardLogin | None,
) -> Iterator[Finding]:
    """A failure where the pull ended for want of the login, else a remark. One finding for a login and a host."""
    cases = [
        *(_for_pulling(pinged, through, login) if login is not None else ()),
        *(_for_settings(caller, rest) if rest is not None else ()),
        *(_direct(direct, chainguard) if chainguard is not None else ()),
        *_passed_over(through, [one for one in (login, rest) if one is not None]),
    ]
    for case in {(case.subject, case.host): case for case in reversed(cases)}.values():
        yield _finding(case)


def _for_pulling(pinged: RegistryPing | None, through: PullThrough | None, login: RegistryLogin) -> Iterator[Case]:
    """A ping that takes everybody, so that nothing asks for the login, is judged apart (`token.requested`)."""
    if not login.present:
        return
    if through is not None:
        stopped = kept_back(through.pull)
        withheld = stopped or through.pull.withheld
        if withheld is not None and withheld.reason == "not-asked" and pinged is not None and pinged.step.ok:
            return
        if withheld is not None:
            severity: Severity = "info" if stopped is None else "fail"
            yield Case(place_of(login), through.pull.host, withheld, through.exchanges, severity)
    elif pinged is not None:
        withheld = unproven(pinged.step.host, pinged.step.failure)
        if withheld is not None:
            yield Case(place_of(login), pinged.step.host, withheld, pinged.exchanges)


def _for_settings(caller: Caller | None, login: RestLogin) -> Iterator[Case]:
    """The REST API only shows settings: no pull needs it."""
    if caller is not None and login.present and caller.step.withheld is not None:
        yield Case(place_of(login), caller.step.host, caller.step.withheld, caller.exchanges)


def _direct(direct: DirectPull | None, login: ChainguardLogin) -> Iterator[Case]:
    """What this machine presents to cgr.dev is not what Artifactory does."""
    if direct is not None and login.present and direct.pull.withheld is not None:
        yield Case(place_of(login), direct.pull.host, direct.pull.withheld, direct.exchanges)


def _passed_over(through: PullThrough | None, logins: Sequence[Login]) -> Iterator[Case]:
    """The variables that no host of this run may hear of, together for each host."""
    stopped = kept_back(through.pull) if through is not None else None
    found = [one for login in logins for one in login.unsent]
    for host, why in dict.fromkeys((one.host, one.why) for one in found):
        variables = ", ".join(dict.fromkeys(one.variables for one in found if one.host == host))
        pulled = through is not None and same_host(through.pull.host, host)
        ended = pulled and stopped is not None and stopped.reason == "host-not-named"
        evidence = through.exchanges if through is not None and pulled else ()
        withheld = Withheld(reason="host-not-named", why=why)
        yield Case(variables, host, withheld, evidence, "fail" if ended else "info")


def _finding(case: Case) -> Finding:
    return graded(
        CREDENTIAL_NOT_SENT,
        case.severity,
        f"the login in {case.subject} was not sent to {case.host}: {case.withheld.why}",
        subject=case.subject,
        evidence=case.evidence,
        owner=OWNERS.get(case.withheld.reason),
        remedy=send_it(case.subject, case.host, case.withheld.reason),
    )


OWNERS: dict[str, Owner] = {
    "challenge": "artifactory-admin",
    "not-asked": "artifactory-admin",
    "realm": "artifactory-admin",
    "redirect": "artifactory-admin",
}
"""Who mends what is not the login's own fault, by reason."""


def place_of(login: Login) -> str:
    """The variables or the file a login is from."""
    return login.source.removeprefix("environment ").removeprefix("docker config ")
