"""References are read as distribution/reference does; what is none is refused with a spelling that would do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cgrdoctor.net.reference import UnusableReference, parse_reference, parse_upstream

DIGEST = "sha256:" + "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("text", "host", "path", "tag", "digest"),
    [
        (
            "acme.jfrog.io/cgr-private/acme.com/python:3.12",
            "acme.jfrog.io",
            "cgr-private/acme.com/python",
            "3.12",
            None,
        ),
        ("acme.jfrog.io/k/o/i", "acme.jfrog.io", "k/o/i", None, None),
        (f"h.io/k/o/i@{DIGEST}", "h.io", "k/o/i", None, DIGEST),
        (f"h.io/k/o/i:1@{DIGEST}", "h.io", "k/o/i", "1", DIGEST),
        ("localhost:5000/k/i:1", "localhost:5000", "k/i", "1", None),
        ("[::1]:5000/k/i", "[::1]:5000", "k/i", None, None),
        ("MyHost/k/i", "MyHost", "k/i", None, None),
        ("h.io/a__b/c.d-e/f", "h.io", "a__b/c.d-e/f", None, None),
    ],
)
def test_references_are_read(text, host, path, tag, digest):
    found = parse_reference(text)

    assert (found.host, found.path, found.tag, found.digest) == (host, path, tag, digest)
    assert str(found) == text


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("https://h.io/k/o/i", "h.io/k/o/i"),
        ("docker://h.io/k/o/i:1", "h.io/k/o/i:1"),
        ("docker pull h.io/k/o/i:1", "h.io/k/o/i:1"),
        ("sudo docker pull --platform linux/amd64 h.io/k/o/i:1", "h.io/k/o/i:1"),
        ("FROM h.io/k/o/i:1 AS build", "h.io/k/o/i:1"),
        ("image: h.io/k/o/i:1", "h.io/k/o/i:1"),
        (" h.io/k/o/i ", "h.io/k/o/i"),
        ('"h.io/k/o/i"', "h.io/k/o/i"),
        ("h.io/k/o/i\n", "h.io/k/o/i"),
        ("h.io/K/Org/I:1", "h.io/k/org/i:1"),
        ("h.io/k/o/i:", "h.io/k/o/i"),
        ("h.io/k/o/i/", "h.io/k/o/i"),
        ("h.io/k//o/i", "h.io/k/o/i"),
        ("h.io./k/o/i", "h.io/k/o/i"),
        ("user:pw@h.io/k/o/i", "h.io/k/o/i"),
        ("<host>/k/o/i", None),
        ("cgr-public/chainguard/go", None),
        ("a" * 64, None),
        ("", None),
        ("h.io/k/o/i@sha256:zz", None),
        ("h.io/" + "a" * 300, None),
    ],
)
def test_what_is_no_reference_gets_a_corrected_spelling(text, suggestion):
    with pytest.raises(UnusableReference) as caught:
        parse_reference(text)

    assert caught.value.suggestion == suggestion
    assert "\n" not in caught.value.problem


def test_user_information_is_never_repeated():
    with pytest.raises(UnusableReference) as caught:
        parse_reference("https://alice:s3cr3t@h.io/k/o/i")

    assert "s3cr3t" not in f"{caught.value.problem} {caught.value.suggestion}"
    assert "alice" not in f"{caught.value.problem} {caught.value.suggestion}"


@given(st.text(max_size=120) | st.from_regex(r"[a-zA-Z0-9./:@<>_ -]{0,80}"))
def test_any_text_is_read_or_refused_and_suggestions_parse(text):
    better = None
    try:
        found = parse_reference(text)
    except UnusableReference as refused:
        better = refused.suggestion
    else:
        assert parse_reference(str(found)) == found
    if better is not None:
        assert str(parse_reference(better)) == better


@given(st.text(max_size=80))
def test_upstream_images_too(text):
    try:
        found = parse_upstream(text)
    except UnusableReference:
        return
    assert parse_upstream(str(found)) == found


def test_an_upstream_image_is_a_path_and_what_of_it():
    found = parse_upstream("cgr.dev/acme.com/charts/kafka:1")

    assert (found.path, found.selector) == ("acme.com/charts/kafka", "1")
