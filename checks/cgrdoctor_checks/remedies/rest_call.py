"""REST calls as a person pastes them: curl for a POSIX shell, no secret among its arguments, no line over 120 columns.

The access token goes in on standard input, a secret of the body on a pipe of its own (curl 7.76 and newer).
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence

TOKEN_VARIABLE = "CGRDOCTOR_ARTIFACTORY_TOKEN"  # noqa: S105 - the name of a variable, not a secret
COLUMNS = 110
"""Of a line, so that it stays below 120 where a report indents it. A word is never broken: it may be longer."""


def variable(name: str) -> str:
    """A variable in a shell, which stops where it is not set."""
    return f'"${{{name}:?}}"'


_AS_WHOM = ("printf", "'Authorization: Bearer %s'", variable(TOKEN_VARIABLE), "|", "curl", "-sS", "--fail-with-body")


def rest(
    method: str, url: str, fields: Mapping[str, object] | None = None, secrets: Mapping[str, str] | None = None
) -> str:
    """The call. `secrets` maps fields of the JSON body to names of variables.

    Their values stand in the JSON as they are, which access tokens and pull tokens allow.
    """
    call = [*_AS_WHOM, "-H @-", f"-X {method}", shlex.quote(url)]
    if fields is None:
        return in_lines(call)
    call.append("-H 'Content-Type: application/json'")
    if not secrets:
        return in_lines([*call, f"-d {shlex.quote(_object(_pairs(fields)))}"])
    return f"{filled_in(fields, secrets)} | {{\n  {in_lines([*call, '-d @/dev/fd/3'])}\n}} 3<&0"


def filled_in(fields: Mapping[str, object], secrets: Mapping[str, str]) -> str:
    """The printf that writes the JSON with its secrets."""
    pairs = [*(_for_printf(pair) for pair in _pairs(fields)), *(f'{json.dumps(name)}: "%s"' for name in secrets)]
    return in_lines(["printf", shlex.quote(_object(pairs)), *(variable(name) for name in secrets.values())])


def in_lines(words: Sequence[str]) -> str:
    """Words of a command, quoted already."""
    text, room = "", COLUMNS
    for word in words:
        first, _, rest_of_it = word.partition("\n")
        if text and len(first) + 3 > room:
            text, room = f"{text} \\\n ", COLUMNS - 1
        text += f" {word}" if text else word
        room = COLUMNS - len(rest_of_it.rpartition("\n")[2]) if rest_of_it else room - len(first) - 1
    return text


def _pairs(fields: Mapping[str, object]) -> list[str]:
    return [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in fields.items()]


def _object(pairs: Sequence[str]) -> str:
    """JSON, with line feeds between its pairs where one line does not hold them."""
    lines = [""]
    for pair in pairs:
        if lines[-1] and len(lines[-1]) + len(pair) > COLUMNS - 10:
            lines.append("")
        lines[-1] += f"{pair}, "
    return "{" + "\n  ".join(line.rstrip() for line in lines).rstrip(",") + "}"


def _for_printf(text: str) -> str:
    """Text in the format of printf that comes out as it is (POSIX: printf)."""
    return text.replace("\\", "\\\\").replace("%", "%%")
