"""What a field of the remote makes of the pull, as a finding beside that of the check that looks at the field."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from cgrdoctor import Code, Confidence, Finding, fail
from cgrdoctor_checks.causes.observations import Case, quoted
from cgrdoctor_checks.codes.fields import CACHE_DISABLED, TOKEN_AUTHENTICATION_DISABLED, URL_MISMATCH
from cgrdoctor_checks.facts.artifactory.departures import describe
from cgrdoctor_checks.facts.artifactory.wording import quoted_realm
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.remedies import commands


def of_field(code: Code, case: Case) -> Finding:
    """Named by the field where it was read, else by what Artifactory's answer or its trace says of it."""
    shown = case.settings is not None
    said = case.trace is not None and case.trace.said in ("upstream-status", "denied") and not shown
    words = f"; Artifactory's own trace says {case.trace.why or case.trace.said}" if said and case.trace else ""
    confidence: Confidence = "certain" if shown and not _read_right(case, code) else "likely"
    return fail(
        code,
        f"{case.image} does not come through {case.subject}: {quoted(case.failed)}{words}",
        subject=case.remote_key if shown else case.subject,
        evidence=tuple(dict.fromkeys((*evidence_of(case.settings, case.trace), *case.evidence))),
        confidence=confidence,
        remedy=_put_right(code, case),
    )


RIGHT: Mapping[str, Mapping[str, object]] = {
    URL_MISMATCH.name: {"url": "https://cgr.dev/"},
    TOKEN_AUTHENTICATION_DISABLED.name: {"token_authentication": True},
    CACHE_DISABLED.name: {"store_artifacts_locally": True},
}
"""The settings as they must be, by the code of what they are not."""


def _put_right(code: Code, case: Case) -> commands.Remedy:
    last = (commands.pull(case.target.image),)
    key = case.remote_key
    if _read_right(case, code):
        return commands.steps(
            f"Find what answers Artifactory in place of cgr.dev: the URL of {key} is right, and {_realm(case)}",
            "A mirror, a proxy or a DNS record of your own stands between; let Artifactory reach cgr.dev itself.",
            commands=last,
        )
    if code.name not in RIGHT or key == case.target.registry_host or (case.virtual and key == case.subject):
        return commands.steps(code.fix, commands=last)
    remedy = commands.change(key, case.target.artifactory_url, f"{code.fix.rstrip('.')} ({key})", RIGHT[code.name])
    return replace(remedy, commands=(*remedy.commands, *last))


def _realm(case: Case) -> str:
    """What the answer tells of who is asked for the token."""
    told = quoted_realm(case.failed.message) if case.failed is not None else ""
    return f"{told} is asked for the token" if told else "the answer is not cgr.dev's"


def _read_right(case: Case, code: Code) -> bool:
    """Whether the URL was read and is the right one, so that an answer speaks against what the settings say."""
    urls = [remote.url for remote in (case.settings.remotes if case.settings else ())]
    return code is URL_MISMATCH and all(url is None or describe(url)[1] for url in urls)
