"""What it takes to merge a fleet: beside decoding the same bytes, and in memory."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import msgspec

from benchmarks.row import Row
from cgrdoctor.fleet.collect import collect
from cgrdoctor.fleet.sources import entries
from cgrdoctor.fleet.summary import summarise
from cgrdoctor.fleet.text import as_text
from cgrdoctor.report import json
from cgrdoctor.report.line import encode, line_of

LINES, REPORTS = 20_000, 2_000
LIKE, FAILING = 50, 40
PAIRS = 5
KEPT = Path(__file__).parents[1] / "tests" / "report" / "of_1_0"


def rows() -> Iterator[Row]:
    """Lines, then whole reports."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        lines = _lines(place / "all.ndjson")
        yield Row(f"{LINES} lines merged, beside decoding them", _ratio([lines], _decode_lines), 6.0)
        yield Row(f"{LINES} lines merged, memory", _peak(lines), 80.0, "MB")
        reports = _reports(place / "reports")
        yield Row(f"{REPORTS} reports merged, beside decoding them", _ratio([reports], _decode_files), 3.0)
        yield Row(f"{REPORTS} reports merged, memory", _peak(reports), 100.0, "MB")


def _lines(file: Path) -> Path:
    """Machines of which every fortieth has a cause; each has a clock and an address of its own."""
    healthy, faulty = (json.decode((KEPT / f"{name}.json").read_bytes()) for name in ("healthy", "faulty"))
    well, unwell = line_of(healthy), line_of(faulty)
    with file.open("wb") as stream:
        for number in range(LINES):
            line = unwell if number % FAILING == 0 else well
            seen = {**line.seen, "cgr.dev address": f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"}
            stream.write(encode(msgspec.structs.replace(line, node=f"node-{number:05}", seen=seen)))
    return file


def _reports(place: Path) -> Path:
    """Reports as a run writes them, under as many names."""
    place.mkdir()
    sources = []
    for number in range(LIKE):
        found = json.decode((KEPT / ("faulty.json" if number == 0 else "healthy.json")).read_bytes())
        run = msgspec.structs.replace(found.run, node=f"node-{number}", id=f"{number:032x}")
        sources.append(place / f"source-{number}.json")
        sources[-1].write_bytes(json.encode(msgspec.structs.replace(found, run=run)))
    for number in range(REPORTS - LIKE):
        os.link(sources[number % LIKE], place / f"report-{number}.json")
    return place


def _ratio(given: list[Path], decode: Callable[[Path], None]) -> float:
    def merge() -> None:
        as_text(summarise(collect(entries([str(one) for one in given], io.BytesIO()))))

    return median(_seconds(merge) / _seconds(lambda: decode(given[0])) for _ in range(PAIRS))


def _seconds(work: Callable[[], None]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _decode_lines(file: Path) -> None:
    with file.open("rb") as stream:
        for line in stream:
            msgspec.json.decode(line)


def _decode_files(place: Path) -> None:
    for path in sorted(place.iterdir()):
        msgspec.json.decode(path.read_bytes())


def _peak(given: Path) -> float:
    """Megabytes that the command takes at most."""
    script = (
        "import resource, sys; from cgrdoctor.cli import run; run(sys.argv[1:]); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
    )
    words = [sys.executable, "-c", script, "report", "merge", str(given)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    return int(done.stderr.split()[-1]) * 1024 / 1e6
