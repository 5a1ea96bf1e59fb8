"""Talking to a Docker engine: healthy, silent, forbidden, something else altogether; and letting it pull."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from cgrdoctor.errors import SecretProblem
from cgrdoctor.lab.engine import LAYER, Server
from cgrdoctor.lab.engine import Engine as Simulated
from cgrdoctor.net.docker import Engine, EngineProblem, SdkProblem, decoded, encoded_login, versioned
from cgrdoctor.net.docker_pull import Order, Progress, _events, _given_up, pull
from cgrdoctor.privacy.recorder import Recorder
from cgrdoctor.privacy.redact import Redaction
from cgrdoctor.privacy.secret import Credential, Secret

HOST = "acme.jfrog.io"
IMAGE = f"{HOST}/cgr-private/acme.com/python"
DIGEST = "sha256:" + "a" * 64


@pytest.fixture(name="folder")
def _folder():
    """Short, for the path of a socket has 108 bytes at most."""
    with tempfile.TemporaryDirectory(prefix="cgrd-") as folder:
        yield Path(folder)


@asynccontextmanager
async def serving(folder, simulated, timeout=5.0):
    server = Server(simulated)
    async with server.on(folder / "s.sock"):
        yield Engine(f"unix://{folder}/s.sock", {}, Recorder(Redaction()), timeout), server


def problem_of(run, folder, simulated, timeout=5.0):
    async def main():
        async with serving(folder, simulated, timeout) as (engine, _):
            with pytest.raises(EngineProblem) as caught:
                await engine.version()
            return caught.value, engine.recorder.exchanges()

    return run(main)


def test_an_engine_tells_what_it_is(run, folder):
    async def main():
        async with serving(folder, Simulated(architecture="riscv64")) as (engine, _):
            version = await engine.version()
            info = await engine.info(version.value["ApiVersion"])
            return version, info, await engine.image("1.41", f"{IMAGE}:3.12"), engine.recorder.exchanges()

    version, info, image, exchanges = run(main)

    assert (version.value["Os"], version.value["Arch"]) == ("linux", "riscv64")
    assert info.value["Driver"] == "vfs"
    assert (image.status, image.message) == (404, f"No such image: {IMAGE}:3.12")
    assert [(one.kind, one.status) for one in exchanges] == [("docker", 200), ("docker", 200), ("docker", 404)]


@pytest.mark.parametrize(
    ("behaviour", "kind"), [("silent", "silent"), ("garbage", "garbled"), ("html", "garbled"), ("flood", "garbled")]
)
def test_what_is_no_engine_is_known_as_such(run, folder, behaviour, kind):
    problem, exchanges = problem_of(run, folder, Simulated(behaviour), timeout=0.5 if behaviour == "silent" else 5)

    assert problem.kind == kind
    assert [one.id for one in exchanges if one.error or one.status][-1] == exchanges[-1].id


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("unix:///nonexistent/docker.sock", "absent"),
        ("unix:///etc/passwd/docker.sock", "absent"),
        ("unix://" + "x" * 200, "config-invalid"),
        ("tcp://127.0.0.1:1", "refused"),
        ("tcp://127.0.0.1:port", "config-invalid"),
        ("ssh://builder.acme.test", "remote"),
    ],
)
def test_where_nobody_is(run, url, kind):
    async def main():
        with pytest.raises(EngineProblem) as caught:
            await Engine(url, {}, Recorder(Redaction()), 2.0).version()
        return caught.value

    assert run(main).kind == kind


def test_a_socket_nobody_listens_on_is_refused(run, folder):
    with socket.socket(socket.AF_UNIX) as left_behind:
        left_behind.bind(str(folder / "s.sock"))

    async def main():
        with pytest.raises(EngineProblem) as caught:
            await Engine(f"unix://{folder}/s.sock", {}, Recorder(Redaction()), 2.0).version()
        return caught.value

    assert run(main).kind == "refused"


FORBIDDEN = """
import os, sys, anyio, anyio._backends._asyncio
import cgrdoctor.net.docker as net
from cgrdoctor.privacy.recorder import Recorder
from cgrdoctor.privacy.redact import Redaction
if os.geteuid() == 0:
    os.setegid(65534)
    os.seteuid(65534)
