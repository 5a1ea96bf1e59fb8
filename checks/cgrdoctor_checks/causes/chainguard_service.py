"""Findings about Chainguard's own service: out of order, its edge refusing, and what failed once and passed."""

from __future__ import annotations

from cgrdoctor import Finding, fail
from cgrdoctor.net.hosts import REGISTRY_HOST
from cgrdoctor.net.step import Step
from cgrdoctor_checks.causes.observations import Case, quoted
from cgrdoctor_checks.codes.chainguard_service import UPSTREAM_EDGE_REFUSED, UPSTREAM_OUT_OF_ORDER
from cgrdoctor_checks.codes.pull import UPSTREAM_FAILED
from cgrdoctor_checks.facts.direct.pulls import Verdict
from cgrdoctor_checks.remedies import commands


def out_of_order(case: Case) -> Finding:
    """cgr.dev answers with a failure of its own; no firewall of Artifactory's does that."""
    seen = _seen_here(case, "outage")
    words = (
        f"which is out of order itself: {seen.host} answers this machine {quoted(seen)}"
        if seen is not None
        else f"which seems out of order itself: {quoted(case.failed)}"
    )
    return fail(
        UPSTREAM_OUT_OF_ORDER,
        f"Artifactory gets nothing new from {REGISTRY_HOST}, {words}",
        subject=REGISTRY_HOST,
        evidence=_evidence(case, seen),
        confidence="likely",
        remedy=commands.steps(
            "Wait until cgr.dev is well again",
            "Look at https://status.cgr.dev; if nothing is announced there, tell Chainguard support.",
            "Meanwhile cached images pull: pin what builds need by digest.",
            commands=(
                commands.shell("See how it answers", "curl", "-sSI", "https://cgr.dev/v2/"),
                commands.pull(case.target.image),
            ),
        ),
    )


def edge_refused(case: Case) -> Finding:
    """Google's edge before cgr.dev refuses Artifactory, this machine, or both."""
    seen = _seen_here(case, "edge-refused")
    told = case.egress if case.egress is not None and case.egress.edge else None
    who = "this machine as well" if seen is not None else "Artifactory"
    words = quoted(seen or case.failed) if told is None else f"Artifactory, asked to connect to it, says {told.said}"
    return fail(
        UPSTREAM_EDGE_REFUSED,
        f"the edge before {REGISTRY_HOST} refuses {who} with a page of its own: {words}",
        subject=REGISTRY_HOST,
        evidence=tuple(dict.fromkeys((*(told.exchanges if told else ()), *_evidence(case, seen)))),
        confidence="likely",
        remedy=_ask_chainguard(case),
    )


def _ask_chainguard(case: Case) -> commands.Remedy:
    """Who asks, and for which address: on JFrog's cloud only JFrog knows the way out."""
    return commands.steps(
        "Ask Chainguard support why the edge of cgr.dev refuses Artifactory's egress address",
        "Pull once more first: a single refusal passes, and nothing in Artifactory mends one that does not.",
        "Give Chainguard support the time, the page in this report, and the public address Artifactory goes out by.",
        "The address: of Artifactory's own egress or proxy; of JFrog's cloud, the list JFrog keeps for its region.",
        commands=(commands.pull(case.target.image),),
    )


def passing(case: Case) -> Finding:
    """One blob did not come while another of the same image did, or came when it was asked for again."""
    step, better = case.failed, case.again.better if case.again is not None else None
    name = step.name if step is not None else "blob"
    then = f", then HTTP {better.status} when asked again" if better is not None else " while another blob came"
    remembered = "Artifactory may remember the miss for the Missed Retrieval Cache Period (1800 s unless set)."
    return fail(
        UPSTREAM_FAILED,
        f"Artifactory did not get the {name} of {case.image} from Chainguard: {quoted(step)}{then}",
        subject=REGISTRY_HOST,
        evidence=tuple(dict.fromkeys((*case.evidence, *((better.exchange,) if better is not None else ())))),
        confidence="likely",
        remedy=commands.steps(
            "Pull again: one request failed on a way that works" if better is not None else "Pull again in a while",
            *(() if better is not None else (remembered,)),
            "If it comes back: artifactory-request-out.log of that minute shows what cgr.dev answered.",
            "403 or 5xx there is Chainguard's: give support the time and the address Artifactory comes from.",
            commands=(commands.pull(case.target.image),),
        ),
    )


def _seen_here(case: Case, verdict: Verdict) -> Step | None:
    """The step with which Chainguard's hosts showed that to this machine."""
    pulls = (case.direct, case.direct_control)
    return next((one.pull.failed for one in pulls if one is not None and one.verdict == verdict), None)


def _evidence(case: Case, seen: Step | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*((seen.exchange,) if seen is not None else ()), *case.evidence)))
