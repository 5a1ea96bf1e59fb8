"""What holds for every test: a slow machine is no failure, and what failed once is not remembered between runs.

Each run searches on with examples of its own; where `CI` is set they are the same every time.
"""

import os
import sys
from pathlib import Path

from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent / "nursery"))

settings.register_profile("cgrdoctor", deadline=None, database=None, print_blob=True, derandomize="CI" in os.environ)
settings.load_profile("cgrdoctor")
