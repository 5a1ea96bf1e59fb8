"""The README shows what the command prints."""

import subprocess
import sys
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"


def test_the_sample_of_the_readme_is_what_is_printed():
    text = README.read_text()
    sample = text.partition("    $ cgrdoctor acme.jfrog.io")[2].partition("\n\n`cgrdoctor` pulls")[0].splitlines()[1:]
    command = [sys.executable, "-m", "cgrdoctor", "demo", "--fault", "token-authentication-disabled"]

    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()

    shown = [line.removeprefix("    ") for line in sample if line.strip() not in ("", "...")]
    assert len(shown) > 8
    assert [line for line in printed if line in shown] == shown
