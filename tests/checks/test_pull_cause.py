"""Whatever a pull through Artifactory meets, its failure is never passed over in silence."""

from hypothesis import given
from hypothesis import strategies as st

from cgrdoctor.net.failure import Failure
from cgrdoctor.net.registry import Pull, Step
from cgrdoctor.testing import judged
from cgrdoctor_checks.direct.arm import DirectPull
from cgrdoctor_checks.direct.compare import compare
from cgrdoctor_checks.pull.cause import pull_cause
from cgrdoctor_checks.pull.through import PullThrough
from cgrdoctor_checks.reference.target import Target

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
NAMES = st.sampled_from(["token", "manifest", "platform-manifest", "config", "layer"])
WORDS = st.sampled_from(
    ["", "The named manifest is not known to the registry.", "PKIX path building failed", "is blacked out", "Forbidden"]
) | st.text(max_size=60)
ANSWERED = st.builds(
    Step,
    name=NAMES,
    host=st.just(HOST),
    exchange=st.just("x9"),
    status=st.sampled_from([200, 302, 400, 401, 403, 404, 405, 409, 413, 418, 429, 500, 502, 503, 504]),
    shape=st.sampled_from(["oci", "artifactory", "html", "text", "empty", "json-other", "access"]),
    message=WORDS,
    problem=st.just("not what was asked for"),
)
SILENT = st.builds(
    Step,
    name=NAMES,
    host=st.just(HOST),
    exchange=st.just("x9"),
    failure=st.builds(
        Failure,
        stage=st.sampled_from(["dns", "connect", "tls", "send", "headers", "body", "proxy", "policy"]),
        kind=st.sampled_from(["timeout", "refused", "reset", "untrusted", "error"]),
        message=WORDS,
        seconds=st.floats(0, 60),
    ),
)
PING = Step(name="ping", host=HOST, exchange="x1", status=401)


def through(*steps: Step, digest: str | None = None) -> PullThrough:
    pull = Pull(host=HOST, repository="cgr/acme.com/python", selector="3.12", steps=(PING, *steps), digest=digest)
    return PullThrough(pull=pull, started_at="2026-11-24T12:00:00+00:00")


@given(ANSWERED | SILENT)
def test_a_failed_pull_is_always_a_finding(step):
    result = judged(pull_cause, TARGET, through(step))

    assert result.status == "fail", result
    assert len(result.findings) == 1
    assert result.findings[0].subject


def test_a_comparison_without_both_sides_is_not_passed():
    step = Step(name="manifest", host=HOST, exchange="x9", status=404, shape="oci")
    direct = DirectPull(path="acme.com/python", pull=through(digest="sha256:" + "0" * 64).pull, verdict="works")

    result = judged(compare, TARGET, through(step), direct)

    assert (result.status, result.reason) == ("skip", "blocked")
    assert "no manifest" in result.summary
