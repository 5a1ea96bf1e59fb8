"""The same from outside: real processes, real servers, what they heard; a terminal, a proxy, certificates."""

from __future__ import annotations

import base64
import os
import pty
import subprocess
import sys
from dataclasses import replace
from urllib.parse import quote

import pytest
import trustme
from canaries import canary, seen
from examine import command, environment
from front import Plan, Talk
from oracle import pull_works
from places import packed
from runs import HOST, prepared, ran, sampled
from test_secrets import FORMATS, written

from cgrdoctor.lab import FAULTS, healthy, running
from cgrdoctor.lab.world import ADMIN, CGR, PullToken

VARIABLES = (
    "CGRDOCTOR_ARTIFACTORY_TOKEN", "CGRDOCTOR_ARTIFACTORY_PASSWORD", "CGRDOCTOR_REGISTRY_PASSWORD", "CGRDOCTOR_CHAINGUARD_PASSWORD",
    "JF_ACCESS_TOKEN", "JF_PASSWORD", "CHAINGUARD_TOKEN",
)  # fmt: skip

WORLDS = ("artifactory-credentials-rejected", "healthy", "pull-token-expired", "upstream-refused")


@pytest.mark.parametrize("world", sampled(WORLDS, 4))
def test_ten_sources_and_seven_outputs(world, tmp_path):
    base = healthy() if world == "healthy" else FAULTS[world].scenario().world
    every = [canary(place, "-ÄÖ%+/=", token="TOKEN" in name) for place, name in enumerate(VARIABLES)]
    secrets = dict(zip(VARIABLES, (one.text for one in every), strict=True))
    proxy, docker, remote = (canary(place, "-ÄÖ%+/=") for place in (20, 21, 22))
    users = tuple(
        replace(user, password=secrets["CGRDOCTOR_REGISTRY_PASSWORD"], token=secrets["CGRDOCTOR_ARTIFACTORY_TOKEN"])
        if user is ADMIN
        else user
        for user in base.artifactory.users
    )
    changed = base.artifactory_with(users=users).fields_with("cgr-private", password=remote.text)
    (tmp_path / "config.json").write_text(f'{{"auths":{{"{HOST}":{{"auth":"{packed("alice", docker.text)}"}}}}}}')
    planted = {*tmp_path.iterdir()}
    with running(changed) as lab:
        outputs = [word for suffix in FORMATS for word in ("-o", str(tmp_path / f"report.{suffix}"))]
        environ = {
            **environment(lab),
            **secrets,
            "JF_URL": f"https://{HOST}",
            "JF_USER": "alice",
            "CHAINGUARD_IDENTITY_ID": "x",
            "HTTP_PROXY": f"http://p:{quote(proxy.text, safe='')}@127.0.0.1:9",
        }
        done = subprocess.run(
            command(lab, "-v", "-f", "text", "--docker-config", str(tmp_path), *outputs),
            capture_output=True,
            text=True,
            env=environ,
            timeout=90,
            check=False,
        )

    texts = [done.stdout, done.stderr, *written(tmp_path, planted)]
    assert len(texts) >= 2 + 2 * len(FORMATS)
    assert [found for text in texts for found in seen((*every, proxy, docker, remote), text)] == []


def test_a_proxy_that_repeats_its_password_is_not_quoted(nursery, authority):
    secret = canary(30, "-/%ä")

    async def repeats(talk: Talk) -> None:
        told = talk.asked.header("proxy-authorization")
        plain = base64.b64decode(told.partition(" ")[2]).decode()
        long = f"{'it is not that I would not let you pass ' * 4}{plain}"
        reason = f"407 No, {told} {plain} {long}".encode().decode("latin-1")
        head = f"HTTP/1.1 {reason}\r\nProxy-Authenticate: Basic realm={told}\r\nContent-Length: 0\r\n\r\n"
        await talk.send(head.encode("latin-1"))

    with prepared(authority, Plan(proxy=repeats), proxied=True) as setup:
        where = f"http://alice:{quote(secret.text, safe='')}@localhost:{setup.front.proxy_port}"
        done = ran(nursery, setup, "-v", environ={"HTTPS_PROXY": where})

    assert done.front.connects
    assert seen([secret], done.front.connects[0].decode("latin-1"))
    assert seen([secret], done.stdout + done.stderr) == []
    assert done.codes[:1] == ["proxy-authentication-required"]
    assert done.front.heard == []


@pytest.mark.parametrize("trusted", sampled([False, True], 2))
def test_a_certificate_that_names_a_secret_is_not_quoted(nursery, trusted):
    secret = canary(31, "-._", token=True)
    authority = trustme.CA(organization_name=f"CA {secret.text}", organization_unit_name=f"{'x' * 40}{secret.text}")
    with prepared(authority, Plan()) as setup:
        if not trusted:
            trustme.CA().cert_pem.write_to_path(str(setup.folder / "ca.pem"))
        done = ran(nursery, setup, "-v", environ={"CGRDOCTOR_ARTIFACTORY_TOKEN": secret.text})

    assert pull_works(done.report) == trusted
    assert "issuer" in done.stdout
    assert seen([secret], done.stdout + done.stderr) == []
    assert trusted or not any(asked.header("authorization") for asked in done.front.heard)


def test_what_is_typed_on_a_terminal_is_shown_nowhere(tmp_path):
    """Both roles are asked for; the terminal shows what is typed only where it is a name."""
    secret = canary(32, "-/%")
    ours, theirs = pty.openpty()
    with running(healthy()) as lab:
        environ = {name: value for name, value in environment(lab).items() if not name.startswith("CGRDOCTOR_")}
        report = tmp_path / "report.json"
        words = command(lab, "--ask", "-v", "--deadline", "10", "-o", str(report))
        with subprocess.Popen(
            words, stdin=theirs, stderr=theirs, stdout=subprocess.PIPE, text=True, env=environ, start_new_session=True
        ) as process:
            os.close(theirs)
            terminal = _answered(ours, secret.text)
            stdout = process.communicate(timeout=60)[0]

    os.close(ours)
    assert "Password or token for" in terminal
    assert seen([secret], terminal + stdout + report.read_text()) == []
    assert HOST in report.read_text()
    assert CGR in terminal or HOST in terminal


def _answered(terminal: int, secret: str) -> str:
    """Types a name and a password for each question, until the program is done; what the terminal showed."""
    shown = b""
    answered = 0
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            return shown.decode("utf-8", "replace")
        if not piece:
            return shown.decode("utf-8", "replace")
        shown += piece
        questions = shown.count(b"for none): ") + shown.count(b"Password or token for")
        while answered < questions:
            os.write(terminal, b"bob\n" if answered % 2 == 0 else secret.encode() + b"\n")
            answered += 1


def test_a_traceback_holds_no_secret():
    secret = canary(33, "-")
    script = (
        "from cgrdoctor.privacy.secret import Secret\n"
        "def fail(secret):\n"
        "    raise RuntimeError(f'broke with {secret} {secret!r} {[secret]}')\n"
        "fail(Secret(__import__('sys').argv[1], host='h.test'))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, secret.text], capture_output=True, text=True, timeout=30, check=False
    )

    assert "RuntimeError" in done.stderr
    assert seen([secret], done.stderr) == []


def test_pull_tokens_of_the_lab_look_like_real_ones():
    token = PullToken("acme.com")

    assert len(token.username) == 57
    assert token.password.startswith("eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL2lzc")
