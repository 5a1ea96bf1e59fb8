"""Artifactory's own connection to Chainguard, tried by Artifactory itself.

`POST /api/system/verifyconnection` makes Artifactory fetch a URL through its default proxy and tell what came back
(Artifactory OSS 6.20; whether current versions and SaaS have it is not documented). It is asked for admins only,
without any credential in it, and only while the answer can still change the diagnosis: after a failure that the network
could be guilty of, and where the cache answered in cgr.dev's place. That it is not there is no finding.
"""

from __future__ import annotations

import re

import msgspec

from cgrdoctor import Fact, NotNeeded, Unobservable, probe
from cgrdoctor.net.artifactory import ArtifactoryRest
from cgrdoctor.net.hosts import BLOB_HOST, REGISTRY_HOST
from cgrdoctor.net.step import Step
from cgrdoctor.privacy.recorder import Recorder
from cgrdoctor.privacy.truncate import cut
from cgrdoctor_checks.facts.artifactory.remotes import AdminView
from cgrdoctor_checks.facts.artifactory.symptom import symptom
from cgrdoctor_checks.facts.artifactory.upstream_stages import PROXY, UpstreamStage
from cgrdoctor_checks.facts.artifactory.wording import upstream_stage
from cgrdoctor_checks.facts.cache.state import CacheState
from cgrdoctor_checks.facts.direct.edge import quotes_edge
from cgrdoctor_checks.facts.direct.pulls import DirectPull
from cgrdoctor_checks.facts.pull.control_content import ControlContent
from cgrdoctor_checks.facts.pull.through_artifactory import ControlPull, PullThrough, served_from_cache
from cgrdoctor_checks.facts.pull.upstream_tags import UpstreamTags
from cgrdoctor_checks.facts.pull.worth_asking import settled, without_a_cause

SECONDS = 20.0
"""For the answer: a dropped connection takes Artifactory its socket timeout, 15 s unless set."""

REGISTRY = f"https://{REGISTRY_HOST}/v2/"
BLOBS = f"https://{BLOB_HOST}/"
_STATUS = re.compile(r"(?:-->|status(?: code)?:?|code:?|http/[\d.]+)\s*([1-5]\d\d)\b", re.IGNORECASE)
_PAGE = re.compile(r"<\s*(?:!doctype\s+html|html|head|body|title)\b", re.IGNORECASE)


class EgressTest(Fact, frozen=True, kw_only=True):
    """What Artifactory says of its own connection to `endpoint`.

    `answer` is the HTTP status it got there, None where it got none; `stage` the name of the stage at which the
    connection ended; `page` that a web page came back, `edge` one of the edge that cgr.dev stands behind. `reached` is
    whether the endpoint itself answered, None where the words do not tell.
    """

    observed_from = "artifactory"

    endpoint: str
    step: Step
    reached: bool | None = None
    answer: int | None = None
    stage: str | None = None
    page: bool = False
    edge: bool = False
    said: str = ""

    @property
    def succeeded(self) -> bool:
        """Whether it says no more than that it works, which tells nothing by itself."""
        return self.step.ok and self.answer is None and self.reached is None

    @property
    def failed(self) -> bool:
        """Whether it did not reach the endpoint, or got what the endpoint itself gives to nobody."""
        refused = self.answer is not None and self.answer >= 400 and self.reached is not True
        return self.reached is False or refused


class BlobHostTest(EgressTest, frozen=True, kw_only=True):
    """The same of the host of the blobs, where no blob of this run came over it."""


@probe()
async def egress_test(
    rest: ArtifactoryRest,
    recorder: Recorder,
    settings: AdminView,
    through: PullThrough,
    control: ControlPull | None,
    tags: UpstreamTags | None,
    direct: DirectPull | None,
    cache: CacheState | None,
) -> EgressTest:
    """Only where the pull failed in a way that its network could be guilty of, and the answer names no stage; or where
    it came out of the cache.
    """
    if served_from_cache(through, cache):
        _refuse_by_another_way(settings)
        if through.fetched_afresh():
            raise NotNeeded("cgr.dev was reached just now")
        return await _test(rest, recorder, REGISTRY)
    return await _test(rest, recorder, _endpoint(through, control, tags, direct, settings))


