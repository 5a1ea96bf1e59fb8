"""Who we are towards Artifactory's REST API, and which Artifactory it is.

One authenticated request decides: a credential that is refused here is presented to no other REST endpoint.
"""

from __future__ import annotations

from cgrdoctor import Fact, Kind, NotNeeded, Unobservable, probe
from cgrdoctor.net.artifactory import ArtifactoryRest
from cgrdoctor.net.step import Step
from cgrdoctor.privacy.jwt_claims import claims
from cgrdoctor.privacy.truncate import cut


class Caller(Fact, frozen=True, kw_only=True):
    """The answer to `GET /api/system/version`.

    `answers`: an HTTP answer came, and not a web server's own 404. `identity`: the credential was `accepted`,
    `refused`, there was `none`, or it is `unknown` because the endpoint said neither. `scope` is the access token's own
    claim, never verified.
    """

    step: Step
    answers: bool
    identity: Kind
    username: str = ""
    source: str = ""
    release: str = ""
    revision: str = ""
    scope: str = ""


@probe()
async def caller(rest: ArtifactoryRest) -> Caller:
    """GET /api/system/version with the REST credential."""
    if not rest.base:
        raise NotNeeded("no IMAGE was given")
    credential = await rest.credential()
    reply = await rest.get("api/system/version")
    step = reply.step
    sent = step.authenticated
    if sent and step.status in (401, 403):
        rest.refuse()
    token = credential.secret.reveal(credential.secret.host) if credential and credential.kind == "bearer" else ""
    told = claims(token) or {}
    version = str(reply.object.get("version", "")) or _from_header(step)
    return Caller(
        exchanges=(step.exchange,),
        step=step,
        answers=step.status is not None and not (step.status == 404 and step.shape == "html"),
        identity=_identity(step, sent=sent),
        username=credential.username or str(told.get("sub", "")).rpartition("/")[2] if credential else "",
        source=credential.source if credential else "",
        release=cut(version, 40),
        revision=cut(str(reply.object.get("revision", "")), 40),
        scope=cut(str(told.get("scp", "")), 200),
    )


def _identity(step: Step, *, sent: bool) -> str:
    if not sent:
        return "none"
    if step.status in (401, 403):
        return "refused"
    return "accepted" if step.ok else "unknown"


def _from_header(step: Step) -> str:
    told = step.header("x-jfrog-version") or step.header("server") or ""
    name, _, rest = told.partition("/")
    return rest.split(" ")[0] if name.strip().lower() == "artifactory" else ""


def refuse_without_rest(caller: Caller, rest: ArtifactoryRest) -> None:
    """Raises Unobservable where the REST API is not there to be asked."""
    if not caller.answers:
        raise Unobservable(f"Artifactory's REST API does not answer at {rest.base}", elsewhere(rest))


def elsewhere(rest: ArtifactoryRest) -> str:
    """What would show more where a host, such as one of the sub-domain method, serves the registry alone.

    Only a hint: no host is asked, let alone given a credential, that the user did not name.
    """
    parent = rest.host.partition(".")[2]
    own = f", perhaps https://{parent}/artifactory" if "." in parent else ""
    return f"--artifactory-url with Artifactory's own address{own}"
