"""Whether this run saw an answer that was not served from the cache. Only that shows that uncached pulls work."""

from __future__ import annotations

from cgrdoctor import Fact, Severity, probe
from cgrdoctor_checks.facts.cache.state import CacheState
from cgrdoctor_checks.facts.pull.control_content import ControlContent
from cgrdoctor_checks.facts.pull.second_control import SecondControl
from cgrdoctor_checks.facts.pull.through_artifactory import ControlPull, PullThrough, served_from_cache
from cgrdoctor_checks.facts.pull.upstream_tags import UpstreamTags

CACHED_STILL_PULL = "images in the cache still pull"


class Freshness(Fact, frozen=True, kw_only=True):
    """`works`: the pull asked for came through; `fresh`: part of it demonstrably came from upstream just now."""

    observed_from = "artifactory"

    works: bool
    fresh: bool

    @property
    def cached_only(self) -> bool:
        """The pull works, but nothing shows that it would without the cache."""
        return self.works and not self.fresh


@probe()
async def freshness(
    through: PullThrough,
    tags: UpstreamTags | None,
    cache: CacheState | None,
    control: ControlPull | None,
    content: ControlContent | None,
    second: SecondControl | None,
) -> Freshness:
    """Read from the other facts: fetch times, the live tag list, an empty cache before the pull, a control image that
    fails where the image itself came from the cache.
    """
    evidence = (*through.exchanges, *(tags.exchanges if tags else ()))
    dead = served_from_cache(through, cache) and any(
        one is not None and one.pull.failed is not None for one in (control, content, _counting(second))
    )
    fresh = through.works and not dead and _fresh(through, tags, cache, control)
    return Freshness(exchanges=evidence, works=through.works, fresh=fresh)


def _counting(second: SecondControl | None) -> SecondControl | None:
    """The second control image, unless a rule about it alone may keep it out."""
    return None if second is None or second.kept_out else second


def _fresh(
    through: PullThrough, tags: UpstreamTags | None, cache: CacheState | None, control: ControlPull | None
) -> bool:
    if tags is not None and tags.step.status is not None:
        return tags.step.ok
    afresh = through.fetched_afresh()
    if afresh is not None:
        return afresh
    if control is not None and not control.works:
        return False
    return cache is not None and bool(cache.keys) and not cache.entries


def severity_of_setting(freshness: Freshness | None) -> Severity:
    """Of a setting that stops uncached pulls: a warning only where an uncached pull was seen to work."""
    return "warn" if freshness is not None and freshness.works and freshness.fresh else "fail"


def still_cached(summary: str, freshness: Freshness | None) -> str:
    """The summary, with the note that cached images still pull where that is what was seen."""
    return f"{summary}; {CACHED_STILL_PULL}" if freshness is not None and freshness.cached_only else summary


def evidence_of(*facts: Fact | None) -> tuple[str, ...]:
    """The exchanges of several facts, each once."""
    return tuple(dict.fromkeys(exchange for fact in facts if fact is not None for exchange in fact.exchanges))
