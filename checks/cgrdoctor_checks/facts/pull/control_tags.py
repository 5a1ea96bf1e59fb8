"""Whether the control image's success was upstream's or only the cache's."""

from __future__ import annotations

from cgrdoctor import Fact, NotNeeded, probe
from cgrdoctor.credentials.keyring import Keyring
from cgrdoctor.net.pull import endpoint_of
from cgrdoctor.net.registry import Puller
from cgrdoctor.net.step import Step
from cgrdoctor.net.transport import Http
from cgrdoctor_checks.facts.pull.through_artifactory import ControlPull, PullThrough
from cgrdoctor_checks.facts.reference.target import Target


class ControlTags(Fact, frozen=True, kw_only=True):
    """The live tag list of the control image through the same repository; a remote asks upstream for it each time."""

    observed_from = "artifactory"

    step: Step


@probe()
async def control_tags(
    http: Http, keyring: Keyring, target: Target, through: PullThrough, control: ControlPull
) -> ControlTags:
    """Only where the image under test failed and the control image may have come out of the cache."""
    if through.works or not control.works or control.fetched_afresh() is not False:
        raise NotNeeded("the control image itself tells")
    endpoint = endpoint_of(f"https://{target.registry_host}", await keyring.registry())
    step, _ = await Puller(http, endpoint, control.pull.step("ping")).tags(
        control.pull.repository, http.upstream_timeout
    )
    return ControlTags(exchanges=(step.exchange,), step=step)
