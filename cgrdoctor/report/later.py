"""Types that take words which later versions may have: all sets of words may grow but those of status and weight.

A report whose words are all known is read by the types of the model themselves; these are their subclasses.
"""

from __future__ import annotations

from functools import cache, reduce
from operator import or_
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

from cgrdoctor.model import CheckStatus, Confidence, FactStatus, RunStatus, Severity

CLOSED = (Severity, Confidence, CheckStatus, RunStatus, FactStatus)


@cache
def opened(kind: Any) -> Any:
    """The type with any text in place of a set of words that may grow; itself where it has none."""
    origin = get_origin(kind)
    if origin is Literal:
        return kind if kind in CLOSED else str
    if origin is Annotated or kind is Ellipsis:
        return kind
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _struct(kind)
    members = tuple(opened(member) for member in get_args(kind))
    if members == get_args(kind):
        return kind
    return reduce(or_, members) if origin in (Union, UnionType) else origin[members]


def _same_default(field: msgspec.structs.FieldInfo) -> Any:
    if field.default_factory is not msgspec.NODEFAULT:
        return msgspec.field(default_factory=field.default_factory)
    return msgspec.field() if field.required else msgspec.field(default=field.default)


def _struct(kind: type[msgspec.Struct]) -> type[msgspec.Struct]:
    """The structure, or one made of it whose fields take more."""
    told = get_type_hints(kind, include_extras=True)
    fields = [
        (field.name, wider, _same_default(field))
        for field in msgspec.structs.fields(kind)
        if (wider := opened(told[field.name])) is not told[field.name]
    ]
    if not fields:
        return kind
    config = kind.__struct_config__
    return msgspec.defstruct(kind.__name__, fields, bases=(kind,), frozen=config.frozen, kw_only=True, gc=config.gc)
