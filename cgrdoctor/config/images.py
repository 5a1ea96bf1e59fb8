"""IMAGE and the names of images at cgr.dev, read from what was typed; a slip is answered with the right spelling."""

from __future__ import annotations

from cgrdoctor.errors import UsageProblem
from cgrdoctor.net.reference import Reference, UnusableReference, parse_reference, parse_upstream
from cgrdoctor.privacy.secret import same_host


def pulled_image(_label: str, value: str) -> Reference:
    """IMAGE, as one types it after `docker pull`."""
    try:
        reference = parse_reference(value)
    except UnusableReference as problem:
        raise UsageProblem(_one_line("IMAGE", problem.problem, problem.suggestion)) from None
    if reference.port is not None and not 0 < reference.port < 65536:
        raise UsageProblem(f"IMAGE: {reference.port} is no port; write HOST:443 or leave it out")
    if same_host(reference.host, "cgr.dev"):
        shape = f"HOST/REPOSITORY-KEY/{reference.path}"
        raise UsageProblem(f"IMAGE names cgr.dev itself; write it as it is pulled through Artifactory: {shape}")
    return reference


def upstream_image(label: str, value: str) -> str:
    """`org/name[:tag or @digest]`, as cgr.dev names an image."""
    found = _upstream(label, value)
    if "/" not in found.partition("@")[0]:
        raise UsageProblem(f"{label} names no organization; write org/name[:tag or @digest], as chainguard/{found}")
    return found


def _upstream(label: str, value: str) -> str:
    try:
        return str(parse_upstream(value))
    except UnusableReference as problem:
        why = problem.problem.partition("; write")[0]
        raise UsageProblem(_one_line(label, why, problem.suggestion or "org/name[:tag or @digest]")) from None


def _one_line(label: str, problem: str, better: str | None) -> str:
    text = f"{label}{problem.removeprefix('IMAGE')}" if problem.startswith("IMAGE") else f"{label}: {problem}"
    return f"{text}; write {better}" if better else text
