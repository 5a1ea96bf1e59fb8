"""The words of a catalogue of checks, beside those of the report: what redaction leaves alone in places of ours."""

from __future__ import annotations

from collections.abc import Iterable

from cgrdoctor.engine.declare import fact_name
from cgrdoctor.engine.discovery import Catalogue
from cgrdoctor.model import Fact
from cgrdoctor.privacy.own_words import OwnWords, own_words


def vocabulary_of(
    catalogue: Catalogue, said: Iterable[str], facts: Iterable[type[Fact]], reasons: Iterable[str]
) -> OwnWords:
    """The words of a catalogue, of more `facts`, and the `reasons` that we give ourselves.

    What the user `said`, such as hosts, keys and images, is ordinary too: a piece of a password that stands in it tells
    nothing.
    """
    codes = catalogue.codes.values()
    prose = [text for code in codes for text in (code.meaning, code.fix, code.why)]
    kinds = [*facts, *(probe.makes for probe in catalogue.probes)]
    return own_words(kinds, {*reasons, *_declared(catalogue)}, [*said, *prose])


def _declared(catalogue: Catalogue) -> set[str]:
    """Ids, names, titles and the other constant texts of a catalogue."""
    checks = {text for one in catalogue.checks for text in (one.id, one.title, one.unlocked_by, one.guide) if text}
    codes = {text for one in catalogue.codes.values() for text in (one.name, one.title, *one.sources)}
    return checks | codes | {fact_name(probe.makes) for probe in catalogue.probes}
