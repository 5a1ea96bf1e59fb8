"""What is required to test is used by a test, or by what runs the tests."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REQUIRED = [
    line for line in (ROOT / "requirements-test.txt").read_text(encoding="utf-8").split("\n") if line and line[0] != "#"
]
RUN = "\n".join((ROOT / name).read_text(encoding="utf-8") for name in ("Makefile", "pyproject.toml"))
TESTS = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("*.py") if file != Path(__file__))
MEANS = {"pytest-xdist": r"pytest -n \d", "import-linter": r"/lint-imports", "syrupy": r"--snapshot-warn-unused"}
"""How what is not called by its own name is used."""


@pytest.mark.parametrize("name", REQUIRED)
def test_a_requirement_is_used(name):
    module = re.escape(re.match(r"[\w-]+", name)[0].replace("-", "_"))
    typed = name.removeprefix("types-")
    used = re.search(rf"^\s*(?:from|import) {module}\b", TESTS, re.MULTILINE) or re.search(
        MEANS.get(name, rf"BIN\)/(?:python -m )?{module}\b"), RUN
    )

    assert used or (typed != name and typed in "\n".join((*REQUIRED, RUN))), f"{name} is required and used by nothing"
