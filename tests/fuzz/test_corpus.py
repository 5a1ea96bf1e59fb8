"""What the fuzzer keeps, replayed without it: whatever broke once stays mended, and every entry is reached."""

import importlib.util
import subprocess
import sys
from unittest import mock

import pytest
from target import CORPUS, ENTRIES, one

INPUTS = sorted(CORPUS.iterdir())
LARGEST = 300 * 1024
"""Bytes of the whole corpus."""


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.name)
def test_no_kept_input_breaks_anything(path):
    one(path.read_bytes())


def test_every_entry_has_inputs():
    assert set(ENTRIES) <= {path.read_bytes()[:1] for path in INPUTS}


def test_the_corpus_is_small():
    assert sum(path.stat().st_size for path in INPUTS) <= LARGEST


@pytest.mark.parametrize("data", [b"", b"w", b"s", b"\xff", b"w\n=== \n", b"s\xff\xff\xff"])
def test_the_shortest_inputs_are_inputs(data):
    one(data)


def runner():
    spec = importlib.util.spec_from_file_location("fuzz_main", CORPUS.parent / "__main__.py")
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def test_without_a_fuzzer_one_line_says_so(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "atheris", None)

    assert runner().main([]) == 0
    assert capsys.readouterr().out.count("\n") == 1


def test_an_input_that_breaks_something_is_told_with_its_path(monkeypatch, capsys, tmp_path):
    """The fuzzer leaves what it found beside its corpus and ends with a status of its own."""
    fuzz = runner()
    monkeypatch.setattr(fuzz, "KEPT", tmp_path)
    monkeypatch.setitem(sys.modules, "atheris", mock.MagicMock(__spec__=object()))

    def breaks(_command, check):
        (tmp_path / "crash-1").write_bytes(b"r")
        return subprocess.CompletedProcess([], 77)

    monkeypatch.setattr(fuzz.subprocess, "run", breaks)

    assert fuzz.main([]) == 1
    assert str(tmp_path / "crash-1") in capsys.readouterr().out
