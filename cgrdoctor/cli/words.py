"""The first word that is no option, found without knowing which command will read the options."""

from __future__ import annotations

TAKES_VALUE = frozenset(
    (
        "--artifactory-url",
        "--cacert",
        "--config",
        "--connect-to",
        "--control-image",
        "--deadline",
        "--docker-config",
        "--fail-on",
        "--fault",
        "--format",
        "--only",
        "--output",
        "--platform",
        "--repository",
        "--skip",
        "--timeout",
        "--upstream-image",
        "--upstream-timeout",
        "--vantage",
    )
)
"""Every long option, of whatever command, whose value may be the next word."""

SWITCHES = frozenset(
    (
        "--ask",
        "--download",
        "--help",
        "--list-faults",
        "--no-color",
        "--no-direct",
        "--pull",
        "--quiet",
        "--verbose",
        "--version",
    )
)
"""Every long option that takes no value."""

LETTERS_WITH_VALUE = "fo"


def first_word(arguments: list[str]) -> tuple[int | None, list[str]]:
    """The place of the first word, or None; and the options before it, without their values."""
    options: list[str] = []
    place = 0
    while place < len(arguments):
        text = arguments[place]
        if text == "--":
            place += 1
            return (place, options) if place < len(arguments) else (None, options)
        if text == "-" or not text.startswith("-"):
            return place, options
        options.append(text)
        place += 2 if _wants_next(text) else 1
    return None, options


def unknown_option(options: list[str]) -> str | None:
    """The first long option that no command has, without a value attached to it."""
    for text in options:
        name = text.partition("=")[0]
        if name.startswith("--") and name not in TAKES_VALUE and name not in SWITCHES:
            return name
    return None


def nearest(word: str, names: list[str]) -> str:
    """The name most like `word`."""
    import difflib

    return difflib.get_close_matches(word[:40], names, n=1, cutoff=0.0)[0]


def _wants_next(option: str) -> bool:
    if option.startswith("--"):
        return option in TAKES_VALUE
    for place, letter in enumerate(option[1:], 1):
        if letter in LETTERS_WITH_VALUE:
            return place == len(option) - 1
    return False
