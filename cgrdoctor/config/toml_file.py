"""The settings file: TOML with the names of the options, from the user's configuration directory or `--config`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cgrdoctor.config.nearest import nearest
from cgrdoctor.config.options import ROWS
from cgrdoctor.config.rows import Row, Shape
from cgrdoctor.config.values import absolute, at_home, expanded, reason, shown, shown_path
from cgrdoctor.errors import UsageProblem

NAME = "config.toml"
LIMIT = 256 * 1024
"""Bytes; a settings file has a few lines."""

NAMES = {row.name: row for row in ROWS.values() if row.in_file}
SECRET_WORDS = ("password", "token", "secret", "user", "credential")


def read_settings_file(given: Path | None, environ: Mapping[str, str]) -> tuple[Path, dict[str, Any]]:
    """The file that applies and its values by field. The user's own file may be absent.

    Relative paths in it start at the file's directory. Raises UsageProblem for an unreadable file, an unknown name
    or a value of the wrong type.
    """
    path = given or default_path(environ)
    if not given and not path.is_file():
        return path, {}
    values: dict[str, Any] = {}
    where = f"settings file {shown_path(path)}"
    for name, value in _parsed(path).items():
        row = NAMES.get(name)
        if row is None:
            raise UsageProblem(f"{where}: {_unknown(name)}")
        refuse_unfit(where, row, value)
        values[row.field] = _anchored(path, row, value)
    return path, values


def default_path(environ: Mapping[str, str]) -> Path:
    """`config.toml` in the user's configuration directory; a relative XDG_CONFIG_HOME is ignored (its standard)."""
    import platformdirs

    own = environ.get("XDG_CONFIG_HOME", "")
    if Path(own).is_absolute():
        return Path(own) / "cgrdoctor" / NAME
    try:
        home = platformdirs.user_config_path("cgrdoctor", appauthor=False)
    except RuntimeError:
        home = at_home(".config", "cgrdoctor")
    return (home if home.is_absolute() else at_home(".config", "cgrdoctor")) / NAME


def _parsed(path: Path) -> dict[str, Any]:
    where = f"settings file {shown_path(path)}"
    try:
        with path.open("rb") as stream:
            content = stream.read(LIMIT + 1)
        if len(content) > LIMIT:
            raise UsageProblem(f"{where} is larger than {LIMIT // 1024} KiB")
        return tomllib.loads(content.decode())
    except OSError as error:
        raise UsageProblem(f"{where} cannot be read ({reason(error)})") from None
    except tomllib.TOMLDecodeError as error:
        place = str(error).rpartition("(")[2].rstrip(")")
        raise UsageProblem(f"{where} is no TOML: trouble {place}; write lines such as timeout = 5") from None
    except (ValueError, RecursionError):
        raise UsageProblem(f"{where} is no TOML in UTF-8; write lines such as timeout = 5") from None


def refuse_unfit(where: str, row: Row, value: Any) -> None:
    """Raises UsageProblem, beginning with `where`, for a value of the wrong type."""
    match row.takes.shape:
        case Shape.TEXT:
            fits, wanted = isinstance(value, str), f'a text, {row.name} = "..."'
        case Shape.NUMBER:
            fits, wanted = _is_number(value), f"a number of {row.takes.word.lower()}, {row.name} = 30"
        case Shape.LIST:
            fits, wanted = _is_texts(value), f'a list of texts, {row.name} = ["..."]'
        case Shape.SWITCH | Shape.COUNT:
            fits, wanted = isinstance(value, bool), "true or false"
    if not fits:
        raise UsageProblem(f"{where}: {row.name} takes {wanted}")


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_texts(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(item, str) for item in value))


def _unknown(name: str) -> str:
    if any(word in name.lower() for word in SECRET_WORDS):
        return f"{shown(name, 40)!r} is no option; secrets come from the environment, never from a file of settings"
    near = nearest(name, list(NAMES))
    return f"{shown(name, 40)!r} is no option{f'; the nearest is {near}' if near else ''}"


def _anchored(path: Path, row: Row, value: Any) -> Any:
    if not row.takes.is_path:
        return value
    base = absolute("--config", path).parent
    if isinstance(value, str):
        return str(base / expanded(row.name, value))
    return [str(base / expanded(row.name, item)) for item in value]
