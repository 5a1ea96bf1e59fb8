"""Findings about the host that Artifactory sends clients to for the bytes of a blob."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cgrdoctor import Finding, fail
from cgrdoctor.net.step import Step
from cgrdoctor_checks.causes.observations import Case, quoted
from cgrdoctor_checks.codes.artifactory import DOWNLOAD_HOST_UNREACHABLE
from cgrdoctor_checks.codes.downloads import DOWNLOAD_HOST_REFUSED
from cgrdoctor_checks.facts.pull.download_host import Why, code_of, why
from cgrdoctor_checks.remedies import commands
from cgrdoctor_checks.remedies.download_redirect import by_itself
from cgrdoctor_checks.remedies.instance import SUPPORT, of_jfrog, owner

MENDED: Mapping[Why, tuple[str, str]] = {
    "two-logins": (
        "Keep the login of the registry out of requests for the storage",
        "The signed address is the login: whatever adds or keeps Authorization for this host must not.",
    ),
    "signature": (
        "Let the signed address reach the storage as Artifactory wrote it",
        "Nothing on the way may rewrite path, query or Host; if nothing does, look at the keys in binarystore.xml.",
    ),
    "expired": (
        "Set the clock of Artifactory right, or let signed addresses live longer",
        "A signed address counts from Artifactory's clock; a copy of it in a cache on the way outlives it.",
    ),
    "denied": (
        "Let the storage's policy admit these clients with Artifactory's signed address",
        "The role that signs may read (s3:GetObject), and no rule on address, VPC or endpoint keeps these clients out.",
    ),
    "missing": (
        "Look where the filestore has lost the file that Artifactory names",
        "Artifactory signs an address for which the storage has nothing: the bucket, its region, or the file is gone.",
    ),
    "other": (
        "Mend what the storage's answer names",
        "The storage's own log has the request, by the time of this report.",
    ),
}
"""What mends a refusal, and the step that says how, by what the refusal says."""


def refused(case: Case) -> Finding:
    """The storage, or its CDN, answers, and not with the bytes."""
    step = case.failed
    host = step.host if step is not None else "the download host"
    summary, how = MENDED[why(step) if step is not None else "other"]
    if of_jfrog(case.target.registry_host):
        how = f"{host} is storage of JFrog's cloud. {SUPPORT}"
    code = code_of(step) if step is not None else ""
    lines, off = by_itself(case.target.artifactory_url, case.settings.remotes if case.settings else ())
    return fail(
        DOWNLOAD_HOST_REFUSED,
        f"Artifactory sends downloads to {host}, which refuses{f' ({code})' if code else ''}: {_said(step)}",
        subject=host,
        evidence=case.evidence,
        confidence="certain" if code else "likely",
        owner=owner(case.target.registry_host),
        remedy=commands.steps(f"{summary} ({host})", how, *lines, commands=(*off, commands.pull(case.target.image))),
    )


def _said(step: Step | None) -> str:
    """The storage's own sentence, out of its XML."""
    found = re.search(r"<Message>([^<]{1,300})</Message>", step.message) if step is not None else None
    return f"HTTP {step.status}: {found[1]}" if step is not None and found else quoted(step)


def answered_by_another(case: Case) -> Finding:
    """A page of somebody on the way stands in the place of the storage's answer."""
    step = case.failed
    host = step.host if step is not None else "the download host"
    lines, off = by_itself(case.target.artifactory_url, case.settings.remotes if case.settings else ())
    return fail(
        DOWNLOAD_HOST_UNREACHABLE,
        f"Artifactory sends downloads to {host}, and a page of somebody on the way answers: {quoted(step)}",
        subject=host,
        evidence=case.evidence,
        confidence="likely",
        remedy=commands.steps(
            f"Allow {host} for the machines that pull, or turn the redirect off",
            f"For the network team: let the machines that pull reach {host} over TCP 443, past the filter.",
            *lines,
            commands=(commands.look(f"https://{host}/"), *off),
        ),
    )
