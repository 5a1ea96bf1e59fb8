"""What people do to the files of logins is said in words, for docker and for podman each as it reads them."""

import base64
import json

import anyio
import pytest

from cgrdoctor.credentials import auth_json, docker_config, helper
from cgrdoctor.credentials.docker_config import Asking

HOST = "acme.jfrog.io"
NAME = f"{HOST}/cgr-private/acme.com/python"
AUTH = base64.b64encode(b"alice:pass-word").decode()


def auths(key=HOST, **entry):
    return json.dumps({"auths": {key: entry or {"auth": AUTH}}})


def docker(tmp_path, content):
    (tmp_path / "config.json").write_bytes(content if isinstance(content, bytes) else content.encode())
    return anyio.run(docker_config.look, tmp_path, HOST, Asking({"PATH": ""}))


def podman(tmp_path, content):
    (tmp_path / "auth.json").write_text(content)
    return anyio.run(auth_json.look, NAME, tmp_path / "auth.json", Asking({"PATH": "", "HOME": str(tmp_path)}))


def words(found):
    said = [problem.message for problem in found.problems] + [miss.why for miss in found.near_misses]
    return "\n".join([*said, *found.looked])


@pytest.mark.parametrize(
    ("key", "why"),
    [
        (f"//{HOST}", "not read as an address"),
        (f"https:/{HOST}", "not read as an address"),
        (f"https//{HOST}", "not read as an address"),
        (f"https:{HOST}", "not read as an address"),
        (f"https://https://{HOST}/", "not read as an address"),
        (f"https://{HOST}\n", "not read as an address"),
        (f"https://{HOST}\\v2", "not read as an address"),
        (f"{HOST}?x=1", "not read as an address"),
        (f"{HOST}\u200b", "cannot be seen"),
        (f"\ufeff{HOST}", "cannot be seen"),
        (HOST.replace("a", "\u0430"), "only look like"),
        (f"{HOST}:443", "the port differs"),
        (f" {HOST}", "white space"),
        (HOST.upper(), "case differ"),
        (f"other.{HOST}", docker_config.OTHER_HOST),
    ],
)
def test_a_key_that_docker_does_not_take_is_near(tmp_path, key, why):
    found = docker(tmp_path, auths(key))

    assert found.credential is None
    assert why in words(found)


@pytest.mark.parametrize(
    ("auth", "why"),
    [
        (f"Basic {AUTH}", "begins with Basic"),
        (f'"{AUTH}"', "quotes are part of it"),
        ("${AUTH}", "placeholder"),
        ("<base64>", "placeholder"),
        ("{{ auth }}", "placeholder"),
        ("***", "masked"),
        ("alice:pass-word", "not encoded"),
        (AUTH.rstrip("=") + " ", "white space"),
        (base64.b64encode(base64.b64encode(AUTH.encode())).decode(), "encoded more than once"),
        (base64.b64encode(AUTH.encode()).decode(), "encoded twice"),
    ],
)
def test_an_auth_that_cannot_be_decoded_is_told_for_both(tmp_path, auth, why):
    for found in (docker(tmp_path, auths(auth=auth)), podman(tmp_path, auths(auth=auth))):
        assert found.credential is None
        assert why in words(found)
        assert "pass-word" not in words(found)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ('{"auths": {"acme.jfrog.io": {{ auth }}}}', "template"),
        (f"<<<<<<< HEAD\n{auths()}\n=======\n{{}}\n>>>>>>> x", "merge"),
        (f"```json\n{auths()}\n```", "Markdown"),
        (json.dumps({"docker": {"auths": {HOST: {"auth": AUTH}}}}), "has auths inside of docker"),
        (json.dumps({"registry-mirrors": ["https://x"], "insecure-registries": []}), "daemon"),
        (auths().encode("utf-16-le"), "UTF-16"),
    ],
)
def test_a_file_of_another_kind_is_named(tmp_path, content, why):
    found = docker(tmp_path, content)

    assert found.credential is None
    assert why in words(found)


def test_what_is_compressed_is_no_utf_16(tmp_path):
    assert "UTF-16" not in words(docker(tmp_path, b"\x1f\x8b\x08\x00abcdefghijklmnop"))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (auths(username="alice", password="pass-word"), "reads auth alone"),
        (auths(registrytoken="pass-word"), "reads auth alone"),
        (json.dumps({HOST: {"auth": AUTH}}), "outside of auths"),
        (auths(f"docker://{HOST}"), "write the host alone"),
        (auths(f"{NAME}:3.12"), "ends with a tag"),
        (auths(f"{HOST}/*"), "no patterns"),
        (auths(f"{HOST}/other"), "below other alone"),
    ],
)
def test_what_podman_does_not_take_is_told(tmp_path, content, why):
    found = podman(tmp_path, content)

    assert found.credential is None
    assert why in words(found)
    assert "pass-word" not in words(found)


@pytest.mark.parametrize(
    ("name", "why"),
    [(" pair", "white space"), ("/usr/bin/docker-credential-pair", "path"), ("", "empty"), ("a+b", "not on PATH")],
)
def test_a_name_of_a_helper_is_judged_as_docker_looks_for_it(name, why):
    answer = anyio.run(helper.ask, name, HOST, {"PATH": ""})

    assert why in answer.problem.message
    assert answer.falls_back


def test_a_helpers_answer_names_no_client_that_did_not_ask(tmp_path):
    program = tmp_path / "docker-credential-half"
    program.write_text("""#!/bin/sh\necho '{"Username":"","Secret":"x"}'\n""")
    program.chmod(0o755)
    content = json.dumps({"credHelpers": {HOST: "half"}})
    (tmp_path / "auth.json").write_text(content)

    found = anyio.run(auth_json.look, NAME, tmp_path / "auth.json", Asking({"PATH": str(tmp_path), "HOME": "/x"}))

    assert "without Username" in words(found)
    assert "docker's" not in words(found)
