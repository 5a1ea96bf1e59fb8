"""`cgrdoctor report merge`: the reports of many machines in one answer."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from cgrdoctor.cli.completing import files
from cgrdoctor.cli.forms import HELP, format_option, show_json, unwritable
from cgrdoctor.errors import OutputProblem, UsageProblem
from cgrdoctor.process.streams import put, say

if TYPE_CHECKING:
    from cgrdoctor.config.values import Output
    from cgrdoctor.fleet.summary import Summary
    from cgrdoctor.model import Code

FORMS = ("text", "json", "markdown", "html")
LARGEST = 16 * 1024 * 1024
"""Bytes of a list of names."""


@click.command("merge", context_settings=HELP)
@click.argument("files", nargs=-1, required=True, metavar="FILE|DIR|GLOB|-...", shell_complete=files)
@click.option("--expect", metavar="FILE", shell_complete=files, help="Names of the nodes that should have reported.")
@click.option("-o", "--output", "outputs", multiple=True, metavar="PATH", help="Also write there: .json .md .html.")
@format_option(*FORMS)
def command(files: tuple[str, ...], expect: str | None, outputs: tuple[str, ...], form: str) -> int:
    """Reports of many machines in one answer: which cause where, and what the failing ones have that no other has.

    \b
      cgrdoctor report merge reports/ nodes.ndjson
      kubectl get pods -l app.kubernetes.io/name=cgrdoctor -o json | cgrdoctor report merge -

    Takes reports, bundles, lines, directories, patterns, archives (tar, zip) and what kubectl prints of Pods; - is
    standard input. Exit status: 0, or 3 if something was unreadable or an expected node did not report.
    """
    from cgrdoctor.fleet.collect import collect
    from cgrdoctor.fleet.sources import entries
    from cgrdoctor.fleet.summary import summarise

    targets = [_target(output) for output in outputs]
    nodes = _expected(expect, files) if expect else ()
    fleet = collect(entries(files, sys.stdin.buffer))
    if not fleet.members and not fleet.unreadable:
        raise UsageProblem("there is no report in what was given")
    summary = summarise(fleet, nodes, _codes)
    _write(summary, form, targets)
    return 0 if summary.whole else 3


def _codes() -> Mapping[str, Code]:
    from cgrdoctor.engine.discovery import load

    return load().codes


def _target(output: str) -> Output:
    from cgrdoctor.config.values import output as readable

    target = readable("--output", output)
    if target.format not in FORMS:
        raise UsageProblem("--output: a merged answer is written as .json, .md or .html")
    return target


def _expected(path: str, files: tuple[str, ...]) -> tuple[str, ...]:
    from cgrdoctor.config.values import expanded, reason, shown_path
    from cgrdoctor.fleet.expected import expected

    if path == "-":
        if "-" in files:
            raise UsageProblem("standard input can be read once; give - once")
        return expected(sys.stdin.buffer.read(LARGEST), "standard input")
    place = expanded("--expect", path)
    try:
        with place.open("rb") as stream:
            return expected(stream.read(LARGEST), shown_path(place))
    except (OSError, ValueError) as error:
        raise UsageProblem(f"--expect: {shown_path(place)} cannot be read ({reason(error)})") from None


def _write(summary: Summary, form: str, targets: list[Output]) -> None:
    from cgrdoctor.report.write import write_file

    try:
        for target in targets:
            write_file(target.path, _content(summary, target.format))
    except OutputProblem as problem:
        raise unwritable(problem) from None
    if form == "json":
        show_json(summary)
    elif form == "text":
        from cgrdoctor.fleet.text import as_text

        say(as_text(summary))
    else:
        put(_content(summary, form))


def _content(summary: Summary, form: str) -> bytes:
    import msgspec

    if form == "json":
        return msgspec.json.format(msgspec.json.encode(summary, order="deterministic"), indent=2) + b"\n"
    if form == "markdown":
        from cgrdoctor.fleet.text import markdown

        return markdown(summary).encode("utf-8", "backslashreplace")
    from cgrdoctor.fleet.page import page

    return page(summary).encode("utf-8", "backslashreplace")
