"""The page of symptoms: what each client prints of each fault, and what the doctor makes of that text."""

from __future__ import annotations

from collections.abc import Mapping

from cgrdoctor.symptoms.mechanism import mechanisms
from cgrdoctor.symptoms.read import meaning
from cgrdoctor.symptoms.table import Row, rows

INTRODUCTION = (
    "What clients print when a pull through Artifactory fails, and what `cgrdoctor explain TEXT` says of it. Most rows "
    "were made by running a client in a world of the lab (`make symptoms`), not every client in every world; of a "
    "kubelet it is what containerd answers, in the kubelet's own words. Rows without a version of three numbers are "
    "texts of public reports, with the code that their words name. Host, repository, tag, digest, address and time are "
    "left out. The same text stands under several faults where a client does not tell them apart: "
    "then only a run of `cgrdoctor IMAGE` does."
)
WORDS = (
    "Texts of other clients and versions are read by the words in them, in this order; where a row names more than one "
    "code, the likeliest stands first."
)
LONGEST = 240
LISTED = 5


def symptoms_page(legs: Mapping[str, str]) -> list[str]:
    """The paragraphs of the page, its title excepted."""
    parts = [INTRODUCTION, "## Words", WORDS, _words()]
    found: dict[str, list[Row]] = {}
    for row in rows():
        found.setdefault(row.code, []).append(row)
    parts.append("## Faults")
    for code, own in sorted(found.items()):
        head = "| Client | What it prints | What that can mean |\n|---|---|---|"
        lines = dict.fromkeys(_line(row, legs) for row in own)
        parts += [f"### [`{code}`](codes/{code}.md)", "\n".join([head, *lines])]
    return parts


def _line(row: Row, legs: Mapping[str, str]) -> str:
    read = meaning(row.text, legs)
    codes = read.codes if read else ()
    more = f" and {len(codes) - LISTED} more" if len(codes) > LISTED else ""
    means = ", ".join(f"`{code}`" for code in codes[:LISTED]) + more
    text = row.text if len(row.text) <= LONGEST else f"{row.text[:LONGEST]}..."
    source = "" if row.source == "lab" else f", {row.source}"
    return f"| {row.client} {row.version}{source} | {_code(text)} | {means} |"


def _code(text: str) -> str:
    return "`" + text.replace("`", "'").replace("|", "\\|") + "`"


def _words() -> str:
    head = "| Words of | What they can mean | What they may hide |\n|---|---|---|"
    lines = [
        f"| {row.name} | {', '.join(f'`{code}`' for code in row.codes)} | {row.misleads or ''} |"
        for row in mechanisms()
    ]
    return "\n".join([head, *lines])
