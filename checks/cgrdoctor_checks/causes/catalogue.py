"""Every cause there is: found by walking the families, so that a further file is all that a further cause needs."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from cgrdoctor import Code
from cgrdoctor_checks.causes import families
from cgrdoctor_checks.causes.weigh import Cause


@cache
def causes() -> tuple[Cause, ...]:
    """All causes by name. Raises ValueError where two have one name, or a parent or opener is none."""
    found: dict[str, Cause] = {}
    for module in pkgutil.iter_modules(families.__path__):
        for cause in importlib.import_module(f"{families.__name__}.{module.name}").CAUSES:
            if cause.name in found:
                raise ValueError(f"two causes are called {cause.name}")
            found[cause.name] = cause
    related = {name for cause in found.values() for name in (cause.opened_by, cause.parent) if name}
    if related - set(found):
        raise ValueError(f"no causes: {', '.join(sorted(related - set(found)))}")
    return tuple(found[name] for name in sorted(found))


def codes() -> list[Code]:
    """The codes of all causes, by name."""
    return [cause.code for cause in causes()]
