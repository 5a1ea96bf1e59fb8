"""A report that was damaged, bent or made up is told as such in one line, by every command that reads one."""

import bz2
import io
import json
import lzma
import random
import zipfile

import pytest

from cgrdoctor.cli import run
from cgrdoctor.errors import UsageProblem
from cgrdoctor.report.read import content_of, read

METHODS = {
    "stored": zipfile.ZIP_STORED,
    "deflate": zipfile.ZIP_DEFLATED,
    "bzip2": zipfile.ZIP_BZIP2,
    "lzma": zipfile.ZIP_LZMA,
}
REPORT = {
    "schema_version": "1.0",
    "tool": {"name": "cgrdoctor", "version": "1"},
    "run": {
        "id": "1",
        "started_at": "2025-01-01T00:00:00.000Z",
        "duration": 1.0,
        "vantage": "client",
        "deadline": 60.0,
        "python": "3",
        "os": "Linux",
        "options": {},
    },
    "target": {"image": "acme.jfrog.io/cgr/acme/python:3"},
    "status": "healthy",
    "complete": True,
    "exit_status": 0,
    "summary": "Nothing wrong was found.",
    "facts": {},
}


def bundle(method):
    """A bundle as somebody packed it again."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.writestr("report.json", json.dumps({**REPORT, "summary": "word " * 400}))
    return stream.getvalue()


@pytest.mark.parametrize("method", METHODS)
def test_a_bundle_is_read_however_it_is_packed(tmp_path, method):
    file = tmp_path / "report.zip"
    file.write_bytes(bundle(METHODS[method]))

    assert read(file).summary.startswith("word")


@pytest.mark.parametrize("method", METHODS)
def test_a_damaged_bundle_is_said_to_be_one(tmp_path, method):
    """Bytes are changed, taken away and put in, at the same places each time."""
    whole, file, refused = bundle(METHODS[method]), tmp_path / "report.zip", []
    for seed in range(300):
        chance = random.Random(seed)
        data = bytearray(whole)
        for _ in range(chance.randrange(1, 4)):
            at = chance.randrange(4, len(data))
            data[at : at + chance.randrange(3)] = chance.randbytes(chance.randrange(3))
        file.write_bytes(data)
        try:
            content_of(file)
        except UsageProblem as problem:
            refused.append(str(problem))

    assert len(refused) > 100
    assert [line for line in refused if "\n" in line] == []


COMMANDS = ("show", "validate", "redact", "reanalyze", "verify")


@pytest.fixture
def told(capsys):
    """Status and standard error of `report COMMAND FILE`."""

    def tell(command, file):
        status = run(["report", command, str(file)])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return tell


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    "data",
    [
        bundle(zipfile.ZIP_LZMA)[:60] + b"\xff" * 40 + bundle(zipfile.ZIP_LZMA)[100:],
        lzma.compress(json.dumps(REPORT).encode()),
        bz2.compress(json.dumps(REPORT).encode()),
        b"PK\x03\x04",
    ],
    ids=["damaged lzma", "xz", "bzip2", "nothing but a mark"],
)
def test_every_command_that_reads_one_says_so_in_a_line(told, tmp_path, command, data):
    file = tmp_path / "report.zip"
    file.write_bytes(data)

    status, out, err = told(command, file)

    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("cgrdoctor: ")
    assert "report.zip is no" in err


def nested(depth):
    """A report with a fact that is nested so deep."""
    fact = {"status": "observed", "value": {"x": 1}}
    text = json.dumps({**REPORT, "facts": {"odd": fact}})
    return text.replace('{"x": 1}', '{"x":' * depth + "1" + "}" * depth)


@pytest.mark.parametrize("command", ["show", "redact", "reanalyze"])
@pytest.mark.parametrize("depth", [110, 300, 900, 5000])
def test_no_command_follows_a_report_into_any_depth(told, tmp_path, command, depth):
    file = tmp_path / "report.json"
    file.write_text(nested(depth))

    status, out, err = told(command, file)

    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "report.json is no" in err


def test_a_report_of_some_depth_is_one(told, tmp_path):
    file = tmp_path / "report.json"
    file.write_text(nested(60))

    assert [told(command, file)[0] for command in ("show", "redact")] == [0, 0]
