"""What an answer of Artifactory's registry means, by (endpoint, status, code, message, content type) together.

Artifactory folds most upstream troubles into a few answers (facts from JFrog's knowledge base, Artifactory OSS 6.20 and
captures of 7.161). A text decides only where it names a mechanism; a text nobody has seen falls back to the status, and
the names of keys, images and hosts in it (`acme.com/xray`, `docker-proxy`) never decide.
"""

from __future__ import annotations

import re
from typing import Literal

from cgrdoctor.net.step import ENVELOPES, Step, StepName
from cgrdoctor_checks.facts.artifactory.wording import Mechanism, mechanism

Symptom = (
    Mechanism
    | Literal[
        "ok",
        "transport",
        "html",
        "page",
        "unauthorized",
        "forbidden",
        "unfound",
        "unavailable",
        "wrong-content",
        "not-registry",
        "refused",
        "failed",
    ]
)
"""`refused` is a 4xx, `failed` a 5xx, whose words name no mechanism that is known."""

REFUSALS = {"xray": (403, 404, 451), "curation": (403, 404, 451)}
"""Statuses at which a policy's name is a refusal by that policy; 503 with it is trouble of another kind."""

OWN: tuple[StepName, ...] = ("ping", "token", "rest")
"""Steps for which Artifactory asks nobody upstream, so that no word in their answer speaks of upstream."""

OWN_TROUBLE = ("lock-down", "storage-full", "rate-limited", "exhausted", "content-lost")
"""Mechanisms believed there, and in what is no envelope of Artifactory's with a gateway's status: the rest may be a
gateway's own words, whose "upstream" is Artifactory itself (Envoy: "upstream connect error or disconnect/reset before
headers")."""

IMPATIENT = (408, 499, 504, 522, 524, 598)
"""Statuses with which a gateway says that it waited long enough (nginx, HAProxy, Envoy; 52x Cloudflare's)."""

GATEWAY = (*IMPATIENT, 502, 503, 520, 521, 523)
CONTAINER = re.compile(r"HTTP Status \d{3}\b|Apache Tomcat", re.IGNORECASE)
"""Titles of the error pages of the servlet container that Artifactory runs in: its own failure, nobody's portal."""

EXCEPTION = "NOT FOUND"
"""The code, with a space, under which Artifactory reports an exception of its own, not a missing manifest."""


def symptom(step: Step | None) -> Symptom:
    """The mechanism a step of a pull through Artifactory shows."""
    if step is None:
        return "unfound"
    if step.ok:
        return "ok"
    if step.failure is not None:
        return "wrong-content" if step.failure.kind == "too-large" else "transport"
    if step.status is not None and step.status < 300:
        if step.shape in ENVELOPES and step.message:
            return mechanism(step.message, step.path) or "failed"
        return "page" if step.shape == "html" else "wrong-content"
    return _named(step) or _by_status(step)


def _named(step: Step) -> Symptom | None:
    if step.shape == "html":
        return None
    found = mechanism(step.message, step.path)
    if found is None or step.status not in REFUSALS.get(found, (step.status,)):
        return None
    return None if speaks_for_itself(step) and found not in OWN_TROUBLE else found


def speaks_for_itself(step: Step) -> bool:
    """Whether nothing in this answer can speak of upstream: Artifactory asked nobody, or a gateway answers for it."""
    return step.name in OWN or (step.status in GATEWAY and step.shape not in ENVELOPES)


def _by_status(step: Step) -> Symptom:
    status = step.status
    if status == 429:
        return "rate-limited"
    if status in (413, 507):
        return "storage-full"
    if status in GATEWAY:
        return "unavailable"
    if step.shape == "html":
        return "failed" if status is not None and status >= 500 and CONTAINER.search(step.title) else "html"
    if status == 401:
        return "unauthorized"
    if status == 403:
        return "forbidden"
    if status == 404:
        return _not_there(step)
    return "refused" if status is None or status < 500 else "failed"


def _not_there(step: Step) -> Symptom:
    if step.code == EXCEPTION:
        return "upstream-transport"
    return "unfound" if step.shape in ("oci", "artifactory", "empty", "json-other", "access") else "not-registry"
