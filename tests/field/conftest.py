"""Makes what stands beside the tests importable, and writes cases for them."""

import json
import sys
from pathlib import Path

import pytest

from benchmarks.field.case import read

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "nursery")]


@pytest.fixture
def written(tmp_path):
    """Writes a case and reads it back."""

    def write(given=None, expect=None, **more):
        file = tmp_path / "case.json"
        file.write_text(json.dumps({"name": "case", "given": given or {}, "expect": expect or {"codes": []}, **more}))
        return read(file)

    return write
