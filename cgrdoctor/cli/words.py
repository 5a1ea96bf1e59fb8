"""The first word that is no option, found without knowing which command will read the options."""

from __future__ import annotations

OWN = {
    "--dry-run": False,
    "--expect": True,
    "--explain": False,
    "--fault": True,
    "--from-cache": False,
    "--help": False,
    "--images": True,
    "--list-faults": True,
    "--rate": True,
    "--resume": True,
    "--shard": True,
    "--version": False,
}
"""Long options that are no option of `check`, of whatever command, and whether a value may be their next word."""


def long_options() -> dict[str, bool]:
    """Every long option, of whatever command, and whether a value may be its next word."""
    from cgrdoctor.config.options import ROWS

    return OWN | {row.spelling: row.takes_value for row in ROWS.values()}


def is_image(word: str) -> bool:
    """Whether a first word stands in the place of IMAGE: a path, a text, a digest, or standard input."""
    return word == "-" or "/" in word or ":" in word or len(word.split()) > 1


def first_word(arguments: list[str]) -> tuple[int | None, list[str]]:
    """The place of the first word, or None; and the options before it, without their values."""
    options: list[str] = []
    place = 0
    while place < len(arguments):
        text = arguments[place]
        if text == "--":
            place += 1
            return (place, options) if place < len(arguments) else (None, options)
        if text == "-" or not text.startswith("-") or text[1:2].isspace():
            return place, options
        options.append(text)
        place += 2 if _wants_next(text) else 1
    return None, options


def unknown_option(options: list[str]) -> str | None:
    """The first long option that no command has, without a value attached to it."""
    names = [name for name in (text.partition("=")[0] for text in options) if name.startswith("--") and name not in OWN]
    known = long_options() if names else OWN
    return next((name for name in names if name not in known), None)


def _wants_next(option: str) -> bool:
    if option in OWN or option == "-h":
        return OWN.get(option, False)
    if option.startswith("--"):
        return long_options().get(option, False)
    letters = _letters_with_value()
    for place, letter in enumerate(option[1:], 1):
        if letter in letters:
            return place == len(option) - 1
    return False


def _letters_with_value() -> str:
    from cgrdoctor.config.options import ROWS

    return "".join(row.letter for row in ROWS.values() if row.takes_value)
