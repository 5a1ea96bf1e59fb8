"""config.json is read as docker reads it: what it sends for a host, and what it says of the file."""

import base64
import csv
import json
import shutil
from pathlib import Path

import anyio
import pytest

from cgrdoctor.credentials import docker_config, docker_environment, helper
from cgrdoctor.credentials.docker_config import Asking

CLIENT = Path(__file__).parents[1] / "field" / "client"
CASES = CLIENT / "docker-config"
HOST = "acme.jfrog.io"
PAIR = ("alice", "Adm1n-passw0rd")
PACKED = base64.b64encode(":".join(PAIR).encode()).decode()


def table(path):
    with path.open(newline="") as file:
        return {row[0]: row[1:] for row in csv.reader(file, delimiter="\t")}


EXPECTED = {name: row for name, row in table(CASES / "expected.tsv").items() if (CASES / name).is_dir()}


@pytest.fixture(name="path")
def _path(tmp_path, monkeypatch):
    """A PATH with the helpers that are kept, and no docker."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for program in (CLIENT / "helpers").iterdir():
        (programs / program.name).write_bytes(program.read_bytes())
        (programs / program.name).chmod(0o755)
    for name in ("sh", "cat", "echo"):
        found = shutil.which(name)
        if found:
            (programs / name).symlink_to(found)
    monkeypatch.setenv("PATH", str(programs))
    return programs


def looked(folder, path, **environ):
    return anyio.run(docker_config.look, folder, HOST, Asking({"PATH": str(path), **environ}))


def configured(tmp_path, content):
    written = content if isinstance(content, bytes) else json.dumps(content).encode()
    (tmp_path / "config.json").write_bytes(written)
    return tmp_path


def verdict(found):
    credential = found.credential
    if credential is None:
        return "none"
    if credential.kind != "basic":
        return credential.kind.replace("-", " ")
    return "right" if (credential.username, credential.secret.reveal(HOST)) == PAIR else "wrong"


@pytest.mark.parametrize("name", EXPECTED)
def test_what_docker_sends_is_what_is_found(path, name):
    sent, warned, _how = EXPECTED[name]

    found = looked(CASES / name, path)

    assert verdict(found) == ("none" if sent == "undecoded" else sent)
    kinds = [problem.kind for problem in found.problems]
    assert ("config-invalid" in kinds) == bool(warned)
    if sent in ("none", "undecoded") and name != "c69-null-top":
        assert found.problems or found.near_misses


@pytest.mark.parametrize("name", [name for name, row in EXPECTED.items() if "invalid character" in row[1]])
def test_the_character_that_docker_names_is_named_with_its_place(path, name):
    character = EXPECTED[name][1].partition("invalid character ")[2].partition(" looking")[0]

    problem = looked(CASES / name, path).problems[0]

    assert f"invalid character {character} looking for" in problem.message
    assert ", line " in problem.message
    assert "column " in problem.message


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("c09-credStore-typo", "credsStore is meant"),
        ("c12-trailing-comma", "line 4, column 3; a comma stands before"),
        ("c13-bom", "byte order mark"),
        ("c14-utf16-powershell", "UTF-16"),
        ("c15-single-quotes", "single quotes"),
        ("c26-auth-not-base64-plain", "not encoded"),
        ("c27-double-base64", "encoded twice"),
        ("c28-dockercfg-legacy", "outside of auths"),
        ("c29-k8s-data-still-base64", "base64 of a configuration"),
        ("c31-comments-jsonc", "comment"),
        ("c33-apikey-no-user", "user name is empty"),
        ("c34-auth-empty-string", "empty entry"),
        ("c36-credsStore-typo-of-pass", "without docker-credential-"),
        ("c37-auths-list", "line 2, column 11"),
        ("c44-truncated", "ends too early"),
        ("c45-yaml-not-json", "YAML"),
        ("c46-k8s-secret-yaml", "Kubernetes Secret"),
        ("c51-helper-fails-plain-there", "A specified logon session does not exist"),
        ("c61-auth-urlsafe-base64", "byte 11"),
        ("c62-auth-no-padding", "padding is missing"),
        ("c63-auth-space-inside", "white space"),
        ("c66-experimental-bool", "experimental"),
    ],
)
def test_what_was_done_to_the_file_is_said(path, name, words):
    told = " ".join(problem.message for problem in looked(CASES / name, path).problems)

    assert words in told
    assert PACKED not in told
    assert PAIR[1] not in told


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe{\0", "UTF-16"),
        (b"{\0\0\0", "UTF-16"),
        ("{\u201cauths\u201d: {}}".encode(), "word processor"),
        (b'{"auths": {},}', "comma"),
        (b"# mine\n{}", "comment"),
        (b'{"auths": {"https://h": {}}} // no, behind the value nothing is looked at', None),
        (b'{"a": "http://x", "b": ",}"', "ends too early"),
    ],
)
def test_what_a_file_that_is_no_json_seems_to_be(tmp_path, path, content, words):
    problems = looked(configured(tmp_path, content), path).problems

    assert words is None or words in problems[0].message
    assert [problem.kind for problem in problems if problem.kind == "config-invalid"] == ["config-invalid"] * bool(
        words
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"kind": "Secret", "data": {".dockerconfigjson": "e30="}}, "Kubernetes Secret"),
        ({"credentialsStore": "x", "auths": {HOST: {}}}, "credsStore is meant"),
        ({"credHelper": {HOST: "x"}}, "credHelpers is meant"),
        ({"auth": {HOST: {"auth": PACKED}}}, "auths is meant"),
        ({"auths": {HOST: {"username": "alice"}}}, "no password"),
        ({"auths": {HOST: {"password": "x"}}}, "no user name"),
    ],
)
def test_what_docker_passes_over_without_a_word_is_said(tmp_path, path, content, words):
    found = looked(configured(tmp_path, content), path)

    assert found.credential is None
    assert words in " ".join(problem.message for problem in found.problems if problem.kind == "no-login")


PLAIN = {"auths": {HOST: {"auth": PACKED}}}
HELPERS = {
    "a-status": ("echo something broke; exit 1", "right", "something broke"),
    "on-standard-error": ("echo exec format error >&2; exit 126", "right", "exec format error"),
    "nothing": ("exit 0", "right", "it is empty"),
    "html": ("echo '<html>'", "right", "invalid character '<'"),
    "a-wrong-type": ("""echo '{"Username": 1, "Secret": "x"}'""", "right", "a number"),
    "not-found": ("echo ' credentials not found in native keychain '; exit 1", "none", None),
    "other-words": ("echo 'Credentials not found in native keychain'; exit 1", "right", "Credentials not found"),
    "another-pair": ("""echo '{"USERNAME": "eve", "secret": "x"} and more'""", "wrong", None),
    "a-token": ("""echo '{"Username": "<token>", "Secret": "x"}'""", "identity token", None),
    "no-secret": ("""echo '{"Username": "eve", "Secret": ""}'""", "none", "an empty Secret"),
    "no-user": ("""echo '{"Username": "", "Secret": "x"}'""", "none", "without Username"),
}


@pytest.mark.parametrize("name", HELPERS)
def test_docker_goes_on_with_the_entry_where_a_helper_is_broken(tmp_path, path, name):
    script, expected, words = HELPERS[name]
    (path / "docker-credential-odd").write_text(f"#!/bin/sh\ncat >/dev/null\n{script}\n")
    (path / "docker-credential-odd").chmod(0o755)

    found = looked(configured(tmp_path, {**PLAIN, "credsStore": "odd"}), path)

    assert verdict(found) == expected
    assert [words in problem.message for problem in found.problems] == [True] * bool(words)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("gpg", "pass not initialized: exit status 1: Error: password store is empty"),
        ("session", "A specified logon session does not exist"),
        ("wslerr", "fork/exec /usr/bin/docker-credential-desktop.exe: exec format error"),
        ("nousername", "without Username"),
    ],
)
def test_a_helper_s_own_words_are_shown(tmp_path, path, name, words):
    (problem,) = looked(configured(tmp_path, {"auths": {"other.test": {}}, "credsStore": name}), path).problems

    assert problem.kind == "helper-failed"
    assert words in problem.message
    assert PAIR[1] not in problem.message


def test_a_helper_s_words_are_shown_without_what_may_be_a_secret():
    output = b"error at 2026-11-28T10:00:00Z in /usr/lib/x86_64/helper: code 0x80070520, got hunter2hunter2\n\x1b[1m"

    words = helper.quoted(output, b"")

    assert "/usr/lib/x86_64/helper" in words
    assert "0x80070520" in words
    assert "hunter2" not in words
    assert words.isprintable()
    assert helper.quoted(b'{"Secret": "opensesame"}', b"") == " and printed a secret"


def test_where_nothing_is_stored_the_store_of_the_platform_is_asked(tmp_path, path, monkeypatch):
    monkeypatch.setattr(docker_config.sys, "platform", "linux")
    program = path / "docker-credential-secretservice"
    program.write_text("""#!/bin/sh\necho '{"Username": "alice", "Secret": "Adm1n-passw0rd"}'\n""")
    program.chmod(0o755)

    assert verdict(looked(tmp_path, path)) == "right"
    assert verdict(looked(configured(tmp_path, {"auths": {}}), path)) == "right"
    assert verdict(looked(configured(tmp_path, {"auths": {"other.test": {"auth": PACKED}}}), path)) == "none"


