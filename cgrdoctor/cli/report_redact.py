"""`cgrdoctor report redact`: withholds secrets once more, with today's rules and today's environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from cgrdoctor.cli.completing import files
from cgrdoctor.cli.forms import HELP, unwritable, written_report
from cgrdoctor.errors import OutputProblem

if TYPE_CHECKING:
    from cgrdoctor.engine.discovery import Catalogue
    from cgrdoctor.model import Fact, FactRecord, Report
    from cgrdoctor.privacy.redact import Redaction


@click.command("redact", context_settings=HELP)
@click.argument("file", shell_complete=files)
@click.option(
    "-o", "--output", metavar="PATH", help="Write there (.json .md .html .xml .zip .ndjson), not to standard output."
)
def command(file: str, output: str | None) -> int:
    """Withhold secrets from a report again: by form, and those that the environment variables of check hold now."""
    from cgrdoctor.config.values import output as readable
    from cgrdoctor.process.streams import put
    from cgrdoctor.report.write import Files, content

    target = readable("--output", output) if output else None
    report = redacted(written_report(file))
    try:
        if target is None:
            put(content(report, "json"))
        else:
            Files().put(target, content(report, target.format))
    except OutputProblem as problem:
        raise unwritable(problem) from None
    return 0


def redacted(report: Report) -> Report:
    """The report with what it still held taken out, known by form or from the environment of check.

    What was withheld before stays in the count.
    """
    import msgspec

    from cgrdoctor.credentials.environment import secrets
    from cgrdoctor.doctor import vocabulary
    from cgrdoctor.engine.discovery import load
    from cgrdoctor.privacy.redact import Redaction
    from cgrdoctor.process.streams import tell

    catalogue = load()
    redaction = Redaction(vocabulary(catalogue))
    for secret in secrets(os.environ):
        redaction.learn(secret, "environment")
    before = report.redactions
    clean = redaction.struct(msgspec.structs.replace(report, facts={}))
    facts = _facts(report.facts, redaction, catalogue)
    if redaction.note:
        tell(f"cgrdoctor: {redaction.note}")
    now = redaction.summary(clean.redactions.tokens)
    counted = msgspec.structs.replace(
        now, count=before.count + now.count, kinds=_summed(before.kinds, now.kinds), note=now.note or before.note
    )
    return msgspec.structs.replace(clean, facts=facts, redactions=counted)


def _facts(facts: Mapping[str, FactRecord], redaction: Redaction, catalogue: Catalogue) -> dict[str, FactRecord]:
    """Facts by their types; of one that no installed probe makes, every text is anybody's."""
    import msgspec

    from cgrdoctor.config.settings import Invocation
    from cgrdoctor.engine.declare import fact_name
    from cgrdoctor.model import Word

    made: list[type[Fact]] = [Invocation, *(probe.makes for probe in catalogue.probes)]
    kinds = {fact_name(kind): kind for kind in made}
    found = {}
    for name, record in facts.items():
        value = redaction.tree(record.value, kinds.get(name, Any))
        bare = redaction.struct(msgspec.structs.replace(record, value=None))
        found[redaction.tree(name, Word)] = msgspec.structs.replace(bare, value=value)
    return found


def _summed(before: Mapping[str, int], now: Mapping[str, int]) -> dict[str, int]:
    return {name: before.get(name, 0) + now.get(name, 0) for name in sorted({*before, *now})}
