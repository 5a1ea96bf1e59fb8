"""What decided: of all that a diagnosis rests on, the few observations that a reader has to see."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cgrdoctor.model import Because, Diagnosis, Exchange, Report
from cgrdoctor.report.answers import answered, asked, failed, host_of, path_of, routine

MOST = 4
"""Observations shown at most; -v shows all."""

_DIGEST = re.compile(r"\bsha256:([0-9a-f]{12})[0-9a-f]{52}\b")

LONG_PART = 12
"""Characters of a part of a path that stands in a text by no accident."""

EXPECTED = "expected "
SET_AGAINST = re.compile(EXPECTED + r"|\w{1,60} = [^\0]*\(must be ")
"""How the reason begins that sets what was found, the setting named or not, against what it must be."""

_NUMBER = re.compile(r"\b[1-5]\d\d\b")


@dataclass(frozen=True, slots=True)
class Observation:
    """`number` is the id of an exchange, empty for what no exchange shows."""

    number: str
    text: str


def deciding(entry: Diagnosis, report: Report, told: str = "") -> list[Observation]:
    """The deciding observations, the telling one first. What `told` says already is not said again."""
    known = {exchange.id: exchange for exchange in report.exchanges}
    texts = [reason.text for reason in entry.because]
    first = () if entry.summary in texts else (Because(text=entry.summary),)
    lines: list[Observation] = []
    shown: set[str] = set()
    for reason in (*first, *entry.because):
        if reason.text.rstrip(".") in told:
            continue
        shower = _shower(reason, known, shown)
        if shower is not None:
            shown.add(shower.id)
            lines.append(Observation(shower.id, _joined(shower, reason, entry, report)))
        elif lines and SET_AGAINST.match(reason.text):
            if _says_both(lines[-1].text, reason.text):
                continue
            lines[-1] = Observation(lines[-1].number, f"{lines[-1].text}: {reason.text}")
        else:
            lines.append(Observation("", _about(reason.text, entry)))
    named = dict.fromkeys(name for reason in entry.because for name in reason.evidence)
    evidence = [known[name] for name in named if name in known and name not in shown]
    more = ranked(evidence, entry, report, besides=bool(lines))
    lines += [Observation(one.id, exchange_line(one, report)) for one in more]
    return sorted(lines, key=lambda one: not one.number)


def _says_both(text: str, against: str) -> bool:
    """Whether a text names what was expected and what was found already."""
    expected, _, found = against.removeprefix(EXPECTED).partition(", found ")
    return against.startswith(EXPECTED) and expected in text and found in text


def shortened(text: str) -> str:
    """Digests as docker shows them, by their first twelve digits."""
    return _DIGEST.sub(r"sha256:\1", text)


def exchange_line(exchange: Exchange, report: Report) -> str:
    """What was asked and what came back, on one line."""
    return f"{asked(exchange, report)}: {answered(exchange)}"


def ranked(evidence: Sequence[Exchange], entry: Diagnosis, report: Report, *, besides: bool = False) -> list[Exchange]:
    """The telling exchanges first; what is routine is left out where something else is there, or stands `besides`.

    Evidence stands in the order in which those who judged it name it. What failed tells more than what went well,
    unless it is the other arm of the comparison; what the reasons quote tells most. Of equal answers one is enough.
    """
    quoted = " ".join((entry.summary, *(reason.text for reason in entry.because)))
    places = {exchange.id: place for place, exchange in enumerate(evidence)}
    order = sorted(evidence, key=lambda one: (-_weight(one, quoted, report), places[one.id]))
    telling = [one for one in order if not routine(one)] or ([] if besides else order[:1])
    return list(_unlike(telling, report))


def _weight(exchange: Exchange, quoted: str, report: Report) -> int:
    path, host = path_of(exchange), host_of(exchange)
    spoken = exchange.status is not None and str(exchange.status) in _NUMBER.findall(quoted)
    compared = exchange.status == 200 and "/manifests/" in path and host != report.target.artifactory_host
    return 3 * failed(exchange) + 2 * spoken + 2 * compared + (len(path) > 4 and path in quoted) - 4 * routine(exchange)


def _unlike(exchanges: Sequence[Exchange], report: Report) -> Iterator[Exchange]:
    seen: set[tuple[str, str]] = set()
    for exchange in exchanges:
        answer = (host_of(exchange), answered(exchange)) if failed(exchange) else ("", exchange_line(exchange, report))
        if answer not in seen:
            seen.add(answer)
            yield exchange


def _shower(reason: Because, known: Mapping[str, Exchange], shown: Collection[str]) -> Exchange | None:
    """The exchange that shows a reason: the one whose address it quotes, else the first that is not routine."""
    evidence = [known[name] for name in dict.fromkeys(reason.evidence) if name in known]
    telling = [one for one in evidence if not routine(one)] or (evidence if len(evidence) == 1 else [])
    free = [one for one in telling if one.id not in shown]
    return max(free, key=lambda one: _quoted(one, reason.text), default=None)


def _quoted(exchange: Exchange, text: str) -> int:
    """Characters of the longest part of its path that a text names."""
    return max(
        (len(part) for part in path_of(exchange).split("/") if len(part) >= LONG_PART and part in text), default=0
    )


def _joined(exchange: Exchange, reason: Because, entry: Diagnosis, report: Report) -> str:
    """A reason with what was asked, where it is not clear from the words, and the answer where it is not quoted."""
    what, alone = asked(exchange, report), len(reason.evidence) == 1
    if failed(exchange) and str(exchange.status or exchange.error) not in reason.text and alone:
        return f"{what}: {answered(exchange)}; {reason.text}"
    if alone and reason.text.startswith(EXPECTED):
        return f"{what}: {reason.text}"
    return _about(reason.text, entry)


def _about(text: str, entry: Diagnosis) -> str:
    return f"{entry.subject}: {text}" if SET_AGAINST.match(text) and entry.subject else text
