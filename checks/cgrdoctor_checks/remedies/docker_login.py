"""Logging the user's own client in to exactly this host."""

from __future__ import annotations

from cgrdoctor.config.clients import WHOSE
from cgrdoctor_checks.remedies import commands, pull_secret

GENERATE = "In Artifactory: Set Me Up > Docker > Generate Token."

OF_CONTAINERD = "A node pulls with the Pod's pull secret; what nerdctl stores is read by nerdctl alone."
OF_GITLAB = (
    "In GitLab: Settings > CI/CD > Variables > DOCKER_AUTH_CONFIG, masked: the config.json or auth.json that this "
    "writes; the runner pulls a job's image with it."
)


def log_in(host: str) -> commands.Remedy:
    """Log in to exactly this host."""
    whose = WHOSE.get()
    if whose.client == "kubernetes":
        return pull_secret.make(host)
    of_client = OF_CONTAINERD if whose.client == "containerd" else None
    of_job = OF_GITLAB if whose.gitlab else None
    steps = [step for step in (GENERATE, of_client, of_job) if step is not None]
    return commands.Remedy(summary=f"Log in to {host}", steps=tuple(steps), commands=commands.log_in(host))