@probe()
async def blob_host_test(
    rest: ArtifactoryRest,
    recorder: Recorder,
    settings: AdminView,
    through: PullThrough,
    control: ControlPull | None,
    content: ControlContent | None,
    cache: CacheState | None,
    tested: EgressTest | None,
) -> BlobHostTest:
    """Only where the image came out of the cache, and no blob of the control image was seen to come anew."""
    if not served_from_cache(through, cache):
        raise NotNeeded("the pull itself tells")
    _refuse_by_another_way(settings)
    if tested is None and not through.fetched_afresh():
        raise NotNeeded("Artifactory does not test connections")
    if tested is not None and tested.failed:
        raise NotNeeded("not even cgr.dev is reached")
    if content is not None and content.works and control is not None and control.fetched_afresh():
        raise NotNeeded("a blob came just now")
    found = await _test(rest, recorder, BLOBS)
    return BlobHostTest(**{name: getattr(found, name) for name in found.__struct_fields__})


async def _test(rest: ArtifactoryRest, recorder: Recorder, endpoint: str) -> EgressTest:
    recorder.effect(
        "connection-test", endpoint, "Artifactory was asked to open one connection to it, without credential"
    )
    body = msgspec.json.encode({"endpoint": endpoint})
    reply = await rest.post(
        "api/system/verifyconnection", content=body, content_type="application/json", first_byte=SECONDS
    )
    found = read(endpoint, reply.step, reply.text)
    if found is None:
        raise Unobservable(f"Artifactory does not test connections ({_why(reply.step)})")
    return found


def _refuse_by_another_way(settings: AdminView) -> None:
    """The test goes by the instance's default proxy, so that it tells nothing of a remote that does not."""
    if any(remote.proxy or remote.disable_proxy for remote in settings.remotes):
        raise NotNeeded("the remote goes another way than Artifactory's connection test")


def _endpoint(
    through: PullThrough,
    control: ControlPull | None,
    tags: UpstreamTags | None,
    direct: DirectPull | None,
    settings: AdminView,
) -> str:
    """Whom Artifactory should try to reach. Raises NotNeeded."""
    failed = through.pull.failed
    if failed is not None and failed.name in ("config", "layer"):
        if symptom(failed) == "unfound" or without_a_cause(failed):
            return BLOBS
        raise NotNeeded("the answer itself tells")
    if settled(direct) or any(remote.token_authentication is False for remote in settings.remotes):
        raise NotNeeded("the cause is known already")
    if control is not None and control.works:
        raise NotNeeded("other images come through")
    seen = [step for step in (failed, tags.step if tags else None) if step is not None]
    told = any(not step.ok and upstream_stage(step.message, step.path) is not None for step in seen)
    if told or not any(without_a_cause(step) for step in seen):
        raise NotNeeded("the answer itself tells")
    return REGISTRY


def read(endpoint: str, step: Step, text: str) -> EgressTest | None:
    """The answer in any wording; None where there is no such endpoint, or it may not be used."""
    if step.status not in (200, 400, 500, 502, 503, 504) or step.shape == "html":
        return None
    said = step.message or text
    found = _STATUS.search(said)
    answer = int(found[1]) if found else None
    stage = PROXY if answer == 407 else None if answer else upstream_stage(said)
    edge = endpoint == REGISTRY and answer != 401 and (quotes_edge(text) or quotes_edge(said))
    page = not edge and bool(_PAGE.search(text) or _PAGE.search(said))
    return EgressTest(
        exchanges=(step.exchange,),
        endpoint=endpoint,
        step=step,
        reached=_reached(endpoint, answer, stage, page=page),
        answer=answer,
        stage=stage.name if stage else None,
        page=page,
        edge=edge,
        said=cut(" ".join(said.split()), 300),
    )


def _reached(endpoint: str, answer: int | None, stage: UpstreamStage | None, *, page: bool) -> bool | None:
    """cgr.dev gives 401 to everybody without a token, the blob host a 4xx of its own; anything else is another's.

    A plain success tells nothing: a version may count 401 as one, or a filter may have answered 200 with its page.
    """
    if stage is not None or page:
        return False
    if answer is None:
        return None
    if endpoint == REGISTRY:
        return True if answer == 401 else None
    return True if 400 <= answer < 500 else None


def _why(step: Step) -> str:
    return f"HTTP {step.status}" if step.status else "no answer"
