"""Makes `rows` importable by the tests beside it and elsewhere."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
