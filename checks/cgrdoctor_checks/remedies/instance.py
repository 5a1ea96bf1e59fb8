"""Who runs the machine that Artifactory is on, and so who can change what is no setting of a repository."""

from __future__ import annotations

from cgrdoctor.model import Owner
from cgrdoctor.net.hosts import is_jfrog_cloud

SUPPORT = "Give this report to JFrog support: on JFrog's cloud nobody else can change it."


def of_jfrog(host: str) -> bool:
    """Whether a host, with or without a port, is one of JFrog's cloud."""
    return is_jfrog_cloud(host)


def owner(host: str, own: Owner = "artifactory-admin") -> Owner:
    """Whose the instance on that host is; `own` where it is no host of JFrog's."""
    return "jfrog-support" if of_jfrog(host) else own
