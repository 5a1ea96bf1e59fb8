"""The Pod's pull secret serves the image.

## What it looks at
The Pod and the Secrets that were given: which of them the kubelet reads, and whether one serves the image by the
kubelet's own rules; the kubelet's words; whether Artifactory asks for a login.

## Why it matters
The kubelet knows nothing of docker login on any machine. Without a Secret that serves the image it asks as nobody.

## How it fails
`ErrImagePull`, `ImagePullBackOff`, `failed to fetch anonymous token`, `401 Unauthorized`, `not found`.

## How to fix
A Secret in the Pod's namespace, of type kubernetes.io/dockerconfigjson, whose server is the host of the image.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping

from cgrdoctor import Finding, NotNeeded, Remedy, Rival, Severity, Unobservable, check, graded, info
from cgrdoctor.config.settings import Invocation
from cgrdoctor.credentials.model import OF_A_POD
from cgrdoctor_checks.codes.kubernetes import PULL_SECRET_MISSING, PULL_SECRET_UNUSABLE
from cgrdoctor_checks.facts.kubernetes.pulling_pod import OfferedSecret, PullingPod
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.facts.pull.registry_ping import RegistryPing
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.remedies import commands
from cgrdoctor_checks.remedies.pull_secret import give, renew

FACT = "pulling-pod"
ANONYMOUS = "anonymous token"
"""In the kubelet's words: no login was sent."""

ORDER = (
    "double-base64", "no-json", "entry-broken", "utf-16", "line-break", "expired", "path", "case", "other-port",
    "chainguard-only", "other-host", "hub-only", "no-key", "no-login", "too-many", "no-entries",
    "wrong-form", "wrong-type", "no-data", "not-base64", "other-namespace", "absent", "masked", "not-given",
)  # fmt: skip
"""Troubles by how surely they are the one that counts, where several secrets have one."""

STOPPING = ("double-base64", "no-json", "entry-broken")
"""Those over which the kubelet gives up the pull, whatever the other secrets hold."""

UNSEEN = ("masked", "not-given")
"""Those that are no more than named: what they hold is not known."""

ELSEWHERE = ("chainguard-only", "other-host", "hub-only")
"""Those of a secret that may be right for another image of the Pod: one that was not seen counts before it."""

MISSING = ("other-namespace", "absent", *UNSEEN)

WORDS: Mapping[str, str] = {
    "double-base64": "is base64 of base64: the kubelet decodes it once and finds no JSON",
    "not-base64": "holds data that is no base64",
    "no-json": "holds no JSON that the kubelet can read",
    "entry-broken": "has an entry that the kubelet cannot decode, which ends every pull of this Pod",
    "no-data": "has nothing under the key that its type demands",
    "wrong-type": "is of a type, or has its data under a key, that the kubelet does not read as a login",
    "wrong-form": "holds the one form of configuration and says in its type that it is the other",
    "no-entries": "holds no login at all",
    "no-login": "has an entry for the image's host without user name or without password",
    "no-key": "has its login under a key that is no host",
    "path": "is for {key}: it serves only images below that path, not this one at {host}",
    "case": "is for {key}; the kubelet compares letter by letter with {host}",
    "other-port": "is for {key}; the kubelet compares the port too, and the image is at {host}",
    "chainguard-only": "is for {key}, from where the node does not pull; the image is at {host}",
    "hub-only": "is for {key}, as kubectl writes without --docker-server, not for {host}",
    "other-host": "is for {key}, not for {host}",
    "utf-16": "has a login in UTF-16, as PowerShell's Unicode writes it, which the kubelet sends as it is",
    "line-break": "has a login that ends with a line break, which the kubelet sends too",
    "expired": "has a token that has expired",
}
"""What is wrong with a secret, for the end of a sentence."""

OTHERWISE = "is of no use for {host}"
"""For a word of another version."""


