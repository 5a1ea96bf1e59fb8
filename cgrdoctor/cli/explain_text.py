"""`cgrdoctor explain TEXT`: what a client's words can mean, and the command that decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cgrdoctor.cli.forms import show_json, show_lines, wrapped
from cgrdoctor.process.streams import tell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cgrdoctor.engine.discovery import Catalogue
    from cgrdoctor.symptoms.read import Meaning

SHOWN = 10
"""Codes that are listed; the others are counted."""


def show(word: str, form: str) -> int:
    """Reads the text (standard input for `-`) and shows what it means; 3 where nothing in it is recognized."""
    from cgrdoctor.engine.discovery import load
    from cgrdoctor.symptoms.read import meaning

    text = word
    if word == "-":
        from cgrdoctor.cli.pasting import standard_input

        text, lines = standard_input()
        for line in lines:
            tell(f"cgrdoctor: {line}")
    codes = load().codes
    found = meaning(text, {name: code.leg for name, code in codes.items()})
    if form == "json":
        show_json(as_data(found))
    elif found is not None:
        show_lines(as_lines(found, {name: code.title for name, code in codes.items()}))
    if found is None:
        tell("cgrdoctor: nothing in this text is known: no client, no image, no words of a failure")
    return 0 if found is not None else 3


def of_registry(word: str, catalogue: Catalogue) -> str | None:
    """One line on a word such as MANIFEST_UNKNOWN, which registries say and which is no code of the doctor's."""
    from cgrdoctor.symptoms.read import meaning

    found = meaning(word, {name: code.leg for name, code in catalogue.codes.items()})
    if found is None or not found.codes:
        return None
    shown = ", ".join(found.codes[:4])
    return (
        f"'{word}' is a word of registries, no code; it can mean {shown}; for a whole error text: cgrdoctor explain -"
    )


def as_data(found: Meaning | None) -> dict[str, object]:
    """The document; all empty where nothing was recognized."""
    import dataclasses

    from cgrdoctor.symptoms.read import ANYWHERE, Meaning

    whole = found or Meaning(None, None, None, (), (), None, ANYWHERE)
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in dataclasses.asdict(whole).items()
    }


def as_lines(found: Meaning, titles: Mapping[str, str]) -> list[str]:
    """For a person, at 80 columns."""
    from cgrdoctor.report.outline import LEGS
    from cgrdoctor.symptoms.read import THROUGH

    lines = wrapped(f"Printed by: {found.client or 'a client that these words do not tell'}")
    lines += [f"Image: {found.reference}"] if found.reference else ["Image: none in this text"]
    if found.leg:
        lines += wrapped(f"Leg: {LEGS.get(found.leg, found.leg)}")
    if found.codes:
        several = f"one of {len(found.codes)} causes, likeliest first" if len(found.codes) > 1 else "this cause"
        lines += ["", f"It can mean {several}:"]
        for code in found.codes[:SHOWN]:
            lines += wrapped(f"{code}: {titles.get(code, '')}".rstrip(": "), "  ")
        more = found.codes[SHOWN:]
        lines += wrapped(f"and {', '.join(more)}", "  ") if more else []
    else:
        lines += ["", "It names no cause."]
    if found.not_codes:
        lines += ["", *wrapped(f"It cannot mean: {', '.join(found.not_codes[:12])}{_rest(len(found.not_codes) - 12)}")]
    if found.misleads:
        lines += ["", *wrapped(f"It may mislead: {found.misleads}.")]
    lines += ["", f"What decides: {found.command}"]
    if found.reference is None:
        return lines
    way = THROUGH if found.command.endswith(THROUGH) else ""
    return [*lines, f"or, so that these words count too: cgrdoctor -{way} with this text on standard input"]


def _rest(number: int) -> str:
    return f" and {number} more" if number > 0 else ""
