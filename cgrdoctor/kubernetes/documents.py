"""Documents as kubectl prints them: YAML or JSON, one or many, Lists too; read within bounds or not at all.

Every scalar of YAML stays a text (a number is read by whoever wants one), so that no value costs more than its bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from cgrdoctor.net.bounded_json import DEPTH, STRUCTURE, is_within
from cgrdoctor.net.pasted_clean import COLOUR

LIMIT = 4 * 1024 * 1024
"""Bytes of a file or of standard input that are read."""

ELEMENTS = 500_000
"""Parts of YAML (a scalar, the beginning or end of a mapping or list): 4 MiB of ordinary lines have fewer."""

NOTHING = ("", "~", "null", "Null", "NULL")
"""What stands for no value where it is not quoted."""

DIRECTIVE = re.compile(r"(?:\A|[\n\r\x85\u2028\u2029])%")
"""kubectl writes none, and a YAML library may take very long over many."""

MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
"""Byte order marks; PowerShell's `>` writes UTF-16."""


_HARD_BLANKS = re.compile(r"^[ \xa0]+|(?<=[:,])\xa0+", re.MULTILINE)
_QUOTED = re.compile(r"^>(?: ?>)*+ ?", re.MULTILINE)
"""Blanks that do not break, where a blank only parts; and the marks of a quoted mail."""


class UnusableDocument(ValueError):
    """What was given cannot be read; the text is one line and quotes nothing of it."""


