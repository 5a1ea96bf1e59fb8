"""When waiting alone heals something: a wall-clock moment by Artifactory's clock, from periods that were read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough


def healed_at(through: PullThrough, seconds: float) -> str:
    """`seconds` after the pull, as `2026-11-24 14:32:05 UTC`; Artifactory's clock is told by its own answers."""
    skew = next((step.skew for step in through.pull.steps if step.skew is not None), 0.0)
    moment = datetime.fromisoformat(through.started_at) + timedelta(seconds=skew + seconds)
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
