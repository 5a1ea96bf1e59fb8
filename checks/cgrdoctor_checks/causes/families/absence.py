"""The image, its tag or its digest does not exist at cgr.dev, or not for everybody."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from cgrdoctor import Code
from cgrdoctor_checks.causes import missing_image
from cgrdoctor_checks.causes.row import Row
from cgrdoctor_checks.causes.signs import DEVELOPER, alone, of_target, opaque, passes, vague
from cgrdoctor_checks.causes.table import Table
from cgrdoctor_checks.causes.weigh import FITS, NAMES, NOTHING, POINTS, Answer, Cause, Exclusion
from cgrdoctor_checks.codes.image import (
    DIGEST_NOT_FOUND,
    FREE_TAG_UNAVAILABLE,
    IMAGE_NOT_FOUND,
    IMAGE_NOT_FREE,
    TAG_NOT_FOUND,
)


def _told(code: Code, row: Row, table: Table) -> bool:
    """Whether cgr.dev's own verdict means this code for such a reference."""
    asked = table.asked
    return row.arm == "direct" and code is missing_image.absence_of(
        row.mechanism, private=asked.private, pinned=asked.pinned, selector_is_free=asked.rolling, latest=asked.latest
    )


def _gone(row: Row, table: Table) -> bool:
    """A failing row of this image that its absence would make."""
    return (of_target(row) and vague(row) and alone(table)) or (of_target(row) and row.arm == "tags")


def _inferred(code: Code, row: Row, table: Table) -> Answer:
    """Missing here, and another image comes: what the live tag list leaves."""
    inferred = of_target(row) and opaque(row) and passes(table) and not _spoken(table)
    if inferred and _left(table) is code:
        return POINTS
    return FITS if _gone(row, table) else NOTHING


def _spoken(table: Table) -> bool:
    """Whether cgr.dev itself said something of the image that outweighs a guess; a tag that no list has is none."""
    if any(row.has("lacks-tag") for row in table.of("tags")):
        return table.verdict("works")
    return any(row.outcome not in ("unasked", "silent", "error", "limited") for row in table.of("direct"))


def _left(table: Table) -> Code:
    """Which absence the tag list and the reference leave, where nothing else is known."""
    lists = list(table.of("tags"))
    versioned = not table.asked.private and not table.asked.pinned and not table.asked.rolling
    if any(row.has("lacks-tag") for row in lists):
        return FREE_TAG_UNAVAILABLE if versioned else TAG_NOT_FOUND
    if versioned:
        return FREE_TAG_UNAVAILABLE
    if any(row.status == 404 for row in lists):
        return IMAGE_NOT_FOUND
    return DIGEST_NOT_FOUND if table.asked.pinned else TAG_NOT_FOUND


def _absence(code: Code) -> Callable[[Row, Table], Answer]:
    def answer(row: Row, table: Table) -> Answer:
        if row.arm == "direct":
            return NAMES if _told(code, row, table) else NOTHING
        if not row.failing:
            return NOTHING
        return _inferred(code, row, table) if _possible(code, table) else NOTHING

    return answer


def _possible(code: Code, table: Table) -> bool:
    asked = table.asked
    if code is TAG_NOT_FOUND:
        return not asked.pinned
    if code is DIGEST_NOT_FOUND:
        return asked.pinned
    if code is FREE_TAG_UNAVAILABLE:
        return not (asked.private or asked.pinned or asked.rolling)
    return True


def not_free(row: Row, table: Table) -> Answer:
    if row.arm == "direct":
        return NAMES if _told(IMAGE_NOT_FREE, row, table) else NOTHING
    if table.asked.private or not of_target(row):
        return NOTHING
    if row.mechanism == "upstream-token" and table.control == "works" and not table.verdict("works"):
        return POINTS
    return FITS if _gone(row, table) else NOTHING


def _served(table: Table) -> Exclusion | None:
    served = table.verdict("works", "platform-missing", "blob-failed")
    return Exclusion("cgr.dev serves the image", hard=True) if served else None


def _in_list(table: Table) -> Exclusion | None:
    if any(row.has("has-tag") for row in table.of("tags")) and not table.verdict("tag-not-found"):
        return Exclusion("the tag is in the live tag list")
    return _served(table)


def _known(table: Table) -> Exclusion | None:
    if table.verdict("tag-not-found") or any(row.outcome == "works" for row in table.of("tags")):
        return Exclusion("the repository of the image exists at cgr.dev", hard=table.verdict("tag-not-found"))
    return _served(table)


def _cause(
    code: Code, rival: str, excluded: Callable[[Table], Exclusion | None], answer: Callable[[Row, Table], Answer]
) -> Cause:
    return Cause(
        code=code,
        answer=answer,
        excluded=excluded,
        finding=partial(missing_image.absent, code),
        rival=rival,
        who=DEVELOPER,
        stops="image",
    )


CAUSES = (
    _cause(IMAGE_NOT_FOUND, "cgr.dev serves the image", _known, _absence(IMAGE_NOT_FOUND)),
    _cause(TAG_NOT_FOUND, "the tag is in the tag list", _in_list, _absence(TAG_NOT_FOUND)),
    _cause(DIGEST_NOT_FOUND, "cgr.dev serves the digest", _served, _absence(DIGEST_NOT_FOUND)),
    _cause(FREE_TAG_UNAVAILABLE, "latest of the same image fails too", _in_list, _absence(FREE_TAG_UNAVAILABLE)),
    _cause(IMAGE_NOT_FREE, "the Directory lists the image as free", _served, not_free),
)
