"""The finding about an instance that JFrog's cloud does not serve."""

from __future__ import annotations

from collections.abc import Iterable

from cgrdoctor import Confidence, Finding, Rival, graded
from cgrdoctor.net.step import Step
from cgrdoctor_checks.codes.front import INSTANCE_INACTIVE
from cgrdoctor_checks.remedies import commands


def inactive(host: str, evidence: tuple[str, ...], step: Step, *, redirected: bool) -> Finding:
    """JFrog's cloud answers for the instance; `redirected` where it names the page that takes it into use again."""
    said = f"sends every request to {step.led_to[-1]}" if redirected else "answers every request with a bare 403 page"
    sure: Confidence = "certain" if redirected else "likely"
    return graded(
        INSTANCE_INACTIVE,
        "fail",
        f"JFrog's cloud does not serve {host}: it {said}",
        subject=host,
        evidence=evidence,
        confidence=sure,
        owner=None if redirected else "jfrog-support",
        rivals=() if redirected else tuple(_instead(host)),
        remedy=_reactivate(host, step) if redirected else _ask_jfrog(host),
    )


def _instead(host: str) -> Iterable[Rival]:
    yield Rival(
        code="not-artifactory",
        would_be_excluded_by="the name is the one in the address of Artifactory's web interface",
        who="developer",
        subject=host,
    )
    yield Rival(
        code="unexpected-html",
        would_be_excluded_by="the same page comes from another network",
        who="network-team",
        subject=host,
    )


def _reactivate(host: str, step: Step) -> commands.Remedy:
    return commands.steps(
        f"Reactivate {host} in MyJFrog (the owner of the JFrog account)",
        "Sign in to https://my.jfrog.com with the account that owns the subscription, open the instance, Reactivate.",
        f"Or open {step.led_to[-1]} in a browser. It takes some minutes until the instance answers again.",
        "If nobody can reactivate it (the trial has ended, the owner has left), ask JFrog support.",
        commands=(commands.look(f"https://{host}/artifactory/api/system/ping"),),
    )


def _ask_jfrog(host: str) -> commands.Remedy:
    return commands.steps(
        f"Compare {host} with the address of Artifactory's web interface; if it is right, ask JFrog support",
        "The owner of the JFrog account sees in https://my.jfrog.com whether it is active, and can reactivate it.",
        f"For the ticket: every path of {host} answers 403 with a bare page of nginx; is the name known, or blocked?",
        commands=(commands.look(f"https://{host}/artifactory/api/system/ping"),),
    )
