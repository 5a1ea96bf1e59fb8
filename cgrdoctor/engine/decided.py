"""What a run was asked, and whether it saw that to be well.

Without `--only` the question is whether IMAGE pulls through Artifactory, with `--pull` also whether the Docker engine
pulls it; with `--only` it is what the selected checks look at; without both nothing was asked. `--skip` changes no
question. Read off the results of checks, so that a report of any age can be asked again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from cgrdoctor.model import CheckResult, ExitStatus, Report

PULL = "pull.through"
"""The check that passes only where the image was seen to come through Artifactory, with `--download` whole."""

ENGINE = "docker.pull"
"""The check that passes, or warns, only where the Docker engine has pulled the image."""

HOW_TO = "give one as cgrdoctor HOST/REPOSITORY-KEY/ORGANIZATION/IMAGE:TAG"
NAMED = 3
"""Checks that a sentence names at most."""


class Decision(msgspec.Struct, frozen=True):
    """`decided`: what was asked was seen to be well. `selected`: `--only` was asked about, not the pull.

    `words` are one sentence without its full stop: what kept the run from deciding, or how many selected checks pass;
    empty where the pull was seen.
    """

    decided: bool
    selected: bool
    words: str = ""


def decide(options: Mapping[str, Any], image: str | None, results: Sequence[CheckResult]) -> Decision:
    """Whether these results decide what was asked. `options` are those of the run, as its report keeps them."""
    if options.get("only"):
        return _selection(results)
    if image is None:
        return Decision(False, False, f"No IMAGE was given, so that nobody saw one pull; {HOW_TO}")
    kept = _unseen(results, PULL, ("pass", "info"), "whether the image pulls")
    if kept is None and options.get("pull"):
        kept = _unseen(results, ENGINE, ("pass", "warn"), "whether the Docker engine pulls the image")
    return Decision(kept is None, False, kept or "")


def decision_of(report: Report) -> Decision:
    """What a report decides, by what stands in it."""
    return decide(report.run.options, report.target.image, report.checks)


def restated(report: Report) -> Report:
    """A report as it is understood today: one that calls healthy what it did not see says so no more."""
    decision = decision_of(report)
    if report.status != "healthy" or decision.decided:
        return report
    return msgspec.structs.replace(
        report,
        status="incomplete",
        complete=False,
        exit_status=report.exit_status or ExitStatus.INCOMPLETE,
        summary=f"{decision.words}.",
    )


def _unseen(results: Sequence[CheckResult], name: str, seen: Sequence[str], question: str) -> str | None:
    """Why the check of that name did not see to it, None if it did."""
    result = next((result for result in results if result.id == name), None)
    if result is not None and result.status in seen:
        return None
    if result is None or result.reason == "not-selected":
        return f"Nobody looked {question}: {name} was left out"
    return f"It was not seen {question} ({name} {_state(result)}): {result.summary.rstrip('.') or result.title}"


def _selection(results: Sequence[CheckResult]) -> Decision:
    chosen = [result for result in results if result.reason != "not-selected"]
    passed = [result for result in chosen if result.status == "pass"]
    remarks = [result for result in chosen if result.status == "info"]
    aside = [result for result in chosen if result.reason == "not-applicable"]
    good = {result.id for result in (*passed, *remarks, *aside)}
    open_ = [result for result in chosen if result.id not in good]
    if open_:
        named = ", ".join(f"{result.id} {_state(result)}" for result in open_[:NAMED])
        more = f" and {len(open_) - NAMED} more" if len(open_) > NAMED else ""
        return Decision(
            False, True, f"{len(open_)} of {len(chosen)} selected checks not seen to be well: {named}{more}"
        )
    if not passed:
        return Decision(False, True, f"None of {len(chosen)} selected checks passes: {_why_none(aside)}")
    others = [f"{len(remarks)} with a remark"] if remarks else []
    others += [f"{len(aside)} not applicable"] if aside else []
    pulls = any(result.id == PULL for result in passed)
    counted = ", ".join([f"{len(passed)} of {len(chosen)} selected checks pass", *others])
    return Decision(True, True, f"{counted}; {'the image pulls' if pulls else 'the pull was not looked at'}")


def _why_none(aside: Sequence[CheckResult]) -> str:
    reasons = dict.fromkeys(result.summary.rstrip(".") for result in aside if result.summary)
    return next(iter(reasons), "there is nothing that they could pass")


def _state(result: CheckResult) -> str:
    if result.status == "skip":
        return {"blocked": "could not look", "deadline": "ran out of time"}.get(result.reason or "", "did not look")
    return {"fail": "fails", "warn": "warns", "error": "broke"}.get(result.status, result.status)
