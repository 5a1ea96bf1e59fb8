"""No canary that goes in anywhere comes out anywhere: stdout, stderr at -v, files, tracebacks."""

import base64
import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from urllib.parse import quote

import pytest
from examine import command, environment

from cgrdoctor.lab import FAULTS, healthy, running
from cgrdoctor.lab.world import ADMIN, PullToken

FORMATS = ("json", "md", "html", "xml", "zip")


def canary(number):
    return f"Kanarienvogel-{number:02d}-ÄÖ%+/={number * 7919}"


def spellings(secret):
    raw = secret.encode()
    yield secret
    yield quote(secret, safe="")
    yield json.dumps(secret)[1:-1]
    yield base64.b64encode(raw).decode()
    yield base64.b64encode(b"alice:" + raw).decode()[8:-4]


def everything_written(folder, done):
    yield done.stdout
    yield done.stderr
    for path in folder.iterdir():
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as bundle:
                for name in bundle.namelist():
                    yield bundle.read(name).decode("utf-8", "replace")
        else:
            yield path.read_text(encoding="utf-8", errors="replace")


def docker_login(folder, secret):
    folder.mkdir(exist_ok=True)
    entry = base64.b64encode(f"alice:{secret}".encode()).decode()
    (folder / "config.json").write_text(json.dumps({"auths": {"acme.jfrog.io": {"auth": entry}}}))


@pytest.mark.parametrize(
    "world", ["healthy", "pull-token-expired", "upstream-refused", "artifactory-credentials-rejected"]
)
def test_fifty_canaries_stay_inside(world, tmp_path):
    """Ten secrets of different sources in each world, five kinds of file besides both streams."""
    base = healthy() if world == "healthy" else FAULTS[world].scenario().world
    names = [
        "CGRDOCTOR_ARTIFACTORY_TOKEN",
        "CGRDOCTOR_ARTIFACTORY_PASSWORD",
        "CGRDOCTOR_REGISTRY_PASSWORD",
        "CGRDOCTOR_CHAINGUARD_PASSWORD",
        "JF_ACCESS_TOKEN",
        "JF_PASSWORD",
        "CHAINGUARD_TOKEN",
    ]
    secrets = {name: canary(place) for place, name in enumerate(names)}
    proxy, docker, remote = canary(20), canary(21), canary(22)
    users = tuple(
        replace(user, password=secrets["CGRDOCTOR_REGISTRY_PASSWORD"], token=secrets["CGRDOCTOR_ARTIFACTORY_TOKEN"])
        if user is ADMIN
        else user
        for user in base.artifactory.users
    )
    changed = base.artifactory_with(users=users).fields_with("cgr-private", password=remote)
    out = tmp_path / "out"
    out.mkdir()
    docker_login(tmp_path / "docker", docker)
    with running(changed) as lab:
        outputs = [word for suffix in FORMATS for word in ("-o", str(out / f"report.{suffix}"))]
        environ = {
            **environment(lab),
            **secrets,
            "JF_URL": "https://acme.jfrog.io",
            "JF_USER": "alice",
            "CHAINGUARD_IDENTITY_ID": "x",
            "HTTP_PROXY": f"http://p:{quote(proxy, safe='')}@127.0.0.1:9",
        }
        done = subprocess.run(
            command(lab, "-v", "-f", "text", "--docker-config", str(tmp_path / "docker"), *outputs),
            capture_output=True,
            text=True,
            env=environ,
            timeout=90,
            check=False,
        )

    assert len(list(out.iterdir())) == len(FORMATS)
    for text in everything_written(out, done):
        for secret in (*secrets.values(), proxy, docker, remote):
            for spelling in spellings(secret):
                assert spelling not in text


def test_a_traceback_holds_no_secret():
    script = (
        "from cgrdoctor.secret import Secret\n"
        "def fail(secret):\n"
        "    raise RuntimeError(f'broke with {secret} {secret!r} {[secret]}')\n"
        f"fail(Secret({canary(1)!r}[:30], host='h.test'))\n"
    ).replace(repr(canary(1)), "__import__('sys').argv[1]")
    done = subprocess.run(
        [sys.executable, "-c", script, canary(1)], capture_output=True, text=True, timeout=30, check=False
    )

    assert "RuntimeError" in done.stderr
    assert canary(1)[:30] not in done.stderr


@pytest.mark.parametrize(
    "argument", ["--artifactory-url=https://u:hunter22@acme.jfrog.io", "https://u:hunter22@acme.jfrog.io/k/o/i"]
)
def test_user_information_is_refused_and_not_repeated(argument):
    words = [argument] if "artifactory-url" not in argument else ["acme.jfrog.io/k/o/i", argument]
    done = subprocess.run(
        [sys.executable, "-m", "cgrdoctor", *words], capture_output=True, text=True, timeout=30, check=False
    )

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "hunter22" not in done.stderr


def test_pull_tokens_of_the_lab_look_like_real_ones():
    token = PullToken("acme.com")

    assert len(token.username) == 57
    assert token.password.startswith("eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL2lzc")
