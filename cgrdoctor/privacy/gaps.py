"""Which characters of a text go: what was found, joined, beside what was withheld before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

FAR = 512
"""Characters of a long word that go with what is found in it."""

_WORD = re.compile(r"[^\s\"'<>,;()\[\]{}`]*+")
_NEIGHBOUR = re.compile(r"[ \t]{1,3}[^\s\"'<>,;()\[\]{}`]{1,40}+")


class Span(NamedTuple):
    """Characters of a text that are to go; `own`: the secret is one of this program's own words."""

    begin: int
    end: int
    kind: str
    own: bool = False


def gaps(text: str, found: Iterable[Span], marks: Sequence[tuple[int, int]]) -> Iterator[Span]:
    """The spans in order, without those characters that a mark of something withheld takes.

    A secret that is a word of ours takes its surroundings with it, or the gap would spell it.
    """
    yield from _beside(_joined(_grown(text, _joined(sorted(found)))), marks)


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Spans in order; those that touch become one."""
    joined: list[Span] = []
    for span in spans:
        if joined and span.begin <= joined[-1].end:
            last = joined[-1]
            joined[-1] = last._replace(end=max(last.end, span.end), own=last.own and span.own)
        else:
            joined.append(span)
    return joined


def _grown(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    far = 0
    for span in spans:
        if span.end <= far:
            continue
        begin, end = _surroundings(text, span.begin, span.end) if span.own else span[:2]
        yield span._replace(begin=begin, end=end)
        far = end


def _surroundings(text: str, begin: int, end: int) -> tuple[int, int]:
    """The word around a place, of a URL what follows the host; where that adds nothing, its neighbours."""
    first = begin - _length(_WORD, text[max(0, begin - FAR) : begin][::-1])
    last = end + _length(_WORD, text[end : end + FAR])
    scheme, mark, rest = text[first:last].partition("://")
    path = first + len(scheme) + len(mark) + len(rest.partition("/")[0]) + 1
    if mark and path <= begin:
        first = path
    if (first, last) == (begin, end):
        first -= _length(_NEIGHBOUR, text[max(0, begin - FAR) : begin][::-1])
        last += _length(_NEIGHBOUR, text[end : end + FAR])
    return first, last


def _length(form: re.Pattern[str], text: str) -> int:
    found = form.match(text)
    return found.end() if found else 0


def _beside(spans: Iterable[Span], marks: Sequence[tuple[int, int]]) -> Iterator[Span]:
    """What is left of spans in order where marks in order are taken out of them."""
    at = 0
    for span in spans:
        begin = span.begin
        while at < len(marks) and marks[at][1] <= begin:
            at += 1
        near = at
        while near < len(marks) and marks[near][0] < span.end:
            if begin < marks[near][0]:
                yield span._replace(begin=begin, end=marks[near][0])
            begin = max(begin, marks[near][1])
            near += 1
        if begin < span.end:
            yield span._replace(begin=begin)
