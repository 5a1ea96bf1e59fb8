"""Short words for what a failed answer holds, where more than its mechanism counts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cgrdoctor.net.refusal_words import CURATION, PERMISSION, XRAY
from cgrdoctor.net.step import ENVELOPES, Step
from cgrdoctor_checks.causes.head_requests import speaks_of_head
from cgrdoctor_checks.causes.observations import Case
from cgrdoctor_checks.causes.rate_limit import OWN_LIMIT, UPSTREAM, speaks_of_quota
from cgrdoctor_checks.causes.socket_timeouts import DEFAULT, timeouts
from cgrdoctor_checks.facts.artifactory.fingerprint_headers import is_artifactory
from cgrdoctor_checks.facts.artifactory.front import wants_sign_in
from cgrdoctor_checks.facts.artifactory.symptom import IMPATIENT
from cgrdoctor_checks.facts.artifactory.wording import quoted_scope
from cgrdoctor_checks.facts.direct.edge import quotes_edge
from cgrdoctor_checks.facts.policy.block import gives_reason
from cgrdoctor_checks.facts.pull.direct_docker_path import NOBODY
from cgrdoctor_checks.facts.pull.download_host import is_storage
from cgrdoctor_checks.facts.pull.retries import RESET

MUST_STORE = re.compile(r"\bstored?[ _-]?(?:the )?(?:artifacts?)?[ _-]?locally\b", re.IGNORECASE)
"""What Artifactory says of a Docker remote that stores nothing (field reports, 2026)."""


def marks(case: Case, step: Step) -> Iterator[str]:
    """Short words for what a failed step holds, where more than its mechanism counts."""
    if step.ok:
        return
    said = step.message
    found = {
        "said": bool(said),
        "permission": PERMISSION.search(said) is not None,
        "xray-words": XRAY.search(said) is not None,
        "curation-words": CURATION.search(said) is not None,
        "reason": gives_reason(said),
        "own-limit": OWN_LIMIT.search(said) is not None,
        "quota": speaks_of_quota(step),
        "must-store": MUST_STORE.search(said) is not None,
        "nobody": NOBODY.search(said) is not None,
        "denied": step.code == "DENIED",
        "unauthorized": step.code == "UNAUTHORIZED",
        "of-upstream": UPSTREAM.search(said) is not None,
        "scope-right": quoted_scope(said) == case.path,
        "head": speaks_of_head(said, step.path),
        "page": step.shape == "html",
        "sign-in": wants_sign_in(step),
        "edge-page": quotes_edge(said),
        "signed": is_artifactory(step),
        "storage": bool(step.redirected_to) and is_storage(step),
        "broken-off": step.failure is not None and step.failure.kind in RESET,
        "gave-up": step.status in IMPATIENT and step.shape not in ENVELOPES,
        "whole-timeout": _whole_timeout(case, step),
        "clock-right": step.skew is not None and abs(step.skew) <= 60,
        "late": _late(case, step),
        "as-upstream": _as_upstream(case, step),
        "names-registry": "cgr.dev" in said and "r2.cloudflarestorage.com" not in said,
    }
    yield from (name for name, holds in found.items() if holds)


def _whole_timeout(case: Case, step: Step) -> bool:
    periods = [r.socket_timeout for r in (case.settings.remotes if case.settings else ()) if r.socket_timeout]
    return timeouts(step, max(periods) / 1000 if periods else DEFAULT) is not None


def _late(case: Case, step: Step) -> bool:
    """No first byte for what Artifactory has to ask upstream, from a host that answered the ping."""
    reason, pinged = step.failure, case.through.pull.step("ping")
    if reason is None or pinged is None or pinged.status is None or step.name == "token" or step.redirected_to:
        return False
    return (reason.stage, reason.kind) == ("headers", "timeout")


def _as_upstream(case: Case, step: Step) -> bool:
    """cgr.dev serves the very bytes that cannot be read."""
    there = case.direct.pull.failed if case.direct else None
    return there is not None and step.digest is not None and there.digest == step.digest and bool(there.problem)
