"""A policy's refusal is known by its mechanism: direct, reworded, wordless, behind 404."""

import pytest
from facts import HERE, cached, control, direct, remote, settings, step, target, through
from hypothesis import given
from hypothesis import strategies as st

from cgrdoctor.testing import judged
from cgrdoctor_checks.facts.token.login import RegistryLogin
from cgrdoctor_checks.pull.through import pull_cause
from cgrdoctor_checks.token.client import token_client

LOGIN = RegistryLogin(kind="basic", username="bob", source="test")


def refusal(message, code="DENIED", status=403, **more):
    return step(status=status, code=code, message=message, **more)


XRAY = "Artifact download request rejected: a/b/manifest.json was not downloaded due to the download blocking policy configured in Xray for cgr."


def named(answer, *, others_pass=True, **fields):
    """The first code over a refusal, beside how the control image fares and what the remote's settings are."""
    facts = (through(answer), control(works=others_pass), LOGIN, settings(remote(**fields)))
    found = [one.code for check in (pull_cause, token_client) for one in judged(check, target(), *facts).findings]
    return found[0]


@pytest.mark.parametrize(
    ("message", "curated", "code"),
    [
        (XRAY, True, "xray-blocked"),
        ("a/b violates a security policy", False, "xray-blocked"),
        ("a/b has open vulnerabilities", None, "xray-blocked"),
        ("blocked by JFrog Curation", False, "curation-blocked"),
        ("a/b is quarantined", None, "curation-blocked"),
        ("immature for 9 days, request a waiver", None, "curation-blocked"),
        ("requested access to the resource is denied", False, "xray-blocked"),
    ],
)
def test_whose_policy_it_is(message, curated, code):
    assert named(refusal(message), curated=curated) == code


@pytest.mark.parametrize(
    "answer",
    [
        refusal("User bob is not permitted to download"),
        refusal("The client does not have permission for manifest", code="UNAUTHORIZED"),
        refusal("acme.com/scanner is not yours", code="UNAUTHORIZED"),
        refusal("Blocked by your scan appliance", shape="html", code=""),
        step(),
    ],
)
def test_what_is_no_policy_is_none(answer):
    assert named(answer) not in ("xray-blocked", "curation-blocked")


@given(st.text(max_size=80), st.sampled_from(["DENIED", "UNAUTHORIZED", "FORBIDDEN", ""]), st.booleans())
def test_either_the_policy_or_the_user_is_blamed_never_both(message, code, others_pass):
    answer = through(refusal(message, code))
    facts = (answer, control(works=others_pass), LOGIN)

    pulled = {finding.code for finding in judged(pull_cause, target(), *facts).findings}
    login = {finding.code for finding in judged(token_client, target(), *facts).findings}

    policy = pulled & {"xray-blocked", "curation-blocked"}
    assert not (policy and login)
    assert pulled


def cause(*facts):
    (finding,) = judged(pull_cause, target(), *facts).findings
    return finding


def test_words_that_name_the_product_are_certain_others_likely():
    plain = cause(through(refusal(XRAY)))
    other = cause(through(refusal("violates a security policy")), control(works=True))

    assert (plain.code, plain.confidence, plain.rivals) == ("xray-blocked", "certain", ())
    assert (other.code, other.confidence) == ("xray-blocked", "likely")
    assert "artifactory-permission-denied" in [rival.code for rival in other.rivals]


def test_without_words_the_curated_remote_tells():
    wordless = through(refusal("requested access to the resource is denied"))

    assert cause(wordless, control(works=True), settings(remote(curated=True))).code == "curation-blocked"
    assert cause(wordless, control(works=True), settings(remote(curated=False))).code == "xray-blocked"


def test_a_policy_may_stop_the_platforms_manifest_only():
    child = through(step(status=200, message=""), refusal(XRAY, name="platform-manifest"), digest=HERE)

    assert cause(child).code == "xray-blocked"


def test_404_for_what_the_cache_holds_is_no_miss():
    hidden = cause(through(step()), cached(), control(works=True), direct())
    missed = cause(through(step()), control(works=True), direct())

    assert (hidden.code, hidden.subject, hidden.confidence) == ("xray-blocked", "cgr-private", "likely")
    assert missed.code == "missed-retrieval-cached"
