"""A client's text as the first observation of a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from cgrdoctor.model import Fact, ObservedFrom
from cgrdoctor.symptoms.read import meaning


class ErrorText(Fact, frozen=True, kw_only=True):
    """What the text given in place of IMAGE can mean: its client and leg, None where it does not tell, and codes.

    The text itself is not kept: nobody knows what else was in what was pasted.
    """

    observed_from: ClassVar[ObservedFrom] = "ticket"

    client: str | None = None
    leg: str | None = None
    codes: tuple[str, ...] = ()
    misleads: str | None = None


def error_text(text: str, legs: Mapping[str, str]) -> ErrorText:
    """The meaning of a text, by the leg of every code."""
    found = meaning(text, legs)
    if found is None:
        return ErrorText()
    return ErrorText(client=found.client, leg=found.leg, codes=found.codes, misleads=found.misleads)


def told(fact: ErrorText) -> str:
    """One line on what the text says, before the run says what is."""
    who = fact.client or "a client"
    if not fact.codes:
        return f"these words of {who} name no cause"
    shown = ", ".join(fact.codes[:3])
    more = f" or {len(fact.codes) - 3} others" if len(fact.codes) > 3 else ""
    return f"these words of {who} can mean {shown}{more}; the run decides"
