"""Which keys serve an image, as Kubernetes' own tests and its source have it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cgrdoctor.kubernetes.matching import in_order, key_of, serves

IMAGE = "acme.jfrog.io/cgr-private/acme.com/python"


@pytest.mark.parametrize(
    ("key", "image", "expected"),
    [
        ("acme.jfrog.io", IMAGE, True),
        ("https://acme.jfrog.io", IMAGE, True),
        ("http://acme.jfrog.io", IMAGE, True),
        ("https://acme.jfrog.io/", IMAGE, True),
        ("https://acme.jfrog.io/v1/", IMAGE, True),
        ("https://acme.jfrog.io/v2/", IMAGE, True),
        ("https://acme.jfrog.io/v2", IMAGE, False),
        ("https://acme.jfrog.io/v2/cgr-private", IMAGE, True),
        ("acme.jfrog.io/cgr-private", IMAGE, True),
        ("acme.jfrog.io/cgr", IMAGE, True),
        ("acme.jfrog.io/cgr-private/", IMAGE, True),
        ("acme.jfrog.io/docker-local", IMAGE, False),
        ("https://acme.jfrog.io/artifactory", IMAGE, False),
        ("https://acme.jfrog.io/artifactory/api/docker/cgr-private", IMAGE, False),
        ("*.jfrog.io", IMAGE, True),
        ("*.jfrog.io", "jfrog.io/a/b", False),
        ("*.jfrog.io", "a.b.jfrog.io/a/b", False),
        ("*.*.io", IMAGE, True),
        ("ac*.jfrog.io", IMAGE, True),
        ("a?me.jfrog.io", IMAGE, False),
        ("acme.jfrog.*", IMAGE, True),
        ("*", IMAGE, False),
        ("*.jfrog.io/cgr-private", IMAGE, True),
        ("*.jfrog.io/*", IMAGE, False),
        ("ACME.jfrog.io", IMAGE, False),
        ("acme.jfrog.io:443", IMAGE, False),
        ("acme.jfrog.io", "acme.jfrog.io:443/a/b", False),
        ("acme.jfrog.io:8443", "acme.jfrog.io:8443/a/b", True),
        ("*.jfrog.io:8443", "acme.jfrog.io:8443/a/b", True),
        ("acme.jfrog.io:*", "acme.jfrog.io:8443/a/b", False),
        ("cgr.dev", IMAGE, False),
        ("https://index.docker.io/v1/", IMAGE, False),
        ("user@acme.jfrog.io", IMAGE, True),
        ("a[b-d]me.jfrog.io", IMAGE, True),
        ("a[^b-d]me.jfrog.io", IMAGE, False),
        ("[acme.jfrog.io", IMAGE, False),
        ("acme .jfrog.io", IMAGE, False),
        ("acme.jfrog.io:port", IMAGE, False),
        ("HTTPS://acme.jfrog.io", IMAGE, False),
        ("[::1]:5000", "[::1]:5000/a/b", True),
        ("", IMAGE, False),
    ],
)
def test_a_key_serves_an_image(key, image, expected):
    found = key_of(key)

    assert (found is not None and serves(found, image)) is expected


def test_the_longer_of_two_keys_comes_first_and_secrets_in_their_order():
    stored = [
        ("acme.jfrog.io", "host of the first"),
        ("*.jfrog.io", "glob"),
        ("cgr.dev", "other"),
        ("acme.jfrog.io/cgr-private", "repository"),
        ("https://acme.jfrog.io/v1/", "host of the second"),
    ]

    assert in_order(stored, IMAGE) == ["repository", "host of the first", "host of the second", "glob"]


def test_docker_hub_serves_images_of_docker_hub():
    assert in_order([("https://index.docker.io/v1/", 1)], "docker.io/library/busybox") == [1]
    assert in_order([("https://index.docker.io/v1/", 1)], IMAGE) == []


@given(st.text(max_size=40), st.from_regex(r"[a-z.*?\[\]:/-]{0,30}", fullmatch=True))
def test_no_key_breaks_it(anything, likely):
    for text in (anything, likely):
        in_order([(text, 1)], IMAGE)


def test_many_stars_cost_no_time():
    started = time.process_time()

    assert not serves("*a" * 1000 + "b.io", "a" * 250 + ".io/x")
    assert time.process_time() - started < 1
