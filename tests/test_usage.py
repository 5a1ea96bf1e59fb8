"""What is typed wrongly ends with status 2 and one line that says what to type."""

import subprocess
import sys

import pytest

IMAGE = "acme.jfrog.io/cgr-private/acme.com/python:3.12"


def typed(*words, **environment):
    return subprocess.run(
        [sys.executable, "-m", "cgrdoctor", *words], capture_output=True, text=True, env=environment, check=False
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([IMAGE, "--only", "field.*"], "the nearest is 'fields."),
        ([IMAGE, "--skip", "tokens"], "the nearest is 'token."),
        ([IMAGE, "--upstream-image", "python:3.12"], "write org/name[:tag or @digest], as chainguard/python:3.12"),
        ([IMAGE, "--deadline", "-5"], "--deadline takes seconds above 0"),
        ([IMAGE, "--dead-line", "5"], "the nearest is --deadline"),
        ([IMAGE, "--vantage", "here"], "client, artifactory"),
        ([IMAGE, "--docker-config", "/no/such/folder"], "there is no directory /no/such/folder"),
        (["acme.jfrog.io"], "acme.jfrog.io"),
        (["chekc", IMAGE], "nearest"),
        (["explain", "remote-url-mismatc"], "remote-url-mismatch"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_one_line_says_what_to_type(words, told):
    done = typed(*words)

    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_settings_file_is_named_with_its_trouble(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text("deadline = -5\n")

    done = typed(IMAGE, "--config", str(file))

    assert done.returncode == 2
    assert "deadline in " in done.stderr
    assert done.stderr.rstrip().endswith("for example 30")
