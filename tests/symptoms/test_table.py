"""Every row of the table, as its client printed it of its world's image: who, which leg, which codes in which order."""

import re
from collections import defaultdict

import pytest

from cgrdoctor.engine.discovery import load
from cgrdoctor.lab import FAULTS
from cgrdoctor.symptoms.mechanism import meant, mechanism, unsent
from cgrdoctor.symptoms.normal import core, normal
from cgrdoctor.symptoms.read import meaning
from cgrdoctor.symptoms.table import LAB, rows

MEASURED = [row for row in rows() if row.source == LAB]
PRINTED_BY = defaultdict(set)
CODES = defaultdict(set)
for _row in MEASURED:
    PRINTED_BY[_row.text].add(_row.client)
    CODES[_row.text].add(_row.code)
FEW = 20
"""A set of fewer codes than these is short enough to be read, and its first five are."""


@pytest.fixture(scope="module", name="legs")
def _legs():
    return {name: code.leg for name, code in load().codes.items()}


@pytest.fixture(scope="module", name="images")
def _images():
    return {name: FAULTS[name].scenario().world.image for name in {row.world for row in MEASURED}}


@pytest.fixture(scope="module", name="read")
def _read(legs, images):
    kept = {}

    def of(row):
        text = printed(row, images[row.world])
        if text not in kept:
            kept[text] = meaning(text, legs)
        return kept[text]

    return of


def printed(row, image):
    """The text with everything that was left out of it put in again."""
    name, _, digest = image.partition("@")
    path = name.partition("/")[2]
    if ":" in path and not digest:
        name = name.rpartition(":")[0]
    host, key, *rest = name.split("/")
    base = f"https://{host}/v2/{key}/{'/'.join(rest)}"
    values = {
        "host": host,
        "image": image,
        "tag": digest or image.removeprefix(name).removeprefix(":") or "latest",
        "key": key,
        "name": "acme.com/python/3.12/manifest.json",
        "digest": "sha256:" + "ab12" * 16,
        "time": "2026-11-28T10:11:12Z",
        "address": "10.0.0.7:443",
        "ping": f"https://{host}/v2/",
        "manifest": f"{base}/manifests/3.12",
        "blob": f"{base}/blobs/sha256:{'ab12' * 16}",
        "token": f"https://{host}/v2/token?service={host}",
        "url": "https://files.acme.test/place",
        "cgr.dev": "https://cgr.dev/token",
        "scope": f"repository:{'/'.join(rest)}:pull",
        "hosts": "a.test, b.test",
        "path": "/home/you/.docker",
        "n": "6",
    }
    text = re.sub(r"(?<= in )\{image\}", name, row.text)
    text = re.sub(r"\{([a-z.]{1,8})\}", lambda found: values.get(found[1], found[0]), text)
    return f"FATA[0001] {text}" if row.client == "skopeo" else text


def test_every_client_was_run_and_prints_something_in_most_worlds():
    worlds = defaultdict(set)
    for row in MEASURED:
        worlds[row.client].add(row.world)

    assert set(worlds) == {"skopeo", "podman", "buildah", "ctr", "kubelet", "docker-classic"}
    assert min(map(len, worlds.values())) > 190


def test_what_is_left_out_is_left_out_again(images):
    other = [(row.text, normal(printed(row, images[row.world]))) for row in MEASURED]

    assert not [pair for pair in other if pair[0] != pair[1]][:3]


@pytest.mark.parametrize(
    "image",
    [
        "artifactory.globex.example/dock3r_remote.v2/globex.example/team/nodejs_x:22-dev",
        "10.20.30.40/cgr/4f2a9c/jdk-17.fips:v1.2.3_r0",
        "reg/k/o.io/n:1",
    ],
)
def test_another_image_is_left_out_as_well(image):
    texts = {row.text: row for row in MEASURED}
    other = [(text, normal(printed(row, image))) for text, row in texts.items() if "not {host}" not in text]

    assert not [pair for pair in other if pair[0] != pair[1]][:3]


def test_the_words_know_every_code_that_was_measured():
    """So that a client or a version that was not run, which says the same in other words, has no smaller set."""
    wrong = [
        (words.name, row.code, row.text)
        for row in MEASURED
        for words in [unsent(row.text) or mechanism(core(row.text)) or mechanism(row.text)]
        if words is not None and row.code not in meant(words, row.text, row.client)
    ]

    assert not wrong[:3]


def test_the_client_is_named(read):
    wrong = [
        (row.client, read(row).client, row.text)
        for row in MEASURED
        if read(row).client not in PRINTED_BY[row.text]
        and row.text != "unknown blob"  # which tells nobody
        and (row.client, read(row).client) != ("docker-classic", "docker")  # both stores ping in the same words
    ]

    assert not wrong[:3]


def test_the_set_holds_every_code_of_the_rows_with_that_text(read):
    wrong = [(row.text, CODES[row.text] - set(read(row).codes)) for row in MEASURED]

    assert not [pair for pair in wrong if pair[1]][:3]


def test_where_several_were_measured_the_set_is_those(read):
    several = [row for row in MEASURED if len(CODES[row.text]) > 1]

    assert not [row for row in several if set(read(row).codes) != CODES[row.text]][:3]
    assert len(several) > 1000


def test_the_leg_is_the_right_one_or_none(read, legs):
    wrong = [(row, read(row).leg) for row in MEASURED if read(row).leg not in (None, legs[row.code])]
    one = [row for row in MEASURED if len({legs[code] for code in CODES[row.text]}) == 1]
    unnamed = [row for row in one if read(row).leg is None]

    assert not wrong[:3]
    assert len(unnamed) <= len(MEASURED) // 20


def test_the_true_one_is_among_the_first_five_of_few(read):
    """Not of every row: where thirteen faults print the very same, five of them can stand before the others."""
    few = [row for row in MEASURED if len(read(row).codes) < FEW]
    late = [row for row in few if row.code not in read(row).codes[:5]]
    narrow = [row for row in late if len(read(row).codes) <= 5]

    assert not narrow
    assert not [row for row in late if len(CODES[row.text]) <= 5][:3]
    assert len(late) <= len(MEASURED) // 20


def test_what_the_client_has_behind_it_is_not_in_the_set(read):
    assert not [row for row in MEASURED if set(read(row).codes) & set(read(row).not_codes)]
    assert not [row for row in MEASURED if row.code in read(row).not_codes]


def test_a_text_of_the_table_comes_from_no_accident_of_the_stage():
    way = re.compile(
        r"tls-|clock-|connection-|proxy-|plain-http|docker-ca|docker-proxy|download-host|token-realm|path-mtu"
    )
    told = re.compile(r"x509|handshake timeout|http response to https|no such host|\(silence\)|cgrdoctor-lab|/tmp/")

    assert not [row for row in MEASURED if told.search(row.text) and not way.match(row.code)][:3]
