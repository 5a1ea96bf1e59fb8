"""What a sweep would ask, counted before anything is sent."""

from __future__ import annotations

from collections.abc import Container
from itertools import groupby

from cgrdoctor.model import Struct
from cgrdoctor.sweep.model import Skipped
from cgrdoctor.sweep.prepare import Options
from cgrdoctor.sweep.roster import Roster

FIRST = 8
"""Requests before the first reference: pings, settings, the control image and its token."""

EXAMPLES = 5


class Planned(Struct, frozen=True, kw_only=True):
    """Counts of requests at most; where digests differ one more on each path. `tokens` are counted on both paths.

    `carried` of the `references` have a line of an earlier sweep, and are not asked for again.
    """

    artifactory: str
    repository: str
    references: int
    images: int
    direct: int
    cache: int
    through: int
    tokens: int
    before: int
    requests: int
    others: Skipped
    unusable: Skipped
    shard: str | None = None
    carried: int = 0


def plan(roster: Roster, options: Options, *, no_direct: bool, known: Container[str] = ()) -> Planned:
    """The plan for a list, of which `known` references were asked for earlier. Nothing is sent."""
    left = [asked.path for asked in roster if asked.image not in known]
    count, images = len(left), sum(1 for _ in groupby(left))
    only_cache = options.from_cache
    direct = 0 if only_cache or no_direct else count
    through = 0 if only_cache else count
    cache = 2 * count if only_cache else count
    tokens = (images if direct else 0) + (images if through else 0)
    before = 2 if only_cache else FIRST
    return Planned(
        artifactory=roster.home.host,
        repository=roster.home.key,
        references=len(roster),
        images=images,
        direct=direct,
        cache=cache,
        through=through,
        tokens=tokens,
        before=before,
        requests=direct + cache + through + tokens + before,
        others=Skipped(count=roster.others.count, images=tuple(roster.others.texts)[:EXAMPLES]),
        unusable=Skipped(count=roster.unusable.count, images=tuple(roster.unusable.texts)[:EXAMPLES]),
        shard=f"{options.share[0]}/{options.share[1]}" if options.share[1] > 1 else None,
        carried=len(roster) - count,
    )


def plan_text(planned: Planned) -> str:
    """The same for a person."""
    of = f" (share {planned.shard})" if planned.shard else ""
    where = f"{planned.artifactory}/{planned.repository}"
    left = planned.references - planned.carried
    known = f"; {planned.carried:,} more were asked for earlier" if planned.carried else ""
    lines = [
        f"{left:,} references to {planned.images:,} images{of}, through {where}{known}",
        f"  {planned.direct:>8,}  cgr.dev: HEAD of the manifest",
        f"  {planned.cache:>8,}  Artifactory: state of the cache, by the storage API",
        f"  {planned.through:>8,}  Artifactory: HEAD of the manifest, which can make it fetch and cache one",
        f"  {planned.tokens:>8,}  tokens",
        f"  {planned.before:>8,}  before: pings, the repository's settings, the control image",
        f"{planned.requests:,} requests at most; where digests differ, a GET more on each path. Nothing was sent.",
    ]
    for count, what, some in (
        (planned.others.count, "are of other registries or repositories", planned.others.images),
        (planned.unusable.count, "are no references", planned.unusable.images),
    ):
        if count:
            lines.append(f"{count:,} {what}, and not asked for: {', '.join(some)}")
    return "\n".join(lines)
