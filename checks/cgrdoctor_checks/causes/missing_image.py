"""Findings about a pull whose image does or does not exist at cgr.dev: image, tag, platform."""

from __future__ import annotations

from cgrdoctor import Code, Confidence, Finding, fail
from cgrdoctor_checks.causes.observations import Case, quoted
from cgrdoctor_checks.codes.image import (
    DIGEST_NOT_FOUND,
    FREE_TAG_UNAVAILABLE,
    IMAGE_NOT_FOUND,
    IMAGE_NOT_FREE,
    PLATFORM_UNAVAILABLE,
    TAG_NOT_FOUND,
)
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.remedies import commands
from cgrdoctor_checks.remedies.way_upstream import WEBSITES

FREE_TAGS = ("latest", "latest-dev")


def absent(code: Code, case: Case) -> Finding:
    """What cgr.dev itself says of an image it does not serve, else what the answers through Artifactory leave."""
    told = case.direct is not None and code is _absence(case)
    if told and case.direct is not None:
        summary = f"cgr.dev does not serve {case.image}: {quoted(case.direct.pull.failed)}"
        return _absent(case, code, summary, "certain")
    return _absent(case, code, _inferred(code, case), "likely")


def _inferred(code: Code, case: Case) -> str:
    if code is IMAGE_NOT_FREE:
        return f"Artifactory gets a token for the control image, not for {case.image}: {quoted(case.failed)}"
    if case.tags is not None and case.tags.has_tag is False:
        return f"the tag list of {case.image} does not hold this tag"
    if code is FREE_TAG_UNAVAILABLE:
        return f"{case.image} is not found, and Free images come as latest only"
    return f"{case.image} is not found through {case.subject}, while the control image is"


def _absence(case: Case) -> Code | None:
    return absence_of(
        case.verdict or "",
        private=case.private,
        pinned=case.pinned,
        selector_is_free=case.target.selector in FREE_TAGS,
        latest=case.target.selector == "latest",
    )


def absence_of(verdict: str, *, private: bool, pinned: bool, selector_is_free: bool, latest: bool) -> Code | None:
    """Which code a verdict of cgr.dev's means for such a reference."""
    if verdict == "image-not-found":
        return IMAGE_NOT_FOUND
    if private:
        return (DIGEST_NOT_FOUND if pinned else TAG_NOT_FOUND) if verdict == "tag-not-found" else None
    if verdict not in ("tag-not-found", "not-granted"):
        return None
    if pinned:
        return DIGEST_NOT_FOUND if verdict == "tag-not-found" else IMAGE_NOT_FREE
    if verdict == "not-granted" or latest:
        return IMAGE_NOT_FREE
    return TAG_NOT_FOUND if selector_is_free else FREE_TAG_UNAVAILABLE


def no_platform(case: Case) -> Finding:
    """By the index that came through Artifactory, else by cgr.dev's."""
    pull = case.through.pull if case.through.pull.platform_found is False or case.direct is None else case.direct.pull
    offered = ", ".join(pull.offered) or "no platform"
    return fail(
        PLATFORM_UNAVAILABLE,
        f"{case.target.image} does not exist for {pull.platform}; it offers {offered}",
        subject=case.image,
        expected=pull.platform,
        actual=offered,
        evidence=case.evidence,
        remedy=commands.steps(
            f"Pull {case.target.image} for a platform that it has: {', '.join(pull.offered[:3]) or 'none is offered'}",
            commands=tuple(commands.pull(case.target.image, platform) for platform in pull.offered[:3]),
        ),
    )


def _absent(case: Case, code: Code, summary: str, confidence: Confidence) -> Finding:
    head, _, tail = case.target.image.rpartition(case.path)
    near = case.organization.similar if case.organization is not None and code is IMAGE_NOT_FOUND else ()
    owner = case.path.rpartition("/")[0]
    meant = [f"{head}{one if '/' in one else f'{owner}/{one}'}{tail}" for one in near]
    if code is FREE_TAG_UNAVAILABLE:
        meant = [f"{case.target.image.rpartition(':')[0]}:latest"]
    return fail(
        code,
        summary,
        subject=case.image,
        evidence=tuple(dict.fromkeys((*evidence_of(case.direct), *case.evidence))),
        confidence=confidence,
        remedy=commands.steps(
            _corrected(case, code, meant),
            *((WEBSITES,) if code is IMAGE_NOT_FOUND else ()),
            *_published(case, code),
            commands=(*_listing(case, code), *(commands.pull(one) for one in meant[:1])),
        ),
    )


def _corrected(case: Case, code: Code, meant: list[str]) -> str:
    """What to write in place of the reference, as far as it is known."""
    if meant:
        return f"Pull {meant[0]}"
    named, tag = case.path, case.target.selector
    if code is IMAGE_NOT_FOUND:
        return f"Correct the name {named}: cgr.dev has no such image (https://images.chainguard.dev lists them)"
    if code is IMAGE_NOT_FREE:
        return f"Pull your organization's copy of {named}, or another image that is free"
    if code is DIGEST_NOT_FOUND:
        return f"Pull {named} by a digest that exists: cgr.dev has this one no more"
    return f"Pull another tag of {named}: cgr.dev has no {tag}"


def _listing(case: Case, code: Code) -> tuple[commands.Command, ...]:
    if not case.private:
        return ()
    owner, _, name = case.path.partition("/")
    if code is IMAGE_NOT_FOUND:
        words = ("chainctl", "images", "repos", "list", "--parent", owner)
        return (commands.shell("See which images there are", *words),)
    return (commands.shell("See which tags there are", "chainctl", "images", "tags", "list", "--repo", name),)


def _published(case: Case, code: Code) -> tuple[str, ...]:
    """An image that cgr.dev has, without the tag that every Free image has: that may be nobody's mistake here."""
    if code is not IMAGE_NOT_FREE or case.verdict != "tag-not-found":
        return ()
    return (
        f"cgr.dev gives everybody a token for {case.path}, and has no tag {case.target.selector} of it.",
        "See whether https://images.chainguard.dev lists it as free.",
        "If it does, the tag was not published by mistake: tell Chainguard support, and pull a digest that is known.",
    )
