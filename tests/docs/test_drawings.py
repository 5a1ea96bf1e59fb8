"""The pictures of a terminal show what is printed, load nothing, and stand where the output is explained."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from rich.text import Text

from cgrdoctor.report import json, text
from cgrdoctor.report.page import COLUMNS, ROWS, Style
from docs.drawing import FOLDER, WORLDS, drawn, examined, screen

DOCS = FOLDER.parent
KEPT = Path(__file__).parents[1] / "report" / "of_1_0" / "faulty.json"
SVG = "{http://www.w3.org/2000/svg}"
WIDE = 12.2
"""How wide rich draws a character."""
IMAGES = re.compile(r"!\[([^]]+)\]\(([^)]+)\)")


def lines(picture: str) -> list[str]:
    """The rows of a picture, every text in the column where it stands; its title apart."""
    rows: dict[float, str] = {}
    for one in ET.fromstring(picture).iter(f"{SVG}text"):
        if "clip-path" in one.attrib:
            height, column = float(one.attrib["y"]), round(float(one.attrib["x"]) / WIDE)
            rows[height] = rows.get(height, "").ljust(column) + (one.text or "").replace("\xa0", " ")
    return [rows[height].rstrip() for height in sorted(rows)]


@pytest.mark.parametrize("name", WORLDS)
def test_a_picture_shows_what_is_printed(name):
    printed = Text.from_ansi(screen(examined(name))).plain.rstrip("\n").split("\n")

    stored = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    assert [line for line in lines(stored) if line] == [line.rstrip() for line in printed if line], "run `make docs`"
    assert len(printed) <= ROWS
    assert max(len(line) for line in printed) <= COLUMNS


def test_a_picture_is_the_same_whatever_the_numbers_of_the_exchanges():
    written = KEPT.read_text(encoding="utf-8")
    other = re.sub(r'"x(\d+)"', lambda one: f'"x{int(one[1]) + 40}"', written)

    first, second = (json.decode(one.encode()) for one in (written, other))
    assert text.render(first, Style()) != text.render(second, Style())
    assert drawn(screen(first), "a") == drawn(screen(second), "a")


def test_every_picture_is_drawn_from_a_world_and_loads_nothing():
    stored = {file.stem: file.read_text(encoding="utf-8") for file in FOLDER.iterdir()}

    assert set(stored) == set(WORLDS)
    for picture in stored.values():
        assert re.findall(r"url\((?!#)|href|@import|<image|<script", picture) == []
    assert "<script" not in drawn("<script>x</script>", "a")


@pytest.mark.parametrize("page", [DOCS / "screen.md", DOCS.parent / "README.md"])
def test_a_page_shows_pictures_that_are_there_and_says_what_they_show(page):
    shown = IMAGES.findall(page.read_text(encoding="utf-8"))

    assert shown
    for words, target in shown:
        assert (page.parent / target).resolve().parent == FOLDER
        assert (page.parent / target).is_file()
        assert len(words.split()) > 3
    if page.parent == DOCS:
        assert {Path(target).stem for _, target in shown} == set(WORLDS)
