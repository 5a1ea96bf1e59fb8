"""Judging a pull whose image does or does not exist at cgr.dev: image, tag, platform, remembered misses."""

from __future__ import annotations

from cgrdoctor import Code, Confidence, Finding, Rival, fail
from cgrdoctor_checks.causes import damaged_cache, xray_curation
from cgrdoctor_checks.causes.alternatives import REMEMBERED, rival
from cgrdoctor_checks.causes.observations import Case, quoted
from cgrdoctor_checks.codes.cache import MISSED_RETRIEVAL_CACHED
from cgrdoctor_checks.codes.image import (
    DIGEST_NOT_FOUND,
    FREE_TAG_UNAVAILABLE,
    IMAGE_NOT_FOUND,
    IMAGE_NOT_FREE,
    PLATFORM_UNAVAILABLE,
    TAG_NOT_FOUND,
)
from cgrdoctor_checks.codes.reference import MISSING_ORGANIZATION
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.remedies import commands

FREE_TAGS = ("latest", "latest-dev")


def absent_upstream(case: Case) -> Finding | None:
    """What cgr.dev itself says about an image it does not serve."""
    if case.verdict not in ("tag-not-found", "image-not-found", "not-granted", "platform-missing"):
        return None
    code = absence(case)
    if code is None or case.direct is None:
        return None
    words = quoted(case.direct.pull.failed)
    if code is PLATFORM_UNAVAILABLE:
        words = f"it offers {', '.join(case.direct.pull.offered) or 'no platform'}, not {case.direct.pull.platform}"
    return _absent(case, code, f"cgr.dev does not serve {case.image}: {words}", "certain")


def absence(case: Case) -> Code | None:
    """Which code the direct arm's verdict means for this reference."""
    if case.verdict == "platform-missing":
        return PLATFORM_UNAVAILABLE
    if not case.private:
        return _free_absence(case)
    if case.verdict == "image-not-found":
        return IMAGE_NOT_FOUND
    if case.verdict == "tag-not-found":
        return DIGEST_NOT_FOUND if case.target.digest else TAG_NOT_FOUND
    return None


def _free_absence(case: Case) -> Code | None:
    if case.verdict == "image-not-found":
        return IMAGE_NOT_FOUND
    if case.target.digest:
        return DIGEST_NOT_FOUND if case.verdict == "tag-not-found" else IMAGE_NOT_FREE
    if case.verdict == "not-granted" or case.target.selector == "latest":
        return IMAGE_NOT_FREE
    return FREE_TAG_UNAVAILABLE if case.target.selector not in FREE_TAGS else TAG_NOT_FOUND


def not_free(case: Case) -> Finding | None:
    """Artifactory gets a token for the control image and none for this one, and a Free image needs no credential."""
    if case.private or case.control_state != "works" or case.verdict is not None:
        return None
    rivals = (
        rival("image-not-found", "the Directory lists the image", "developer"),
        rival("pull-token-rejected", "the remote has no User Name", "artifactory-admin"),
    )
    summary = f"Artifactory gets a token for the control image, not for {case.image}: {quoted(case.failed)}"
    return _absent(case, IMAGE_NOT_FREE, summary, "likely", rivals)


def missing_organization(case: Case) -> Finding | None:
    """The same image with the free organization in front exists at cgr.dev."""
    if case.spelling is None or case.spelling.verdict != "works":
        return None
    head, _, tail = case.target.image.rpartition(case.target.path_in_repository)
    better = f"{head}{case.spelling.path}{tail}"
    return fail(
        MISSING_ORGANIZATION,
        f"cgr.dev has {case.spelling.path}, not {case.target.path_in_repository}",
        subject=case.target.image,
        expected=better,
        actual=case.target.image,
        evidence=evidence_of(case.spelling, case.direct),
        remedy=commands.Remedy(summary=f"Pull {better}", commands=(commands.pull(better),)),
    )


def remembered_miss(case: Case, confidence: Confidence, rivals: tuple[Rival, ...] = ()) -> Finding:
    """404 through Artifactory for what cgr.dev serves."""
    return fail(
        MISSED_RETRIEVAL_CACHED,
        f"cgr.dev serves {case.image}, Artifactory says that it is missing: {quoted(case.failed)}",
        subject=case.target.image,
        evidence=case.evidence,
        confidence=confidence,
        rivals=rivals,
        remedy=damaged_cache.forget_the_miss(case),
    )


def _rights(case: Case) -> tuple[Rival, ...]:
    """A permission may cover some paths of a repository only, and where existence is hidden its lack is a 404."""
    denied = rival(
        "artifactory-permission-denied", "another user pulls the same image", "artifactory-admin", case.subject
    )
    return (denied,)


def unfound(case: Case) -> Finding | None:
    """404 for an image that cgr.dev is not known to lack; the control image works."""
    if case.verdict == "works":
        return xray_curation.hidden(case) or remembered_miss(case, "likely", _rights(case))
    if case.tags is not None and case.tags.has_tag is False:
        code = FREE_TAG_UNAVAILABLE if _free_version_tag(case) else TAG_NOT_FOUND
        return _absent(case, code, f"the tag list of {case.image} does not hold this tag", "likely", (REMEMBERED,))
    if case.tags is not None and case.tags.has_tag:
        return xray_curation.hidden(case) or remembered_miss(case, "likely", _rights(case))
    if _free_version_tag(case):
        return _absent(
            case,
            FREE_TAG_UNAVAILABLE,
            f"{case.image} is not found, and Free images come as latest only",
            "likely",
            (REMEMBERED, rival("image-not-found", "latest of the same image pulls", "developer")),
        )
    return None


def unknown_absence(case: Case) -> Finding:
    """404 with a working control image and no word from cgr.dev: image or tag, seen from here."""
    code = IMAGE_NOT_FOUND if case.tags is not None and case.tags.step.status == 404 else TAG_NOT_FOUND
    if case.target.digest and code is TAG_NOT_FOUND:
        code = DIGEST_NOT_FOUND
    other = IMAGE_NOT_FOUND if code is not IMAGE_NOT_FOUND else TAG_NOT_FOUND
    rivals = [rival(other.name, "a pull straight from cgr.dev", "developer"), REMEMBERED]
    if not case.private and code is IMAGE_NOT_FOUND:
        rivals.append(rival("image-not-free", "the Directory lists the image as free", "developer"))
    summary = f"{case.image} is not found through {case.subject}, while the control image is"
    return _absent(case, code, summary, "likely", tuple(rivals))


def _free_version_tag(case: Case) -> bool:
    return not case.private and case.target.digest is None and case.target.selector not in FREE_TAGS


def _absent(case: Case, code: Code, summary: str, confidence: Confidence, rivals: tuple[Rival, ...] = ()) -> Finding:
    tries = [commands.pull(case.target.image)]
    if code is FREE_TAG_UNAVAILABLE:
        head, _, _ = case.target.image.rpartition(":")
        tries = [commands.pull(f"{head}:latest")]
    if case.private:
        name = case.image.partition("/")[2].partition("@")[0].partition(":")[0]
        tries.insert(
            0, commands.shell("See which tags there are", "chainctl", "images", "tags", "list", "--repo", name)
        )
    return fail(
        code,
        summary,
        subject=case.image,
        evidence=tuple(dict.fromkeys((*evidence_of(case.direct), *case.evidence))),
        confidence=confidence,
        rivals=tuple(item for item in rivals if item.code != code.name),
        remedy=commands.steps(
            code.fix, *((commands.WEBSITES,) if code is IMAGE_NOT_FOUND else ()), commands=tuple(tries)
        ),
    )
