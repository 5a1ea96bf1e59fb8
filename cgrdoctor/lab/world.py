"""A world as data. A fault is a function from one world to another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from cgrdoctor.lab.answers import Answer
from cgrdoctor.lab.docker import Docker
from cgrdoctor.lab.kubernetes import Kubernetes
from cgrdoctor.lab.tokens import identity, jwt

ARTIFACTORY = "acme.jfrog.io"
DOMAIN = "artifacts.acme.test"
"""Where a self-hosted Artifactory lives, for the worlds that have one."""

CGR = "cgr.dev"
BLOBS = "9236a389bd48b984df91adc1bc924620.r2.cloudflarestorage.com"
WWW = "www.chainguard.dev"
OTHERS = (
    "enforce.dev",
    "issuer.enforce.dev",
    "console-api.enforce.dev",
    "dl.enforce.dev",
    "auth.chainguard.dev",
    "chainguard.us.auth0.com",
    "tuf-repo-cdn.sigstore.dev",
    "console.chainguard.dev",
    "data.chainguard.dev",
    "support.chainguard.dev",
    "apk.cgr.dev",
    "virtualapk.cgr.dev",
    "packages.cgr.dev",
    "packages.wolfi.dev",
    "tarballs.cgr.dev",
    "libraries.cgr.dev",
    "chainguard.dev",
)
"""Hosts of Chainguard's network requirements that no pull needs. They all answer."""

Wire = Literal[
    "ok",
    "silent",
    "silent-tls",
    "silent-http",
    "refused",
    "reset",
    "plain-http",
    "expired",
    "not-yet-valid",
    "untrusted",
    "wrong-name",
    "html",
    "alert",
    "http1",
    "tls12",
    "dns",
    "no-route",
    "proxy-refused",
    "no-head",
    "slow-layers",
    "stalls",
]
"""How a host behaves below and around HTTP. `alert` refuses the handshake, `http1` and `tls12` are those proxies that
downgrade; where Artifactory `stalls` towards this machine, what is larger than a small packet begins to arrive and
never ends. The five before that exist on Artifactory's own arm only.
"""


SILENT: frozenset[Wire] = frozenset({"silent", "silent-tls", "silent-http"})
"""Behaviours that end by the patience of who asked."""

Damage = Literal[
    "", "html", "blob-html", "bytes", "child-missing", "blob-missing", "blob-lost", "type", "manifest-bytes", "schema1"
]
"""What is wrong with a cached image; of what is `lost` the database still has the entry."""


@dataclass(frozen=True, slots=True)
class PullToken:
    """A pull token. `expires_in` is in seconds, negative when it has expired; `may_pull` is the role registry.pull.

    `may_fetch` without blobs is a role such as console_viewer, which may list manifests and tags.
    """

    organization: str
    expires_in: float = 30 * 86400
    revoked: bool = False
    may_pull: bool = True
    may_fetch: bool = True
    number: int = 1

    @property
    def username(self) -> str:
        return identity(self.organization, self.number)

    @property
    def password(self) -> str:
        return jwt(self.username, self.expires_in)


@dataclass(frozen=True, slots=True)
class Image:
    """An image: all its tags name the same content, which `revision` determines."""

    path: str
    tags: tuple[str, ...] = ("latest",)
    platforms: tuple[str, ...] = ("linux/amd64", "linux/arm64")
    revision: int = 1


@dataclass(frozen=True, slots=True)
class Chainguard:
    """cgr.dev. `catalog` names the paths an organization's tokens are entitled to, None for all of its images.

    `denied` are paths that a container policy refuses, each with the words of the refusal.
    """

    organizations: tuple[str, ...] = ("chainguard", "acme.com", "other.org")
    images: tuple[Image, ...] = (
        Image("chainguard/static", ("latest",)),
        Image("chainguard/busybox", ("latest",)),
        Image("chainguard/go", ("latest", "latest-dev")),
        Image("acme.com/python", ("3.12", "latest")),
        Image("acme.com/node", ("22", "latest")),
        Image("acme.com/chainguard-base", ("latest",)),
        Image("other.org/redis", ("latest",)),
    )
    catalog: tuple[str, ...] | None = None
    paid: tuple[str, ...] = ()
    tokens: tuple[PullToken, ...] = (PullToken("acme.com"), PullToken("other.org"))
    rate_limited: bool = False
    outage: bool = False
    refusal: Literal["token", "capability"] = "token"
    denied: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cached:
    """A tag that Artifactory has in its cache from the start. `age` in seconds, `revision` of the content."""

    path: str
    tag: str = "latest"
    age: float = 60
    revision: int = 1
    damage: Damage = ""


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository. `fields` are REST names that differ from those of the guide's remote."""

    key: str
    rclass: str = "remote"
    package_type: str = "docker"
    fields: Mapping[str, Any] = field(default_factory=dict)
    members: tuple[str, ...] = ()
    token: PullToken | None = None
    cached: tuple[Cached, ...] = ()
    missed: tuple[str, ...] = ()
    assumed_offline: bool = False
    images: tuple[Image, ...] = ()

    def configuration(self) -> dict[str, Any]:
        """The whole configuration, password included, by REST names (JFrog REST, 7.161)."""
        username = self.token.username if self.token else ""
        return {
            **_DEFAULTS,
            "key": self.key,
            "rclass": self.rclass,
            "packageType": self.package_type,
            "username": username,
            "password": self.token.password if self.token else "",
            **self.fields,
        }


