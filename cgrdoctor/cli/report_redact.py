"""`cgrdoctor report redact`: withholds secrets once more, with today's rules and today's environment."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from cgrdoctor.cli.forms import HELP, unwritable, written_report
from cgrdoctor.errors import OutputProblem

if TYPE_CHECKING:
    from cgrdoctor.model import Report
    from cgrdoctor.privacy.redact import Redaction

SECRET_VARIABLES = (
    "CGRDOCTOR_ARTIFACTORY_TOKEN",
    "CGRDOCTOR_ARTIFACTORY_PASSWORD",
    "CGRDOCTOR_REGISTRY_PASSWORD",
    "CGRDOCTOR_CHAINGUARD_PASSWORD",
    "JF_ACCESS_TOKEN",
    "JF_PASSWORD",
    "CHAINGUARD_TOKEN",
)


@click.command("redact", context_settings=HELP)
@click.argument("file")
@click.option("-o", "--output", metavar="PATH", help="Write there (.json .md .html .xml .zip), not to standard output.")
def command(file: str, output: str | None) -> int:
    """Withhold secrets from a report again: by form, and those that the environment variables of check hold now."""
    from cgrdoctor.config.values import output as readable
    from cgrdoctor.process.streams import put
    from cgrdoctor.report.write import content, write_file

    target = readable("--output", output) if output else None
    report = redacted(written_report(file))
    try:
        if target is None:
            put(content(report, "json"))
        else:
            write_file(target.path, content(report, target.format))
    except OutputProblem as problem:
        raise unwritable(problem) from None
    return 0


def redacted(report: Report) -> Report:
    """The report with everything withheld that is, or looks like, a secret; the counts grow by what was found now."""
    import msgspec

    from cgrdoctor.model import Redactions
    from cgrdoctor.privacy.redact import Redaction

    redaction = Redaction()
    for variable in SECRET_VARIABLES:
        if os.environ.get(variable):
            redaction.learn(os.environ[variable], "environment")
    before = report.redactions
    clean = redaction.struct(report)
    kinds = _summed(before.kinds, redaction)
    counted = Redactions(count=before.count + redaction.count, kinds=kinds, tokens=before.tokens)
    return msgspec.structs.replace(clean, redactions=counted)


def _summed(before: dict[str, int], redaction: Redaction) -> dict[str, int]:
    names = sorted(before.keys() | redaction.counts.keys())
    return {name: before.get(name, 0) + redaction.counts.get(name, 0) for name in names}
