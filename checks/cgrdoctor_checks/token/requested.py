"""GET /v2/ asks for the login that the repository needs.

## What it looks at
The answer to `/v2/` without a login, and whether the manifest asked for one.

## Why it matters
docker's classic store learns from `/v2/` alone whether to log in. containerd, BuildKit and docker's containerd store
answer the challenge of the manifest as well.

## How it fails
`unauthorized` or `pull access denied` for docker alone, whatever `docker login` stored.

## How to fix
Let `/v2/` answer 401 with Artifactory's challenge.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Finding, check, graded
from cgrdoctor.config.clients import WHOSE
from cgrdoctor_checks.codes.clients import LOGIN_NOT_REQUESTED
from cgrdoctor_checks.facts.docker.pulled import DockerPull
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.facts.pull.kept_back import kept_back
from cgrdoctor_checks.facts.pull.registry_ping import RegistryPing
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.remedies.sending import send_it

OTHERS = "containerd, Kubernetes nodes, docker build and docker's containerd store log in when the manifest asks"

CLASSIC = "docker with its classic store sends"
PODMAN = "podman, skopeo, buildah and CRI-O send"
"""Who learns from the ping alone whether to log in (containers/image: docker_client, setupRequestAuth)."""


@check("token.requested", title="GET /v2/ asks for the login that is needed", codes=[LOGIN_NOT_REQUESTED])
def login_requested(pinged: RegistryPing, through: PullThrough, pulled: DockerPull | None) -> Iterator[Finding]:
    """A failure where no answer asked for a login that was needed, or the engine failed; else a warning."""
    if not pinged.asks_nothing:
        return
    host, stopped = pinged.step.host, kept_back(through.pull)
    if stopped is not None and stopped.reason == "not-asked":
        severity, words = (
            "fail",
            f"GET /v2/ of {host} asks for no login, and neither does the manifest, which needs one",
        )
    elif through.logged_in:
        hit = WHOSE.get().clients == ("podman",)
        severity = "fail" if hit or (pulled is not None and pulled.refused) else "warn"
        words = f"GET /v2/ of {host} asks for no login, so that {PODMAN if hit else CLASSIC} none; {OTHERS}"
    else:
        return
    yield graded(
        LOGIN_NOT_REQUESTED,
        "fail" if severity == "fail" else "warn",
        words,
        subject=host,
        expected="401 with WWW-Authenticate: Bearer",
        actual=f"{pinged.step.status} without a challenge",
        evidence=evidence_of(pinged, through, pulled),
        confidence="certain",
        remedy=send_it("", host, "not-asked"),
    )
