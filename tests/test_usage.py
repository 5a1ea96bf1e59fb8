"""What is typed wrongly ends with status 2 and one line that says what to type."""

import pytest
from typed import typed

IMAGE = "acme.jfrog.io/cgr-private/acme.com/python:3.12"


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
        (
            ["cgr.dev/acme.com/python:3.12"],
            "HOST/REPOSITORY-KEY/acme.com/python:3.12, or name the way: --repository KEY",
        ),
        (["docker.io/library/nginx:latest"], "Docker Hub's"),
        (["docker login acme.jfrog.io"], "the command names no image"),
        (["sha256:" + "0" * 64], "a digest without a name"),
        (["- image: ${REGISTRY}/k/o/i:1"], "REGISTRY is not filled in"),
        (["toomanyrequests: Rate exceeded"], "no image stands in this text"),
        (["https://alice:s3cr3t@acme.jfrog.io/k/o/i"], "user information"),
        (["explain", "remote-url-mismatc"], "remote-url-mismatch"),
        (["explain", "MANIFEST_UNKNOWN"], "is a word of registries, no code; it can mean tag-not-found, "),
        (["explain"], "'cgrdoctor explain' needs CODE-or-CHECK"),
        (["report", "show"], "'cgrdoctor report show' needs FILE"),
        (["explain", "a", "b"], "'cgrdoctor explain' takes CODE-or-CHECK-or-TEXT: got unexpected extra argument (b)"),
        (["checks", "-f", "xml"], "--format takes one of: text, json"),
        (["completion", "tcsh"], "'cgrdoctor completion' takes one of: bash, zsh, fish"),
        ([IMAGE, "--timeout"], "--timeout needs a value: SECONDS"),
        ([IMAGE, "--fault", "x"], "--fault is an option of 'cgrdoctor demo'"),
        (["explain", "-x"], "'cgrdoctor explain --help' lists them"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_one_line_says_what_to_type(words, told):
    status, stdout, stderr = typed(*words, env={})

    assert (status, stdout) == (2, "")
    assert told in stderr
    assert len(stderr.splitlines()) == 1


def test_a_settings_file_is_named_with_its_trouble(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text("deadline = -5\n")

    status, _, stderr = typed(IMAGE, "--config", str(file), env={})

    assert status == 2
    assert "deadline in " in stderr
    assert stderr.rstrip().endswith("for example 30")
