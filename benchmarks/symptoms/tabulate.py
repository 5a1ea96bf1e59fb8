"""Makes `cgrdoctor/symptoms/table.tsv` from what the clients said: `python -m benchmarks.symptoms.tabulate FILE...`.

Each FILE has a line of JSON a client and world, as `make symptoms` writes it; a later one replaces an earlier one.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from cgrdoctor.lab import FAULTS
from cgrdoctor.symptoms.normal import normal
from cgrdoctor.symptoms.table import Row

TABLE = Path(__file__).parents[2] / "cgrdoctor" / "symptoms" / "table.tsv"
REPORTED = Path(__file__).with_name("reported.tsv")
HEAD = "client\tversion\tsource\tworld\tcode\ttext"
SILENT = re.compile(r"trying to pull \S{1,300}$")
DOCKERS = frozenset(("docker-classic", "skopeo", "podman", "buildah"))
"""Clients that were given the config.json of a world; podman and its kin read it as their own."""
NODES = frozenset(("kubelet", "ctr"))
OUTSIDE = re.compile(r"\"\{url\}\": (?:x509|dial tcp: lookup)")
AWAY = re.compile(r"download-host|token-realm")
"""What is said of a host to which a world leads and which it has not is said of the stage, but where that is the
fault."""
NOT_OF = (
    (re.compile(r"docker-(?:not-installed|daemon|permission|pull)"), NODES | DOCKERS),
    (re.compile(r"docker-(?:ca|config|proxy|credentials-other)|credential-(?:helper|not-sent-[il])"), NODES),
    (re.compile(r"identity-token-"), NODES),
    (re.compile(r"pull-secret-|artifactory-credentials-rejected-twice"), frozenset(("ctr", *DOCKERS))),
)
"""Worlds whose fault lies in what these clients do not read: what they say there is not of that fault."""


def kept(path: Path) -> Iterator[Row]:
    """The rows of a table."""
    for line in path.read_text(encoding="utf-8").splitlines()[1:] if path.exists() else ():
        yield Row(*line.split("\t"))


def said(path: Path) -> Iterator[tuple[tuple[str, str], Row | None]]:
    """Client and world, and what was said there; None of those that pulled, were silent or do not read the fault."""
    for line in path.read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        text, client, world = told["text"], told["client"].partition(" ")[0], told["world"]
        found = normal(text or "")
        spoke = bool(found) and text != "(silence)" and not SILENT.match(found)
        spoke = spoke and (AWAY.match(world) is not None or not OUTSIDE.search(found))
        own = spoke and not any(form.match(world) and client in others for form, others in NOT_OF)
        row = Row(client, told["version"], "lab", world, told["code"], found)
        yield (client, world), row if own else None


def reported(path: Path = REPORTED) -> Iterator[Row]:
    """Texts of public reports, with the code that their words name; they come from no world."""
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        client, version, code, text = line.split("\t")
        yield Row(client, version, "reported in public", "", code, normal(text))


def main() -> None:
    """Writes the table: what was asked again is new, all else stays."""
    asked: dict[tuple[str, str], list[Row]] = {}
    for name in sys.argv[1:]:
        new: dict[tuple[str, str], list[Row]] = {}
        for key, row in said(Path(name)):
            new.setdefault(key, []).extend([row] if row else [])
        asked |= new
    old = [row for row in kept(TABLE) if row.source == "lab" and row.world in FAULTS]
    stay = [row for row in old if (row.client, row.world) not in asked]
    rows = {*reported(), *stay, *(row for rows in asked.values() for row in rows)}
    ordered = sorted(rows, key=lambda row: (row.world, row.client, row.text, row.code))
    lines = ["\t".join((row.client, row.version, row.source, row.world, row.code, row.text)) for row in ordered]
    TABLE.write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
