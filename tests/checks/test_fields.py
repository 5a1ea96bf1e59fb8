"""Fields of the remote: what is a fault, what only explains, and what must not be kept."""

import re

import pytest
from facts import IDENTITY, configuration, direct, freshness, remote, settings, target
from hypothesis import given
from hypothesis import strategies as st

from cgrdoctor.testing import judged
from cgrdoctor_checks.causes.settings_notes import notes
from cgrdoctor_checks.facts.artifactory.configuration import TOKEN_AS_USERNAME, Configuration
from cgrdoctor_checks.facts.token.pull_token import PullToken
from cgrdoctor_checks.fields.credentials import malformed, remote_credentials
from cgrdoctor_checks.fields.patterns import patterns
from cgrdoctor_checks.fields.project_id import project_id

OTHER = "c" * 40 + "/" + "d" * 16
IDENTITY_SHAPE = re.compile(r"[0-9a-f]{40}(/[0-9a-f]{16})+", re.ASCII)


@pytest.mark.parametrize(
    ("username", "departure"),
    [
        ("", None),
        (IDENTITY, None),
        (IDENTITY + "/" + "e" * 16, None),
        ("_token", None),
        (f"{IDENTITY} ", "has white space around it"),
        (f"\t{IDENTITY}", "has white space around it"),
        (" ", "is white space"),
        ("dev@acme.com", "is an e-mail address"),
        ("a" * 40, "is the organization's id alone, without the token's"),
        (IDENTITY.replace("/", "%2F"), "has its slash percent-encoded"),
        (TOKEN_AS_USERNAME, "is a token: User Name and Password are swapped"),
        ("acme.com", "is no identity id"),
        (IDENTITY.upper(), "is no identity id"),
    ],
)
def test_shapes_of_user_names(username, departure):
    assert malformed(username) == departure


@given(st.text(max_size=80) | st.from_regex(IDENTITY_SHAPE, fullmatch=True))
def test_only_an_identity_is_well_formed(username):
    assert (malformed(username) is None) == (username in ("", "_token") or bool(IDENTITY_SHAPE.fullmatch(username)))


def found(*facts, image="acme.jfrog.io/cgr-private/acme.com/python:3.12", **fields):
    result = judged(remote_credentials, target(image), settings(remote(**fields)), *facts)
    return [(finding.code, finding.confidence) for finding in result.findings]


def test_a_user_name_without_a_password_is_likely_a_fault_unless_pulls_work():
    assert found(password_set=False) == [("remote-credentials-missing", "likely")]
    assert found(freshness(), password_set=False) == []
    assert found(password_set=None) == []
    assert found() == []


def test_no_credential_is_needed_for_free_images():
    assert found(image="acme.jfrog.io/cgr-private/chainguard/go:latest", username="", password_set=False) == []


def test_an_organizations_id_in_the_reference_must_be_the_tokens():
    own, foreign = (f"acme.jfrog.io/cgr-private/{name[:40]}/python:3.12" for name in (IDENTITY, OTHER))

    assert found(image=own) == []
    assert found(image=foreign) == [("pull-token-wrong-organization", "certain")]
    assert found(freshness(), image=foreign) == []


def mine(username):
    return PullToken(username=username, organization_id=username.partition("/")[0])


def test_a_token_that_pulls_the_image_shows_its_organization():
    assert found(direct(), mine(IDENTITY)) == []
    assert found(direct(), mine(OTHER)) == [("pull-token-wrong-organization", "likely")]
    assert found(direct(anonymous=True), mine(OTHER)) == []
    assert found(direct("not-granted"), mine(OTHER)) == []


def test_one_remote_for_each_organization_is_as_it_should_be():
    both = settings(remote("a", username=IDENTITY), remote("b", username=OTHER))

    assert judged(remote_credentials, target(), both, direct(), mine(OTHER)).findings == ()


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", None),
        ("acme.com", None),
        ("acme.com ", "project-id-malformed"),
        ("acme.com/", "project-id-malformed"),
        ("Acme", "project-id-malformed"),
    ],
)
def test_a_project_id_is_one_name(written, code):
    result = judged(project_id, target("acme.jfrog.io/cgr-private/python:3.12"), settings(remote(project_id=written)))

    assert [finding.code for finding in result.findings] == ([code] if code else [])


@pytest.mark.parametrize(("path", "doubled"), [("acme.com/go", True), ("go", False), ("acme.com", False)])
def test_only_the_reference_can_repeat_a_project_id(path, doubled):
    """--upstream-image names the whole path at cgr.dev, the Project ID included."""
    asked = target(f"acme.jfrog.io/cgr-private/{path}:latest", upstream_path="acme.com/go", upstream_given=True)
    result = judged(project_id, asked, settings(remote(project_id="acme.com")))

    assert bool(result.findings) is doubled


def test_the_virtuals_own_patterns_are_looked_at_too():
    own = configuration(repository_class="virtual", includes_pattern="chainguard/**")
    image = target("acme.jfrog.io/cgr-virt/acme.com/python:3.12")

    result = judged(patterns, image, settings(), own)

    assert [(f.code, f.subject, f.severity) for f in result.findings] == [
        ("include-pattern-blocks", "cgr-virt", "fail")
    ]
    assert judged(patterns, image, settings(), freshness(), own).findings == ()


def test_patterns_see_the_path_without_the_key():
    result = judged(patterns, target(), settings(remote(includes_pattern="acme.com/python/**")))

    assert [finding.severity for finding in result.findings] == ["warn"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"proxy": "corp"}, "the proxy corp"),
        ({"disable_proxy": True}, "no proxy"),
        ({"disable_proxy": False}, "default proxy"),
        ({"local_address": "10.0.0.7"}, "10.0.0.7"),
        ({"hard_fail": True}, "Hard Fail"),
        ({"assumed_offline_period": 0}, "never assumed offline"),
        ({"metadata_timeout": 5}, "5 s for metadata"),
        ({"artifactory_requests_can_retrieve": True}, "other Artifactory instances"),
        ({"resolve_docker_tags_by_timestamp": True}, "newest"),
        ({"missed_retrieval_cache_period": 0}, "remembers no misses"),
        ({"retrieval_cache_period": 0}, "at every pull"),
        ({"bypass_head_requests": True}, "GET"),
        ({"curated": True}, "Curation"),
        ({"client_tls_certificate": "corp"}, "client certificate"),
        ({"query_params": True}, "query parameters"),
        ({"custom_http_headers": True}, "headers"),
        ({"smart_remote": True}, "smart remote"),
    ],
)
def test_settings_that_only_explain(fields, words):
    (note,) = notes(Configuration(key="cgr", view="full", **fields))

    assert words in note
    assert note.startswith("cgr: ")


def test_what_is_as_usual_explains_nothing():
    assert notes(Configuration(key="cgr", view="full", metadata_timeout=60, assumed_offline_period=300)) == ()


def test_unknown_settings_explain_nothing():
    assert notes(Configuration(key="cgr", view="partial")) == ()