_DEFAULTS: dict[str, Any] = {
    "description": "",
    "includesPattern": "**/*",
    "excludesPattern": "",
    "repoLayoutRef": "simple-default",
    "url": "https://cgr.dev/",
    "dockerApiVersion": "V2",
    "dockerProjectId": "",
    "disableProxy": False,
    "hardFail": False,
    "offline": False,
    "blackedOut": False,
    "storeArtifactsLocally": True,
    "socketTimeoutMillis": 15000,
    "localAddress": "",
    "metadataRetrievalTimeoutSecs": 60,
    "retrievalCachePeriodSecs": 21600,
    "assumedOfflinePeriodSecs": 300,
    "missedRetrievalCachePeriodSecs": 1800,
    "allowAnyHostAuth": False,
    "enableCookieManagement": False,
    "enableTokenAuthentication": True,
    "blockMismatchingMimeTypes": True,
    "bypassHeadRequests": False,
    "disableUrlNormalization": False,
    "contentSynchronisation": {"enabled": False},
    "customHttpHeaders": [],
    "externalDependenciesEnabled": False,
    "curated": False,
    "passThrough": False,
    "xrayIndex": False,
    "priorityResolution": False,
    "downloadRedirect": False,
    "cdnRedirect": False,
}


@dataclass(frozen=True, slots=True)
class User:
    """A user of Artifactory. `reads` are the keys it may read, None for all."""

    name: str
    password: str
    token: str
    admin: bool = False
    reads: tuple[str, ...] | None = None


ADMIN = User("alice", "Adm1n-passw0rd", "cmVmdGtuOjAxOjAwMDAwMDAwMDA6YWxpY2UtYWRtaW4tcmVmZXJlbmNlLXRva2Vu", admin=True)
BOB = User("bob", "B0b-passw0rd", "cmVmdGtuOjAxOjAwMDAwMDAwMDA6Ym9iLXVzZXItcmVmZXJlbmNlLXRva2Vuc3M")


@dataclass(frozen=True, slots=True)
class Artifactory:
    """Artifactory, and what stands before it. `arm` is how hosts behave towards Artifactory's own egress.

    `hosts` are those of the port and sub-domain methods, `host[:port]` with the key each stands for; `rest_hosts` are
    those that serve the REST API, None for all. `realm_form` is the realm of a challenge at a manifest or blob,
    `challenge` what a gateway makes of a challenge, empty where it takes it away, and `tells_registry` when
    `X-Artifactory-Docker-Registry` is sent (JFrog 7.161 on HEAD; 7.84 with a realm a repository).
    `misrouted_to` is the key for which the reverse proxy rewrites every `/v2/`, as made for another access method;
    `strips_authorization` where it drops that header. A virtual that does not mask hands on its members' texts.
    `second_node` is a node of the cluster that answers every other request for the same path: `sick` with 503,
    `missed` with the miss it remembers of every tag, `blind` without a way to cgr.dev. `shows_configuration` is whether
    the edition has that REST API. `limits` is who answers 429: Artifactory to tokens, a gateway to manifests; where it
    `masks_limits`, cgr.dev's 429 becomes a missing image, and a page where it `masks_pages`. `sees` are images as a
    mirror between Artifactory and cgr.dev has them. Without `anonymous_rest` nobody uses the REST API without a
    login. `download_host` is where blobs are sent for, a host that is closed to this machine unless it is among the
    `names` of the world. A gateway that is `impatient` gives up on the first request for each manifest, or on all of
    them, and Artifactory goes on by itself. `exhausted` is how it says that it has run out of something,
    `serves_unstored` whether a Docker remote that stores nothing serves at all, `exchanges` whether its token endpoint
    takes a user's token as a refresh token.
    """

    version: str = "7.161.15"
    users: tuple[User, ...] = (ADMIN, BOB)
    anonymous: bool = False
    anonymous_rest: bool = True
    repositories: tuple[Repository, ...] = ()
    hide_existence: bool = False
    health: Literal["ok", "starting", "eula", "licence", "bad-gateway"] = "ok"
    hosts: Mapping[str, str] = field(default_factory=dict)
    rest_hosts: tuple[str, ...] | None = None
    realm: str | None = None
    realm_form: Literal["repository", "root"] = "repository"
    challenge: str = "{own}"
    tells_registry: Literal["head", "always", "never"] = "head"
    docker_routed: bool = True
    misrouted_to: str | None = None
    strips_authorization: Literal["", "docker", "everywhere"] = ""
    clock_skew: float = 0
    appends_url_path: bool = True
    absent_v1: int = 400
    digest_folder: Literal["sha256__", "sha256:"] = "sha256__"
    arm: Mapping[str, Wire] = field(default_factory=dict)
    xray_blocked: tuple[str, ...] = ()
    curation_blocked: tuple[str, ...] = ()
    policy_hidden: bool = False
    virtual_masks: bool = True
    storage_full: bool = False
    revalidates: bool = True
    download_host: str | None = None
    signs: bool = True
    second_node: Literal["", "well", "sick", "missed", "blind"] = ""
    limits: Literal["", "artifactory", "gateway"] = ""
    masks_limits: bool = False
    impatient: Literal["", "first", "always"] = ""
    exhausted: str = ""
    serves_unstored: bool = True
    exchanges: bool = False
    masks_pages: bool = False
    shows_configuration: bool = True
    texts: Mapping[str, str] = field(default_factory=dict)
    verifies_connections: bool = True
    sees: tuple[Image, ...] = ()

    def repository(self, key: str) -> Repository | None:
        """The repository of that key."""
        return next((repository for repository in self.repositories if repository.key == key), None)


