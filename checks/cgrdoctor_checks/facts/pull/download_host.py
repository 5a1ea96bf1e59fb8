"""What the host says to which Artifactory sends a client for the bytes of a blob: object storage, or a CDN before it.

Amazon S3, Google Cloud Storage and their like refuse with an XML document and a code (captured), Azure with one of its
own words, CloudFront with a page that names it. A page of anybody else's is a filter's on the way.
"""

from __future__ import annotations

import re
from typing import Literal

from cgrdoctor.net.step import Step
from cgrdoctor_checks.facts.direct.edge import FILTERS

SERVERS = re.compile(
    r"amazons3|cloudfront|uploadserver|google|azure|minio|ceph|radosgw|akamai|fastly|cloudflare", re.IGNORECASE
)
"""What storage and CDNs call themselves in Server and Via."""

CODE = re.compile(r"<Code>\s{0,5}(\w{1,80})\s{0,5}</Code>", re.IGNORECASE)

Why = Literal["two-logins", "signature", "expired", "denied", "missing", "other"]

_SPELLINGS: dict[Why, str] = {
    "two-logins": r"only one auth|more than one auth|multiple auth|two (?:kinds|types) of auth",
    "expired": r"expire|time[- ]?frame|TimeTooSkewed|not (?:yet )?valid|difference between the request time",
    "missing": r"NoSuchKey|NoSuchBucket|BlobNotFound|ContainerNotFound|does not exist",
    "signature": r"signature|AuthorizationQueryParameters|InvalidAccessKey|AuthenticationFailed",
    "denied": r"Access ?Denied|AuthorizationFailure|PublicAccessNotPermitted|forbidden|not authori[sz]ed|permission",
}
_WHY = {meaning: re.compile(pattern, re.IGNORECASE) for meaning, pattern in _SPELLINGS.items()}
"""Why storage refuses, in its own words; the first that fits."""


def is_storage(step: Step) -> bool:
    """Whether a refusal is the storage's own, or its CDN's; else somebody on the way answered in its place."""
    headers = f"{step.header('server') or ''} {step.header('via') or ''}"
    if FILTERS.search(headers):
        return False
    return step.shape != "html" or SERVERS.search(headers) is not None


def why(step: Step) -> Why:
    """What the refusal says; `other` where nothing of it is known."""
    said = f"{step.message} {step.title}"
    return next((meaning for meaning, pattern in _WHY.items() if pattern.search(said)), "other")


def code_of(step: Step) -> str:
    """The storage's code for it, empty if it names none."""
    found = CODE.search(step.message)
    return found[1] if found else ""
