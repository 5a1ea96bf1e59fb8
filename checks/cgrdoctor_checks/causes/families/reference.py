"""What the reference asks for besides an image: a platform, or an organization that it leaves out."""

from __future__ import annotations

from cgrdoctor_checks.causes import missing_image, missing_organization
from cgrdoctor_checks.causes.row import Row
from cgrdoctor_checks.causes.signs import DEVELOPER, of_target, opaque, unread, vague
from cgrdoctor_checks.causes.table import Table
from cgrdoctor_checks.causes.weigh import FITS, NAMES, NOTHING, POINTS, Answer, Cause
from cgrdoctor_checks.codes.image import (
    PLATFORM_UNAVAILABLE,
)
from cgrdoctor_checks.codes.reference import MISSING_ORGANIZATION


def no_platform(row: Row, table: Table) -> Answer:
    if row.arm == "direct":
        return NAMES if row.mechanism == "platform-missing" else NOTHING
    if of_target(row) and row.mechanism == "platform-missing":
        return NAMES
    return FITS if of_target(row) and opaque(row) and table.verdict("platform-missing") else NOTHING


def no_organization(row: Row, table: Table) -> Answer:
    if row.arm == "spelling":
        # A Project ID that nobody shows may stand for the organization, and be wrong.
        return NOTHING if row.mechanism != "works" else POINTS if unread(table) else NAMES
    spelled = table.any("spelling", "works")
    return (
        FITS
        if spelled and of_target(row) and (vague(row) or row.mechanism in ("forbidden", "unauthorized"))
        else NOTHING
    )


CAUSES = (
    Cause(
        code=PLATFORM_UNAVAILABLE,
        answer=no_platform,
        finding=missing_image.no_platform,
        rival="the index lists the platform",
        who=DEVELOPER,
        stops="image",
    ),
    Cause(
        code=MISSING_ORGANIZATION,
        answer=no_organization,
        finding=missing_organization.missing_organization,
        rival="the reference has an organization in front of the image's name",
        who=DEVELOPER,
        stops="image",
    ),
)
