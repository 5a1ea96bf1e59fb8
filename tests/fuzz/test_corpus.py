"""What the fuzzer keeps, replayed without it: whatever broke once stays mended, and every entry is reached."""

import pytest
from target import CORPUS, ENTRIES, one

INPUTS = sorted(CORPUS.iterdir())
LARGEST = 300 * 1024
"""Bytes of the whole corpus."""


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.name)
def test_no_kept_input_breaks_anything(path):
    one(path.read_bytes())


def test_every_entry_has_inputs():
    assert {path.read_bytes()[:1] for path in INPUTS} == set(ENTRIES)


def test_the_corpus_is_small():
    assert sum(path.stat().st_size for path in INPUTS) <= LARGEST


@pytest.mark.parametrize("data", [b"", b"w", b"s", b"\xff", b"w\n=== \n", b"s\xff\xff\xff"])
def test_the_shortest_inputs_are_inputs(data):
    one(data)
