"""The challenge at the manifest itself, whose realm names the repository that the host's routing leads to."""

from __future__ import annotations

from cgrdoctor import Fact, NotNeeded, probe
from cgrdoctor.config.settings import Invocation
from cgrdoctor.net.reference import parse_reference
from cgrdoctor.net.step import Step, step_of
from cgrdoctor.net.transport import Http
from cgrdoctor.privacy.recorder import Recorder
from cgrdoctor_checks.facts.artifactory.listing import RepositoryList
from cgrdoctor_checks.facts.pull.registry_ping import RegistryPing
from cgrdoctor_checks.facts.reference.address import address, key_in_realm


class ResourceChallenge(Fact, frozen=True, kw_only=True):
    """The answer to an anonymous request for the manifest; `key` is None where its realm names no repository."""

    observed_from = "artifactory"

    step: Step
    key: str | None = None


@probe()
async def resource_challenge(
    http: Http, recorder: Recorder, invocation: Invocation, listed: RepositoryList | None, pinged: RegistryPing
) -> ResourceChallenge:
    """Only where the list does not tell the key, and only where nobody is served anonymously: it must fetch nothing."""
    if invocation.image is None:
        raise NotNeeded("no IMAGE was given")
    reference = parse_reference(invocation.image)
    if pinged.step.status != 401 or key_in_realm(pinged.step):
        raise NotNeeded("the ping already tells what a challenge could")
    if address(reference, invocation.repository, listed, None).known_by not in ("", "reference"):
        raise NotNeeded("the repository key is known")
    url = f"https://{reference.host}/v2/{reference.path}/manifests/{reference.selector}"
    step = step_of("manifest", await http.get(url, limit=65536))
    if step.ok:
        recorder.effect("cache-fill", str(reference), "the manifest was served without a login, and can be cached")
    return ResourceChallenge(exchanges=(step.exchange,), step=step, key=key_in_realm(step))
