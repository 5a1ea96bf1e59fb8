"""Makes the helpers beside them, and `typed`, importable by the tests."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "nursery")]
