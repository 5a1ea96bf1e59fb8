"""The page of options holds what can be set, and nothing the program does not read."""

import ast
import re
from pathlib import Path

import pytest

from cgrdoctor.config.options import ROWS
from cgrdoctor.config.settings import resolve
from cgrdoctor.config.variables import VARIABLES
from docs.options_page import options_page

ROOT = Path(__file__).parents[2]
SOURCES = [*(ROOT / "cgrdoctor").rglob("*.py"), *(ROOT / "checks").rglob("*.py")]
OUTSIDE = {"lab", "testing"}
"""Rooms that are no part of a diagnosis."""

PAGE = "\n\n".join(options_page())
DOCUMENTED = set(re.findall(r"`([A-Z][A-Z_]+)`", PAGE))


def test_the_example_is_a_settings_file(tmp_path):
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    file = tmp_path / "settings.toml"
    file.write_text(example)
    settings = resolve({"config": file}, {})

    assert len(settings.given) == len(example.splitlines()) + 1


@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: row.name)
def test_every_option_has_its_line(row):
    (line,) = [line for line in PAGE.splitlines() if re.match(rf"\| `(?:-\w, )?{row.spelling}(?: [^`]*)?`", line)]

    assert row.help in line
    assert all(variable.name in line for variable in row.variables)


def read_from_the_environment(source):
    """Names that a file looks up in an environment, as far as they stand there."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Subscript):
            place, name = node.value, node.slice
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "get"
            and node.args
        ):
            place, name = node.func.value, node.args[0]
        else:
            continue
        if "environ" in ast.unparse(place) and isinstance(name, ast.Constant):
            yield name.value


def test_every_variable_that_is_read_is_documented():
    read = {
        name
        for file in SOURCES
        if not OUTSIDE & set(file.relative_to(ROOT).parts)
        for name in read_from_the_environment(file.read_text(encoding="utf-8"))
    }

    assert {"SSL_CERT_FILE", "NETRC", "TERM"} <= read
    assert sorted(read - DOCUMENTED) == [], "they are read, and config/variables.py does not say what for"


def test_no_variable_is_documented_that_nothing_reads():
    text = "\n".join(file.read_text(encoding="utf-8") for file in SOURCES if file.name != "variables.py")
    built = {"HTTP_PROXY", "HTTPS_PROXY"}

    assert [name for name in VARIABLES if name not in built and f'"{name}"' not in text] == []
