"""Findings about config and layers that did not come although the manifest did."""

from __future__ import annotations

from cgrdoctor import Finding, fail
from cgrdoctor.net.hosts import BLOB_HOST
from cgrdoctor_checks.causes.observations import Case, quoted
from cgrdoctor_checks.codes.pull import UPSTREAM_BLOB_HOST_BLOCKED, UPSTREAM_SOCKET_TIMEOUT
from cgrdoctor_checks.facts.artifactory.configuration import usual
from cgrdoctor_checks.facts.artifactory.upstream_stages import NAMED, READ_TIMEOUT
from cgrdoctor_checks.facts.artifactory.wording import upstream_stage
from cgrdoctor_checks.remedies import commands
from cgrdoctor_checks.remedies.way_upstream import egress


def too_slow(case: Case) -> Finding:
    """The connection stood, and the bytes did not come within the remote's Socket Timeout."""
    periods = [r.socket_timeout for r in (case.settings.remotes if case.settings else ()) if r.socket_timeout]
    span = f" of {max(periods)} ms" if periods else f" ({usual('socket_timeout')} ms unless set)"
    key = case.spelled(case.remote_key)
    step = next((one for one in case.failures if upstream_stage(one.message, one.path) is READ_TIMEOUT), case.failed)
    return fail(
        UPSTREAM_SOCKET_TIMEOUT,
        f"the {step.name if step else 'blob'} of {case.image} takes Artifactory longer than the Socket Timeout{span}: "
        f"{quoted(step)}",
        subject=BLOB_HOST,
        evidence=case.evidence,
        confidence="likely",
        remedy=commands.change(
            key,
            case.target.artifactory_url,
            f"Raise Socket Timeout of {key}",
            {"socket_timeout": 60000},
            steps=(
                "Look whether an inspecting proxy stands between Artifactory and the blob host; exempt the host there.",
            ),
        ),
    )


def host_blocked(case: Case) -> Finding:
    """Manifests come, what lies on the blob host does not."""
    step, test = case.failed, case.blob_test or case.egress
    told = next((one for one in case.failures if upstream_stage(one.message, one.path)), None)
    stage = upstream_stage(told.message, told.path) if told else None
    words = quoted(told or step)
    evidence: tuple[str, ...] = (told.exchange,) if told else ()
    if stage is None and test is not None and test.reached is False:
        stage, evidence = NAMED.get(test.stage or ""), test.exchanges
        words = f"Artifactory, asked to connect to it, says {test.said}"
    where = f"{stage.sentence.format(host='it')}: " if stage is not None else ""
    return fail(
        UPSTREAM_BLOB_HOST_BLOCKED,
        f"Artifactory has the manifest of {case.image} but not its {step.name if step else 'blob'}: {where}{words}",
        subject=BLOB_HOST,
        evidence=tuple(dict.fromkeys((*evidence, *case.evidence))),
        confidence="likely",
        remedy=egress(
            UPSTREAM_BLOB_HOST_BLOCKED.fix, case.target.image, stage=stage.name if stage else "", host=BLOB_HOST
        ),
    )