Proxy = Literal["none", "ok", "authentication-required", "refuses", "page", "refused", "garbage"]
"""The client's own egress proxy, and how it answers CONNECT; `refused` is one that nobody serves."""

Caller = Literal["admin", "user", "anonymous"]


@dataclass(frozen=True, slots=True)
class World:
    """Everything there is, what is asked for, and by whom. `host` is Artifactory's; `place.moved` takes a whole
    world to another. `latency` is seconds added to every HTTP response, except those to Artifactory itself.
    `options` are more of the command line; without `docker` there is no Docker. The CA of the world is given by
    option, or in the system's store. The first of the `answers` that fits a request stands in place of what the
    world would answer; the servers have a certificate for `names` as well, and serve them. `ahead` is how many
    seconds everybody else's clock is before this machine's; a proxy on the way `compresses` JSON unasked.
    `pulled_before` is how often a client pulled the image, with the caller's login, before anybody looked; `pulls_as`
    names the user who pulls, where that is not the caller; `kubernetes` is a Pod of which the papers are at hand.
    """

    artifactory: Artifactory
    host: str = ARTIFACTORY
    chainguard: Chainguard = Chainguard()
    wire: Mapping[str, Wire] = field(default_factory=dict)
    image: str = f"{ARTIFACTORY}/cgr-private/acme.com/python:3.12"
    caller: Caller = "admin"
    credential: PullToken | None = PullToken("acme.com")
    wrong_password: bool = False
    latency: float = 0
    upstream: str | None = None
    proxy: Proxy = "none"
    context: str = "artifactory"
    docker: Docker | None = None
    options: tuple[str, ...] = ()
    artifactory_url: str | None = None
    trusted_by: Literal["option", "system"] = "option"
    answers: tuple[Answer, ...] = ()
    names: tuple[str, ...] = ()
    ahead: float = 0
    compresses: Literal["", "gzip", "deflate"] = ""
    pulled_before: int = 0
    pulls_as: str = ""
    kubernetes: Kubernetes | None = None

    @property
    def upstream_silent(self) -> bool:
        """Whether Artifactory waits for an answer in vain; then its socket timeout is a second, not the usual 15."""
        return bool(SILENT & set(self.artifactory.arm.values()))

    def artifactory_with(self, **changes: Any) -> World:
        """The same world with parts of Artifactory changed."""
        return replace(self, artifactory=replace(self.artifactory, **changes))

    def chainguard_with(self, **changes: Any) -> World:
        """The same world with parts of cgr.dev changed."""
        return replace(self, chainguard=replace(self.chainguard, **changes))

    def repository_with(self, key: str, **changes: Any) -> World:
        """The same world with one repository changed."""
        repositories = tuple(
            replace(item, **changes) if item.key == key else item for item in self.artifactory.repositories
        )
        return self.artifactory_with(repositories=repositories)

    def fields_with(self, key: str, **fields: Any) -> World:
        """The same world with REST fields of one repository changed."""
        found = self.artifactory.repository(key)
        assert found is not None
        return self.repository_with(key, fields={**found.fields, **fields})


def healthy() -> World:
    """The guide followed: a remote for Free images, one for Production images, a virtual over both."""
    return World(
        Artifactory(
            repositories=(
                Repository("cgr-public"),
                Repository("cgr-private", token=PullToken("acme.com")),
                Repository("cgr-virt", rclass="virtual", members=("docker-local", "cgr-private", "cgr-public")),
                Repository("docker-local", rclass="local"),
                Repository("helm-remote", package_type="helm", fields={"url": "https://charts.example.org/"}),
            )
        )
    )
