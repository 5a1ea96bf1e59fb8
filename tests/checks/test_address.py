"""A reference is read by the list of repositories, else by a challenge, else by its shape."""

import pytest
from facts import ended, listed, step, target, through
from hypothesis import given
from hypothesis import strategies as st

from cgrdoctor.net.reference import HOST, parse_reference
from cgrdoctor.testing import judged
from cgrdoctor_checks.facts.artifactory.repository import RepositoryAbsence
from cgrdoctor_checks.facts.reference.access import Access, seen
from cgrdoctor_checks.facts.reference.address import address, key_in_realm
from cgrdoctor_checks.reference.image import reference_image

CGR = listed("cgr-private", "cgr-public")
DOCKER = "https://{}/artifactory/api/docker/{}/v2/token"


@pytest.mark.parametrize(
    ("image", "listing", "told", "expected"),
    [
        ("acme.jfrog.io/cgr-private/acme.com/python", CGR, None, ("repository-path", "cgr-private", "list")),
        ("art.acme.test:8082/cgr-private/acme.com/python", CGR, None, ("repository-path", "cgr-private", "list")),
        ("cgr-private.art.acme.test/acme.com/python", CGR, None, ("subdomain", "cgr-private", "list")),
        ("acme-cgr-private.jfrog.io/acme.com/python", CGR, None, ("subdomain", "cgr-private", "list")),
        ("cgr-private.art.acme.test/cgr-private/acme.com/x", CGR, None, ("subdomain", "cgr-private", "list")),
        (
            "acme.jfrog.io/cgr-private/x",
            listed("acme", "cgr-private"),
            None,
            ("repository-path", "cgr-private", "list"),
        ),
        ("cgr.acme.test/chainguard/go", listed("cgr", "chainguard"), None, ("subdomain", "cgr", "list")),
        ("art.acme.test:8443/acme.com/python", CGR, "cgr-private", ("port", "cgr-private", "realm")),
        ("cgr.art.acme.test/acme.com/python", None, "cgr-private", ("subdomain", "cgr-private", "realm")),
        ("acme.jfrog.io/chainguard/static", CGR, "chainguard", ("repository-path", "chainguard", "realm")),
        ("art.acme.test:8443/acme.com/python", CGR, None, ("unknown", None, "")),
        ("acme.jfrog.io/chainguard/static", None, None, ("unknown", None, "")),
        ("acme.jfrog.io/cgr-private/acme.com/python", None, None, ("repository-path", "cgr-private", "reference")),
        ("acme.jfrog.io/my.docker/acme.com/python", None, None, ("repository-path", "my.docker", "reference")),
        ("cgr-private.art.acme.test/python", None, None, ("subdomain", None, "")),
        ("art.acme.test:8443/python", None, None, ("port", None, "")),
    ],
)
def test_readings(image, listing, told, expected):
    found = address(parse_reference(image), None, listing, told)

    assert (found.method, found.repository, found.known_by) == expected


@pytest.mark.parametrize(
    ("image", "method"),
    [
        ("acme.jfrog.io/cgr/acme.com/python", "repository-path"),
        ("x.acme.test/acme.com/python", "subdomain"),
        ("x.acme.test:8443/acme.com/python", "port"),
    ],
)
def test_the_option_is_believed(image, method):
    found = address(parse_reference(image), "cgr", CGR, "other")

    assert (found.method, found.repository, found.known_by) == (method, "cgr", "option")


@pytest.mark.parametrize(
    ("realm", "key"),
    [
        (DOCKER.format("acme.jfrog.io", "cgr-private"), "cgr-private"),
        (DOCKER.format("acme.jfrog.io:443", "cgr-private"), "cgr-private"),
        (DOCKER.format("acme.jfrog.io", "null"), None),
        ("https://acme.jfrog.io/v2/token", None),
        ("https://ghcr.io/token", None),
    ],
)
def test_a_realm_of_one_repository_names_it(realm, key):
    challenge = f'Bearer realm="{realm}",service="acme.jfrog.io",scope="repository:acme.com/python:pull"'

    assert key_in_realm(step(status=401, headers=(("WWW-Authenticate", challenge),))) == key


