"""`python -m benchmarks`: runs all of them and prints a table; `--write` puts it into docs/performance.md."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks import merging, scheduler, startup, whole_run

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
HEAD = """# Performance

Measured by `make bench`; ratios are medians of pairs taken in one run on one machine.

| What | Measured | Promised |
|---|---|---|
"""


def main() -> int:
    """Exit status 1 if a promise is not kept."""
    rows = [*startup.rows(), *scheduler.rows(), *whole_run.rows(), *merging.rows()]
    table = HEAD + "".join(
        f"| {row.what} | {row.measured:.2f} {row.unit} | at most {row.promised:g} {row.unit} |\n" for row in rows
    )
    print(table)
    if "--write" in sys.argv:
        PAGE.write_text(table, encoding="utf-8")
    return int(any(row.measured > row.promised for row in rows))


if __name__ == "__main__":
    sys.exit(main())
