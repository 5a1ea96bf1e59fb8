"""The page of symptoms: what each client prints of each fault, and what the doctor makes of that text."""

from __future__ import annotations

from collections.abc import Mapping

from cgrdoctor.symptoms.mechanism import mechanisms
from cgrdoctor.symptoms.read import meaning
from cgrdoctor.symptoms.table import Row, rows

INTRODUCTION = (
    "What clients print when a pull through Artifactory fails, and what `cgrdoctor explain TEXT` says of it. Each of "
    "skopeo (inspect and copy), podman, buildah, ctr, docker with its classic image store, and containerd as a kubelet "
    "asks it, was run once in every world of the lab (`make symptoms`), in a world that nobody had asked before and "
    "with an empty engine of its own. A client has no row where it pulled, where it said nothing in 40 seconds, where "
    "it was led to a host that the lab has not, and where the fault lies in what it does not read (a kubelet reads no "
    "`config.json`, docker no pull secret; the docker of the worlds without one is a stand-in). What a kubelet prints "
    "is containerd's answer in the kubelet's own words."
)
NOT_RUN = (
    "Docker with the containerd store, BuildKit, nerdctl, crictl, CRI-O, crane, Helm, `jf`, GitLab's runner and "
    "Jenkins were not run: their texts are read by the rows of the clients that carry the same library, and by the "
    "words below. Rows without a version of three numbers are texts of public reports, with the code that their words "
    "name. Host, repository, tag, digest, address and time are left out. The same text stands under several faults "
    "where a client does not tell them apart: then only a run of `cgrdoctor IMAGE` does."
)
WORDS = (
    "Texts of other clients and versions are read by the words in them, in this order; where a row names more than one "
    "code, the likeliest stands first."
)
LONGEST = 240
LISTED = 5


def symptoms_page(legs: Mapping[str, str]) -> list[str]:
    """The paragraphs of the page, its title excepted."""
    parts = [INTRODUCTION, NOT_RUN, "## Words", WORDS, _words()]
    found: dict[str, list[Row]] = {}
    for row in rows():
        found.setdefault(row.code, []).append(row)
    read = {text: meaning(text, legs) for text in {row.text for row in rows()}}
    means = {text: one.codes if one else () for text, one in read.items()}
    parts.append("## Faults")
    for code, own in sorted(found.items()):
        head = "| Client | What it prints | What that can mean |\n|---|---|---|"
        lines = dict.fromkeys(_line(row, means[row.text]) for row in own)
        parts += [f"### [`{code}`](codes/{code}.md)", "\n".join([head, *lines])]
    return parts


def _line(row: Row, codes: tuple[str, ...]) -> str:
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
