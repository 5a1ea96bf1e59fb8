"""Makes `examine`, and what it runs with, importable by the tests beside it."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), *(str(Path(__file__).parents[1] / name) for name in ("nursery", "report"))]