def test_it_says_where_it_looked(tmp_path, path):
    assert looked(tmp_path, path).looked == (f"{tmp_path}/config.json (not there)",)
    found = looked(configured(tmp_path, {"auths": {"a.test": {}}, "credsStore": "fakenf"}), path)
    assert found.looked == (f"{tmp_path}/config.json (1 entries)", "docker-credential-fakenf")


def test_two_keys_of_a_host_are_said_to_be_any(tmp_path, path):
    (problem,) = looked(CASES / "c57-two-url-keys-first-sorted-wins", path).problems
    same = {"auths": {f"http://{HOST}": {"auth": PACKED}, f"https://{HOST}/v1/": {"auth": PACKED}}}

    assert problem.kind == "ambiguous"
    assert "docker takes any" in problem.message
    assert looked(configured(tmp_path, same), path).problems == ()


def test_a_broken_entry_of_another_host_leaves_this_one_to_chance(tmp_path, path):
    """Measured: docker begins anywhere and goes round, so that what stands before the broken one is mostly decoded."""
    broken = {"other.test": {"auth": "%%%"}}
    before = looked(configured(tmp_path, {"auths": {**PLAIN["auths"], **broken}}), path)
    behind = looked(configured(tmp_path, {"auths": {**broken, **PLAIN["auths"]}}), path)

    assert before.credential is not None
    assert behind.credential is None
    for found in (before, behind):
        assert "is chance" in found.problems[0].message
        assert found.problems[0].kind == "config-invalid-at-times"


