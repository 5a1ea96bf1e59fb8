"""Other explanations of a failed pull, each with the observation that would exclude it and who can make it."""

from __future__ import annotations

from cgrdoctor import Rival
from cgrdoctor.model import Owner
from cgrdoctor.net.hosts import BLOB_HOST

ADMIN: Owner = "artifactory-admin"
NETWORK: Owner = "network-team"
ORGANIZATION: Owner = "chainguard-org-admin"


def rival(code: str, excluded_by: str, who: Owner, subject: str = "") -> Rival:
    """Another explanation, and what would exclude it."""
    return Rival(code=code, would_be_excluded_by=excluded_by, who=who, subject=subject)


# Artifactory's way to Chainguard

URL = rival("remote-url-mismatch", "the remote's URL is exactly https://cgr.dev/", ADMIN)
OWN_PROXY = rival(
    "upstream-proxy-refused",
    "the remote's Proxy is empty, and Disable Proxy is checked or no default proxy is set",
    ADMIN,
)
FILTER = rival(
    "upstream-content-blocked", "curl https://cgr.dev/v2/ on the Artifactory host shows cgr.dev's own 401", NETWORK
)
BLOCKED = rival(
    "upstream-unreachable", "curl https://cgr.dev/v2/ on the Artifactory host answers 401 within a second", NETWORK
)
OFFLINE = rival("remote-offline", "Offline is unchecked", ADMIN)
CLOCK = rival("clock-skew", "the Date of Artifactory's answers is right", ADMIN)
INSPECTED = rival(
    "upstream-tls-untrusted",
    "openssl s_client on the Artifactory host shows the issuer of cgr.dev's own certificate",
    NETWORK,
)
INSPECTED_BLOBS = rival(
    "upstream-tls-untrusted",
    "openssl s_client on the Artifactory host shows the issuer of the blob host's own certificate",
    NETWORK,
    BLOB_HOST,
)
TOKEN = rival("pull-token-rejected", "artifactory-request-out.log shows a token answer of 200", ADMIN)
HEAD = rival("upstream-head-unusable", "curl -I https://cgr.dev/v2/ on the Artifactory host answers 401", NETWORK)
OF_THE_WAY = {one.code: one for one in (URL, OWN_PROXY, FILTER, BLOCKED, CLOCK, INSPECTED)}
"""By code: what a stage of the way upstream can leave open."""

# The Chainguard account

EXPIRED = rival(
    "pull-token-expired", "chainctl auth pull-token list shows the remote's identity with days left", ORGANIZATION
)
REVOKED = rival("pull-token-rejected", "chainctl iam identities list shows the remote's identity", ORGANIZATION)
CATALOG = rival("image-not-in-catalog", "chainctl images repos list shows the image", ORGANIZATION)
ROLE = rival("pull-role-missing", "another image of the organization pulls through the same key", "developer")
OTHER_ORG = rival("pull-token-wrong-organization", "the remote's User Name begins with the organization's id", ADMIN)
MALFORMED = rival("remote-username-malformed", "the remote's User Name is an identity id", ADMIN)
UNKNOWN_ORG = rival("organization-unknown", "chainctl iam organizations list shows the name", ORGANIZATION)
NO_CREDENTIAL = rival("remote-credentials-missing", "the remote has a User Name", ADMIN)
POLICY = rival("container-policy-denied", "chainctl policies check says that the image is allowed", ORGANIZATION)

# Artifactory's memory

REMEMBERED = rival("missed-retrieval-cached", "a pull after the Missed Retrieval Cache Period still fails", ADMIN)
