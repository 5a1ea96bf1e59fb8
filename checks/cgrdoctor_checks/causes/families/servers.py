"""Artifactory's own machines: their health, their disk, and nodes that answer differently."""

from __future__ import annotations

from cgrdoctor_checks.causes import cluster_nodes, exhausted, stated_by_artifactory
from cgrdoctor_checks.causes.row import Row
from cgrdoctor_checks.causes.signs import ADMIN, NETWORK, impatient
from cgrdoctor_checks.causes.table import Table
from cgrdoctor_checks.causes.weigh import FITS, NAMES, NOTHING, POINTS, Answer, Cause
from cgrdoctor_checks.codes.artifactory import ARTIFACTORY_UNHEALTHY, NODES_DIFFER, RESOURCES_EXHAUSTED
from cgrdoctor_checks.codes.pull import STORAGE_FULL
from cgrdoctor_checks.facts.pull.retries import CLUSTERED

WORN = ("unavailable", "lock-down", "exhausted")


def unhealthy(row: Row, table: Table) -> Answer:
    if row.arm == "again" and row.outcome == "works" and any(one.mechanism in WORN for one in table.target):
        if row.has("another-node"):
            return NAMES
        return NOTHING if any(impatient(one) for one in table.target) else POINTS
    if not row.failing:
        return NOTHING
    if row.mechanism == "lock-down":
        return NAMES
    if row.mechanism in ("unavailable", "failed") and row.step == "token":
        return NAMES
    if row.mechanism == "unavailable":
        return FITS if impatient(row) else POINTS
    if row.mechanism == "failed":
        return POINTS if row.speaker == "artifactory" and row.has("page") else FITS
    if row.mechanism == "wrong-content":
        return NOTHING if any(one.step == "blob" for one in table.of("cache")) else FITS
    return FITS if row.mechanism in ("storage-full", "exhausted") else NOTHING


def out_of_resources(row: Row, table: Table) -> Answer:
    if row.failing and row.mechanism == "exhausted":
        return NAMES
    return FITS if row.failing and row.mechanism == "failed" and row.speaker == "artifactory" else NOTHING


def storage_full(row: Row, table: Table) -> Answer:
    if not row.failing or row.mechanism != "storage-full":
        return NOTHING
    return NAMES if row.has("said") else POINTS


def nodes_differ(row: Row, table: Table) -> Answer:
    several = any(one.mechanism in CLUSTERED for one in table.target)
    if row.arm == "again" and row.outcome == "works" and row.has("another-node") and several:
        return NAMES
    met = any(one.has("another-node") for one in table.of("again"))
    return FITS if met and row.failing and row.mechanism in CLUSTERED else NOTHING


CAUSES = (
    Cause(
        code=ARTIFACTORY_UNHEALTHY,
        answer=unhealthy,
        finding=stated_by_artifactory.unavailable,
        rival="artifactory-service.log shows no exception of that minute",
        who=ADMIN,
        stops="moment",
    ),
    Cause(
        code=RESOURCES_EXHAUSTED,
        answer=out_of_resources,
        finding=exhausted.exhausted,
        rival="artifactory-service.log shows no exhausted pool, memory or limit at that minute",
        who=ADMIN,
        stops="moment",
    ),
    Cause(
        code=STORAGE_FULL,
        answer=storage_full,
        finding=stated_by_artifactory.storage_full,
        rival="Storage Summary shows free space",
        who=ADMIN,
        stops="instance",
    ),
    Cause(
        code=NODES_DIFFER,
        answer=nodes_differ,
        finding=cluster_nodes.differing,
        rival="further tries are answered alike by every node",
        who=NETWORK,
        stops="moment",
    ),
)
