"""Facts of which some were looked at and some stand in a ticket: each says for itself where it is from."""

from __future__ import annotations

from cgrdoctor.model import Fact, ObservedFrom


class OnPaper(Fact, frozen=True, kw_only=True):
    """A fact that may be, in part or as a whole, from a paper that came with a ticket."""

    @property
    def papers(self) -> dict[str, str]:
        """By subject (a key, a host) the paper in which stands what this says of it; empty where all was looked at."""
        return {}


def seen_from(kind: type[Fact], fact: Fact | None) -> ObservedFrom:
    """Where a fact was seen."""
    return "ticket" if isinstance(fact, OnPaper) and fact.papers else kind.observed_from
