"""The part of docs/accuracy.md about cases from the field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.field.case import Case
from benchmarks.field.evidence import KINDS, UNSTATED, evidence
from benchmarks.field.play import Played

TITLE = "## Cases from the field"
HEAD = f"""{TITLE}

What people reported in public, played answer by answer against the installed command (`python -m benchmarks.field`).
Nothing of it is part of the figures above. A case is right if the first entry of the diagnosis has one of its codes
and what else it asks of that entry, or, where nothing stops the pull, if nothing fails.

"""


def section(found: Sequence[Played]) -> str:
    """The whole part, from its title to its last line."""
    return HEAD + "\n".join([*_totals(found), "", *_kinds(found), "", *_cases(found), ""])


def spliced(page: str, part: str) -> str:
    """A page whose last part is this one, in place of the one it had."""
    return f"{page.partition(TITLE)[0].rstrip()}\n\n{part}"


def _totals(found: Sequence[Played]) -> Iterator[str]:
    verdicts = [played.verdict for played in found]
    yield "| What | Cases |"
    yield "|---|---|"
    yield f"| played | {len(found)} |"
    yield f"| right | {sum(one.right for one in verdicts)} |"
    yield f"| wrong and certain | {sum(one.certain for one in verdicts)} |"
    yield f"| healthy although something is wrong | {sum(one.healthy for one in verdicts)} |"


def _kinds(found: Sequence[Played]) -> Iterator[str]:
    yield "| Evidence | Which means that | Cases | Right |"
    yield "|---|---|---|---|"
    for kind, meaning in {**KINDS, UNSTATED: "the case does not say how it is known"}.items():
        those = [played for played in found if evidence(played.case.source)[0] == kind]
        if those:
            yield f"| {kind} | {meaning} | {len(those)} | {sum(one.verdict.right for one in those)} |"


def _cases(found: Sequence[Played]) -> Iterator[str]:
    yield "| Case | Right is | Evidence | Source | Right |"
    yield "|---|---|---|---|---|"
    for played in found:
        yield f"{described(played.case)} {'yes' if played.verdict.right else 'not yet'} |"


def described(case: Case) -> str:
    """The row of a case up to the judgement."""
    codes = ", ".join(f"`{code}`" for code in case.expect.codes) or "no failure"
    kind, source = evidence(case.source)
    shown = source.replace("|", "\\|")
    return f"| {case.name} | {codes} | {kind} | {shown} |"
