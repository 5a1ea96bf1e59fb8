"""The marks by which an answer is Artifactory's own, whoever hands it on."""

from __future__ import annotations

from cgrdoctor.net.step import Step

SIGNS = ("x-jfrog-version", "x-artifactory-id", "x-artifactory-node-id")
OWN_WORDS = (
    "named manifest is not known to the registry",
    "remote docker repository",
    "unsupported docker",
    "client does not have permission for manifest",
)


def is_artifactory(step: Step) -> bool:
    """Whether an answer carries a sign that only Artifactory gives: a header, its own words, its REST envelope."""
    if any(step.header(name) for name in SIGNS) or any(words in step.message.lower() for words in OWN_WORDS):
        return True
    if step.shape == "artifactory" and step.message and step.code == str(step.status):
        return True
    challenge = (step.header("www-authenticate") or "").lower()
    server = (step.header("server") or "").lower()
    return (
        "artifactory realm" in challenge or "/artifactory/api/docker/" in challenge or server.startswith("artifactory")
    )
