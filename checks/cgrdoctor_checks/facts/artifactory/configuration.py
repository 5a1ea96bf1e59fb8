"""The settings of a repository that matter for pulling: one row each, and reading one needs nothing else.

Sources: JFrog REST API, Repository Configuration JSON (7.161, 6.23); Terraform provider for Artifactory (names,
defaults, versions); JFrog CLI, repository templates.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from msgspec import Meta

from cgrdoctor.on_paper import OnPaper
from cgrdoctor.privacy.jwt_claims import claims
from cgrdoctor.privacy.truncate import cut
from cgrdoctor_checks.facts.artifactory.fields import LONGEST_TEXT, Field, enabled, filled, lowered, rows_of

View = Literal["full", "partial", "listed"]
Count = Annotated[int, Meta(ge=0, le=2**31 - 1)]
"""Seconds or milliseconds, as Artifactory can store them."""

TOKEN_AS_USERNAME = "(a token)"  # noqa: S105 - stands for a secret that is not kept
LONGEST_USERNAME = 200
"""Characters; an identity id of a deep folder has fewer, a token more."""


def _user_name(raw: Any) -> str | None:
    """A user name; a JWT, or a text longer than any identity, is a secret in the wrong place and is not kept."""
    if not isinstance(raw, str):
        return None
    is_token = claims(raw) is not None or len(raw.strip()) > LONGEST_USERNAME
    return TOKEN_AS_USERNAME if is_token else cut(raw, LONGEST_TEXT)


class Configuration(OnPaper, frozen=True, kw_only=True):
    """What Artifactory shows of a repository. None is unknown; `view` says how much this caller is shown.

    Periods are seconds, `socket_timeout` milliseconds, as Artifactory names them. `given` names the paper of a ticket
    in which stands what Artifactory did not show; empty where nothing is from one.
    """

    key: str
    view: View
    given: str = ""

    # What it is

    repository_class: Annotated[
        str, Field(("rclass", "type"), "local, remote, virtual or federated", terraform=None, keep=lowered)
    ] = ""
    package_type: Annotated[str, Field("packageType", "which clients it serves", terraform=None, keep=lowered)] = ""

    # What a remote asks, and as whom

    url: Annotated[str | None, Field("url", "whom the remote asks", form="Basic > URL")] = None
    username: Annotated[
        str | None,
        Field(
            "username",
            "identity id of the pull token",
            default="",
            form="Basic > User Name",
            omitted=True,
            keep=_user_name,
        ),
    ] = None
    password_set: Annotated[
        bool | None,
        Field("password", "the pull token; only whether there is one is kept", form="Basic > Password", keep=filled),
    ] = None
    token_authentication: Annotated[
        bool | None,
        Field(
            "enableTokenAuthentication",
            "asks the token service that upstream names; cgr.dev serves nothing without",
            default=False,
            form="Basic > Docker Settings > Enable Token Authentication",
        ),
    ] = None
    project_id: Annotated[
        str | None,
        Field(
            "dockerProjectId",
            "is put in front of every path that upstream is asked for",
            default="",
            form="Basic > Docker Settings > Project ID",
            terraform="project_id",
            jf=False,
        ),
    ] = None
    disable_url_normalization: Annotated[
        bool | None,
        Field(
            "disableUrlNormalization",
            "sends slashes of the URL as they are, a doubled or missing one too",
            default=False,
            since="7.63.12",
            form="Advanced > Disable URL Normalization",
            jf=False,
        ),
    ] = None
    lenient_host_authentication: Annotated[
        bool | None,
        Field(
            "allowAnyHostAuth",
            "sends the credential to every host that upstream redirects to",
            default=False,
            form="Advanced > Lenient Host Authentication",
        ),
    ] = None
    bypass_head_requests: Annotated[
        bool | None,
        Field(
            "bypassHeadRequests",
            "asks by GET where others ask by HEAD first",
            default=False,
            form="Advanced > Bypass HEAD Requests",
        ),
    ] = None
    client_tls_certificate: Annotated[
        str | None,
        Field("clientTlsCertificate", "presents a certificate to upstream", default="", omitted=True),
    ] = None
    query_params: Annotated[
        bool | None,
        Field(
            "queryParams",
            "is appended to every request; only whether there is one is kept",
            default=False,
            omitted=True,
            jf=False,
            keep=filled,
        ),
    ] = None
    custom_http_headers: Annotated[
        bool | None,
        Field(
            "customHttpHeaders",
            "is sent with every request; only whether there is one is kept",
            default=False,
            since="7.146",
            terraform=None,
            omitted=True,
            jf=False,
            keep=filled,
        ),
    ] = None
    smart_remote: Annotated[
        bool | None,
        Field(
            "contentSynchronisation",
            "treats upstream as another Artifactory",
            default=False,
            keep=enabled,
        ),
    ] = None

    # Its way there

    proxy: Annotated[
        str | None,
        Field("proxy", "key of its own proxy", default="", form="Advanced > Network > Proxy", omitted=True),
    ] = None
    disable_proxy: Annotated[
        bool | None,
        Field("disableProxy", "takes no proxy, the instance's default one neither", default=False, jf=False),
    ] = None
    local_address: Annotated[str | None, Field("localAddress", "connects from this address only", default="")] = None
    socket_timeout: Annotated[
        Count | None,
        Field(
            "socketTimeoutMillis",
            "how long it waits for a connection, and for bytes",
            default=15000,
            form="Advanced > Network > Socket Timeout",
        ),
    ] = None
    metadata_timeout: Annotated[
        Count | None,
        Field(
            "metadataRetrievalTimeoutSecs",
            "how long it waits for metadata before it serves its copy or fails",
            default=60,
            form="Advanced > Cache > Metadata Retrieval Cache Timeout",
            jf=False,
        ),
    ] = None
    assumed_offline_period: Annotated[
        Count | None,
        Field("assumedOfflinePeriodSecs", "asks nobody for so long after a failure; 0 is never", default=300),
    ] = None
    hard_fail: Annotated[
        bool | None,
        Field("hardFail", "answers 500 to trouble upstream, which ends a virtual's search", default=False),
    ] = None

    # What it answers

    offline: Annotated[
        bool | None,
        Field("offline", "serves what is cached and asks nobody", default=False, form="Basic > Offline"),
    ] = None
    blacked_out: Annotated[
        bool | None,
        Field("blackedOut", "answers nothing at all", default=False, form="Advanced > Ignore Repository"),
    ] = None
    includes_pattern: Annotated[
        str | None,
        Field("includesPattern", "the paths it serves", default="**/*", form="Basic > Include Patterns", omitted=True),
    ] = None
    excludes_pattern: Annotated[
        str | None,
        Field("excludesPattern", "paths it does not serve", default="", form="Basic > Exclude Patterns", omitted=True),
    ] = None
    block_mismatching_mime_types: Annotated[
        bool | None,
        Field(
            "blockMismatchingMimeTypes",
            "refuses a web page in place of content",
            default=False,
            form="Advanced > Block Mismatching Mime Types",
        ),
    ] = None
    mime_override_list: Annotated[
        str | None,
        Field(
            "mismatchingMimeTypesOverrideList",
            "the only types that are refused, or types that are not: readings differ",
            default="",
            form="Advanced > Override Default Blocked Mime Types",
            omitted=True,
            jf=False,
        ),
    ] = None
    curated: Annotated[
        bool | None, Field("curated", "JFrog Curation decides what it serves", default=False, jf=False)
    ] = None
    pass_through: Annotated[
        bool | None, Field("passThrough", "hands requests on to JFrog Curation", default=False, jf=False)
    ] = None
    download_redirect: Annotated[
        bool | None,
        Field(
            "downloadRedirect",
            "sends clients to the object store for blobs (Enterprise+, Edge)",
            default=False,
            form="Advanced > Enable Direct Cloud Storage Download",
            terraform="download_direct",
        ),
    ] = None
    cdn_redirect: Annotated[
        bool | None,
        Field(
            "cdnRedirect",
            "sends clients to a CDN for blobs (JFrog's cloud)",
            default=False,
            form="Advanced > Enable CDN Download",
        ),
    ] = None

    # What it remembers

    store_artifacts_locally: Annotated[
        bool | None,
        Field(
            "storeArtifactsLocally",
            "keeps what it fetched",
            default=True,
            form="Advanced > Store Artifacts Locally",
        ),
    ] = None
    retrieval_cache_period: Annotated[
        Count | None,
        Field(
            "retrievalCachePeriodSecs",
            "serves a tag so long without asking upstream; 0 asks always (7200 on older versions)",
            default=21600,
            terraform="retrieval_cache_period_seconds",
        ),
    ] = None
    missed_retrieval_cache_period: Annotated[
        Count | None,
        Field(
            ("missedRetrievalCachePeriodSecs", "failedRetrievalCachePeriodSecs"),
            "remembers so long that something was missing; 0 is never",
            default=1800,
            terraform="missed_cache_period_seconds",
        ),
    ] = None

    # What a virtual is made of

    repositories: Annotated[tuple[str, ...] | None, Field("repositories", "members of a virtual, in order")] = None
    priority_resolution: Annotated[
        bool | None,
        Field("priorityResolution", "goes before the other members of a virtual", default=False),
    ] = None
    resolve_docker_tags_by_timestamp: Annotated[
        bool | None,
        Field(
            "resolveDockerTagsByTimestamp",
            "a virtual answers a tag with its members' newest, not with the first one's",
            default=False,
            since="7.46.10",
            form="Basic > Docker Settings > Resolve Docker Tags by Latest Timestamp",
            jf=False,
        ),
    ] = None
    artifactory_requests_can_retrieve: Annotated[
        bool | None,
        Field(
            "artifactoryRequestsCanRetrieveRemoteArtifacts",
            "a virtual fetches for other Artifactory instances too, not only for clients",
            default=False,
            form="Advanced > Artifactory Requests Can Retrieve Remote Artifacts",
        ),
    ] = None

    @property
    def papers(self) -> dict[str, str]:
        """Its paper, by its key."""
        return {self.key: self.given} if self.given else {}

    @property
    def remote(self) -> bool:
        """Whether it is a remote repository."""
        return self.repository_class == "remote"

    @property
    def virtual(self) -> bool:
        """Whether it is a virtual repository."""
        return self.repository_class == "virtual"


ROWS = rows_of(Configuration)


def rest_name(name: str) -> str:
    """What the REST API calls a field."""
    return ROWS[name].field.names[0]


def usual(name: str) -> Any:
    """What the field of this name is where nobody set it."""
    return ROWS[name].field.default


FULL = {"virtual": "repositories"}
"""By class, a field that only a full answer has; a remote's is the switch every Docker remote has had since 6."""


def read_fields(key: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments for a `Configuration`, from the answer of `GET /api/repositories/{key}`."""
    kind = ROWS["repository_class"].read(answer, full=False)
    full = FULL.get(kind or "", "enableTokenAuthentication") in answer
    values = {name: row.read(answer, full=full) for name, row in ROWS.items()}
    known = {name: value for name, value in values.items() if value is not None}
    return {"key": key, "view": "full" if full else "partial", **known}
