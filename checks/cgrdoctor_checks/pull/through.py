"""The pull through Artifactory, and what its failure comes from.

## What it looks at
The pull step by step as docker makes it, the control image through the same repository, the same pull straight from
cgr.dev, the live tag list, and, for an admin, the remote's settings.

## Why it matters
Artifactory answers "not known to the registry" for a dozen different troubles. Only both arms together tell them apart.

## How it fails
With the first step that fails: token, manifest, platform manifest, config, layer.

## How to fix
By the cause named; where several remain, by the observation that separates them.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Finding, Unobservable, check
from cgrdoctor_checks.causes.catalogue import codes
from cgrdoctor_checks.causes.explain import findings, unanswered
from cgrdoctor_checks.causes.observations import Case
from cgrdoctor_checks.causes.view import view
from cgrdoctor_checks.facts.pull.kept_back import kept_back
from cgrdoctor_checks.facts.pull.through_artifactory import served_from_cache
from cgrdoctor_checks.remedies.fresh_remote import with_recreation


@check(
    "pull.through",
    title="The image comes through Artifactory",
    codes=codes(),
    guide="The image comes through Artifactory",
    unlocked_by="an Artifactory that answers, and a login for it",
    explain=view,
)
def pull_cause(case: Case) -> Iterator[Finding]:
    """The causes of the failure, or of the failure that the cache hides; where no login was sent, nothing is judged.

    Nothing is found only where the pull was seen to work, with --download whole, and every question had its answer.
    """
    withheld = kept_back(case.through.pull)
    if withheld is not None:
        raise Unobservable(f"the pull was not decided, because no login was sent: {withheld.why}")
    remotes = case.settings.remotes if case.settings else ()
    found = list(findings(case))
    if not found:
        _refuse_unseen(case)
    for finding in found:
        yield with_recreation(case.target, finding, remotes[0] if remotes else None)


def _refuse_unseen(case: Case) -> None:
    everything = case.invocation is not None and case.invocation.download
    if not case.through.works:
        ended = case.failed.name if case.failed is not None else "manifest"
        raise Unobservable(f"the pull ended at its {ended}, and what ended it says nothing of Artifactory")
    if not case.through.seen(everything=everything):
        raise Unobservable("not every blob was read" if everything else "no blob of the image was read")
    silent = unanswered(case)
    if silent is not None:
        asked = "live tag list" if silent.name == "tags" else "control image"
        raise Unobservable(f"the image came out of the cache, and the {asked} was given up before it was answered")
    if _blobs_from_the_cache_alone(case):
        raise Unobservable("the image and the control images came out of the cache, and no blob was seen to come anew")


def _blobs_from_the_cache_alone(case: Case) -> bool:
    """Whether nothing of this run shows that Artifactory still gets a blob that it does not hold."""
    if case.content is None or not served_from_cache(case.through, case.cache):
        return False
    if case.blob_test is not None and case.blob_test.reached:
        return False
    second = None if case.second is None or case.second.kept_out else case.second
    return all(one.fetched_afresh() is False for one in (case.content, second) if one is not None)
