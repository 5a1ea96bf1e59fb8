"""HEAD of the manifest, as docker, containerd and BuildKit send it first.

## What it looks at
HEAD and GET of the same manifest through Artifactory, with the same Accept and login; both once more where they differ.

## Why it matters
containerd, and with it Kubernetes nodes and docker build, believes HEAD: 404 is `not found` to it, 403 an error. Only
405 lets every client go on with GET.

## How it fails
`failed to resolve reference`, `unexpected status from HEAD request`, while docker pull of the same image works.

## How to fix
Let HEAD on `/v2/` pass to Artifactory as GET does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cgrdoctor import Finding, Severity, check, graded
from cgrdoctor.config.clients import WHOSE
from cgrdoctor.net.step import Step
from cgrdoctor_checks.codes.clients import HEAD_REQUEST_REFUSED
from cgrdoctor_checks.facts.artifactory.fingerprint_headers import is_artifactory
from cgrdoctor_checks.facts.docker.pulled import DockerPull
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.facts.pull.manifest_head import Difference, ManifestHead
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.remedies import commands
from cgrdoctor_checks.remedies.instance import SUPPORT, of_jfrog, owner

HIT: Mapping[Difference, tuple[str, ...]] = {
    "refused": ("containerd", "buildkit", "kubernetes"),
    "media-type": ("containerd", "buildkit", "kubernetes"),
    "size": ("containerd", "buildkit", "kubernetes"),
    "digest": ("docker", "containerd", "buildkit", "kubernetes"),
}
"""Clients that a departure of HEAD from GET stops; docker is hit where it goes by the digest that HEAD told."""

WHO = (
    "containerd, Kubernetes nodes with it, and docker build (BuildKit) fail; docker pull with its classic store goes "
    "on with GET, and podman, skopeo and CRI-O never ask by HEAD"
)
ALL = "docker, containerd, Kubernetes nodes and docker build go by what HEAD tells; podman, skopeo and CRI-O do not"


GATEWAY = "In the gateway, WAF or load balancer before Artifactory: allow the method HEAD wherever GET is allowed."


@check(
    "pull.head",
    title="HEAD and GET of the manifest agree",
    codes=[HEAD_REQUEST_REFUSED],
    unlocked_by="a manifest that comes through Artifactory",
)
def head_and_get(target: Target, asked: ManifestHead, pulled: DockerPull | None) -> Iterator[Finding]:
    """A remark for a plain 405; else by whether the client looked at is hit, or the engine was seen to fail."""
    if not asked.difference:
        return
    clients = WHOSE.get().clients or ("docker",)
    yield graded(
        HEAD_REQUEST_REFUSED,
        "fail" if asked.stops and pulled is not None and pulled.refused else severity_of(asked.difference, clients),
        summary(target, asked),
        subject=target.registry_host,
        expected=_told(asked.got, asked.difference),
        actual=_told(asked.head, asked.difference),
        evidence=evidence_of(asked, pulled),
        confidence="certain",
        owner=owner(target.registry_host) if asked.difference in ("refused", "method") else None,
        remedy=_remedy(target, asked),
    )


def severity_of(difference: Difference, clients: tuple[str, ...]) -> Severity:
    """`fail` where every client that is looked at is hit, else `warn`; after 405 all go on with GET."""
    if difference == "method":
        return "info"
    return "fail" if {*clients} <= {*HIT.get(difference, ())} else "warn"


def summary(target: Target, asked: ManifestHead) -> str:
    """What HEAD gets where GET works, from whom, and which clients that hits."""
    head, image = asked.head, target.image
    if asked.difference == "method":
        return f"HEAD of {image} is not allowed (405), so that every client goes on with GET, which works"
    if asked.difference != "refused":
        what = asked.difference.replace("-", " ")
        told, got = _told(head, asked.difference), _told(asked.got, asked.difference)
        hit = ALL if asked.difference == "digest" else WHO
        return f"HEAD of {image} tells another {what} than GET ({told}, not {got}): {hit}"
    return f"HEAD of {image} gets {_status(head)} from {_who(head)} where GET works: {WHO}"


def _told(step: Step, difference: Difference) -> str:
    if difference == "digest":
        return step.claimed_digest or "" if step.digest is None else step.digest
    if difference == "media-type":
        return step.content_type or "none"
    return f"{step.size} bytes" if difference == "size" else _status(step)


def _status(step: Step) -> str:
    return f"HTTP {step.status}" if step.status is not None else f"no answer ({step.failure and step.failure.kind})"


def _who(head: Step) -> str:
    if is_artifactory(head):
        return "Artifactory"
    server = head.header("server")
    return f"a gateway before Artifactory ({server})" if server else "a gateway before Artifactory"


def _remedy(target: Target, asked: ManifestHead) -> commands.Remedy:
    url = f"https://{target.registry_host}/v2/{target.registry_path}/manifests/{target.selector}"
    both = (
        commands.shell("HEAD, without a login: both must answer alike", "curl", "-sS", "-I", url),
        commands.shell("GET", "curl", "-sS", "-o", "/dev/null", "-D", "-", url),
    )
    if asked.difference == "method":
        return commands.steps("Let HEAD on /v2/ pass to Artifactory, as GET does", commands=both)
    if asked.difference == "refused" and not is_artifactory(asked.head):
        return commands.steps(
            "Let HEAD on /v2/ pass to Artifactory, as GET does",
            SUPPORT if of_jfrog(target.registry_host) else GATEWAY,
            "Until then docker pull with the classic store, podman and skopeo pull; a Kubernetes node does not.",
            commands=both,
        )
    key = target.repository
    stale = (commands.zap(target.artifactory_url, key, target.path_in_repository),) if key is not None else ()
    return commands.steps(
        "Clear what Artifactory has cached of this tag, so that HEAD and GET answer from one copy",
        "Artifacts > the remote's cache > this image: Zap Caches, then pull again.",
        "If they still differ, look whether a cache between answers HEAD by itself, then ask JFrog support.",
        commands=(*stale, *both),
    )
