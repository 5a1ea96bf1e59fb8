"""Whatever a pull through Artifactory meets, its failure is never passed over in silence."""

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st
from pulls import HOST, TARGET, through

from cgrdoctor.net.failure import Failure
from cgrdoctor.net.step import Step
from cgrdoctor.testing import judged
from cgrdoctor_checks.direct.compare import compare
from cgrdoctor_checks.facts.direct.pulls import DirectPull, Verdict
from cgrdoctor_checks.pull.through import pull_cause

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
    shape=st.sampled_from(["", "oci", "artifactory", "html", "text", "empty", "json-other", "access"]),
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


@given(ANSWERED | SILENT)
def test_a_failed_pull_is_always_a_finding(step):
    result = judged(pull_cause, TARGET, through(step))

    assert result.status == "fail", result
    assert len(result.findings) == 1
    assert result.findings[0].subject


DIRECT = st.none() | st.builds(
    lambda verdict: DirectPull(path="acme.com/python", pull=through().pull, verdict=verdict),
    st.sampled_from(get_args(Verdict)),
)


@given(ANSWERED | SILENT, DIRECT)
def test_what_is_not_certain_has_rivals(step, direct):
    for finding in judged(pull_cause, TARGET, through(step), direct).findings:
        assert finding.confidence == "certain" or finding.rivals, finding


def test_a_comparison_without_both_sides_is_not_passed():
    step = Step(name="manifest", host=HOST, exchange="x9", status=404, shape="oci")
    direct = DirectPull(path="acme.com/python", pull=through(digest="sha256:" + "0" * 64).pull, verdict="works")

    result = judged(compare, TARGET, through(step), direct)

    assert (result.status, result.reason) == ("skip", "blocked")
    assert "no manifest" in result.summary
