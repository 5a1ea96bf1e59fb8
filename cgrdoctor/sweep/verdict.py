"""What the answers to one reference mean. Pure: nothing is asked here."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cgrdoctor.net.failure import OWN, Failure
from cgrdoctor.net.failure_code import code_name
from cgrdoctor.net.refusal_words import CURATION, XRAY
from cgrdoctor.net.step import Step
from cgrdoctor.net.storage import CacheEntry
from cgrdoctor.sweep.model import Asked, Seen, Verdict

Platforms = tuple[str, ...] | None

FREE = "chainguard/"
"""What the names of images begin with that need no login at cgr.dev."""

OF_ONE_IMAGE = ("image-not-in-catalog", "include-pattern-blocks", "exclude-pattern-blocks", "missed-retrieval-cached")
"""Codes of causes that another image of the same repository need not have."""

_REASON = re.compile(r"permission for [\w-]+:\s*\S")
"""A refusal of Artifactory's that hands on upstream's."""


@dataclass(slots=True)
class Answers:
    """Of one reference. None is what was not asked; `told` is the GET that followed where HEAD did not tell.

    `cached` is the entry of the cache, `period` its retrieval period in seconds. `sibling`: another tag of this image
    was served by cgr.dev.
    """

    direct: Step | None = None
    through: Step | None = None
    direct_told: Step | None = None
    through_told: Step | None = None
    direct_platforms: Platforms = None
    through_platforms: Platforms = None
    cached: CacheEntry | None = None
    period: float = 21600
    sibling: bool = False

    @property
    def served(self) -> str | None:
        """The digest of what comes through Artifactory."""
        return digest_of(self.through, self.through_told)

    @property
    def upstream(self) -> str | None:
        """The digest of what cgr.dev has."""
        return digest_of(self.direct, self.direct_told)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict and its code."""

    verdict: Verdict
    code: str | None = None


def digest_of(head: Step | None, told: Step | None) -> str | None:
    """Over the bytes where they came, else as HEAD announced it."""
    if told is not None:
        return told.digest if told.ok else None
    return head.claimed_digest if head is not None and head.ok else None


def judge(asked: Asked, answers: Answers) -> Judgement:
    """The verdict on a reference that was asked for on at least one path."""
    if answers.direct is not None and not answers.direct.ok:
        return _at_upstream(asked, answers.direct, sibling=answers.sibling)
    through = _best(answers.through, answers.through_told)
    if through is None:
        return Judgement("not-asked")
    if not through.ok:
        return _refused(through)
    if answers.direct is None:
        return Judgement("there")
    upstream = _best(answers.direct, answers.direct_told)
    if upstream is not None and not upstream.ok:
        return _at_upstream(asked, upstream, sibling=answers.sibling)
    return _compared(answers)


def judge_cached(asked: Asked, entry: CacheEntry | None, refused: Step | None) -> Judgement:
    """The verdict where only the cache is asked."""
    if refused is not None:
        return _refused(refused)
    if entry is None:
        return Judgement("missing")
    if entry.is_page:
        return Judgement("broken", "cache-poisoned")
    if asked.selector.startswith("sha256:") and entry.sha256 and asked.selector != f"sha256:{entry.sha256}":
        return Judgement("broken", "cache-corrupt")
    return Judgement("there")


def seen(head: Step | None, told: Step | None = None) -> Seen | None:
    """A path as its line shows it."""
    step = _best(head, told)
    if step is None:
        return None
    return Seen(status=step.status, digest=digest_of(head, told), problem=None if step.ok else words(step))


def words(step: Step) -> str:
    """Why a step is no success, in its peer's words where it has some."""
    if step.failure is not None:
        return f"{step.host}: {step.failure.message}"[:300]
    what = "token refused: " if step.name == "token" else ""
    said = step.problem or step.message or step.title or (step.withheld.why if step.withheld else "")
    return f"{what}HTTP {step.status}{': ' + said if said else ''}"[:300] if step.status else f"{what}{said}"[:300]


def _best(head: Step | None, told: Step | None) -> Step | None:
    return told if told is not None else head


def _compared(answers: Answers) -> Judgement:
    """Both paths have it."""
    served, upstream = answers.served, answers.upstream
    if served is None or upstream is None:
        return Judgement("broken", "digest-mismatch")
    if served == upstream:
        return Judgement("same")
    entry = answers.cached
    if entry is not None and entry.age is not None and entry.age > answers.period:
        return Judgement("stale", "cache-stale")
    if _platforms_differ(answers):
        return Judgement("other-platforms", "platform-unavailable" if _lacks(answers) else None)
    return Judgement("other-digest")


def _platforms_differ(answers: Answers) -> bool:
    here, there = answers.through_platforms, answers.direct_platforms
    return (here is None) != (there is None) or set(here or ()) != set(there or ())


def _lacks(answers: Answers) -> bool:
    """Whether Artifactory has not got a platform that cgr.dev offers."""
    return not set(answers.direct_platforms or ()) <= set(answers.through_platforms or ())


def _at_upstream(asked: Asked, step: Step, *, sibling: bool) -> Judgement:
    """cgr.dev does not serve it to this machine."""
    if step.failure is not None:
        return _conversation(step.failure)
    if step.status == 404:
        by_digest = ":" in asked.selector
        return Judgement("missing", "digest-not-found" if by_digest else f"{'tag' if sibling else 'image'}-not-found")
    if step.status in (401, 403):
        return Judgement("forbidden", _account(asked, step))
    if step.status == 400 and step.name == "token":
        expired = "expired" in step.message.lower()
        return Judgement("forbidden", "pull-token-expired" if expired else _account(asked, step))
    if step.status == 429:
        return Judgement("not-asked", "upstream-rate-limited")
    return Judgement("broken", "unexpected-html" if step.shape == "html" and (step.status or 0) < 500 else None)


def _account(asked: Asked, step: Step) -> str:
    """Whether the credential of this run is refused, or this image is."""
    if step.name == "token" and step.status == 401 and step.authenticated:
        return "pull-token-rejected"
    return "image-not-free" if asked.upstream.startswith(FREE) else "image-not-in-catalog"


def _refused(step: Step) -> Judgement:
    """Artifactory does not serve what cgr.dev has, or may have."""
    if step.failure is not None:
        return _conversation(step.failure)
    said = f"{step.message} {step.title}"
    if step.status in (403, 404) and CURATION.search(said):
        return Judgement("blocked", "curation-blocked")
    if step.status in (403, 404) and XRAY.search(said):
        return Judgement("blocked", "xray-blocked")
    if step.status == 401:
        return Judgement("forbidden", _login(step))
    if step.status == 403:
        return Judgement("forbidden", None if _REASON.search(step.message) else "artifactory-permission-denied")
    if step.status == 404:
        return Judgement("missing")
    if step.status == 429:
        return Judgement("not-asked", "artifactory-rate-limited")
    if step.shape == "html" and (step.status or 0) < 500:
        return Judgement("broken", "unexpected-html")
    return Judgement("broken", "cache-corrupt" if (step.problem or "").startswith("the bytes are") else None)


def _login(step: Step) -> str:
    return "artifactory-credentials-rejected" if step.authenticated else "artifactory-credentials-missing"


def _conversation(failure: Failure) -> Judgement:
    if failure.kind in OWN:
        return Judgement("not-asked")
    return Judgement("broken", code_name(failure))
