"""The page of options: the rows, the settings file, and every environment variable."""

from __future__ import annotations

from collections.abc import Iterable

from cgrdoctor.config.options import ROWS
from cgrdoctor.config.rows import Group, Recorded, Row, Shape
from cgrdoctor.config.toml_file import NAME, NAMES
from cgrdoctor.config.variables import VARIABLES
from cgrdoctor.credentials.environment import CHAINGUARD_PAIRS, JF, REGISTRY, REST, Source

INTRODUCTION = (
    "Every option of `cgrdoctor check`. `demo` and `report verify` take them all, `report show` and `report reanalyze` "
    f"those under {Group.OUTPUT.value}. What stands on the command line counts before the environment, the environment "
    "before the settings file; `report verify` puts the options of the report before the settings file. "
    "No option holds a secret."
)
WHERE = (
    "TOML with the names of the options. It is looked for in the user's configuration directory, never in the current "
    "one; `--config FILE` names another."
)
RULES = (
    "Relative paths in it start at its directory. A name that is no option, or a value of the wrong type, ends the run "
    "with exit status 2 before anything is sent. Secrets do not belong in it. A host that only a settings file names "
    "gets none of the `CGRDOCTOR_` secrets."
)
PLACES = (
    ("Linux", f"`$XDG_CONFIG_HOME/cgrdoctor/{NAME}`, else `~/.config/cgrdoctor/{NAME}`"),
    ("macOS", f"`~/Library/Application Support/cgrdoctor/{NAME}`"),
    ("Windows", f"`%LOCALAPPDATA%\\cgrdoctor\\{NAME}`"),
)
CREDENTIALS = (
    (REST, "Artifactory's REST API; goes to the host named in the run"),
    (JF, "the same, to the host of JF_URL, where that is the host named in the run"),
    (REGISTRY, "pulling through Artifactory, before Docker's own login; goes to the host named in the run"),
    (CHAINGUARD_PAIRS, "pulling straight from cgr.dev; goes there alone"),
)


def options_page() -> list[str]:
    """The paragraphs of the page, its title excepted."""
    parts = [INTRODUCTION]
    for group in Group:
        rows = sorted(
            (row for row in ROWS.values() if row.group is group), key=lambda row: row.spelling.startswith("-")
        )
        head = ("Option", "Meaning", "Unless given", "In a settings file", "In the report")
        parts += [f"## {group.value}", _table(head, (_cells(row) for row in rows))]
    return [*parts, *_settings_file(), *_variables()]


def line(row: Row) -> str:
    """The option as a settings file has it."""
    match row.takes.shape:
        case Shape.TEXT:
            return f'{row.name} = "{row.takes.example}"'
        case Shape.NUMBER:
            return f"{row.name} = {row.takes.example}"
        case Shape.LIST:
            return f'{row.name} = ["{row.takes.example}"]'
        case Shape.SWITCH | Shape.COUNT:
            return f"{row.name} = true"


def _cells(row: Row) -> tuple[str, ...]:
    typed = ", ".join(row.spellings) + (f" {row.takes.word}" if row.takes_value and row.name != "IMAGE" else "")
    repeatable = "Repeatable." if row.takes.shape is Shape.LIST else ""
    variables = [f"{variable.name} {variable.when}".rstrip() for variable in row.variables]
    kept = row.recorded.value if row.recorded is Recorded.NOT else f"`{row.field}`: {row.recorded.value}"
    return (
        f"`{typed}`",
        " ".join(part for part in (row.help, row.more, repeatable) if part),
        ", ".join([*variables, *([row.default] if row.default else [])]).replace("<", "&lt;"),
        f"`{line(row)}`" if row.in_file else "no",
        kept,
    )


def _settings_file() -> list[str]:
    shown = [row for row in NAMES.values() if row.group in (Group.TARGET, Group.EXIT) and not row.takes.is_path]
    example = "\n".join(line(row) for row in shown)
    return [
        "## The settings file",
        WHERE,
        _table(("System", "Place"), PLACES),
        RULES,
        f"```toml\n{example}\n```",
    ]


def _variables() -> list[str]:
    options = [
        (f"`{variable.name}`", f"as `{row.spelling}` {variable.when}".rstrip())
        for row in ROWS.values()
        for variable in row.variables
    ]
    secrets = [(_names(source), meaning) for sources, meaning in CREDENTIALS for source in sources]
    others = [(f"`{name}`", meaning) for name, meaning in VARIABLES.items()]
    return [
        "## Environment variables",
        "An empty variable counts as not set.",
        "### Options",
        _table(("Variable", "Meaning"), options),
        "### Credentials",
        "Those that belong together are both needed. The first that are set count.",
        _table(("Variables", "For"), secrets),
        "### Others",
        _table(("Variable", "Meaning"), others),
    ]


def _names(source: Source) -> str:
    return f"`{source.username}` + `{source.secret}`" if source.username else f"`{source.secret}`"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |" for cells in lines)