async def main():
    try:
        await net.Engine(sys.argv[1], {}, Recorder(Redaction()), 2.0).version()
    except net.EngineProblem as problem:
        print(problem.kind)
anyio.run(main)
"""


def test_a_socket_of_somebody_else_is_denied(run, folder):
    """The mode of a socket does not stop root, so the question is asked by a user without rights."""
    folder.chmod(0o755)

    async def main():
        async with serving(folder, Simulated()) as (engine, _):
            os.chmod(folder / "s.sock", 0)
            done = await anyio.run_process([sys.executable, "-c", FORBIDDEN, engine.url], check=False)
            return done.stdout.decode().strip()

    assert run(main) == "denied"


def test_tls_settings_without_certificates_are_an_invalid_configuration(run, folder):
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        url = f"tcp://127.0.0.1:{listening.getsockname()[1]}"
        environ = {"DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": str(folder)}

        async def main():
            with pytest.raises(EngineProblem) as caught:
                await Engine(url, environ, Recorder(Redaction()), 2.0).version()
            return caught.value

        problem = run(main)

    assert problem.kind == "config-invalid"
    assert "certificate" in str(problem)


def test_a_configuration_the_sdk_stumbles_over_is_an_invalid_one(run, folder, monkeypatch):
    (folder / "config.json").write_text("[]")
    monkeypatch.setenv("DOCKER_CONFIG", str(folder))

    problem, _ = problem_of(run, folder, Simulated())

    assert problem.kind == "config-invalid"


@pytest.mark.parametrize(
    "config",
    [
        "[]",
        '{"proxies": []}',
        '{"proxies": {"default": []}}',
        '{"auths": {"h": {"auth": "%"}}}',
        '"x"',
    ],
)
def test_whatever_the_sdk_stumbles_over_in_it_is_the_configuration_s_fault(run, folder, monkeypatch, config):
    (folder / "config.json").write_text(config)
    monkeypatch.setenv("DOCKER_CONFIG", str(folder))

    problem, _ = problem_of(run, folder, Simulated())

    assert problem.kind == "config-invalid"


def without_adapter(monkeypatch):
    """docker 7.0 beside requests 2.32 and newer."""
    from docker.transport.basehttpadapter import BaseHTTPAdapter

    monkeypatch.delattr(BaseHTTPAdapter, "get_connection_with_tls_context")


def without_sdk(monkeypatch):
    monkeypatch.setitem(sys.modules, "docker", None)


def without_part(monkeypatch):
    monkeypatch.setitem(sys.modules, "docker.utils.proxy", None)


def raising(error):
    def patch(monkeypatch):
        from docker import APIClient

        def request(*_words, **_options):
            raise error

        monkeypatch.setattr(APIClient, "request", request)

    return patch


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (without_adapter, "Not supported URL scheme http+docker"),
        (without_sdk, "cannot be loaded"),
        (without_part, "cannot be loaded"),
        (raising(requests.exceptions.InvalidSchema("No connection adapters were found")), "InvalidSchema"),
        (raising(requests.exceptions.InvalidHeader("Header value must be str")), "InvalidHeader"),
        (raising(TypeError("request() got an unexpected keyword argument 'chunked'")), "TypeError"),
        (raising(AttributeError("module has no attribute")), "AttributeError"),
    ],
)
def test_what_our_own_libraries_raise_is_not_the_engine_s(run, folder, monkeypatch, broken, words):
    broken(monkeypatch)

    async def main():
        async with serving(folder, Simulated()) as (engine, _):
            with pytest.raises(SdkProblem) as caught:
                await engine.version()
            return str(caught.value)

    told = run(main)

    assert words in told
    assert f"requests {requests.__version__}" in told


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (requests.exceptions.ConnectionError("Connection aborted."), "garbled"),
        (requests.exceptions.ReadTimeout("Read timed out."), "silent"),
        (requests.exceptions.ChunkedEncodingError("invalid chunk"), "garbled"),
        (ConnectionResetError(104, "Connection reset by peer"), "garbled"),
        (UnicodeDecodeError("utf-8", b"x", 0, 1, "odd"), "garbled"),
    ],
)
def test_what_a_peer_can_cause_is_the_engine_s(run, folder, monkeypatch, error, kind):
    raising(error)(monkeypatch)

    problem, _ = problem_of(run, folder, Simulated())

    assert problem.kind == kind


def test_no_socket_costs_no_sdk():
    script = (
        "import sys, anyio\n"
        "from cgrdoctor.net.docker import Engine, EngineProblem\n"
        "from cgrdoctor.privacy.recorder import Recorder\n"
        "from cgrdoctor.privacy.redact import Redaction\n"
        "async def main():\n"
        "    try:\n"
        "        await Engine('unix:///nonexistent/s', {}, Recorder(Redaction()), 2.0).version()\n"
        "    except EngineProblem:\n"
        "        print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))\n"
        "import json\n"
        "anyio.run(main)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=True)

    assert {"docker", "requests", "urllib3"}.isdisjoint(json.loads(done.stdout))


def ordered(credential=None, platform=None, selector="3.12"):
    return Order("1.41", IMAGE, selector, HOST, platform, credential)


def pulled(run, folder, simulated, order=None, patience=30.0, seconds=30.0):
    said = []

    async def main():
        async with serving(folder, simulated) as (engine, server):
            ends_at = time.monotonic() + seconds
            found = await pull(engine, order or ordered(), patience=patience, ends_at=ends_at, watch=said.append)
            return found, server, engine.recorder.exchanges()

    return (*run(main), said)


def test_a_pull_tells_its_digest_and_how_far_it_is(run, folder):
    found, server, exchanges, said = pulled(run, folder, Simulated(digest=DIGEST))

    assert (found.outcome, found.digest, found.layers) == ("pulled", DIGEST, 1)
    assert server.images == {f"{IMAGE}:3.12": DIGEST}
    assert said[-1].startswith("docker pull: 1/1 layers")
    assert (exchanges[-1].method, exchanges[-1].status, exchanges[-1].error) == ("POST", 200, None)


@pytest.mark.parametrize("status", [200, 404, 500])
def test_the_engine_s_own_words_are_kept(run, folder, status):
    found, _, exchanges, _ = pulled(
        run, folder, Simulated(pull="fails", status=status, error="x509: unknown authority")
    )

    assert (found.outcome, found.message) == ("failed", "x509: unknown authority")
    assert exchanges[-1].error == "failed: x509: unknown authority"


@pytest.mark.parametrize("how", ["stalls", "retries"])
@pytest.mark.parametrize(("patience", "seconds"), [(0.5, 3600.0), (3600.0, 0.5)])
def test_a_pull_that_gets_nowhere_is_given_up(run, folder, how, patience, seconds):
    """By either limit; `run` ends where neither counts."""
    found, _, _, _ = pulled(run, folder, Simulated(pull=how), patience=patience, seconds=seconds)

    assert found.outcome == "stalled"


@pytest.mark.parametrize(("patience", "still", "given_up"), [(60, 4, False), (60, 6, True), (3, 4, True)])
def test_a_pull_that_gets_on_is_left_to_the_deadline(clock, patience, still, given_up):
    """Where time is short, one counts as stalled that stood still for half of its time."""
    progress, start = Progress(), clock.now
    for size in range(5):
        clock.now += 1
        progress.take({"id": LAYER, "status": "Downloading", "progressDetail": {"current": size}})
        assert not _given_up(progress, start, patience, ends_at=start + 2)

    clock.now += still
    assert _given_up(progress, start, patience, ends_at=start + 2) is given_up


def test_events_that_are_none_are_passed_over(run, folder):
    found, _, _, _ = pulled(run, folder, Simulated(pull="garbage", digest=DIGEST))

    assert (found.outcome, found.digest) == ("pulled", DIGEST)


def test_the_login_goes_with_the_pull_and_stays_out_of_the_record(run, folder):
    credential = Credential("basic", Secret("hunter22-ä", host=HOST), "test", "bob")
    found, server, exchanges, _ = pulled(run, folder, Simulated(digest=DIGEST), ordered(credential))

    assert found.outcome == "pulled"
    assert server.logins == ({"username": "bob", "password": "hunter22-ä", "serveraddress": HOST},)
    assert "hunter22" not in repr(exchanges)


def test_an_engine_that_repeats_the_login_is_not_quoted(run, folder):
    """The header holds the password as JSON in Base64, in which quotes and umlauts look like nothing else."""
    credential = Credential("basic", Secret('hunter"22-ä', host=HOST), "test", "bob")
    header = encoded_login(credential, HOST)
    redaction = Redaction()

    async def main():
        async with serving(folder, Simulated(pull="fails", status=500, error=f"invalid header: {header}")) as (
            engine,
            _,
        ):
            engine.recorder.redaction = redaction
            return await pull(engine, ordered(credential), patience=5, ends_at=time.monotonic() + 9, watch=[].append)

    found = run(main)

    assert header in found.message
    assert header[:24] not in redaction.text(found.message)


def test_what_a_pull_shows_while_it_works_holds_no_secret(run, folder):
    said = []

    async def main():
        async with serving(folder, Simulated(pull="stalls")) as (engine, _):
            engine.recorder.redaction.learn("docker pull", "password")
            await pull(engine, ordered(), patience=0.5, ends_at=time.monotonic() + 9, watch=said.append)

    run(main)

    assert said
    assert not [text for text in said if "docker pull" in text]


def test_without_a_login_none_is_sent_whatever_the_sdk_would_find(run, folder, monkeypatch):
    login = {"auths": {HOST: {"auth": "Ym9iOnNlY3JldA=="}}}
    (folder / "config.json").write_text(json.dumps(login))
    monkeypatch.setenv("DOCKER_CONFIG", str(folder))

    _, server, _, _ = pulled(run, folder, Simulated(digest=DIGEST))

    assert server.logins == ()


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("basic", {"username": "bob", "password": "secret"}),
        ("identity-token", {"identitytoken": "secret"}),
        ("registry-token", {"registrytoken": "secret"}),
        ("bearer", {"registrytoken": "secret"}),
    ],
)
def test_each_kind_of_login_has_its_place(kind, told):
    import base64

    credential = Credential(kind, Secret("secret", host=HOST), "test", "bob")

    assert json.loads(base64.urlsafe_b64decode(encoded_login(credential, HOST))) == {**told, "serveraddress": HOST}
    with pytest.raises(SecretProblem):
        encoded_login(credential, "other.test")


@pytest.mark.parametrize(("platform", "selector"), [(None, "3.12"), ("linux/arm64", "3.12"), (None, DIGEST)])
def test_the_engine_is_asked_for_exactly_this_image(run, folder, platform, selector):
    _, server, _, _ = pulled(run, folder, Simulated(digest=DIGEST), ordered(platform=platform, selector=selector))

    target = server.heard[-1][1]
    assert target.startswith("/v1.41/images/create?")
    assert (f"platform={platform and platform.replace('/', '%2F')}" in target) == (platform is not None)
    assert f"tag={selector.replace(':', '%3A')}" in target


def test_a_layer_that_is_unpacked_is_a_layer_that_moves():
    progress = Progress()
    progress.take({"status": "Downloading", "id": LAYER, "progressDetail": {"current": 9, "total": 9}})
    progress.take({"status": "Extracting", "id": LAYER, "progressDetail": {"current": 1, "total": 9}})
    before = progress.moved_at
    progress.take({"status": "Extracting", "id": LAYER, "progressDetail": {"current": 2, "total": 9}})

    assert progress.moved_at > before


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
EVENT = st.dictionaries(
    st.sampled_from(["status", "id", "progressDetail", "error", "errorDetail", "current", "message"]), JSON, max_size=5
)


@given(st.lists(EVENT, max_size=10))
def test_any_event_is_taken(events):
    progress = Progress()
    for event in events:
        progress.take(event)

    assert progress.words().startswith("docker pull: ")
    assert isinstance(progress.error, str)


@given(st.lists(st.binary(max_size=60), max_size=10))
def test_any_stream_is_read(pieces):
    assert all(isinstance(event, dict) for event in _events(iter(pieces)))


@given(st.binary(max_size=200))
def test_any_answer_is_an_object(body):
    assert isinstance(decoded(body), dict)


@given(st.text(max_size=20))
def test_only_a_version_becomes_part_of_a_path(text):
    assert versioned(text) in ("", f"/v{text}")
    assert versioned(text) == "" or text.replace(".", "").isdigit()


def test_an_event_without_end_is_refused():
    with pytest.raises(EngineProblem):
        list(_events(iter([b"x" * 600_000, b"x" * 600_000])))
