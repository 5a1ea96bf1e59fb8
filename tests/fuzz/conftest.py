"""Makes the parts of the hostile tests importable here: the client in one process, its oracle, the runs."""

import sys
from pathlib import Path

sys.path[:0] = [
    str(Path(__file__).parent),
    *(str(Path(__file__).parents[1] / name) for name in ("hostile", "nursery")),
]
