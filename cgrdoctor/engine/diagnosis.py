"""From findings to root causes: drops what another finding explains, and orders what is left.

The order is that of the path an answer takes: what stands nearer to the user must be mended first, because it hides
what lies behind it. An exact cause stands before an umbrella.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from cgrdoctor.model import CONFIDENCES, LEGS, SEVERITIES, Because, CheckResult, Code, Diagnosis, Explained, Finding


class Found(msgspec.Struct, frozen=True):
    """A finding and the check it came from."""

    check: str
    finding: Finding
    code: Code

    @property
    def urgency(self) -> tuple[int, ...]:
        """Sorts what must be mended first to the front; of equals, what explains more goes first."""
        finding = self.finding
        return (
            SEVERITIES.index(finding.severity),
            int(self.code.umbrella),
            LEGS.index(finding.leg),
            CONFIDENCES.index(finding.confidence),
        )

    @property
    def rank(self) -> tuple[object, ...]:
        """A total order, so that two judgements of the same facts are the same."""
        return (*self.urgency, self.finding.code, self.finding.subject, self.check)


def diagnose(results: Iterable[CheckResult], codes: Mapping[str, Code]) -> tuple[Diagnosis, ...]:
    """The root causes among the findings of severity `warn` and `fail`, the one to act on first at the front."""
    # 1. The order of mending decides which of two that explain each other is the root.
    found = sorted(
        (
            Found(result.id, finding, codes[finding.code])
            for result in results
            for finding in result.findings
            if finding.severity != "info"
        ),
        key=lambda item: item.rank,
    )
    # 2. A root takes its consequences along; 3. then the roots are ordered, by what each explains too.
    roots = _roots(found)
    entries = [
        (root, [item for item, cause in roots if cause is root and item is not root])
        for root, own_cause in roots
        if root is own_cause
    ]
    entries.sort(key=lambda entry: (*entry[0].urgency, -len(entry[1])))
    return tuple(_entry(root, consequences) for root, consequences in entries)


def _roots(found: Sequence[Found]) -> list[tuple[Found, Found]]:
    """Each finding with its root cause; a root is its own. Of a circle of findings the first is the root."""
    explainer: dict[int, int] = {}
    for place, item in enumerate(found):
        causes = [other for other, cause in enumerate(found) if other != place and explains(cause, item)]
        if causes:
            explainer[place] = causes[0]
    return [(item, found[_follow(place, explainer)]) for place, item in enumerate(found)]


def _follow(place: int, explainer: Mapping[int, int]) -> int:
    visited = [place]
    while (cause := explainer.get(visited[-1])) is not None:
        if cause in visited:
            return min(visited[visited.index(cause) :])
        visited.append(cause)
    return visited[-1]


def explains(cause: Found, item: Found) -> bool:
    """Whether `item` is a consequence of `cause`."""
    left, right = cause.finding, item.finding
    if SEVERITIES.index(left.severity) > SEVERITIES.index(right.severity):
        return False
    if left.code == right.code:
        return left.subject == right.subject and cause.rank < item.rank
    if right.code in cause.code.explains or right.code in left.explains:
        return True
    return (
        item.code.umbrella and not cause.code.umbrella and left.leg in item.code.yields_to and left.severity == "fail"
    )


def _set_against(finding: Finding) -> str:
    """What was found beside what it must be."""
    if finding.setting:
        return f"{finding.setting} = {finding.actual} (must be {(finding.expected or '').strip('()')})"
    return f"expected {finding.expected}, found {finding.actual}"


def _entry(root: Found, consequences: Sequence[Found]) -> Diagnosis:
    finding, code = root.finding, root.code
    because = finding.because or (Because(text=finding.summary, evidence=finding.evidence),)
    if finding.expected is not None and finding.actual is not None:
        because = (
            *because,
            Because(text=_set_against(finding), evidence=finding.evidence),
        )
    settled = {item.finding.code for item in consequences} | {code.name}
    elsewhere = {
        rival for rival in finding.rivals if rival.code == code.name and rival.subject not in ("", finding.subject)
    }
    left = tuple(rival for rival in finding.rivals if rival.code not in settled or rival in elsewhere)
    return Diagnosis(
        code=code.name,
        title=code.title,
        leg=finding.leg,
        severity=finding.severity,
        confidence=finding.confidence,
        summary=finding.summary,
        subject=finding.subject,
        because=because,
        explains=tuple(Explained(check=c.check, code=c.finding.code, subject=c.finding.subject) for c in consequences),
        rivals=left if left or finding.confidence == "certain" else finding.rivals,
        ruled_out=finding.ruled_out,
        owner=finding.owner or code.owner,
        remedy=finding.remedy,
        sources=code.sources,
    )
