"""The README shows what the command prints."""

import re
from pathlib import Path

from screen import on_a_terminal

README = Path(__file__).parents[2] / "README.md"


def unnumbered(line):
    """Exchanges are numbered as they come back, which is not the same in every run."""
    return re.sub(r"\bx\d+ *", "x ", line)


def test_the_sample_of_the_readme_is_what_is_printed():
    text = README.read_text()
    sample = text.partition("    $ cgrdoctor acme.jfrog.io")[2].partition("\n\n`cgrdoctor` pulls")[0].splitlines()[1:]

    printed = on_a_terminal("demo", "--fault", "token-authentication-disabled", TERM="dumb").written.splitlines()

    shown = [unnumbered(line.removeprefix("    ")) for line in sample if line.strip() not in ("", "...")]
    assert len(shown) > 8
    assert [line for line in map(unnumbered, printed) if line in shown] == shown
