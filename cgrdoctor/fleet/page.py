"""The fleet's view as one HTML page: the causes, and a matrix of the unwell machines and the legs of the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from cgrdoctor.fleet.summary import WELL, Cause, Row, Summary
from cgrdoctor.fleet.text import headline
from cgrdoctor.model import LEGS as ORDER
from cgrdoctor.report.clean import escaped
from cgrdoctor.report.outline import LEGS, status_of, who_of

STYLE = """
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:80rem;padding:1rem}
h1{font-size:1.3rem}h2{font-size:1.1rem}
.wide{overflow-x:auto}
table{border-collapse:collapse;min-width:100%}
th,td{border:1px solid #8888;padding:.25rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
thead th{overflow-wrap:normal}
.fail{background:#c0392b33}.warn{background:#d6890033}
code{font-family:ui-monospace,monospace}
@media print{body{max-width:none}.wide{overflow:visible}}
"""


def page(summary: Summary) -> str:
    """The page: nothing loaded, nothing that runs."""
    title = _shown(f"cgrdoctor: {headline(summary)}")
    parts = [
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>",
        *(_cause(cause) for cause in summary.causes),
        *_matrix(summary),
        *_beside(summary),
        "</main>\n</body>\n</html>\n",
    ]
    return "\n".join(parts)


def _cause(cause: Cause) -> str:
    fix = _shown(cause.fix) if cause.fix else f"<code>cgrdoctor explain {_shown(cause.code)}</code>"
    owner = f"<p>Owner: {_shown(who_of(cause.owner))}</p>" if cause.owner else ""
    return (
        f'<section class="{_shown(cause.severity)}">\n'
        f"<h2>{_shown(cause.severity.upper())} <code>{_shown(cause.code)}</code> {_shown(cause.subject)}</h2>\n"
        f"<p>{_shown(cause.title)}</p>\n<p>{_shown(cause.says)}</p>\n<p>{_shown(', '.join(cause.nodes))}</p>\n"
        f"<p>Fix: {fix}</p>{owner}\n</section>"
    )


def _matrix(summary: Summary) -> Iterator[str]:
    """A row for each machine that is not well, a column for each leg; the well ones are a number."""
    marks: dict[str, dict[str, list[Cause]]] = {}
    for cause in summary.causes:
        for name in cause.reports:
            marks.setdefault(name, {}).setdefault(cause.leg or "", []).append(cause)
    legs = [leg for leg in (*ORDER, "") if leg or any("" in found for found in marks.values())]
    unwell = [row for row in summary.reports if row.status not in WELL or row.name in marks]
    yield '<h2>Machines and legs</h2>\n<div class="wide" tabindex="0" role="region" aria-label="Machines and legs">'
    yield "<table>\n<caption>Where the way to the image is broken</caption>\n<thead>\n<tr>"
    heads = "".join(f'<th scope="col">{_shown(LEGS.get(leg, leg) or "not told")}</th>' for leg in legs)
    yield f'<th scope="col">Machine</th><th scope="col">Status</th>{heads}</tr>\n</thead>\n<tbody>'
    for row in unwell:
        yield _machine(row, legs, marks.get(row.name, {}))
    if well := len(summary.reports) - len(unwell):
        yield f'<tr><th scope="row">{well} more</th><td>healthy</td>{"<td></td>" * len(legs)}</tr>'
    yield "</tbody>\n</table>\n</div>"


def _machine(row: Row, legs: list[str], marks: Mapping[str, list[Cause]]) -> str:
    cells = []
    for leg in legs:
        causes = marks.get(leg, [])
        kind = "fail" if any(one.severity == "fail" for one in causes) else "warn"
        names = "<br>".join(f"<code>{_shown(one.code)}</code>" for one in causes)
        cells.append(f'<td class="{kind}">{names}</td>' if causes else "<td></td>")
    status = _shown(status_of(row.status, selected=row.selected))
    return f'<tr><th scope="row">{_shown(row.node or row.name)}</th><td>{status}</td>{"".join(cells)}</tr>'


def _beside(summary: Summary) -> Iterator[str]:
    if summary.missing:
        yield f"<h2>Did not report</h2>\n<p>{_shown(', '.join(summary.missing))}</p>"
    if summary.unreadable:
        items = "\n".join(f"<li><code>{_shown(one.name)}</code> {_shown(one.why)}</li>" for one in summary.unreadable)
        yield f"<h2>Unreadable</h2>\n<ul>\n{items}\n</ul>"


def _shown(text: str) -> str:
    return escape(escaped(text))