@check(
    "token.pull-secret",
    title="The Pod's pull secret serves this image",
    codes=[PULL_SECRET_MISSING, PULL_SECRET_UNUSABLE],
)
def pull_secret(
    invocation: Invocation, pod: PullingPod, pinged: RegistryPing | None, through: PullThrough | None
) -> Iterator[Finding]:
    """A failure once Artifactory asked for a login; where it was not asked, likely."""
    host = invocation.registry_host or ""
    if pinged is not None and pinged.asks_nothing and (through is None or not through.logged_in):
        raise NotNeeded(f"{host} asks for no login")
    asked = (pinged is not None and pinged.step.status == 401) or (through is not None and through.logged_in)
    evidence = (*evidence_of(pinged, through), FACT)
    severity: Severity = "fail" if asked else "warn"
    troubled = sorted(
        (one for one in pod.secrets if one.trouble and not _is_clusters_own(one)), key=lambda one: _place(one.trouble)
    )
    served = any(not one.trouble for one in pod.secrets)
    unseen = next((one for one in troubled if one.trouble in UNSEEN), None)
    worst = next(iter(troubled), None)
    if worst is not None and worst.trouble in ELSEWHERE and unseen is not None:
        worst = unseen
    if served and (worst is None or worst.trouble not in STOPPING):
        yield from _changed(pod, host, evidence) if asked else ()
        yield from _passed_over(through, host, evidence)
        return
    if worst is None:
        yield from _none(pod, host, severity, evidence) if pod.given else ()
    elif worst.trouble == "too-many":
        raise Unobservable(f"the Secret {worst.full_name} holds more logins than are looked at")
    elif worst.trouble in MISSING:
        yield from _missing(pod, worst, host, severity, evidence)
    else:
        yield _unusable(pod, worst, host, severity, evidence, through)


def _is_clusters_own(secret: OfferedSecret) -> bool:
    """Whether it is the one that OpenShift gives each service account for its own registry, and makes again."""
    return CLUSTERS_OWN.fullmatch(secret.name) is not None and secret.trouble in (*UNSEEN, *ELSEWHERE, "no-entries")


CLUSTERS_OWN = re.compile(r"[a-z0-9.-]{1,240}-dockercfg-[a-z0-9]{5}")


def _place(trouble: str) -> int:
    """A word that another version wrote stands last."""
    return ORDER.index(trouble) if trouble in ORDER else len(ORDER)


def _passed_over(through: PullThrough | None, host: str, evidence: tuple[str, ...]) -> Iterator[Finding]:
    """A secret that is refused before another one pulls is presented again at each pull."""
    if through is None or not through.works:
        return
    for one in through.refused:
        namespace, _, name = one.source.removeprefix(OF_A_POD).partition(",")[0].rpartition("/")
        yield graded(
            PULL_SECRET_UNUSABLE,
            "warn",
            f"{host} refuses the login of {one.source} (HTTP {one.step.status}); the kubelet goes on to "
            f"{through.login}, with which the image pulls. Each pull presents the refused one again, and repeated "
            "failures lock accounts",
            subject=f"{namespace}/{name}" if namespace else name,
            evidence=evidence,
            remedy=renew(host, name, namespace),
        )


def _changed(pod: PullingPod, host: str, evidence: tuple[str, ...]) -> Iterator[Finding]:
    """The kubelet had no login when it spoke, and has one now."""
    if _anonymous(pod):
        yield info(
            PULL_SECRET_MISSING,
            f"the kubelet asked {host} without a login for {_pod(pod)}, and the Secret given serves the image: "
            "it was made, mended or named after that; delete the Pod, so that it is made anew",
            subject=pod.name or host,
            evidence=evidence,
        )


def _none(pod: PullingPod, host: str, severity: Severity, evidence: tuple[str, ...]) -> Iterator[Finding]:
    """Neither the Pod nor its service account names one. Of events alone that is not known."""
    if not pod.container and not pod.service_account and not any(ANONYMOUS in words for words in pod.words):
        return
    certain = severity == "fail" and _anonymous(pod)
    named = bool(pod.container or pod.service_account)
    but = " but the cluster's own" if pod.secrets else ""
    yield graded(
        PULL_SECRET_MISSING,
        severity,
        f"{_pod(pod)} names no pull secret{but}, and {host} wants a login"
        if named
        else f"the kubelet asked {host} without a login for {_pod(pod)}",
        subject=pod.name or host,
        evidence=evidence,
        confidence="certain" if certain and named else "likely",
        rivals=() if certain and named else (ANOTHER_LOGIN if named else UNUSABLE,),
        remedy=give(host, "regcred", pod.namespace, pod.service_account, [one.name for one in pod.secrets]),
    )


