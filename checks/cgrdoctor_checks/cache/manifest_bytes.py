"""The manifest's own marks against its bytes.

## What it looks at
The digest that Artifactory's header claims for the manifest against the digest of the bytes that came, and the media
type of the header against the one the manifest states of itself.

## Why it matters
docker asks for the claimed digest and refuses bytes that are another one's; a wrong media type makes it read the
manifest as something else.

## How it fails
`manifest verification failed for digest`, `missing signature key`.

## How to fix
Delete the tag's path in the cache, so that the next pull fetches it again.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Confidence, Finding, Rival, check, fail, warn
from cgrdoctor.net.step import Step
from cgrdoctor_checks.codes.cache import CACHE_CORRUPT, DIGEST_MISMATCH, MEDIA_TYPE_MISMATCH
from cgrdoctor_checks.facts.direct.pulls import DirectPull
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.remedies import commands

HEADER = Rival(
    code="digest-mismatch",
    would_be_excluded_by="cgr.dev serves the digest that the header names",
    who="developer",
    subject="the Docker-Content-Digest header",
)
PASSED_ON = Rival(
    code="unexpected-html",
    would_be_excluded_by="the same header comes on the Artifactory host itself",
    who="network-team",
    subject="what stands between",
)


@check(
    "pull.manifest",
    title="The manifest is what its header says",
    codes=[CACHE_CORRUPT, DIGEST_MISMATCH, MEDIA_TYPE_MISMATCH],
)
def manifest_marks(target: Target, through: PullThrough, direct: DirectPull | None) -> Iterator[Finding]:
    """Where a manifest came and could be read."""
    step = through.pull.step("manifest")
    if step is None or not step.ok:
        return
    if step.digest is not None and step.claimed_digest not in (None, step.digest):
        yield _other_bytes(target, through, step, direct)
    told = (step.content_type or "").partition(";")[0].strip().lower()
    said = (through.pull.media_type or "").lower()
    if told.startswith("application/vnd.") and said and told != said:
        yield fail(
            MEDIA_TYPE_MISMATCH,
            f"the manifest of {target.image} is announced as {told} and says {said} of itself",
            subject=target.image,
            expected=said,
            actual=told,
            evidence=evidence_of(through),
            remedy=_delete(target),
        )


def _other_bytes(target: Target, through: PullThrough, step: Step, direct: DirectPull | None) -> Finding:
    """Where cgr.dev serves the claimed digest, the bytes are wrong; where it serves these bytes, the header is."""
    if direct is not None and direct.pull.digest == step.digest:
        return warn(
            DIGEST_MISMATCH,
            f"the header of {target.image} names {step.claimed_digest}, its bytes are cgr.dev's own {step.digest}",
            subject=target.image,
            expected=step.digest,
            actual=step.claimed_digest,
            evidence=evidence_of(through, direct),
            confidence="likely",
            rivals=(PASSED_ON,),
            remedy=_delete(target),
        )
    sure: Confidence = "certain" if direct is not None and direct.pull.digest == step.claimed_digest else "likely"
    return fail(
        CACHE_CORRUPT,
        f"the manifest of {target.image} comes as {step.digest} under the header of {step.claimed_digest}",
        subject=target.image,
        expected=step.claimed_digest,
        actual=step.digest,
        evidence=evidence_of(through, direct),
        confidence=sure,
        rivals=() if sure == "certain" else (HEADER,),
        remedy=_delete(target),
    )


def _delete(target: Target) -> commands.Remedy:
    path = f"{target.path_in_repository}/{target.selector.replace(':', '__')}"
    return commands.steps(
        f"Delete {path} from the cache of {target.repository or 'the remote'}: the next pull fetches it from cgr.dev",
        commands=(
            commands.delete_cached(target.artifactory_url, target.repository or "REPOSITORY-KEY", path),
            commands.pull(target.image),
        ),
    )
