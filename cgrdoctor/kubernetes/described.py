"""The kubelet's words in what `kubectl describe pod` and `kubectl get events` print as text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cgrdoctor.kubernetes.pod import NONE_FOUND, WORDS, Event

LINES = 20_000
LONGEST = 8_000
"""Lines that are looked at, and characters of one."""

SAID = re.compile(
    r"(?:Failed to pull image|Back-off pulling image|Pulling image|Error: ErrImagePull"
    r"|Error: ImagePullBackOff|Unable to retrieve some image pull secrets"
    r"|Failed to inspect image|Failed to apply default image tag|Container image \"[^\"\s]{1,1000}\" is not present)"
)
ASSIGNED = re.compile(r"Successfully assigned ([^\s/]{1,63})/(\S{1,253}) to (\S{1,253})")
HEAD = re.compile(r"(Name|Namespace|Node):[ \t]{1,40}([^\s/]{1,253})")
COUNT = re.compile(r"\(x([0-9]{1,6}) over ")

REASONS = {"Pulling image": "Pulling", "Back-off pulling image": "BackOff", "Unable to retrieve some": NONE_FOUND}


def events_in(text: str) -> list[Event]:
    """What the kubelet said, a line each; empty where the text is of another kind."""
    about = {"Name": "", "Namespace": "", "Node": ""}
    found: list[tuple[str, str, int]] = []
    for line in _lines(text):
        head = HEAD.match(line)
        if head and not about[head[1]]:
            about[head[1]] = head[2]
        assigned = ASSIGNED.search(line)
        if assigned:
            about = {"Namespace": assigned[1], "Name": assigned[2], "Node": assigned[3]}
        said = SAID.search(line)
        if said:
            words = line[said.start() :].strip()[:WORDS]
            count = COUNT.search(line)
            found.append((_reason(words), words, int(count[1]) if count else 1))
    return [
        Event(reason, words, count, about["Name"], about["Namespace"], about["Node"]) for reason, words, count in found
    ]


def _lines(text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines()):
        if number >= LINES:
            return
        yield line[:LONGEST]


def _reason(words: str) -> str:
    return next((reason for start, reason in REASONS.items() if words.startswith(start)), "Failed")
