"""The configuration of the repository the reference names, as far as this caller may read it.

JFrog REST, Repository Configuration: an admin sees every field, an ordinary user five keys. A field that is not there
is unknown, never false.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from cgrdoctor import Fact, NotNeeded, Unobservable, Word, probe
from cgrdoctor.excerpt import cut
from cgrdoctor.net.artifactory import ArtifactoryRest
from cgrdoctor.net.jwt import claims
from cgrdoctor.net.step import Step
from cgrdoctor_checks.artifactory.caller import Caller, refuse_without_rest
from cgrdoctor_checks.artifactory.listing import RepositoryList
from cgrdoctor_checks.reference.target import Target

View = Literal["full", "partial", "listed"]

TOKEN_AS_USERNAME = "(a token)"  # noqa: S105 - stands for a secret that is not kept
LONGEST_USERNAME = 200
"""Characters; an identity id of a deep folder has fewer, a token more."""


class Configuration(Fact, frozen=True, kw_only=True):
    """The fields that matter for pulling. None is unknown. `password_set` is all that is kept of the password.

    Periods are seconds, `socket_timeout` milliseconds, as Artifactory names them. A `username` that is a token is
    kept as `TOKEN_AS_USERNAME`; of query parameters and extra headers, which may be secret, only whether there are any.
    """

    key: str
    view: View
    repository_class: Word = ""
    package_type: Word = ""
    url: str | None = None
    username: str | None = None
    password_set: bool | None = None
    token_authentication: bool | None = None
    block_mismatching_mime_types: bool | None = None
    mime_override_list: str | None = None
    lenient_host_authentication: bool | None = None
    includes_pattern: str | None = None
    excludes_pattern: str | None = None
    offline: bool | None = None
    blacked_out: bool | None = None
    hard_fail: bool | None = None
    store_artifacts_locally: bool | None = None
    socket_timeout: int | None = None
    retrieval_cache_period: int | None = None
    missed_retrieval_cache_period: int | None = None
    assumed_offline_period: int | None = None
    bypass_head_requests: bool | None = None
    cookie_management: bool | None = None
    proxy: str | None = None
    disable_proxy: bool | None = None
    project_id: str | None = None
    curated: bool | None = None
    external_dependencies: bool | None = None
    download_redirect: bool | None = None
    priority_resolution: bool | None = None
    xray_index: bool | None = None
    pass_through: bool | None = None
    local_address: str | None = None
    client_tls_certificate: str | None = None
    query_params: bool | None = None
    custom_http_headers: bool | None = None
    smart_remote: bool | None = None
    repositories: tuple[str, ...] | None = None

    @property
    def remote(self) -> bool:
        """Whether it is a remote repository."""
        return self.repository_class == "remote"

    @property
    def virtual(self) -> bool:
        """Whether it is a virtual repository."""
        return self.repository_class == "virtual"


class RepositoryConfiguration(Configuration, frozen=True, kw_only=True):
    """The configuration of the repository in the reference."""


class RepositoryAbsence(Fact, frozen=True, kw_only=True):
    """What was answered where a configuration was asked for: `exists` is None where that cannot be told."""

    key: str
    exists: bool | None
    step: Step
    similar: tuple[str, ...] = ()


class ConfigurationAnswer(Fact, frozen=True, kw_only=True):
    """The raw answer to the configuration request, the one request both facts above are read from."""

    key: str
    step: Step
    fields: dict[str, Any] | None = None


@probe()
async def configuration_answer(rest: ArtifactoryRest, target: Target, caller: Caller) -> ConfigurationAnswer:
    """GET /api/repositories/{key}; once more as v2 where v1 says that it is reserved for another edition."""
    if target.repository is None:
        raise Unobservable("the repository key is not known", "--repository KEY")
    refuse_without_rest(caller, rest)
    reply = await rest.get("api/repositories", target.repository)
    fields = dict(reply.object) if _is_configuration(reply.object) else None
    return ConfigurationAnswer(
        exchanges=(reply.step.exchange,), key=target.repository, step=reply.step, fields=_without_secrets(fields)
    )


@probe()
async def repository_configuration(
    answer: ConfigurationAnswer, listed: RepositoryList | None
) -> RepositoryConfiguration:
    """The configuration, from the answer or, where that was refused, from the row in the list."""
    if answer.fields is not None:
        return RepositoryConfiguration(exchanges=answer.exchanges, **read_fields(answer.key, answer.fields))
    row = listed.find(answer.key) if listed else None
    if row is None or listed is None:
        raise Unobservable("the repository's configuration could not be read", "an admin's access token")
    return RepositoryConfiguration(
        exchanges=listed.exchanges,
        key=row.key,
        view="listed",
        repository_class=row.kind,
        package_type=row.package_type,
        url=row.url if row.kind == "remote" and row.url else None,
    )


@probe()
async def repository_absence(answer: ConfigurationAnswer, listed: RepositoryList | None) -> RepositoryAbsence:
    """Whether the key exists: 400 and 404 both mean absent (JFrog REST v1 and v2), other refusals mean unknown."""
    if answer.fields is not None:
        raise NotNeeded("the repository exists")
    if listed is not None and listed.find(answer.key):
        raise NotNeeded("the repository is in the list")
    keys = [row.key for row in listed.repositories] if listed else []
    return RepositoryAbsence(
        exchanges=answer.exchanges + (listed.exchanges if listed else ()),
        key=answer.key,
        exists=_exists(answer.step),
        step=answer.step,
        similar=tuple(key for key in keys if _alike(answer.key, key))[:5],
    )


def _alike(typed: str, key: str) -> bool:
    left, right = typed.lower().replace("_", "-"), key.lower().replace("_", "-")
    return left in right or right in left


def _exists(step: Step) -> bool | None:
    if step.status == 404 and step.shape != "html":
        return False
    if step.status == 400 and not reserved_for_another_edition(step) and step.shape != "html":
        return False
    return None


def reserved_for_another_edition(step: Step) -> bool:
    """Whether this Artifactory has no configuration API: JCR and OSS say that it is available in Artifactory Pro."""
    return step.status in (400, 403) and "pro" in step.message.lower().split() and step.shape != "html"


def _is_configuration(fields: Mapping[str, Any]) -> bool:
    return isinstance(fields.get("key"), str) and ("rclass" in fields or "type" in fields or "packageType" in fields)


def _without_secrets(fields: dict[str, Any] | None) -> dict[str, Any] | None:
    """Only the fields that are read, the password reduced to whether there is one."""
    if fields is None:
        return None
    names = [name for names in _FIELDS.values() for name in names]
    kept = {name: fields[name] for name in (*names, "contentSynchronisation") if name in fields}
    kept.update({name: bool(fields[name]) for name in SECRET if name in fields})
    if "password" in fields:
        kept["password"] = "set" if fields["password"] else ""
    if _is_token(fields.get("username")):
        kept["username"] = TOKEN_AS_USERNAME
    return kept


def _is_token(username: object) -> bool:
    """Whether a secret stands where the user name belongs: a JWT, or a text longer than any identity."""
    return isinstance(username, str) and (claims(username) is not None or len(username.strip()) > LONGEST_USERNAME)


_FIELDS: dict[str, tuple[str, ...]] = {
    "repository_class": ("rclass", "type"),
    "package_type": ("packageType",),
    "url": ("url",),
    "username": ("username",),
    "token_authentication": ("enableTokenAuthentication",),
    "block_mismatching_mime_types": ("blockMismatchingMimeTypes",),
    "mime_override_list": ("mismatchingMimeTypesOverrideList",),
    "lenient_host_authentication": ("allowAnyHostAuth",),
    "includes_pattern": ("includesPattern",),
    "excludes_pattern": ("excludesPattern",),
    "offline": ("offline",),
    "blacked_out": ("blackedOut",),
    "hard_fail": ("hardFail",),
    "store_artifacts_locally": ("storeArtifactsLocally",),
    "socket_timeout": ("socketTimeoutMillis",),
    "retrieval_cache_period": ("retrievalCachePeriodSecs",),
    "missed_retrieval_cache_period": ("missedRetrievalCachePeriodSecs", "failedRetrievalCachePeriodSecs"),
    "assumed_offline_period": ("assumedOfflinePeriodSecs",),
    "bypass_head_requests": ("bypassHeadRequests",),
    "cookie_management": ("enableCookieManagement",),
    "proxy": ("proxy",),
    "disable_proxy": ("disableProxy",),
    "project_id": ("dockerProjectId",),
    "curated": ("curated",),
    "external_dependencies": ("externalDependenciesEnabled",),
    "download_redirect": ("downloadRedirect",),
    "priority_resolution": ("priorityResolution",),
    "xray_index": ("xrayIndex",),
    "pass_through": ("passThrough",),
    "local_address": ("localAddress",),
    "client_tls_certificate": ("clientTlsCertificate",),
    "repositories": ("repositories",),
}
"""Our field names and the REST names that carry them (JFrog REST 7.161, 6.23; Terraform provider)."""

SECRET = ("queryParams", "customHttpHeaders")
"""Fields that may carry secrets; only whether they are filled in is kept."""

_TEXTS = {
    "url",
    "username",
    "mime_override_list",
    "includes_pattern",
    "excludes_pattern",
    "proxy",
    "project_id",
    "local_address",
    "client_tls_certificate",
}
_NUMBERS = {"socket_timeout", "retrieval_cache_period", "missed_retrieval_cache_period", "assumed_offline_period"}


def read_fields(key: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments for a `Configuration`: values of the wrong type are dropped as unknown."""
    values: dict[str, Any] = {"key": key, "view": "full" if "enableTokenAuthentication" in fields else "partial"}
    for name, rest_names in _FIELDS.items():
        raw = next((fields[rest] for rest in rest_names if rest in fields), None)
        value = _typed(name, raw)
        if value is not None:
            values[name] = value
    if "password" in fields:
        values["password_set"] = bool(fields["password"])
    if _is_token(values.get("username")):
        values["username"] = TOKEN_AS_USERNAME
    for name, rest_name in zip(("query_params", "custom_http_headers"), SECRET, strict=True):
        if rest_name in fields:
            values[name] = bool(fields[rest_name])
    smart = fields.get("contentSynchronisation")
    if isinstance(smart, dict) and isinstance(smart.get("enabled"), bool):
        values["smart_remote"] = smart["enabled"]
    if values.get("repository_class") == "virtual":
        values["view"] = "full" if "repositories" in fields else "partial"
    return values


def _typed(name: str, raw: Any) -> Any:
    if name in ("repository_class", "package_type"):
        return raw.lower() if isinstance(raw, str) else None
    if name in _TEXTS:
        return cut(raw, 2000) if isinstance(raw, str) else None
    if name in _NUMBERS:
        return raw if isinstance(raw, int) and not isinstance(raw, bool) else None
    if name == "repositories":
        return tuple(item for item in raw[:500] if isinstance(item, str)) if isinstance(raw, list) else None
    return raw if isinstance(raw, bool) else None