def test_a_wrong_type_leaves_nothing_to_chance(tmp_path, path):
    found = looked(configured(tmp_path, {"auths": {**PLAIN["auths"], "other.test": {"auth": 7}}}), path)

    assert found.credential is None
    assert found.problems[0].kind == "config-invalid"
    assert "chance" not in found.problems[0].message


def docker(path, version):
    program = path / "docker"
    program.write_text(f"#!/bin/sh\necho Docker version {version}, build abc\n")
    program.chmod(0o755)


def variable(path, content):
    return {"DOCKER_AUTH_CONFIG": content if isinstance(content, str) else json.dumps(content)}


@pytest.mark.parametrize(
    ("version", "expected"),
    [("28.2.2", "none"), ("20.10.24+dfsg1", "none"), ("28.3.0", "right"), ("29.1.0-rc.1", "right")],
)
def test_the_variable_is_read_by_dockers_that_read_it(tmp_path, path, version, expected):
    docker(path, version)

    found = looked(tmp_path, path, **variable(path, PLAIN))

    assert verdict(found) == expected
    if expected == "none":
        assert "28.3.0" in found.near_misses[0].why
        assert version.partition("+")[0] in found.near_misses[0].why


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (base64.b64encode(json.dumps(PLAIN).encode()).decode(), "base64 of the JSON"),
        ("/root/.docker/config.json", "it is a path"),
        ("$HOME/.docker/config.json", "it is a path"),
        ({**PLAIN, "credsStore": "pass"}, "credsStore"),
        ({"auths": {HOST: {"auth": PACKED, "email": "a@b"}}}, "email"),
        ({"auths": {HOST: {}}}, "no auth for"),
        ({"auths": {HOST: {"auth": "alice:x"}}}, "cannot be decoded"),
        (f"{json.dumps(PLAIN)} {{}}", "more than one"),
        ({"auths": {HOST: {"auth": 5}}}, "number"),
        ({"auths": []}, "array"),
        ("[]", "array"),
    ],
)
def test_a_variable_that_docker_refuses_is_named_and_the_file_is_read(tmp_path, path, content, words):
    configured(tmp_path, PLAIN)

    found = looked(tmp_path, path, **variable(path, content))

    assert verdict(found) == "right"
    assert words in found.problems[0].message
    assert found.problems[0].place == "environment DOCKER_AUTH_CONFIG"
    assert PACKED not in str(found.problems)


def test_the_variable_is_for_the_very_host_and_comes_first(tmp_path, path):
    configured(tmp_path, {"auths": {HOST: {"username": "eve", "password": "x"}}})

    assert verdict(looked(tmp_path, path, **variable(path, PLAIN))) == "right"
    other = {"auths": {f"https://{HOST}/v1/": {"auth": PACKED}}}
    assert verdict(looked(tmp_path, path, **variable(path, other))) == "wrong"


def test_every_secret_of_the_variable_is_heard_of():
    heard = []
    docker_environment.read(
        json.dumps({"auths": {HOST: {"auth": PACKED}, "b": {"auth": "bob:secret"}}}).encode(), heard.append
    )

    assert {PAIR[1], "bob:secret"} <= set(heard)