@given(st.text(max_size=200))
def test_no_challenge_breaks_the_reading(challenge):
    key = key_in_realm(step(status=401, headers=(("www-authenticate", challenge),)))

    assert key is None or key in challenge.replace("\\", "")


NAMES = st.from_regex(r"[a-z0-9]{1,6}(?:[.-][a-z0-9]{1,6})?", fullmatch=True)


@given(
    st.from_regex(HOST, fullmatch=True),
    st.lists(NAMES, min_size=1, max_size=4),
    st.lists(NAMES, max_size=4),
    st.none() | NAMES,
)
def test_every_reference_has_a_reading_and_a_key_only_from_somewhere(host, segments, keys, told):
    image = f"{host}/{'/'.join(segments)}"
    try:
        reference = parse_reference(image)
    except ValueError:
        return
    found = address(reference, None, listed(*keys), told)

    assert (found.repository is None) == (found.known_by == "")
    if found.known_by == "list":
        assert found.repository in keys
    if found.method == "repository-path":
        assert found.repository == segments[0]


def by_port(**more):
    return target("art.acme.test:8443/acme.com/python:3.12", **more)


def test_a_header_names_the_repository_behind_a_port():
    answer = step(status=200, headers=(("X-Artifactory-Docker-Registry", "cgr-private"),))

    found = seen(by_port(), [answer], CGR, works=True)

    assert (found.method, found.repository, found.known_by) == ("port", "cgr-private", "header")


def test_a_message_names_the_repository_behind_a_host_that_refuses():
    text = (
        "Invalid username/password configured for Remote Docker repository: cgr-private: Error in getting information"
    )
    sub = target("cgr.art.acme.test/acme.com/python:3.12")

    found = seen(sub, [step(message=text)], CGR, works=False)

    assert (found.method, found.repository) == ("subdomain", "cgr-private")
    assert seen(sub, [step(message=text)], listed("other"), works=False).repository is None


def test_an_answer_as_typed_settles_the_method_without_a_key():
    assert seen(by_port(), [], None, works=True) == Access(method="port", known_by="answer")
    assert seen(by_port(), [], None, works=False) == Access(method="unknown")


def codes(image, *facts, **more):
    result = judged(reference_image, target(image, **more), *facts)
    return [finding.code for finding in result.findings]


REFUSED = through(step())


@pytest.mark.parametrize(
    ("image", "access"),
    [
        ("art.acme.test:8443/acme.com/python:3.12", Access(method="unknown")),
        ("art.acme.test:8443/acme.com/python:3.12", Access(method="port", repository="cgr", known_by="realm")),
        ("cgr.art.acme.test/acme.com/python:3.12", Access(method="subdomain", repository="cgr", known_by="answer")),
    ],
)
def test_port_and_subdomain_references_never_lack_a_repository(image, access):
    assert codes(image, access, CGR, REFUSED) == []


def test_a_repository_is_missing_where_an_organization_stands_in_its_place():
    image = "acme.jfrog.io/acme.com/python:3.12"

    assert codes(image, Access(method="unknown"), CGR, REFUSED) == ["reference-missing-repository"]
    assert codes(image, Access(method="unknown"), CGR, through(digest="sha256:" + "0" * 64)) == []
    assert codes(image, Access(method="unknown"), ended(step("token", 401, "Bad Credentials"))) == []


def test_on_a_port_only_an_answer_about_the_key_says_that_it_is_missing():
    image = "art.acme.test:8443/acme.com/python:3.12"
    about_the_key = through(step(message="Repository 'acme.com' not known to registry.", code="NAME_UNKNOWN"))

    assert codes(image, Access(method="unknown"), CGR, about_the_key) == ["reference-missing-repository"]


def test_two_segments_behind_a_host_whose_list_lacks_the_first():
    absence = RepositoryAbsence(key="acme", exists=False, step=step("rest", 400))

    assert codes("acme.jfrog.io/acme/python:3.12", CGR, absence, REFUSED) == ["reference-missing-repository"]
    assert "reference-missing-repository" not in codes("acme.jfrog.io/acme/charts/python:1", CGR, absence, REFUSED)
