"""The Pod that was given, what the kubelet said, and what its pull secrets are worth for the image."""

from __future__ import annotations

from datetime import UTC, datetime

from cgrdoctor import Fact, Kind, NotNeeded, Struct, probe
from cgrdoctor.config.settings import Settings


class OfferedSecret(Struct, frozen=True, kw_only=True):
    """A pull secret by name. `trouble` says why it is of no use for the image; `key` is the host it is for instead."""

    name: str
    namespace: str = ""
    trouble: Kind = ""
    key: str = ""

    @property
    def full_name(self) -> str:
        """Namespace and name."""
        return f"{self.namespace}/{self.name}" if self.namespace else self.name


class PullingPod(Fact, frozen=True, kw_only=True):
    """What the kubelet pulls, where, and with which secrets. `words` are its own, the most telling first.

    `given` says whether there is a Pod, or only secrets.
    """

    observed_from = "ticket"

    given: bool = False
    name: str = ""
    namespace: str = ""
    node: str = ""
    container: str = ""
    pull_policy: str = ""
    service_account: str = ""
    reason: str = ""
    words: tuple[str, ...] = ()
    count: int = 0
    secrets: tuple[OfferedSecret, ...] = ()


@probe()
async def pulling_pod(settings: Settings) -> PullingPod:
    """Read from what was given; no cluster is asked."""
    papers = settings.papers
    if papers is None:
        raise NotNeeded("neither a Pod nor a pull secret was given")
    choice, offered = papers.choice, papers.offers(datetime.now(UTC))
    pod, container = choice.pod, choice.container
    events = sorted(choice.events, key=lambda event: "failed to" not in event.words.lower())
    told = [container.words] if container is not None and container.words else []
    return PullingPod(
        given=pod is not None or bool(choice.events),
        name=pod.name if pod else next((event.pod for event in events if event.pod), ""),
        namespace=pod.namespace if pod else next((event.namespace for event in events if event.namespace), ""),
        node=(pod.node if pod else "") or next((event.node for event in events if event.node), ""),
        container=container.name if container else "",
        pull_policy=container.pull_policy if container else "",
        service_account=pod.service_account if pod else "",
        reason=container.reason if container else next((event.reason for event in events), ""),
        words=tuple(dict.fromkeys([*told, *(event.words for event in events)]))[:8],
        count=max((event.count for event in events), default=0),
        secrets=tuple(
            OfferedSecret(name=one.name, namespace=one.namespace, trouble=one.trouble, key=one.key)
            for one in offered.secrets
        ),
    )
