"""`python -m benchmarks`: runs all of them and prints a table; `--write` puts it into docs/performance.md.

Needs skopeo, takes a quarter of an hour, and means something on a machine that does nothing else.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks import merging, scheduler, startup, sweep, whole_run
from benchmarks.row import Row

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
HEAD = """# Performance

Measured by `make bench`; ratios are medians of pairs taken in one run on one machine.

| What | Measured | Promised |
|---|---|---|
"""


def main() -> int:
    """Exit status 1 if a promise is not kept."""
    print(HEAD, end="", flush=True)
    rows = []
    for row in measured():
        print(row, flush=True)
        rows.append(row)
    if "--write" in sys.argv:
        PAGE.write_text(HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return int(not all(row.is_kept for row in rows))


def measured() -> Iterator[Row]:
    """Every row, as it is known."""
    for part in (startup, scheduler, whole_run, sweep, merging):
        yield from part.rows()


if __name__ == "__main__":
    sys.exit(main())
