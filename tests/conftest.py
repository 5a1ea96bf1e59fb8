"""What holds for every test: a slow machine is no failure, and what failed once is not remembered between runs.

Each run searches on with examples of its own; where `CI` is set they are the same every time. With `CGRDOCTOR_SAMPLE=N`
a test that plays whole runs plays every Nth of its cases, chosen by their names, and at least one.
"""

import gc
import os
import sys
from pathlib import Path
from zlib import crc32

from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent / "nursery"))

settings.register_profile("cgrdoctor", deadline=None, database=None, print_blob=True, derandomize="CI" in os.environ)
settings.load_profile("cgrdoctor")

SAMPLE = int(os.environ.get("CGRDOCTOR_SAMPLE", "1"))
PLAYING = (
    "lab/", "hostile/", "sweep/", "credentials/test_terminal", "credentials/test_on_the_wire",
    "credentials/test_helpers_end", "fleet/test_manifest", "report/test_line", "test_redact",
)  # fmt: skip
"""Where a case is a whole run of the doctor."""

FEW = 10
"""`make test` takes no more than every tenth case; `make hostile` plays what it leaves out."""

WHOLE = ("hostile/", "lab/")
"""Where a test is whole runs, and `make hostile` plays it."""


def pytest_collection_modifyitems(config, items):
    """Leaves of each such test every Nth case, and where few are left every second of those that have one case."""
    cases = {}
    for item in items:
        name, bracket, case = item.nodeid.removeprefix("tests/").partition("[")
        if bracket and name.startswith(PLAYING):
            cases.setdefault((name, SAMPLE), []).append((crc32(case.encode()), item))
        elif name.startswith(WHOLE) and SAMPLE >= FEW:
            cases.setdefault((name.partition("::")[0], 2), []).append((crc32(name.encode()), item))
    chosen = (item for (_, every), found in cases.items() for _, item in sorted(found, key=lambda one: one[0])[::every])
    kept = {id(item) for item in chosen}
    left_out = [item for found in cases.values() for _, item in found if id(item) not in kept]
    if left_out:
        away = {id(item) for item in left_out}
        items[:] = [item for item in items if id(item) not in away]
        config.hook.pytest_deselected(items=left_out)


def pytest_collection_finish():
    """What was collected stays to the end: nothing looks through it again for what can go."""
    gc.freeze()