def _missing(
    pod: PullingPod, worst: OfferedSecret, host: str, severity: Severity, evidence: tuple[str, ...]
) -> Iterator[Finding]:
    where = f"the namespace {pod.namespace}" if pod.namespace else "the Pod's namespace"
    if worst.trouble == "other-namespace":
        words = (
            f"{_pod(pod)} wants the Secret {worst.name}; the one that was given is in {worst.namespace}, not in {where}"
        )
    elif worst.trouble == "absent":
        words = f"{_pod(pod)} wants the Secret {worst.name}, and the kubelet finds none of that name in {where}"
    elif severity == "fail":
        which = (
            "which was not given" if worst.trouble == "not-given" else "whose login was blotted out in what was given"
        )
        words = f"{_pod(pod)} pulls with the Secret {worst.name}, {which}, and {host} wants a login"
    else:
        return
    certain = worst.trouble == "absent" and severity == "fail"
    likely = worst.trouble not in UNSEEN or (worst.trouble == "not-given" and _anonymous(pod))
    yield graded(
        PULL_SECRET_MISSING,
        severity,
        words,
        subject=worst.full_name,
        expected=f"{pod.namespace}/{worst.name}" if worst.trouble == "other-namespace" and pod.namespace else None,
        actual=worst.full_name if worst.trouble == "other-namespace" and pod.namespace else None,
        evidence=evidence,
        confidence="certain" if certain else "likely" if likely else "possible",
        rivals=() if certain else (UNUSABLE,) if likely else (UNUSABLE, ANOTHER_LOGIN),
        remedy=_shown(worst, pod) if worst.trouble in UNSEEN else renew(host, worst.name, pod.namespace),
    )


def _unusable(
    pod: PullingPod,
    worst: OfferedSecret,
    host: str,
    severity: Severity,
    evidence: tuple[str, ...],
    through: PullThrough | None,
) -> Finding:
    refused = through is not None and through.pull.failed is not None and through.pull.failed.status == 401
    alone = not any(one.trouble in UNSEEN and not _is_clusters_own(one) for one in pod.secrets)
    certain = severity == "fail" and (worst.trouble in STOPPING or (alone and (refused or _anonymous(pod))))
    others = [
        one.full_name
        for one in pod.secrets
        if one is not worst and one.trouble not in ("", *MISSING) and not _is_clusters_own(one)
    ]
    more = f"; of no use either: {', '.join(others[:3])}" if others else ""
    return graded(
        PULL_SECRET_UNUSABLE,
        severity,
        f"the Secret {worst.full_name} {WORDS.get(worst.trouble, OTHERWISE).format(key=worst.key, host=host)}{more}",
        subject=worst.full_name,
        expected=host if worst.key else None,
        actual=worst.key or None,
        evidence=evidence,
        confidence="certain" if certain else "likely",
        rivals=() if certain else (ANOTHER_LOGIN,),
        remedy=renew(
            host,
            worst.name,
            worst.namespace or pod.namespace,
            replace=worst.trouble == "wrong-type",
            instead=worst.key if worst.trouble == "other-host" else "",
        ),
    )


UNUSABLE = Rival(
    code="pull-secret-unusable",
    would_be_excluded_by="kubectl get secret NAME -o yaml shows none in the Pod's namespace",
    who="developer",
)
ANOTHER_LOGIN = Rival(
    code="artifactory-credentials-rejected",
    would_be_excluded_by="the kubelet says `anonymous` in its event: no login of the node's own was sent in its place",
    who="developer",
)


def _shown(secret: OfferedSecret, pod: PullingPod) -> Remedy:
    words = ["kubectl", "get", "secret", secret.name, *(("-n", pod.namespace) if pod.namespace else ()), "-o", "yaml"]
    return commands.steps(
        f"Let the Secret {secret.name} be looked at",
        f"If kubectl says NotFound, create it; else: {shlex.join(words)} | cgrdoctor IMAGE --pull-secret -",
        commands=(commands.shell("Is it there, and what is in it", *words),),
    )


def _anonymous(pod: PullingPod) -> bool:
    return any(ANONYMOUS in words for words in pod.words)


def _pod(pod: PullingPod) -> str:
    name = f"{pod.namespace}/{pod.name}" if pod.namespace and pod.name else pod.name
    return f"the Pod {name}" if name else "the Pod"
