"""Through Artifactory and straight from cgr.dev, side by side.

## What it looks at
Digest, media type, config and layers of both pulls, and the age of the cache entry against its retrieval period.

## Why it matters
A pull that works may still bring an old image, or another one.

## How it fails
Silently.

## How to fix
Within the retrieval period by waiting, beyond it by zapping the tag's path.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from cgrdoctor import Code, Finding, Rival, Severity, Unobservable, check, graded
from cgrdoctor.net.manifest import ACCEPT
from cgrdoctor.net.pull import Pull
from cgrdoctor.net.storage import CacheEntry
from cgrdoctor_checks.causes.recovery_time import healed_at
from cgrdoctor_checks.codes.cache import CACHE_STALE, DIGEST_MISMATCH, LAYERS_DIFFER, MEDIA_TYPE_MISMATCH
from cgrdoctor_checks.facts.artifactory.caller import Caller
from cgrdoctor_checks.facts.artifactory.remotes import AdminView, Remotes
from cgrdoctor_checks.facts.cache.recheck import DEFAULT_PERIODS, period_of, span
from cgrdoctor_checks.facts.cache.state import CacheState
from cgrdoctor_checks.facts.direct.pulls import DirectPull
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.remedies import clear_cache, commands

MANIFESTS = tuple(ACCEPT.split(", "))
"""Media types by which cgr.dev can be taken as the measure."""

ORDER_UNKNOWN = Rival(
    code="virtual-name-collision",
    would_be_excluded_by="each member that can answer by this name serves the same digest when it is asked by itself",
    who="artifactory-admin",
    subject="the virtual repository, if it is one",
)


class Pair(msgspec.Struct, frozen=True):
    """Both pulls, and what is known of the copy that was served."""

    target: Target
    through: PullThrough
    direct: DirectPull
    cache: CacheState | None
    settings: AdminView | None
    caller: Caller | None
    remotes: Remotes | None

    @property
    def order_known(self) -> bool:
        """Whether the members and their Project IDs are known, or there are none: they too make a tag another image."""
        found = self.remotes
        return found is not None and (found.virtual is None or all(one.view == "full" for one in found.remotes))

    @property
    def entry(self) -> CacheEntry | None:
        """The copy whose bytes came through; a tag's older copy says nothing once it was replaced."""
        entry = self.cache.served(self.through.pull.digest) if self.cache else None
        return entry if entry and f"sha256:{entry.sha256}" == self.through.pull.digest else None

    @property
    def evidence(self) -> tuple[str, ...]:
        """The exchanges of all of it."""
        return evidence_of(self.through, self.direct, self.cache)

    @property
    def place(self) -> tuple[str, str]:
        """Key and path of what a zap or deletion is about."""
        if self.entry is not None:
            return self.entry.key, self.entry.folder
        keys = [remote.key for remote in (self.settings.remotes if self.settings else ())]
        key = (keys or [self.target.repository or self.target.registry_host])[0]
        return key, f"{self.target.path_in_repository}/{self.target.selector.replace(':', '__')}"


@check(
    "direct.compare",
    title="Artifactory serves what cgr.dev serves",
    codes=[CACHE_STALE, DIGEST_MISMATCH, MEDIA_TYPE_MISMATCH, LAYERS_DIFFER],
    guide="The image through Artifactory is the one cgr.dev serves",
    unlocked_by="a machine that reaches cgr.dev, and for Production images a pull token",
)
def compare(pair: Pair) -> Iterator[Finding]:
    """Compares where both arms have a manifest."""
    here, there = pair.through.pull, pair.direct.pull
    if not here.digest or not there.digest:
        raise Unobservable(f"{'Artifactory' if there.digest else 'cgr.dev'} served no manifest to compare")
    if here.digest != there.digest:
        found = _digests(pair)
        yield found
        if _others(pair):
            yield _layers(pair, found.severity)
    elif (announced := (_announced(there), _announced(here)))[0] in MANIFESTS and announced[1] not in (
        None,
        announced[0],
    ):
        yield _difference(pair, MEDIA_TYPE_MISMATCH, *announced, "warn")
    elif _others(pair):
        yield _layers(pair, "warn")


def _digests(pair: Pair) -> Finding:
    entry = pair.entry
    period = period_of(entry, pair.settings)
    age = entry.age if entry else None
    here, there = pair.through.pull.digest, pair.direct.pull.digest
    if age is not None and age > (period if period is not None else max(DEFAULT_PERIODS)):
        return _difference(pair, CACHE_STALE, there, here, "warn", f"; the copy is {span(age)} old")
    severity: Severity = "warn" if entry is None and pair.through.fetched_afresh() else "info"
    if age is None or period is None:
        return _difference(pair, DIGEST_MISMATCH, there, here, severity)
    note = f"; the copy is {span(age)} old, its retrieval period is {period} s"
    moment = healed_at(pair.through, period - age)
    wait = f"Waiting alone heals it: the next pull after {moment} (Artifactory's clock) asks cgr.dev again."
    return _difference(pair, DIGEST_MISMATCH, there, here, severity, note, wait)


def _announced(pull: Pull) -> str | None:
    """The manifest's type as the answer names it, whatever stands in the document."""
    step = pull.step("manifest")
    return step.content_type if step else None


def _others(pair: Pair) -> int:
    """How many of the layers that come through Artifactory are not those of cgr.dev; 0 where either is unknown."""
    here, there = pair.through.pull, pair.direct.pull
    if not here.layers or not there.layers or here.platform != there.platform:
        return 0
    known = {layer.digest for layer in there.layers}
    return sum(layer.digest not in known for layer in here.layers)


def _layers(pair: Pair, severity: Severity) -> Finding:
    got, wanted = len(pair.through.pull.layers), len(pair.direct.pull.layers)
    here = f"{got} layers, {_others(pair)} of them other ones,"
    return _difference(pair, LAYERS_DIFFER, f"{wanted} layers", here, severity)


def _difference(
    pair: Pair,
    code: Code,
    expected: str | None,
    actual: str | None,
    severity: Severity,
    note: str = "",
    wait: str = "",
) -> Finding:
    target = pair.target
    key, path = pair.place
    sure = code is not DIGEST_MISMATCH or pair.order_known
    base = target.artifactory_url
    immutable = code in (MEDIA_TYPE_MISMATCH, LAYERS_DIFFER)
    clear = clear_cache.content(base, key, path) if immutable else clear_cache.tag(base, key, path, pair.caller)
    return graded(
        code,
        severity,
        f"{target.image} is {actual} through Artifactory and {expected} at cgr.dev{note}",
        subject=target.image,
        expected=expected,
        actual=actual,
        evidence=pair.evidence,
        confidence="certain" if sure else "likely",
        rivals=() if sure else (ORDER_UNKNOWN,),
        remedy=commands.Remedy(
            summary=code.fix, steps=(wait,) if wait else (), commands=(*clear, commands.pull(target.image))
        ),
    )
