"""What failed once more: does the answer differ between tries, or between the nodes of a cluster?

Offline state, remembered misses and upstream tokens are kept per node (read off Artifactory OSS 6.20; behaviour behind
a load balancer inferred), so a cluster can answer the same request in two ways. A refused login is never tried again.
"""

from __future__ import annotations

from collections import Counter

from cgrdoctor import Fact, NotNeeded, probe
from cgrdoctor.credentials.keyring import Keyring
from cgrdoctor.net.pull import Wanted, endpoint_of
from cgrdoctor.net.registry import Puller
from cgrdoctor.net.step import Step
from cgrdoctor.net.transport import Http
from cgrdoctor_checks.facts.artifactory.symptom import symptom
from cgrdoctor_checks.facts.docker.platform import WantedPlatform
from cgrdoctor_checks.facts.pull.registry_ping import RegistryPing
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.facts.reference.target import Target

TRIES = {"unavailable": 2, "lock-down": 2, "unfound": 1, "transport": 1}
"""Further tries by what the first answer showed; a plain refusal would only be repeated."""

CLUSTERED = ("upstream-token", "upstream-transport", "failed", "refused", "forbidden", "mime")
"""Symptoms that may be one node's own, tried once more where this run has met several nodes."""

NODE = "x-artifactory-node-id"
RESET = ("reset", "closed")


BLOBS = ("config", "layer")
PASSING = ("unfound", "refused", "failed", "unavailable", "forbidden", "html")
"""Symptoms of a blob that was answered for, and not with its bytes, which may have been one moment's."""


class SecondLook(Fact, frozen=True, kw_only=True):
    """Further tries of the step that failed, the first try not among them."""

    observed_from = "artifactory"

    tries: tuple[Step, ...] = ()

    @property
    def better(self) -> Step | None:
        """A try that brought what had failed."""
        return next((step for step in self.tries if step.ok), None)


@probe()
async def second_look(
    http: Http,
    keyring: Keyring,
    target: Target,
    platform: WantedPlatform,
    through: PullThrough,
    pinged: RegistryPing,
) -> SecondLook:
    """Only where the manifest or a blob failed in a way that can differ from one moment or node to the next."""
    failed = through.pull.failed
    if failed is not None and failed.name in BLOBS and not failed.redirected_to and symptom(failed) in PASSING:
        return await _blob_again(http, keyring, target, platform, through, failed)
    times = 0 if failed is None or failed.name != "manifest" else TRIES.get(symptom(failed), 0)
    if failed is not None and failed.name == "manifest" and _several_nodes(through):
        times = max(times, int(symptom(failed) in CLUSTERED))
    if failed is not None and failed.failure is not None and failed.failure.kind not in RESET:
        times = 0
    if not times:
        raise NotNeeded("a further try would tell nothing")
    endpoint = endpoint_of(f"https://{target.registry_host}", await keyring.registry())
    wanted = Wanted(target.registry_path, target.selector, platform.parsed, "manifest", http.upstream_timeout)
    tries: list[Step] = []
    while len(tries) < times and not any(step.ok for step in tries):
        pull = await Puller(http, endpoint, pinged.step).pull(wanted)
        tries += [step for step in pull.steps if step.name in ("manifest", "token")][-1:]
    return SecondLook(exchanges=tuple(step.exchange for step in tries), tries=tuple(tries))


async def _blob_again(
    http: Http, keyring: Keyring, target: Target, platform: WantedPlatform, through: PullThrough, failed: Step
) -> SecondLook:
    """The very blob once more."""
    endpoint = endpoint_of(f"https://{target.registry_host}", await keyring.registry())
    wanted = Wanted(target.registry_path, target.selector, platform.parsed, "blobs", http.upstream_timeout)
    step = await Puller(http, endpoint, through.pull.step("ping")).blob(wanted, failed)
    return SecondLook(exchanges=(step.exchange,), tries=(step,))


def _several_nodes(through: PullThrough) -> bool:
    """Whether the answers of the pull came from more than one node."""
    return len({node for step in through.pull.steps if (node := step.header(NODE))}) > 1


def tallied(steps: tuple[Step, ...]) -> str:
    """`1 of 2 answers is 503 (node-2), 1 is 200 (node-1)`: what several tries got, and from which nodes."""
    answers = Counter(_answer(step) for step in steps)
    return ", ".join(f"{count} of {len(steps)} {answer}" for answer, count in answers.items())


def _answer(step: Step) -> str:
    node = step.header(NODE)
    said = f"HTTP {step.status}" if step.status else "no answer"
    called = "" if node and node.lower().startswith("node") else "node "
    return f"{said} from {called}{node}" if node else said
