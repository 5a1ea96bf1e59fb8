"""All lines of a sweep as one page or one JUnit file, written line by line: nothing of it is held in memory."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from cgrdoctor.config.values import reason
from cgrdoctor.errors import OutputProblem
from cgrdoctor.report.clean import inert
from cgrdoctor.sweep.model import WELL, Line, Seen, Summary
from cgrdoctor.sweep.summary import why

STYLE = """
body{font:14px/1.4 system-ui,sans-serif;margin:2em;color:#1b1f24;background:#fff}
table{border-collapse:collapse}td,th{border:1px solid #d0d7de;padding:.2em .6em;text-align:left;vertical-align:top}
th{background:#f6f8fa;position:sticky;top:0}.good{background:#dafbe1}.bad{background:#ffebe9}.none{color:#6e7781}
code{font:12px ui-monospace,monospace}
"""


def html(summary: Summary, lines: Iterable[Line]) -> Iterator[str]:
    """The matrix: images by paths."""
    yield '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>cgrdoctor sweep</title>'
    yield f"<style>{STYLE}</style>"
    yield f"</head><body>\n<h1>{_shown(summary.summary)}</h1>\n<p>{_shown(summary.started_at)}, "
    yield f"{summary.duration:.1f} s. {_shown(', '.join(f'{n} {name}' for name, n in summary.counts.items()))}.</p>\n"
    for note in (*summary.notes, *(f"{one.target}: {one.description}" for one in summary.effects)):
        yield f"<p>{_shown(note)}</p>\n"
    yield "<table><thead><tr><th>Image</th><th>cgr.dev</th><th>Through Artifactory</th><th>Age in the cache</th>"
    yield "<th>Verdict</th></tr></thead><tbody>\n"
    for line in lines:
        mood = "good" if line.verdict in WELL else "none" if line.verdict == "not-asked" else "bad"
        age = f"{line.age / 3600:.1f} h" if line.age is not None else ""
        said = line.verdict + (f": {line.code}" if line.code else "")
        yield f"<tr><td><code>{_shown(line.image)}</code></td>{_cell(line.direct)}{_cell(line.through)}<td>{age}</td>"
        yield f'<td class="{mood}">{_shown(said)}</td></tr>\n'
    yield "</tbody></table>\n</body></html>\n"


def _cell(seen: Seen | None) -> str:
    if seen is None:
        return '<td class="none">not asked</td>'
    mood = "bad" if seen.problem else "good"
    said = seen.problem or (seen.digest or f"HTTP {seen.status}")[:19]
    return f'<td class="{mood}"><code>{_shown(said)}</code></td>'


def junit(summary: Summary, lines: Iterable[Line]) -> Iterator[str]:
    """A test case an image."""
    failures = sum(n for name, n in summary.counts.items() if name not in (*WELL, "not-asked"))
    skipped = summary.counts.get("not-asked", 0)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n'
    yield f'  <testsuite name="cgrdoctor sweep" tests="{summary.references}" failures="{failures}" errors="0" '
    yield f'skipped="{skipped}" time="{summary.duration:.3f}" timestamp="{_shown(summary.started_at)}">\n'
    for line in lines:
        name = _shown(line.image)
        path = _shown((line.upstream_image or "").partition(":")[0].partition("@")[0].replace("/", "."))
        yield f'    <testcase classname="cgrdoctor.sweep.{path}" name="{name}" time="0.000"'
        message = _shown(f"{line.verdict}{f': {line.code}' if line.code else ''}{why(line)}")
        if line.verdict in WELL:
            yield "/>\n"
        elif line.verdict == "not-asked":
            yield f'><skipped message="{message}"/></testcase>\n'
        else:
            yield f'><failure type="{_shown(line.code or line.verdict)}" message="{message}"/></testcase>\n'
    yield f"    <system-out>{_shown(summary.summary)}</system-out>\n  </testsuite>\n</testsuites>\n"


def _shown(text: str) -> str:
    return escape(inert(text))


def written(path: Path, pieces: Iterable[str]) -> None:
    """Writes a file in one step, mode 0600, whatever its size. Raises OutputProblem; nothing half written stays."""
    temporary: str | None = None
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=".cgrdoctor-", suffix=path.suffix, dir=path.parent)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as stream:
            stream.writelines(pieces)
        Path(temporary).replace(path)
    except (OSError, ValueError) as error:
        if temporary is not None:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
        raise OutputProblem(f"{path} cannot be written ({reason(error)})") from error
