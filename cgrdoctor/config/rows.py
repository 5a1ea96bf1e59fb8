"""What an option is: the row that stands beside its field, and what each kind of value looks like where it is written.

The command line, the settings file, the report, `report verify` and the documentation read the row; none of them has a
list of options of its own. Light, because finding the first word of a command line needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from typing import Any, Generic, TypeVar, cast, get_args

from cgrdoctor.config.values import choice

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Shape(Enum):
    """How a value is written on the command line and in a settings file."""

    TEXT = "a text"
    NUMBER = "a number"
    LIST = "a list of texts; repeatable on the command line"
    SWITCH = "true or false; the option alone on the command line"
    COUNT = "true or false; repeatable without a value on the command line"


class Group(Enum):
    """The heading an option stands under, in the order of `--help`."""

    TARGET = "Image and repository"
    REACH = "Network and reach"
    TRUST = "Credentials and trust"
    SELECTION = "Checks and settings"
    TIME = "Limits"
    EXIT = "Exit status"
    OUTPUT = "Output"


class Recorded(Enum):
    """What a report keeps of an option, and what `report verify` does with it.

    A report may come from anybody: what reads files, redirects connections or changes something is never CARRIED.
    """

    CARRIED = "yes, and verify takes it over"
    AGAIN = "yes, but verify wants it given again"
    SHOWN = "yes; verify chooses for itself"
    NOT = "no"


@dataclass(frozen=True, slots=True)
class Value(Generic[T_co]):
    """What stands after an option, or what the option alone means.

    `read` makes the value of one that was written (its first argument is the name to complain about) and raises
    UsageProblem. `word` stands for it in `--help`. `example` can be read and is not the default. `is_path` says that a
    relative one in a settings file starts at that file; `choices` are all there are, where they can be counted.
    """

    shape: Shape
    read: Callable[[str, Any], T_co]
    word: str = ""
    example: str = ""
    is_path: bool = False
    choices: tuple[str, ...] = ()


def text_value(word: str, read: Callable[[str, str], T], *, example: str) -> Value[T]:
    """One text."""
    return Value(Shape.TEXT, read, word, example)


def path_value(word: str, read: Callable[[str, str], T], *, example: str) -> Value[T]:
    """The name of a file or directory."""
    return Value(Shape.TEXT, read, word, example, is_path=True)


def number(word: str, read: Callable[[str, str | float], T]) -> Value[T]:
    """A number with a unit, which is its word."""
    return Value(Shape.NUMBER, read, word, "30")


def one_of(literal: Any, *, example: str, word: str = "") -> Value[Any]:
    """One of the texts that `literal`, a `Literal`, allows."""
    allowed: tuple[str, ...] = get_args(literal)

    def read(label: str, value: str) -> str:
        return choice(label, value, allowed)

    return Value(Shape.TEXT, read, word or "|".join(allowed), example, choices=allowed)


def each(one: Value[T]) -> Value[tuple[T, ...]]:
    """Any number of such values."""

    def read(label: str, values: Any) -> tuple[T, ...]:
        return tuple(one.read(label, value) for value in ([values] if isinstance(values, str) else values))

    return Value(Shape.LIST, read, one.word, one.example, one.is_path, one.choices)


SWITCH: Value[bool] = Value(Shape.SWITCH, lambda _label, value: bool(value))
SWITCH_OFF: Value[bool] = Value(Shape.SWITCH, lambda _label, value: not value)
COUNT: Value[int] = Value(Shape.COUNT, lambda _label, value: int(value))


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable that sets an option; an empty one counts as not set.

    `applies` may refuse its text, given the IMAGE of the run; `when` says the same to people.
    """

    name: str
    when: str = ""
    applies: Callable[[str, Any], bool] = lambda _text, _image: True


@dataclass(frozen=True, slots=True)
class Row:
    """An option. `field` is its name in `Settings` and in the report, `spelling` what is typed (IMAGE for a word)."""

    field: str
    spelling: str
    letter: str
    takes: Value[Any]
    group: Group
    help: str
    more: str
    default: str
    variables: tuple[Variable, ...]
    in_file: bool
    recorded: Recorded

    @property
    def name(self) -> str:
        """The name in a settings file."""
        return self.spelling.removeprefix("--")

    @property
    def takes_value(self) -> bool:
        """Whether a word follows it on the command line."""
        return bool(self.takes.word)

    @property
    def spellings(self) -> tuple[str, ...]:
        """What can be typed, the short form first."""
        return (f"-{self.letter}", self.spelling) if self.letter else (self.spelling,)


@dataclass(frozen=True, slots=True)
class _Later:
    make: Callable[[], Any]


def later(make: Callable[[], T]) -> T:
    """A default that depends on the machine, made when it is needed."""
    return cast("T", _Later(make))


def option(
    *,
    default: T,
    takes: Value[T],
    group: Group,
    help: str,  # noqa: A002 - the word everybody knows
    recorded: Recorded,
    more: str = "",
    otherwise: str = "",
    spelling: str = "",
    letter: str = "",
    variables: tuple[Variable, ...] = (),
    in_file: bool = True,
) -> T:
    """The row of the field it is assigned to.

    `more` is what the page of options says beyond `help`. `otherwise` says what stands where the option is not given,
    if that is more than `default`. `spelling` is made of the field's name unless it is given.
    """
    row = {
        "takes": takes,
        "group": group,
        "help": help,
        "more": more,
        "recorded": recorded,
        "default": otherwise or _shown(default),
        "spelling": spelling,
        "letter": letter,
        "variables": variables,
        "in_file": in_file,
    }
    if isinstance(default, _Later):
        return cast("T", field(default_factory=default.make, metadata=row))
    return field(default=default, metadata=row)


def _shown(default: Any) -> str:
    if default is None or isinstance(default, _Later):
        raise TypeError("an option without a fixed default says what stands in its place: otherwise=...")
    if isinstance(default, (bool, tuple)):
        return ""
    return f"{default:g}" if isinstance(default, float) else str(default or "")


def rows_of(options: type[Any]) -> Mapping[str, Row]:
    """The rows of a dataclass of options by field, in the order of their groups."""
    found = [_row(one.name, one.metadata) for one in fields(options) if one.metadata]
    order = list(Group)
    return {row.field: row for row in sorted(found, key=lambda row: order.index(row.group))}


def _row(name: str, details: Mapping[str, Any]) -> Row:
    spelling = details["spelling"] or "--" + name.replace("_", "-")
    return Row(field=name, **{**details, "spelling": spelling})
