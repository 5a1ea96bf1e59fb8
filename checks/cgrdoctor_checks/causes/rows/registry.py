"""Rows from what Artifactory's registry answered: the pull, the control image, the live lists, further tries."""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor.net.pull import Pull
from cgrdoctor.net.step import Step
from cgrdoctor_checks.causes.observations import Case
from cgrdoctor_checks.causes.row import BLOBS, Outcome, Role, Row
from cgrdoctor_checks.causes.rows.answered import answered, guessed
from cgrdoctor_checks.facts.artifactory.symptom import symptom
from cgrdoctor_checks.facts.pull.control_content import ControlContent
from cgrdoctor_checks.facts.pull.retries import NODE
from cgrdoctor_checks.facts.pull.through_artifactory import lets_through, served_from_cache

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
        yield answered(case, case.tags.step, "tags", "target", role, beside=mark, fresh=case.tags.step.ok or None)
    if case.control_tags is not None and case.control_tags.step.status is not None:
        yield answered(case, case.control_tags.step, "control-tags", "control", demanded)
    node = (case.failed.header(NODE) if case.failed else None) or ""
    for step in case.again.tries if case.again is not None else ():
        apart = {"another-node"} if node and step.header(NODE) not in (None, "", node) else set()
        yield answered(case, step, "again", "target", "witness", beside=apart)


def _pull(case: Case) -> Iterator[Row]:
    """Each step: the first that failed, and blobs that failed beside it, demand an account; a whole pull does, once."""
    pull = case.through.pull
    fresh = case.through.fetched_afresh()
    for step, role in _roles(pull):
        yield answered(case, step, "through", "target", role, fresh=fresh if step.ok else None)
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
            guessed=guessed(case),
            asked=case.target.registry_host,
            speaker="artifactory",
            fresh=fresh,
            evidence=(manifest.exchange,) if manifest else (),
        )


def _roles(pull: Pull) -> Iterator[tuple[Step, Role]]:
    failed = pull.failed
    for step in pull.steps:
        challenge = step.name == "ping" and step is not failed and step.status != 429
        if challenge or (step.ok and failed is None and step.name not in ("token", "ping")):
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
        yield answered(case, step, "control", "control", _demanded(case), fresh=fresh)

    content = case.content
    if content is not None:
        role: Role = "witness" if _keeps_it_to_itself(case, content) else _demanded(case)
        for one in content.pull.steps:
            if one.name != "ping" and not (one.ok and one.name in ("token", "manifest")):
                yield answered(case, one, "control", "control", "witness" if one.ok else role)
    if case.second is not None and not case.second.kept_out:
        fresh = case.second.fetched_afresh() if case.second.works else None
        for one in case.second.pull.steps:
            if one.name != "ping" and not (one.ok and one.name == "token"):
                yield answered(case, one, "control", "control", _demanded(case), fresh=fresh)


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
