"""Who spoke: whose answer it is that came back, decided once, from headers, redirects and body.

The subject of an answer stays the host that was asked; this says who answered in its place.
"""

from __future__ import annotations

from typing import Literal

from cgrdoctor.net.hosts import BLOB_HOST, REGISTRY_HOST
from cgrdoctor.net.step import Step
from cgrdoctor_checks.facts.artifactory.fingerprint_headers import is_artifactory
from cgrdoctor_checks.facts.artifactory.front import wants_sign_in
from cgrdoctor_checks.facts.artifactory.symptom import CONTAINER
from cgrdoctor_checks.facts.direct.edge import is_edge

Speaker = Literal[
    "artifactory",
    "gateway",
    "identity-provider",
    "cgr.dev",
    "edge",
    "blob-host",
    "download-host",
    "filter",
    "policy",
    "nobody",
    "unknown",
]
"""`gateway` stands before Artifactory, `filter` before Chainguard's hosts; `nobody` gave no answer at all."""


def speaker(step: Step, asked: str) -> Speaker:
    """Who gave this answer to a question put to `asked`, a host."""
    if step.failure is not None and step.status is None:
        return "nobody"
    if asked == REGISTRY_HOST or asked.endswith(f".{REGISTRY_HOST}"):
        return _at_registry(step)
    if asked == BLOB_HOST:
        return "filter" if step.shape == "html" else "blob-host"
    return _at_artifactory(step, asked)


def _at_registry(step: Step) -> Speaker:
    """cgr.dev, the edge it stands behind, its blob host after a redirect, or a filter on the way from here."""
    if is_edge(step):
        return "edge"
    if step.redirected_to:
        return "filter" if step.shape == "html" else "blob-host"
    if step.shape == "html":
        return "filter"
    if step.shape == "text" and step.status is not None and step.status >= 500:
        return "edge"
    return "cgr.dev"


def _handed_out(step: Step) -> bool:
    """A page that Artifactory itself gives as the content that was asked for."""
    return step.status == 200 and not step.led_to and step.name not in ("ping", "token") and is_artifactory(step)


def _at_artifactory(step: Step, asked: str) -> Speaker:
    if step.name not in ("config", "layer") and wants_sign_in(step, asked) and not _handed_out(step):
        return "identity-provider"
    if step.redirected_to and step.host != asked:
        if step.name in ("config", "layer"):
            return "download-host"
        return "gateway"
    if is_artifactory(step) or CONTAINER.search(step.title):
        return "artifactory"
    if step.shape == "html":
        return "gateway"
    if step.shape == "text" and step.status is not None and step.status >= 500:
        return "gateway"
    return "artifactory" if step.shape in ("oci", "artifactory", "access", "status-code") else "unknown"
