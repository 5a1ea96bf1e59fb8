"""Whether a 403 is a policy's, by mechanism: which code it carries, and whether other images pass with the same login.

Artifactory's own refusal of a user has the code UNAUTHORIZED, a policy's has DENIED (JFrog knowledge base 000006433,
captures of 7.161); their texts differ by version and product.
"""

from __future__ import annotations

import re

from cgrdoctor.net.step import Step
from cgrdoctor_checks.facts.artifactory.symptom import symptom

PERMISSION = re.compile(r"permission|not permitted|not authori[sz]ed|unauthori[sz]ed|insufficient", re.IGNORECASE)
"""What Artifactory says where the user lacks a right."""

_APART = r"(?<![\w./-])(?:{})(?![\w/-])"
"""A word that is no part of an image's or repository's name."""

CURATION = re.compile(_APART.format(r"curat\w+|quarantin\w+|immature|waivers?|open[ -]source policy"), re.IGNORECASE)
XRAY = re.compile(
    _APART.format(r"x-?ray|scan(?:s|ned|ning)?|vulnerabilit\w+|security polic\w+|violat\w+|download[ -]block\w+"),
    re.IGNORECASE,
)


_BEHIND = re.compile(r"permission for [\w-]+:\s*\S")
_BARE = ("", "forbidden", "access denied", "access is denied", "denied", "unauthorized", "unauthorised")
_LETTERS = re.compile(r"[A-Za-z]+")
_KIND = re.compile(r"requested access to the resource is denied", re.IGNORECASE)


def gives_reason(message: str) -> bool:
    """Whether a refusal says more than that it refuses: behind its own words, or in words of another kind."""
    if PERMISSION.search(message):
        return _BEHIND.search(message) is not None
    return not _KIND.search(message) and " ".join(_LETTERS.findall(message[:200])).lower() not in _BARE


def is_policy(step: Step | None, *, others_pass: bool) -> bool:
    """Whether a refusal is a policy's. `others_pass`: the control image came through the same repository."""
    if step is None or step.shape == "html" or step.ok:
        return False
    if symptom(step) in ("xray", "curation"):
        return True
    if symptom(step) != "forbidden" or step.code == "UNAUTHORIZED":
        return False
    if CURATION.search(step.message) or XRAY.search(step.message):
        return True
    return others_pass and step.code == "DENIED" and not PERMISSION.search(step.message)


def names_curation(step: Step, curated: bool | None) -> bool | None:
    """Whether it is Curation's rather than Xray's policy; None where neither text nor settings tell."""
    if symptom(step) == "xray":
        return False
    if symptom(step) == "curation" or CURATION.search(step.message):
        return True
    if XRAY.search(step.message):
        return False
    return curated
