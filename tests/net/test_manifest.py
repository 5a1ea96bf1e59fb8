"""Manifests are read strictly, platforms compared as containerd does."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cgrdoctor.net.manifest import (
    OCI_INDEX,
    OCI_MANIFEST,
    Descriptor,
    ImageManifest,
    Index,
    ManifestUnreadable,
    Platform,
    choose,
    config_platform,
    digest_of,
    offered,
    parse_manifest,
    parse_platform,
)

DIGEST = "sha256:" + "a" * 64


def descriptor(**more):
    return {"mediaType": OCI_MANIFEST, "digest": DIGEST, "size": 1, **more}


def index(*platforms):
    return Index(OCI_INDEX, tuple(Descriptor(OCI_MANIFEST, DIGEST, 1, platform) for platform in platforms))


def test_an_index_and_a_manifest():
    body = json.dumps({"manifests": [descriptor(platform={"os": "linux", "architecture": "amd64"})]}).encode()
    assert offered(parse_manifest(body, OCI_INDEX)) == ("linux/amd64",)
    body = json.dumps({"config": descriptor(), "layers": [descriptor(), descriptor(urls=["http://x"])]}).encode()
    found = parse_manifest(body, OCI_MANIFEST)
    assert isinstance(found, ImageManifest)
    assert [layer.urls for layer in found.layers] == [False, True]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"manifests": [], "layers": []}, "ambiguous"),
        ({"schemaVersion": 1, "fsLayers": []}, "schema1"),
        ({"x": 1}, "shape"),
        ([], "shape"),
        ({"manifests": [descriptor(digest="sha256:../../x")]}, "shape"),
        ({"manifests": [descriptor(digest="sha256:" + "A" * 64)]}, "shape"),
        ({"manifests": [descriptor(size=-1)]}, "shape"),
        ({"manifests": [descriptor(size="1")]}, "shape"),
        ({"manifests": ["x"]}, "shape"),
    ],
)
def test_what_must_be_refused(value, kind):
    with pytest.raises(ManifestUnreadable) as caught:
        parse_manifest(json.dumps(value).encode(), None)

    assert caught.value.kind == kind


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<html>", "html"),
        (b"{", "json"),
        (b"[" * 100000, "json"),
        (b"\xff", "json"),
        (b"{}" + b" " * 5_000_000, "size"),
    ],
)
def test_bodies_that_are_no_json_document(body, kind):
    with pytest.raises(ManifestUnreadable) as caught:
        parse_manifest(body, None)

    assert caught.value.kind == kind


@pytest.mark.parametrize(
    ("wanted", "platforms", "found"),
    [
        ("linux/arm64", [Platform("linux", "arm64", "v8")], True),
        ("linux/arm64/v8", [Platform("linux", "arm64")], True),
        ("linux/aarch64", [Platform("linux", "arm64")], True),
        ("linux/arm/v7", [Platform("linux", "arm", "v6")], True),
        ("linux/arm/v6", [Platform("linux", "arm", "v7")], False),
        ("linux/amd64", [Platform("unknown", "unknown")], False),
        ("linux/amd64", [None], True),
        ("linux/arm64", [None], False),
        ("linux/s390x", [Platform("linux", "amd64")], False),
    ],
)
def test_which_manifest_fits(wanted, platforms, found):
    assert (choose(index(*platforms), parse_platform(wanted)) is not None) is found


@pytest.mark.parametrize("text", ["linux", "", "a/b/c/d", "linux/am d64", "<x>/y"])
def test_what_is_no_platform(text):
    with pytest.raises(ValueError, match="no platform"):
        parse_platform(text)


@given(
    st.binary(max_size=500)
    | st.recursive(
        st.none() | st.text(max_size=5) | st.integers(),
        lambda c: (
            st.lists(c)
            | st.dictionaries(
                st.sampled_from(["manifests", "layers", "config", "digest", "size", "platform", "mediaType"]), c
            )
        ),
        max_leaves=20,
    ).map(lambda v: json.dumps(v).encode())
)
def test_any_body_is_a_manifest_or_refused(body):
    try:
        parse_manifest(body, None)
    except ManifestUnreadable:
        pass
    config_platform(body)
    assert digest_of(body).startswith("sha256:")
