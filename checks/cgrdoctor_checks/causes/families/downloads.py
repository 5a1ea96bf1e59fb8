"""Artifactory sends the client on for the bytes of a blob, and these do not come from there."""

from __future__ import annotations

from cgrdoctor_checks.causes import downloads
from cgrdoctor_checks.causes.row import Row
from cgrdoctor_checks.causes.signs import ADMIN, NETWORK
from cgrdoctor_checks.causes.table import Table
from cgrdoctor_checks.causes.weigh import NAMES, NOTHING, Answer, Cause
from cgrdoctor_checks.codes.artifactory import DOWNLOAD_HOST_UNREACHABLE
from cgrdoctor_checks.codes.downloads import DOWNLOAD_HOST_REFUSED


def _answered_there(row: Row) -> bool:
    return row.failing and row.at_blob and row.speaker == "download-host" and row.outcome != "silent"


def refused(row: Row, table: Table) -> Answer:
    return NAMES if _answered_there(row) and row.has("storage") else NOTHING


def answered_by_another(row: Row, table: Table) -> Answer:
    return NAMES if _answered_there(row) and not row.has("storage") else NOTHING


CAUSES = (
    Cause(
        code=DOWNLOAD_HOST_REFUSED,
        answer=refused,
        finding=downloads.refused,
        rival="the storage serves the signed address to another client",
        who=ADMIN,
        stops="blobs",
    ),
    Cause(
        code=DOWNLOAD_HOST_UNREACHABLE,
        answer=answered_by_another,
        finding=downloads.answered_by_another,
        rival="Download Redirect and CDN Redirect of the repository are off",
        who=NETWORK,
        stops="blobs",
    ),
)
