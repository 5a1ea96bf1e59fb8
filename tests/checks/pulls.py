"""Facts of a pull through Artifactory, for the tests of what is judged by them."""

from cgrdoctor.net.pull import Pull
from cgrdoctor.net.step import Step
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.facts.reference.target import Target

HOST = "acme.jfrog.io"
TARGET = Target(
    image=f"{HOST}/cgr/acme.com/python:3.12",
    artifactory_url=f"https://{HOST}/artifactory",
    registry_host=HOST,
    registry_path="cgr/acme.com/python",
    selector="3.12",
    tag="3.12",
    access_method="repository-path",
    repository="cgr",
    upstream_path="acme.com/python",
    known_by="list",
)
PING = Step(name="ping", host=HOST, exchange="x1", status=401)
STARTED = "2026-11-24T12:00:00+00:00"


def through(*steps: Step, digest: str | None = None) -> PullThrough:
    """A pull of these steps; `digest` is that of the manifest, if one came."""
    pull = Pull(host=HOST, repository="cgr/acme.com/python", selector="3.12", steps=(PING, *steps), digest=digest)
    return PullThrough(pull=pull, started_at=STARTED)
