"""Pods, service accounts and events: what image is pulled, by whom, with which secrets, and the kubelet's own words.

Of a Pod nothing else is looked at: neither its environment nor its arguments, volumes or annotations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cgrdoctor.kubernetes.fields import mapping, mappings, number, text

PULL_FAILED = ("ErrImagePull", "ImagePullBackOff")
"""Reasons of a container that waits for its image in vain."""

OTHERWISE = (
    "ErrImageNeverPull",
    "InvalidImageName",
    "ImageInspectError",
    "RegistryUnavailable",
    "SignatureValidationFailed",
)
"""Reasons of a container that waits for its image, and not because a pull was answered with an error."""

NOT_HAD = ("Failed", "BackOff", "InspectFailed", "ErrImageNeverPull")
"""Reasons of the events in which the kubelet says that it could not have an image."""

NONE_FOUND = "FailedToRetrieveImagePullSecret"
"""Reason of the event in which the kubelet says that a secret is not there."""

WORDS = 2000
"""Characters of what the kubelet says that are kept."""

GROUPS = (
    ("containers", "containerStatuses"),
    ("initContainers", "initContainerStatuses"),
    ("ephemeralContainers", "ephemeralContainerStatuses"),
)
NAMED = re.compile(r'image (?:tag )?"([^"\s]{1,1000})"')
"""The image in the kubelet's words."""


@dataclass(frozen=True, slots=True)
class Container:
    """A container of any group. `reason` and `words` are those with which it waits, empty where it does not."""

    name: str
    image: str
    pull_policy: str = ""
    reason: str = ""
    words: str = ""

    @property
    def waits(self) -> bool:
        """Whether it waits for its image in vain."""
        return self.reason in PULL_FAILED

    @property
    def stuck(self) -> bool:
        """Whether it waits for its image for another reason."""
        return self.reason in OTHERWISE


@dataclass(frozen=True, slots=True)
class Pod:
    """A Pod. `secrets` are the names it was given; where it has none, its service account's are meant."""

    name: str
    namespace: str
    node: str
    service_account: str
    secrets: tuple[str, ...]
    containers: tuple[Container, ...]


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """The names of its pull secrets."""

    name: str
    namespace: str
    secrets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """What the kubelet said of a Pod, and how often."""

    reason: str
    words: str
    count: int = 1
    pod: str = ""
    namespace: str = ""
    node: str = ""

    @property
    def fails(self) -> bool:
        """Whether it says that an image could not be had; of one that was pulled there are events too."""
        return self.reason in NOT_HAD

    @property
    def image(self) -> str:
        """The image it speaks of; empty where it names none."""
        found = NAMED.search(self.words)
        return found[1] if found else ""


def pod_of(value: dict[str, Any]) -> Pod:
    """A Pod of its object."""
    return Pod(
        name=text(value, "metadata", "name"),
        namespace=text(value, "metadata", "namespace"),
        node=text(value, "spec", "nodeName"),
        service_account=text(value, "spec", "serviceAccountName") or text(value, "spec", "serviceAccount"),
        secrets=_names(value, "spec", "imagePullSecrets"),
        containers=tuple(_containers(value)),
    )


def template_of(value: dict[str, Any]) -> Pod | None:
    """The Pods that a Deployment, a Job and their like make, without a name; None where it makes none."""
    for path in (("spec", "template"), ("spec", "jobTemplate", "spec", "template")):
        template = mapping(value, *path)
        if mappings(template, "spec", "containers"):
            metadata = {"namespace": text(value, "metadata", "namespace")}
            return pod_of({"metadata": metadata, "spec": mapping(template, "spec")})
    return None


def _containers(value: dict[str, Any]) -> Iterator[Container]:
    for group, statuses in GROUPS:
        waiting = {text(one, "name"): mapping(one, "state", "waiting") for one in mappings(value, "status", statuses)}
        for one in mappings(value, "spec", group):
            state = waiting.get(text(one, "name"), {})
            yield Container(
                text(one, "name"),
                text(one, "image"),
                text(one, "imagePullPolicy"),
                text(state, "reason"),
                text(state, "message")[:WORDS],
            )


def account_of(value: dict[str, Any]) -> ServiceAccount:
    """A service account of its object."""
    return ServiceAccount(
        text(value, "metadata", "name"), text(value, "metadata", "namespace"), _names(value, "imagePullSecrets")
    )


def event_of(value: dict[str, Any]) -> Event:
    """An event of either API, `v1` or `events.k8s.io/v1`."""
    about = mapping(value, "involvedObject") or mapping(value, "regarding")
    counts = (
        number(value, "count"),
        number(value, "series", "count"),
        number(value, "deprecatedCount"),
    )
    return Event(
        text(value, "reason"),
        (text(value, "message") or text(value, "note"))[:WORDS],
        max(*counts, 1),
        text(about, "name"),
        text(about, "namespace"),
        text(value, "source", "host") or text(value, "reportingInstance") or text(value, "deprecatedSource", "host"),
    )


def _names(value: dict[str, Any], *path: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for one in mappings(value, *path) if (name := text(one, "name"))))
