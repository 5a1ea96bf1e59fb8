"""What the doctor says of three worlds, drawn as it stands in a terminal of 80 columns: `make docs`."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.text import Text

from cgrdoctor.model import Report
from cgrdoctor.report import json, text
from cgrdoctor.report.page import COLUMNS, Style

WORLDS = ("token-authentication-disabled", "upstream-dns", "pull-token-expired")
"""A setting, the network, and the account at Chainguard: three different owners' work."""

FOLDER = Path(__file__).parent / "screens"

NUMBER = re.compile(r"\bx\d+ {1,3}")
"""An exchange's number in its column of four."""

FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
"""Fonts that a drawing would load from elsewhere."""


def examined(world: str) -> Report:
    """What the doctor reports of a world. Raises CalledProcessError where it did not name its fault."""
    with TemporaryDirectory(prefix="cgrdoctor-docs-") as folder:
        file = Path(folder) / "report.json"
        options = ("--fault", world, "--deadline", "300", "-o", str(file))
        command = [sys.executable, "-m", "cgrdoctor", "demo", *options]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own program
        return json.decode(file.read_bytes())


def screen(report: Report) -> str:
    """The command and what it prints, in colours.

    Exchanges are numbered as they are named, which is the same in every run.
    """
    printed = text.render(report, Style(colour=True, columns=COLUMNS))
    numbers: dict[str, str] = {}
    for found in NUMBER.findall(printed):
        numbers.setdefault(found, f"{f'x{len(numbers) + 1}':<{len(found)}}")
    return f"$ cgrdoctor {report.target.image}\n" + NUMBER.sub(lambda one: numbers[one[0]], printed)


def drawn(shown: str, name: str) -> str:
    """Text with colours as an SVG, which loads nothing."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, _environ={})
    console.print(Text.from_ansi(shown.rstrip("\n")))
    return FONTS.sub("", console.export_svg(title="cgrdoctor", unique_id=f"screen-{name}"))


def drawings() -> Mapping[str, str]:
    """Every drawing by its path below `docs`."""
    return {f"{FOLDER.name}/{name}.svg": drawn(screen(examined(name)), name) for name in WORLDS}
