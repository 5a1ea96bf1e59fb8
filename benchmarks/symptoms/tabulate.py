"""Makes `cgrdoctor/symptoms/table.tsv` from what the clients said: `python -m benchmarks.symptoms.tabulate FILE...`.

Each FILE has a line of JSON a client and world, as `make symptoms` writes it. Rows that are there stay.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from cgrdoctor.symptoms.normal import normal
from cgrdoctor.symptoms.table import Row

TABLE = Path(__file__).parents[2] / "cgrdoctor" / "symptoms" / "table.tsv"
REPORTED = Path(__file__).with_name("reported.tsv")
HEAD = "client\tversion\tsource\tworld\tcode\ttext"
ON_THE_WAY = re.compile(r"x509|connection refused|handshake timeout|http response to https")
WAYWARD = re.compile(
    r"tls-|clock-skew|docker-ca|connection-|proxy-|docker-proxy|plain-http|token-realm|dns-|download-host|path-mtu|upstream-blob"
)
"""Codes of faults of which such a text is no accident of the stage on which the client was run."""


def kept(path: Path = TABLE) -> Iterator[Row]:
    """The rows of a table."""
    for line in path.read_text(encoding="utf-8").splitlines()[1:] if path.exists() else ():
        yield Row(*line.split("\t"))


def said(path: Path) -> Iterator[Row]:
    """What clients said, without those that pulled, were silent or met an accident of the stage."""
    for line in path.read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        text, client = told["text"], told["client"].partition(" ")[0]
        if not text or text == "(silence)":
            continue
        if ON_THE_WAY.search(text) and not WAYWARD.match(told["code"]):
            continue
        yield Row(client, told["version"], "lab", told["world"], told["code"], normal(text))


def reported(path: Path = REPORTED) -> Iterator[Row]:
    """Texts of public reports, with the code that their words name; they come from no world."""
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        client, version, code, text = line.split("\t")
        yield Row(client, version, "reported in public", "", code, normal(text))


def main() -> None:
    """Writes the table."""
    found = {(row.client, row.world, row.text): row for row in (*kept(), *reported())}
    for name in sys.argv[1:]:
        for row in said(Path(name)):
            found[row.client, row.world, row.text] = row
    ordered = sorted(found.values(), key=lambda row: (row.world, row.client, row.text))
    lines = ["\t".join((row.client, row.version, row.source, row.world, row.code, row.text)) for row in ordered]
    TABLE.write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
