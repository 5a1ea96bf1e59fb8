"""Chainguard's hosts as data: which one plays which part, according to which page, read when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import SplitResult

from cgrdoctor.privacy.host_names import hostname

HostRole = Literal["registry", "blobs", "authentication", "platform", "packages", "website", "support"]

REGISTRY_HOST = "cgr.dev"
BLOB_HOST = "9236a389bd48b984df91adc1bc924620.r2.cloudflarestorage.com"
MISPRINTED_BLOB_HOST = "9236a389bd48b98df91adc1bc924620.r2.cloudflarestorage.com"
"""As a page printed it in 2023, a `4` missing (github.com/chainguard-dev/edu/issues/1016); old allowlists carry it."""

_PAGE = "Chainguard docs: network requirements"
_GUIDE = "Chainguard docs: Artifactory pull-through guide"
_LIBRARIES = "Chainguard docs: libraries, network requirements"
_CHAINCTL = "chainctl and Chainguard's API, on a person's machine"
_APK = "packages inside images (apk), not images"


@dataclass(frozen=True, slots=True)
class ChainguardHost:
    """One host, port 443. `pulls`: whether Artifactory talks to it to pull images; only these are judged by default.

    `note` is what the page says of it, `needed_for` who needs it, `families` its IP versions, `read` the day on which
    `source` was read.
    """

    name: str
    role: HostRole
    pulls: bool
    families: tuple[Literal[4, 6], ...]
    note: str
    needed_for: str
    source: str = _PAGE
    read: str = "2026-10-08"


def _other(
    name: str, role: HostRole, note: str, needed_for: str, source: str = _PAGE, read: str = "2026-10-08"
) -> ChainguardHost:
    return ChainguardHost(name, role, False, (4,), note, needed_for, source, read)


HOSTS: tuple[ChainguardHost, ...] = (
    ChainguardHost(
        REGISTRY_HOST, "registry", True, (4,), "main image registry", "every pull: registry API and token endpoint"
    ),
    ChainguardHost(
        BLOB_HOST, "blobs", True, (4, 6), "blob storage of cgr.dev", "every pull: config and layers, by redirect"
    ),
    _other(
        "enforce.dev", "authentication", "registry authentication", "listed by Chainguard; no pull is known to call it"
    ),
    _other("issuer.enforce.dev", "authentication", "security token service", f"{_CHAINCTL}: logins and pull tokens"),
    _other("console-api.enforce.dev", "platform", "registry API endpoint", _CHAINCTL),
    _other("dl.enforce.dev", "platform", "chainctl downloads", "installing chainctl"),
    _other("auth.chainguard.dev", "authentication", "social login", "signing in with a browser"),
    _other("chainguard.us.auth0.com", "authentication", "social login", "signing in with a browser"),
    _other("tuf-repo-cdn.sigstore.dev", "platform", "Sigstore's trust root for chainctl", "verifying signatures"),
    _other("console.chainguard.dev", "platform", "Chainguard dashboard", "the Console in a browser"),
    _other("data.chainguard.dev", "platform", "Console API endpoint", "the Console in a browser"),
    _other("support.chainguard.dev", "support", "support access", "the support portal in a browser"),
    _other("apk.cgr.dev", "packages", "package repository", _APK),
    _other("virtualapk.cgr.dev", "packages", "package repository, default in images", _APK),
    _other("packages.cgr.dev", "packages", "package repository of extra packages", _APK),
    ChainguardHost("packages.wolfi.dev", "packages", False, (4, 6), "package repository of Free containers", _APK),
    _other("tarballs.cgr.dev", "packages", "archives that SBOMs name as downloadLocation", "fetching sources"),
    _other("libraries.cgr.dev", "packages", "language libraries", "Java, Python, JavaScript", _LIBRARIES, "2026-08-21"),
    _other(
        "chainguard.dev",
        "website",
        "called when a nonexistent image is pulled",
        "no pull; a call is a symptom",
        _GUIDE,
        "2026-02-18",
    ),
    _other(
        "www.chainguard.dev",
        "website",
        "called when a nonexistent image is pulled",
        "no pull; a call is a symptom",
        _GUIDE,
        "2026-02-18",
    ),
)
"""Chainguard's network requirements, and the two hosts its Artifactory guide names besides."""

JFROG_CLOUD = "jfrog.io"
"""Below it stands what JFrog runs itself; a name of one's own for such an instance cannot be told from here."""

_DOMAINS = ("cgr.dev", "chainguard.dev", "enforce.dev", "r2.cloudflarestorage.com")


_NAME = re.compile(r"[a-z0-9._-]{1,253}|[0-9a-f:.]+(?:%[a-z0-9._-]+)?", re.IGNORECASE | re.ASCII)


def is_askable(url: SplitResult) -> bool:
    """Whether a URL that a peer named has a scheme, a host and a port that a request can go to. Raises ValueError."""
    named = url.scheme in ("http", "https") and _NAME.fullmatch(url.hostname or "") is not None
    return named and url.port != 0 and "@" not in url.netloc and "\\" not in url.netloc


def is_chainguard(host: str) -> bool:
    """Whether `host[:port]` is one `--no-direct` keeps us from: a Chainguard name, or any R2 bucket.

    Any bucket, because presigned URLs could name another one than the published host.
    """
    name = hostname(host).rstrip(".")
    return name in {known.name for known in HOSTS} or any(
        name == domain or name.endswith("." + domain) for domain in _DOMAINS
    )


def is_jfrog_cloud(host: str) -> bool:
    """Whether `host[:port]` is an instance that JFrog runs: `NAME.jfrog.io`, or a sub-domain of it."""
    return hostname(host).rstrip(".").endswith("." + JFROG_CLOUD)
