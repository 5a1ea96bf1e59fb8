"""Rows from what Artifactory's registry answered: the pull, the control image, the live lists, further tries."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cgrdoctor.net.failure import OWN
from cgrdoctor.net.registry import Pull
from cgrdoctor.net.step import Step
from cgrdoctor_checks.causes.head_requests import speaks_of_head
from cgrdoctor_checks.causes.observations import Case
from cgrdoctor_checks.causes.origin import speaker
from cgrdoctor_checks.causes.rate_limit import OWN_LIMIT, UPSTREAM
from cgrdoctor_checks.causes.socket_timeouts import DEFAULT, timeouts
from cgrdoctor_checks.causes.table import BLOBS, Arm, Image, Outcome, Role, Row
from cgrdoctor_checks.facts.artifactory.fingerprint_headers import is_artifactory
from cgrdoctor_checks.facts.artifactory.symptom import symptom
from cgrdoctor_checks.facts.artifactory.wording import quoted_realm, quoted_scope, quoted_status, upstream_stage
from cgrdoctor_checks.facts.policy.block import CURATION, PERMISSION, XRAY, gives_reason
from cgrdoctor_checks.facts.pull.control_content import ControlContent
from cgrdoctor_checks.facts.pull.direct_docker_path import NOBODY
from cgrdoctor_checks.facts.pull.retries import NODE
from cgrdoctor_checks.facts.pull.through_artifactory import lets_through, served_from_cache

MUST_STORE = re.compile(r"\bstored? (?:the )?(?:artifacts? )?locally\b", re.IGNORECASE)
"""What Artifactory says of a Docker remote that stores nothing (field reports, 2026)."""

OUTCOMES: dict[str, Outcome] = {
    "ok": "works",
    "unfound": "missing",
    "not-registry": "missing",
    "unsupported-route": "missing",
    "unauthorized": "refused",
    "forbidden": "refused",
    "xray": "refused",
    "curation": "refused",
    "refused": "refused",
    "html": "page",
    "page": "page",
    "mime": "page",
    "transport": "silent",
    "wrong-content": "damaged",
    "rate-limited": "limited",
}
"""Outcomes by symptom; any other is an error."""


WORDLESS = ("unfound", "not-registry", "refused", "unauthorized", "forbidden", "html")
"""Symptoms of a refusal that names no mechanism."""


def registry_rows(case: Case) -> Iterator[Row]:
    """The pull of the image, of the control image, the lists of both, and the pull of the image tried again."""
    yield from _pull(case)
    yield from _control(case)
    demanded = _demanded(case)
    if case.tags is not None:
        has = case.tags.has_tag
        mark = {"has-tag"} if has else {"lacks-tag"} if has is False else set()
        role: Role = "witness" if _patterns_keep_the_list(case, case.tags.step) else demanded
        yield _row(case, case.tags.step, "tags", "target", role, marks=mark, fresh=case.tags.step.ok or None)
    if case.control_tags is not None and case.control_tags.step.status is not None:
        yield _row(case, case.control_tags.step, "control-tags", "control", demanded)
    node = (case.failed.header(NODE) if case.failed else None) or ""
    for step in case.again.tries if case.again is not None else ():
        apart = {"another-node"} if node and step.header(NODE) not in (None, "", node) else set()
        yield _row(case, step, "again", "target", "witness", marks=apart)


def _pull(case: Case) -> Iterator[Row]:
    """Each step: the first that failed, and blobs that failed beside it, demand an account; a whole pull does, once."""
    pull = case.through.pull
    fresh = case.through.fetched_afresh()
    for step, role in _roles(pull):
        yield _row(case, step, "through", "target", role, fresh=fresh if step.ok else None)
    if pull.failed is None:
        outcome: Outcome = "works" if pull.works else "missing"
        manifest = pull.step("manifest")
        yield Row(
            arm="through",
            role="demand",
            step="pull",
            image="target",
            outcome=outcome,
            mechanism="ok" if pull.works else "platform-missing" if pull.platform_found is False else "nothing",
            repository=case.subject,
            guessed=_guessed(case),
            asked=case.target.registry_host,
            speaker="artifactory",
            fresh=fresh,
            evidence=(manifest.exchange,) if manifest else (),
        )


def _roles(pull: Pull) -> Iterator[tuple[Step, Role]]:
    failed = pull.failed
    for step in pull.steps:
        if (step.name == "ping" and step is not failed) or (step.ok and failed is None and step.name != "token"):
            continue
        beside = failed is not None and failed.name in BLOBS and step.name in BLOBS and not step.ok
        yield step, "demand" if step is failed or beside else "witness"


def _control(case: Case) -> Iterator[Row]:
    control = case.control
    if control is None:
        return
    step = control.pull.failed or control.pull.step("manifest")
    if step is not None:
        fresh = control.fetched_afresh() if control.works else None
        yield _row(case, step, "control", "control", _demanded(case), fresh=fresh)

    content = case.content
    if content is not None:
        role: Role = "witness" if _keeps_it_to_itself(case, content) else _demanded(case)
        for one in content.pull.steps:
            if one.name != "ping" and not (one.ok and one.name in ("token", "manifest")):
                yield _row(case, one, "control", "control", "witness" if one.ok else role)


def _keeps_it_to_itself(case: Case, content: ControlContent) -> bool:
    """Whether a member whose settings nobody could read may keep the control image out, which comes by another one."""
    failed = content.pull.failed
    if content.member is None or failed is None or failed.name != "manifest" or symptom(failed) not in WORDLESS:
        return False
    shown = case.settings.remotes if case.settings is not None else ()
    comes = case.control is not None and case.control.works
    return comes and all(remote.key != content.member for remote in shown)


def _patterns_keep_the_list(case: Case, step: Step) -> bool:
    """Whether patterns that were read may keep the tag list back: then its plain refusal shows nothing."""
    shown = case.settings.remotes if case.settings is not None else ()
    file = f"{case.target.path_in_repository}/tags/list"
    own = case.configuration is None or lets_through(case.configuration, file)
    passes = own and (not shown or any(lets_through(remote, file) for remote in shown))
    return symptom(step) in ("unfound", "pattern") and not passes


def _demanded(case: Case) -> Role:
    """What else fails demands an account unless the very image was seen to come from upstream."""
    seen = case.through.works and not served_from_cache(case.through, case.cache)
    return "witness" if seen else "demand"


def _row(
    case: Case,
    step: Step,
    arm: Arm,
    image: Image,
    role: Role,
    *,
    marks: set[str] | frozenset[str] = frozenset(),
    fresh: bool | None = None,
) -> Row:
    meaning, stage = symptom(step), upstream_stage(step.message, step.path)
    asked = case.target.registry_host
    return Row(
        arm=arm,
        role=role,
        step=step.name,
        image=image,
        outcome="unasked" if _held_back(step) else OUTCOMES.get(meaning, "error"),
        mechanism=meaning,
        stage=None if step.ok or stage is None else stage.name,
        status=step.status,
        quoted=quoted_status(step.message) if not step.ok else None,
        realm=quoted_realm(step.message) if not step.ok else "",
        marks=frozenset({*marks, *_marks(case, step)}),
        repository=case.subject,
        guessed=_guessed(case),
        asked=asked,
        answered=step.host,
        speaker=speaker(step, asked),
        fresh=fresh,
        login="sent" if step.authenticated else "withheld" if step.withheld is not None else "none",
        node=step.header(NODE) or "",
        seconds=step.seconds,
        words=step.message,
        evidence=(step.exchange,),
    )


def _held_back(step: Step) -> bool:
    """Whether it was this tool that refused to go on: what was not sent is neither refused nor lost."""
    own = step.failure is not None and step.failure.kind in OWN
    return own or (step.withheld is not None and step.status in (401, 403))


def _guessed(case: Case) -> bool:
    return case.behind is not None and case.behind.members is not None and not case.behind.members.known


def _marks(case: Case, step: Step) -> Iterator[str]:
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
        "must-store": MUST_STORE.search(said) is not None,
        "nobody": NOBODY.search(said) is not None,
        "denied": step.code == "DENIED",
        "unauthorized": step.code == "UNAUTHORIZED",
        "of-upstream": UPSTREAM.search(said) is not None,
        "scope-right": quoted_scope(said) == case.path,
        "head": speaks_of_head(said, step.path),
        "page": step.shape == "html",
        "signed": is_artifactory(step),
        "whole-timeout": _whole_timeout(case, step),
        "clock-right": step.skew is not None and abs(step.skew) <= 60,
        "late": _late(case, step),
        "as-upstream": _as_upstream(case, step),
        "whole-body": _whole_body(step),
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


def _whole_body(step: Step) -> bool:
    """A whole body of the right size whose digest is another one: proof of damage."""
    return (
        step.failure is None
        and step.expected_digest is not None
        and step.digest not in (None, step.expected_digest)
        and step.size == step.expected_size
        and step.header("content-encoding") is None
    )
