"""What the texts of a list mean for one repository."""

import pytest

from cgrdoctor.cli.sweep import share_of
from cgrdoctor.errors import UsageProblem
from cgrdoctor.sweep import roster as rosters
from cgrdoctor.sweep.roster import Home, roster

HOME = Home("acme.jfrog.io", "cgr")
DIGEST = "sha256:" + "a" * 64


def read(*texts, home=HOME, share=(0, 1)):
    found = roster(texts, home, share)
    return {one.image: (one.path, one.selector, one.upstream_image) for one in found}, found


@pytest.mark.parametrize(
    ("text", "path", "upstream"),
    [
        ("acme.jfrog.io/cgr/acme.com/go:1.10", "acme.com/go", "acme.com/go:1.10"),
        ("acme.jfrog.io:443/cgr/acme.com/go", "acme.com/go", "acme.com/go:latest"),
        ("cgr.acme.jfrog.io/acme.com/go:1", "acme.com/go", "acme.com/go:1"),
        (f"cgr.dev/acme.com/go:1@{DIGEST}", "acme.com/go", f"acme.com/go@{DIGEST}"),
        ("docker://cgr.dev/chainguard/go", "chainguard/go", "chainguard/go:latest"),
    ],
)
def test_an_image_of_the_repository(text, path, upstream):
    found, _ = read(text)
    assert found[text][0] == path
    assert found[text][2] == upstream


def test_a_project_id_stands_before_what_cgr_dev_is_asked_for():
    found = roster(["acme.jfrog.io/cgr/go:1", "cgr.dev/acme.com/node:2"], HOME).at(
        Home("acme.jfrog.io", "cgr", "acme.com")
    )
    assert [(one.path, one.upstream_image) for one in found] == [
        ("node", "acme.com/node:2"),
        ("go", "acme.com/go:1"),
    ] or [(one.path, one.upstream_image) for one in found] == [("go", "acme.com/go:1"), ("node", "acme.com/node:2")]


def test_what_is_of_others_is_counted_and_not_asked_for():
    texts = ("acme.jfrog.io/cgr/acme.com/go", "nginx:1", "quay.io/x/y", "acme.jfrog.io/other/x", "localhost:5000/x/y")
    found, whole = read(*texts)
    assert list(found) == [texts[0]]
    assert list(whole.others.texts) == list(texts[1:])


def test_org_and_name_alone_are_of_cgr_dev_only_where_nothing_names_a_registry_of_ours():
    alone, _ = read("acme.com/go:1", "chainguard/static")
    assert [one[2] for one in alone.values()] == ["acme.com/go:1", "chainguard/static:latest"]
    beside, whole = read("acme.com/go:1", "registry.k8s.io/pause:3", "cgr.dev/acme.com/node:1")
    assert list(beside) == ["cgr.dev/acme.com/node:1"]
    assert whole.others.count == 2


@pytest.mark.parametrize(
    "text", ["${IMAGE}", "{{ .Values.image }}", "acme.jfrog.io/cgr/Acme:1", "x/y:<appVersion>", "a/b:"]
)
def test_what_is_no_reference_is_told(text):
    found, whole = read("cgr.dev/acme.com/go", text)
    assert list(whole.unusable.texts) == [text]
    assert list(found) == ["cgr.dev/acme.com/go"]


def test_user_information_is_not_echoed():
    _, whole = read("https://bob:s3cret@acme.jfrog.io/cgr/acme.com/go:1")
    assert not found_in("s3cret", whole.unusable.texts)


def test_what_is_set_to_something_is_not_echoed():
    _, whole = read("CGRDOCTOR_REGISTRY_PASSWORD=s3cret", "cgr.dev/acme.com/go")
    assert list(whole.unusable.texts) == ["CGRDOCTOR_REGISTRY_PASSWORD=..."]


def test_a_share_of_a_list_that_is_too_long_for_one_sweep(monkeypatch):
    monkeypatch.setattr(rosters, "MOST", 60)
    texts = [f"cgr.dev/acme.com/i{n}" for n in range(100)]
    assert sum(len(roster(texts, HOME, (number, 4))) for number in range(4)) == 100
    with pytest.raises(UsageProblem, match="--shard"):
        roster(texts, HOME)


def found_in(word, texts):
    return any(word in text for text in texts)


def test_each_once_and_those_of_an_image_together():
    _, whole = read(*[f"cgr.dev/acme.com/i{n % 3}:{n}" for n in range(9)] * 2)
    paths = [one.path for one in whole]
    assert len(paths) == 9
    assert paths == sorted(paths)


@pytest.mark.parametrize("indexes", [(0, 1, 2), (1, 2, 3)])
def test_shares_are_apart_and_together_all(indexes):
    texts = [f"cgr.dev/acme.com/i{n}:{tag}" for n in range(40) for tag in "12"]
    shares = [read(*texts, share=share_of(f"{index}/3", {}))[0] for index in indexes]
    assert sorted(image for one in shares for image in one) == sorted(texts)
    assert all(shares)


def test_a_share_of_an_indexed_job():
    assert share_of("4", {"JOB_COMPLETION_INDEX": "2"}) == (2, 4)
    assert share_of("/4", {"JOB_COMPLETION_INDEX": "0"}) == (0, 4)


@pytest.mark.parametrize("text", ["5/4", "a/4", "1/0", "4", "-1/4", "1/", "\u0661/4"])
def test_no_share(text):
    with pytest.raises(UsageProblem, match="--shard"):
        share_of(text, {})


@pytest.mark.parametrize(
    "text",
    [
        "https://acme.jfrog.io/cgr/acme.com/python:3",
        "PYTHON_IMAGE=acme.jfrog.io/cgr/acme.com/python:3",
        "https://acme.jfrog.io/v2/cgr/acme.com/python/manifests/3?access_token=abc",
    ],
)
def test_an_address_is_read_as_in_place_of_an_image(text):
    """What else stands in it, which may be a secret, is dropped."""
    found = roster([text], Home("acme.jfrog.io", "cgr"))

    assert [(one.image, one.path, one.selector) for one in found] == [
        ("acme.jfrog.io/cgr/acme.com/python:3", "acme.com/python", "3")
    ]


@pytest.mark.parametrize(
    "text", ["TOKEN=other.example/secret/word", "TOKEN=c2VjcmV0", "https://u:word@acme.jfrog.io/cgr/a/b:1"]
)
def test_what_else_is_set_is_not_told(text):
    found = roster([text, "cgr.dev/a/b"], Home("acme.jfrog.io", "cgr"))

    told = str((list(found), found.others.texts, found.unusable.texts))
    assert len(found) == 1
    assert not [word for word in ("secret", "c2Vj", "word") if word in told]