def text_of(content: bytes) -> str:
    """The text of a file or of standard input. Raises UnusableDocument."""
    if len(content) > LIMIT:
        raise UnusableDocument(f"is larger than {LIMIT} bytes")
    encoding = next((name for mark, name in MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnusableDocument(f"is no text: byte {error.start} is not {encoding.removesuffix('-sig')}") from None
    if "\0" in text:
        raise UnusableDocument("is no text: it holds zero bytes")
    if not text.strip():
        raise UnusableDocument("is empty")
    return _as_printed(text)


def _as_printed(text: str) -> str:
    """Without what a terminal, a mail or a word processor put around every line."""
    plain = COLOUR.sub("", text) if "\x1b" in text else text
    plain = _HARD_BLANKS.sub(lambda found: " " * len(found[0]), plain) if "\xa0" in plain else plain
    quoted = plain.lstrip().startswith(">") and all(line[:1] == ">" for line in plain.splitlines() if line.strip())
    return _QUOTED.sub("", plain) if quoted else plain


_BEGIN = re.compile(r"apiVersion:|---[ \t]*\r?$|[{\[][ \t]*\r?$|\{[ \t]*\"")
_GOES_ON = re.compile(r"\s|-(?:\s|$)|[}\]]|[A-Za-z]{1,60}:(?:\s|$)|\r?$")
"""Lines that begin a document as kubectl prints it, and lines with which it goes on."""


def documents_alone(text: str) -> str:
    """Of what was copied from a terminal or a ticket the documents: without prompts, commands, fences and prose.

    Empty where a line that is none of the document stands inside it.
    """
    kept: list[str] = []
    inside = torn = False
    for line in text.splitlines():
        if _BEGIN.match(line) or (not kept and line.startswith("kind:")):
            inside = True
        elif inside and not _GOES_ON.match(line):
            inside = False
            kept.append("---")
        elif not inside and kept and line.strip() and _GOES_ON.match(line):
            torn = True
        if inside:
            kept.append(line)
    return "" if torn else "\n".join(kept)


def objects(text: str) -> list[dict[str, Any]]:
    """Every object in it, those of a List or a list one by one. Raises UnusableDocument."""
    values = json_values(text) if text.lstrip().startswith(("{", "[")) else _yaml(text)
    found: list[dict[str, Any]] = []
    for number, value in enumerate(values, 1):
        for one in value if isinstance(value, list) and value else [value]:
            if not isinstance(one, dict):
                raise UnusableDocument(f"document {number} is no object of Kubernetes: it has no fields")
            found += _apart(one)
    if not found:
        raise UnusableDocument("holds no document")
    return found


def _apart(value: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A List's items; those of a PodList do not say that they are Pods."""
    kind, items = value.get("kind"), value.get("items")
    if not isinstance(kind, str) or not kind.endswith("List") or not isinstance(items, list):
        yield value
        return
    for item in items:
        if isinstance(item, dict):
            yield {"kind": kind.removesuffix("List"), **item} if kind != "List" else item


def json_values(text: str) -> Iterator[Any]:
    """JSON documents one behind the other, as several commands print them."""
    if text.count("{") + text.count("[") + text.count(",") > STRUCTURE:
        raise UnusableDocument(f"is JSON of more than {STRUCTURE} elements")
    decoder, place = json.JSONDecoder(parse_int=str, parse_float=str), len(text) - len(text.lstrip())
    while place < len(text):
        try:
            value, place = decoder.raw_decode(text, place)
        except json.JSONDecodeError as error:
            raise UnusableDocument(f"is no JSON: line {error.lineno}, column {error.colno}") from None
        except RecursionError:
            raise UnusableDocument(_DEEP) from None
        if not is_within(value, DEPTH):
            raise UnusableDocument(_DEEP)
        yield value
        place = _BETWEEN.match(text, place).end()  # type: ignore[union-attr]


_BETWEEN = re.compile(r"\s*+(?:---(?:\s++|\Z))?")
"""Between documents: blanks, and the line that YAML has there."""

_DEEP = f"has more than {DEPTH} mappings and lists inside each other"


def _yaml(text: str) -> list[Any]:
    """YAML documents. The library tells what stands where; what is made of it is ours, so that no alias multiplies."""
    import yaml

    if DIRECTIVE.search(text):
        raise UnusableDocument("has a YAML directive, which kubectl does not print")
    builder = _Builder()
    try:
        for number, event in enumerate(yaml.parse(_parted(text), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))):
            if number > ELEMENTS:
                raise UnusableDocument(f"is YAML of more than {ELEMENTS} elements")
            builder.take(type(event).__name__, event)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f": line {mark.line + 1}, column {mark.column + 1}" if mark is not None else ""
        raise UnusableDocument(f"is no YAML{where}") from None
    return builder.documents


_PARTS = re.compile(r"^(?:apiVersion:|---)", re.MULTILINE)


def _parted(text: str) -> str:
    """With a line between documents that were printed one behind the other: each of kubectl's begins alike."""
    places = list(_PARTS.finditer(text))
    again = [two.start() for one, two in pairwise(places) if one[0] == two[0] == "apiVersion:"]
    return "---\n".join(text[begin:end] for begin, end in pairwise([0, *again, len(text)])) if again else text


class _Builder:
    """Mappings, lists and texts of the documents read so far. Not by recursion."""

    def __init__(self) -> None:
        self.documents: list[Any] = []
        self._open: list[tuple[Any, list[str]]] = []

    def take(self, kind: str, event: Any) -> None:
        match kind:
            case "ScalarEvent":
                empty = event.implicit[0] and event.value in NOTHING
                self._place(None if empty else event.value, event)
            case "MappingStartEvent" | "SequenceStartEvent":
                if len(self._open) >= DEPTH:
                    raise UnusableDocument(f"{_DEEP}: line {event.start_mark.line + 1}")
                made: Any = {} if kind == "MappingStartEvent" else []
                self._place(made, event)
                self._open.append((made, []))
            case "MappingEndEvent" | "SequenceEndEvent":
                self._open.pop()
            case "AliasEvent":
                raise UnusableDocument(f"has a YAML alias, which is not read: line {event.start_mark.line + 1}")

    def _place(self, value: Any, event: Any) -> None:
        """Into what is open: as an item, as a key, or under the key before it."""
        if not self._open:
            if value is not None:
                self.documents.append(value)
            return
        outer, keys = self._open[-1]
        if isinstance(outer, list):
            outer.append(value)
        elif keys:
            outer[keys.pop()] = value
        elif isinstance(value, str):
            keys.append(value)
        else:
            raise UnusableDocument(f"has a key that is no text: line {event.start_mark.line + 1}")
