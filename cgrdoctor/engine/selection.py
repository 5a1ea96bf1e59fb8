"""Which checks a run selects: a pattern that selects none is a slip of the pen."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence

from cgrdoctor.config.nearest import nearest
from cgrdoctor.config.values import shown
from cgrdoctor.engine.discovery import Catalogue
from cgrdoctor.errors import UsageProblem


def refuse_idle_patterns(catalogue: Catalogue, only: Sequence[str], skip: Sequence[str]) -> None:
    """Raises UsageProblem for a pattern that matches no check, and where no check is left."""
    ids = [check.id for check in catalogue.checks]
    for name, patterns in (("--only", only), ("--skip", skip)):
        for pattern in patterns:
            if not fnmatch.filter(ids, pattern):
                near = nearest(pattern, ids)
                told = f"the nearest is '{near}'" if near else "'cgrdoctor checks' lists them"
                raise UsageProblem(f"{name} '{shown(pattern, 40)}' matches no check; {told}")
    wanted = {one for pattern in only or ("*",) for one in fnmatch.filter(ids, pattern)}
    if not wanted - {one for pattern in skip for one in fnmatch.filter(ids, pattern)}:
        raise UsageProblem("--only and --skip together leave no check; 'cgrdoctor checks' lists them")
