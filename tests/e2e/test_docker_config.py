"""The docker command itself is asked what it sends with a configuration, and what is read here is compared with it."""

from __future__ import annotations

import base64
import json
import os
import random
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import anyio
import pytest
from recording_engine import recording

from cgrdoctor.credentials import docker_config, helper

pytestmark = pytest.mark.e2e

CLIENT = Path(__file__).parents[1] / "field" / "client"
KEPT = sorted(folder for folder in (CLIENT / "docker-config").iterdir() if folder.is_dir())
HOST = "acme.jfrog.io"
OLD = {"c33-apikey-no-user"}
"""What docker before 23.0 takes for a login: a pair without its user."""

HELPERS = {
    "pair": """echo '{"Username":"eve","Secret":"from-helper"} and more'""",
    "token": """echo '{"username":"<token>","SECRET":"refresh"}'""",
    "nothing": "echo 'credentials not found in native keychain'; exit 1",
    "broken": "echo boom; exit 1",
    "garbage": "echo '<html>'",
}
VARIANTS = 40


@pytest.fixture(name="docker", scope="module")
def _docker(tmp_path_factory):
    folder = tmp_path_factory.mktemp("docker")
    for program in (CLIENT / "helpers").iterdir():
        shutil.copy(program, folder)
    for name, script in HELPERS.items():
        (folder / f"docker-credential-{name}").write_text(f"#!/bin/sh\ncat >/dev/null\n{script}\n")
    for program in folder.iterdir():
        program.chmod(0o755)
    command = shutil.which("docker")
    assert command, "the docker command is needed"
    with recording(folder, command, f"{folder}:/usr/bin:/bin") as docker:
        yield docker


def found(docker, folder):
    """The login that is read here, and whether the file is found wrong."""
    asking = docker_config.Asking({"PATH": docker.path})
    result = anyio.run(docker_config.look, folder, HOST, asking)
    credential = result.credential
    wrong = any(problem.kind == "config-invalid" for problem in result.problems)
    secret = credential.secret.reveal(HOST) if credential else ""
    return (credential.kind, credential.username, secret) if credential else ("", "", ""), wrong


@pytest.fixture(name="differences")
def _differences(docker, monkeypatch):
    """Asks both for each folder, several at a time, and gives those in which they differ."""
    monkeypatch.setattr(helper, "SECONDS", 60.0)
    monkeypatch.setenv("PATH", docker.path)

    def ask(folders):
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            sent = list(pool.map(docker.pulls, folders, [f"t{number}" for number in range(len(folders))]))
        here = [found(docker, folder) for folder in folders]
        return {
            folder.name: (one.verdict, read, one.said, (folder / "config.json").read_bytes())
            for folder, one, read in zip(folders, sent, here, strict=True)
            if (one.verdict, "WARNING: Error" in one.said) != read
        }

    return ask


def test_docker_sends_what_is_read_of_every_kept_configuration(docker, differences):
    alike = [folder for folder in KEPT if docker.version() >= (23, 0) or folder.name not in OLD]
    # Of two addresses of a host docker takes either: what it sends is one of two.
    sure = [folder for folder in alike if not folder.name.startswith("c57")]

    assert differences(sure) == {}


ODD = (
    f"HTTPS://{HOST}", f"https://alice@{HOST}", f"https://{HOST}?x", f"docker://{HOST}", f"oci://{HOST}/k", f"//{HOST}",
    f"https:/{HOST}", f"https//{HOST}", f"https://https://{HOST}/", f"{HOST}.", f"https://{HOST}:", f"{HOST}:",
    f"https://%61{HOST[1:]}", f"https://{HOST}\\v2", f"{HOST}\u200b", f"\t{HOST}", f"{HOST}//", "*.jfrog.io", "",
)  # fmt: skip
"""Keys that somebody meant as the host's."""


def test_docker_takes_the_odd_keys_that_are_taken_here(docker, differences, tmp_path):
    if docker.version() < (28, 0):
        pytest.skip("an older docker reads fewer addresses")
    folders = [tmp_path / f"k{number}" for number in range(len(ODD))]
    for folder, key in zip(folders, ODD, strict=True):
        folder.mkdir()
        (folder / "config.json").write_text(json.dumps({"auths": {key: {"auth": "YWxpY2U6eA=="}}}))

    assert differences(folders) == {}


def packed(source):
    """An `auth`, right or as people damage it."""
    password = source.choice(["secret", "with:colon", "break\n", "nul\0", "ünï"])
    text = base64.b64encode(f"bob:{password}".encode()).decode()
    at = source.randrange(len(text))
    damaged = [
        text.rstrip("="),
        f"{text[:at]}\n{text[at:]}",
        f"{text[:at]} {text[at:]}",
        f"{text}=",
        text[:at],
        f"{text}\r\n",
    ]
    return source.choice([text, text, text, *damaged])


def entry(source):
    members = [("auth", packed(source))] if source.random() < 0.8 else []
    more = [("username", "eve"), ("password", "x\ny"), ("identitytoken", "refresh"), ("email", None), ("other", [1])]
    members += [pair for pair in more if source.random() < 0.2]
    return {name.upper() if source.random() < 0.2 else name: value for name, value in members}


def variant(source):
    """A configuration with at most one entry, so that what docker does with it is no matter of chance."""
    keys = [HOST, HOST, HOST, f"https://{HOST}", f"http://{HOST}/v1/", f"{HOST}/path", f"{HOST}:443", HOST.upper()]
    config = {source.choice(["auths", "AUTHS"]): {source.choice(keys): source.choice([entry(source)] * 9 + [None])}}
    names = [*HELPERS, "missing", "", None]
    if source.random() < 0.4:
        config["credsStore"] = source.choice(names)
    if source.random() < 0.3:
        config["credHelpers"] = {source.choice(keys): source.choice(names)}
    if source.random() < 0.2:
        config[source.choice(["psFormat", "HttpHeaders", "unknown"])] = source.choice([True, 5, "text", {"a": "b"}])
    text = json.dumps(config, ensure_ascii=source.random() < 0.5, indent=source.choice([None, 2])).encode()
    at = source.randrange(len(text))
    return source.choice([text] * 8 + [text[:at], text[:at] + b"," + text[at:], text + b"}", b"\xef\xbb\xbf" + text])


def test_docker_sends_what_is_read_of_made_up_configurations(differences, tmp_path):
    source = random.Random(16)
    folders = [tmp_path / f"v{number}" for number in range(VARIANTS)]
    for folder in folders:
        folder.mkdir()
        (folder / "config.json").write_bytes(variant(source))

    assert differences(folders) == {}
