"""The way to Artifactory's registry: who answers in its place, and what is lost on the way."""

from __future__ import annotations

from cgrdoctor_checks.causes import in_its_place, whole_repository
from cgrdoctor_checks.causes.row import Row
from cgrdoctor_checks.causes.signs import ADMIN, FORBIDDEN, NETWORK
from cgrdoctor_checks.causes.table import Table
from cgrdoctor_checks.causes.weigh import FITS, NAMES, NOTHING, POINTS, Answer, Cause
from cgrdoctor_checks.codes.artifactory import (
    DOCKER_API_NOT_ROUTED,
    UNEXPECTED_HTML,
)
from cgrdoctor_checks.codes.front import SIGN_IN_REQUIRED
from cgrdoctor_checks.codes.network import CONNECTION_TIMEOUT
from cgrdoctor_checks.codes.token import AUTHORIZATION_NOT_FORWARDED

ELSEWHERE = ("html", "unauthorized", "unsupported-route", "not-registry")
"""Mechanisms at token or manifest that other checks judge: the way to Artifactory, the login, its routing."""


def not_routed(row: Row, table: Table) -> Answer:
    astray = row.mechanism in ("unsupported-route", "not-registry") or not_a_token(row)
    return FITS if row.failing and astray else NOTHING


def not_a_token(row: Row) -> bool:
    """What no token endpoint says: neither a token nor a refusal, a limit or an error of its own."""
    return row.failing and row.step == "token" and row.status not in (None, 401, 403, 429) and row.status < 500


def led_on(row: Row) -> bool:
    """A redirect where a registry or its token endpoint answers by itself."""
    return row.failing and row.step in ("ping", "token") and row.status is not None and 300 <= row.status < 400


def page(row: Row, table: Table) -> Answer:
    instead = led_on(row) or (row.mechanism == "page" and row.step in ("ping", "token"))
    return FITS if row.failing and (instead or row.mechanism in (*ELSEWHERE, "wrong-content")) else NOTHING


def signed_in(row: Row, table: Table) -> Answer:
    if row.failing and row.speaker == "identity-provider":
        return NAMES
    # Artifactory may have kept such a page of a proxy on its way upstream, or stand behind the sign-in itself.
    return POINTS if row.failing and row.has("sign-in") and not row.at_blob else FITS if led_on(row) else NOTHING


def lost_login(row: Row, table: Table) -> Answer:
    return FITS if row.failing and row.mechanism in FORBIDDEN else NOTHING


def slow_way(row: Row, table: Table) -> Answer:
    return FITS if row.failing and row.mechanism in ("transport", *ELSEWHERE) else NOTHING


CAUSES = (
    Cause(
        code=DOCKER_API_NOT_ROUTED,
        answer=not_routed,
        finding=whole_repository.umbrella,
        rival="the reverse proxy rewrites /v2/ to the Docker API",
        who=ADMIN,
        stops="instance",
    ),
    Cause(
        code=UNEXPECTED_HTML,
        answer=page,
        finding=whole_repository.umbrella,
        rival="the same answer comes on the Artifactory host itself",
        who=NETWORK,
        stops="instance",
    ),
    Cause(
        code=SIGN_IN_REQUIRED,
        answer=signed_in,
        finding=in_its_place.signed_in,
        rival="the same answer comes on the Artifactory host itself",
        who=ADMIN,
        stops="instance",
        gate=True,
    ),
    Cause(
        code=AUTHORIZATION_NOT_FORWARDED,
        answer=lost_login,
        finding=whole_repository.umbrella,
        rival="the same login works on the Artifactory host itself",
        who=ADMIN,
        stops="instance",
    ),
    Cause(
        code=CONNECTION_TIMEOUT,
        answer=slow_way,
        finding=whole_repository.umbrella,
        rival="another machine fails in the same way",
        who=NETWORK,
        stops="instance",
    ),
)
