"""The page on reliability names tests that exist, and all that are hostile."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")


def test_every_file_that_is_named_exists():
    named = set(re.findall(r"`(tests/[\w/.]+)`", PAGE))

    assert named
    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []


def test_every_hostile_test_is_named():
    files = {str(path.relative_to(ROOT)) for path in (ROOT / "tests" / "hostile").glob("test_*.py")}

    assert sorted(files - set(re.findall(r"`(tests/[\w/.]+)`", PAGE))) == []
