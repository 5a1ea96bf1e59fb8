"""Judging what the cache serves or remembers: damage, pages, missing parts; and what clears it."""

from __future__ import annotations

import msgspec

from cgrdoctor import Code, Confidence, Finding, fail
from cgrdoctor.net.hosts import is_jfrog_cloud
from cgrdoctor_checks.causes.cache_certainty import is_proven
from cgrdoctor_checks.causes.observations import Case, quoted
from cgrdoctor_checks.codes.cache import CACHE_CORRUPT, CACHE_INCOMPLETE, CACHE_POISONED, CONTENT_LOST
from cgrdoctor_checks.codes.pull import PULL_FAILED
from cgrdoctor_checks.facts.artifactory.symptom import symptom
from cgrdoctor_checks.remedies import clear_cache, commands

FILESTORE = "Where more files are lost, the filestore is at fault, and deleting them one by one is no cure."


def poisoned(case: Case) -> Finding:
    """A page in place of the content, served or stored."""
    step = case.failed
    name = step.name if step else "content"
    if case.parts is not None and case.parts.blob is not None and case.parts.blob.is_page:
        return _cache(case, CACHE_POISONED, f"a web page is stored as {name}", "certain")
    title = (step.title if step else "") or "no title"
    return _cache(case, CACHE_POISONED, f"a web page ({title}) comes in place of {name}")


def corrupt(case: Case) -> Finding:
    """Wrong bytes: proven where the stored checksum, or a whole body, is another one."""
    step = case.failed
    stored = case.parts.blob.sha256 if case.parts and case.parts.blob else None
    expected = (step.expected_digest or "").removeprefix("sha256:") if step else ""
    words = f"the {step.name if step else 'content'} is damaged: {step.problem if step else ''}"
    if stored and expected and stored == expected:
        words += "; Artifactory records the right checksum for what it stored"
        return _cache(case, CACHE_CORRUPT, words)
    sure = is_proven(case) and not _fails_directly_too(case)
    return _cache(case, CACHE_CORRUPT, words, "certain" if sure else "likely")


def gap(case: Case) -> Finding:
    """A part of the image is not in the cache, and Artifactory does not fetch it."""
    step, parts, test = case.failed, case.parts, case.egress
    name = step.name if step else "blob"
    if name == "platform-manifest":
        found = _cache(
            case,
            CACHE_INCOMPLETE,
            f"the index is there, its manifest for {case.through.pull.platform} is not",
        )
        base, key, _ = _place(case)
        target = case.target
        again = clear_cache.unfetched(base, key, target.path_in_repository, target.image, case.caller)
        return msgspec.structs.replace(found, remedy=again)
    if parts is not None and parts.blob_state == "absent" and (parts.others_held or parts.markers):
        words = f"{parts.key} has the manifest and other blobs of {case.image}, its {name} is gone"
    elif test is not None and test.reached:
        words = f"Artifactory reaches the blob host, and does not serve a blob of {case.image}: {quoted(step)}"
    else:
        words = f"the {name} of {case.image} is not in the cache: {quoted(step)}"
    return _cache(case, CACHE_INCOMPLETE, words)


def lost(case: Case) -> Finding:
    """Artifactory knows the file, and its filestore has it no more."""
    step, log = case.failed, case.trace
    told = step is not None and symptom(step) == "content-lost"
    words = quoted(step) if told or log is None or not log.why else f"its own trace says {log.why}"
    _, key, path = _place(case)
    found = _cache(
        case,
        CONTENT_LOST,
        f"Artifactory's filestore has lost the {step.name if step else 'content'} of {case.image}: {words}",
        "certain" if told else "likely",
    )
    remedy = commands.Remedy(
        summary=f"Delete the lost file from {key}-cache: the next pull fetches a new copy from cgr.dev",
        steps=(
            f"Artifacts > {key}-cache > {path}: Delete, then empty the trash can (Delete permission on {key}).",
            f"{FILESTORE} {_whose(case)}",
        ),
        commands=found.remedy.commands if found.remedy else (),
    )
    return msgspec.structs.replace(found, remedy=remedy)


def _whose(case: Case) -> str:
    if is_jfrog_cloud(case.target.registry_host):
        return "The filestore there is JFrog's: give this report to JFrog support."
    return "Ask its administrator whether the volume or bucket is mounted, restored from a backup or cleaned by hand."


def as_at_upstream(case: Case) -> Finding | None:
    """cgr.dev serves the very bytes that cannot be read: no cache has damaged them, and deleting them mends nothing."""
    step, there = case.failed, case.direct.pull.failed if case.direct else None
    if step is None or there is None or step.digest is None or there.digest != step.digest or there.problem is None:
        return None
    return fail(
        PULL_FAILED,
        f"cgr.dev itself serves the {step.name} {step.digest} that cannot be read: {there.problem}",
        subject=case.image,
        leg="image",
        evidence=(*case.evidence, *(case.direct.exchanges if case.direct else ())),
        confidence="likely",
        owner="chainguard-support",
        remedy=commands.steps(
            "Tell Chainguard support the image and the digest",
            f"Until then: pull another tag, or an older digest, of {case.image}.",
        ),
    )


def _fails_directly_too(case: Case) -> bool:
    return case.direct is not None and case.direct.verdict == "blob-failed"


def _cache(case: Case, code: Code, summary: str, confidence: Confidence = "likely") -> Finding:
    return fail(
        code,
        summary,
        subject=case.target.image,
        evidence=(*case.evidence, *(case.parts.exchanges if case.parts else ())),
        confidence=confidence,
        remedy=clear_cache.anew(code, *_place(case), case.target.image, case.settings),
    )


def _place(case: Case) -> tuple[str, str, str]:
    """Base URL, key and path of what is to be removed: the file itself where it is known, else its folder."""
    base, parts, entry = case.target.artifactory_url, case.parts, case.cached
    if parts is not None:
        return base, parts.key, parts.blob.path if parts.blob else parts.folder
    if entry is not None:
        return base, entry.key, entry.folder
    return (
        base,
        case.spelled(case.cache_key),
        f"{case.target.path_in_repository}/{case.target.selector.replace(':', '__')}",
    )
