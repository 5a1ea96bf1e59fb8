"""Which engine docker would talk to: DOCKER_HOST, then the context, then the usual socket."""

import hashlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cgrdoctor.credentials import docker_context
from cgrdoctor.credentials.docker_context import EngineAddress, engine_address
from cgrdoctor.credentials.model import Problem


@pytest.fixture(autouse=True)
def _no_usual_socket(monkeypatch, tmp_path):
    monkeypatch.setattr(docker_context, "USUAL", f"unix://{tmp_path}/usual.sock")


def context(folder, name, meta):
    place = folder / "contexts" / "meta" / hashlib.sha256(name.encode()).hexdigest()
    place.mkdir(parents=True)
    (place / "meta.json").write_text(meta if isinstance(meta, str) else json.dumps(meta))


def endpoint(host):
    return {"Name": "x", "Endpoints": {"docker": {"Host": host}}}


def test_docker_host_comes_first(tmp_path):
    context(tmp_path, "remote", endpoint("unix:///ctx.sock"))
    environ = {"DOCKER_HOST": " tcp://10.0.0.1:2376 ", "DOCKER_CONTEXT": "remote"}

    assert engine_address(tmp_path, environ) == EngineAddress("tcp://10.0.0.1:2376", "environment DOCKER_HOST")


@pytest.mark.parametrize("environ", [{"DOCKER_CONTEXT": "remote"}, {}])
def test_then_the_context(tmp_path, environ):
    (tmp_path / "config.json").write_text(json.dumps({"currentContext": "remote"}))
    context(tmp_path, "remote", endpoint("unix:///run/user/1000/docker.sock"))

    found = engine_address(tmp_path, environ)
    assert (found.url, found.source) == ("unix:///run/user/1000/docker.sock", "docker context 'remote'")


@pytest.mark.parametrize("config", [None, "{}", "[]", "{", '{"currentContext": "default"}', '{"currentContext": 7}'])
def test_then_the_usual_socket(tmp_path, config):
    if config is not None:
        (tmp_path / "config.json").write_text(config)

    assert engine_address(tmp_path, {}) == EngineAddress(docker_context.USUAL, "the usual place")


def test_the_rootless_socket_only_where_the_usual_one_is_missing(tmp_path):
    (tmp_path / "docker.sock").touch()
    environ = {"XDG_RUNTIME_DIR": str(tmp_path)}
    assert engine_address(tmp_path, environ).url == f"unix://{tmp_path}/docker.sock"

    (tmp_path / "usual.sock").touch()
    assert engine_address(tmp_path, environ).url == docker_context.USUAL


@pytest.mark.parametrize(
    "text", ["/var/run/docker.sock", "localhost:2375", "unix://", "ftp://h", "unix:///a b", "tcp://"]
)
def test_what_docker_cannot_use_is_a_problem(tmp_path, text):
    found = engine_address(tmp_path, {"DOCKER_HOST": text})

    assert (found.kind, found.place) == ("config-invalid", "environment DOCKER_HOST")


@pytest.mark.parametrize("meta", [None, "{", "[]", {}, {"Endpoints": {"docker": {}}}, endpoint("nonsense")])
def test_a_context_that_leads_nowhere_is_a_problem(tmp_path, meta):
    if meta is not None:
        context(tmp_path, "lost", meta)

    assert engine_address(tmp_path, {"DOCKER_CONTEXT": "lost"}).kind == "config-invalid"


def test_user_information_is_left_out(tmp_path):
    assert engine_address(tmp_path, {"DOCKER_HOST": "tcp://u:hunter22@h:2375"}).url == "tcp://h:2375"


@given(st.text(max_size=60))
def test_any_address_is_usable_or_a_problem(text):
    from pathlib import Path

    found = engine_address(Path("/nonexistent"), {"DOCKER_HOST": text})

    assert isinstance(found, EngineAddress | Problem)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_context_file_is_usable_or_a_problem(content):
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        context(Path(folder), "x", "")
        next(Path(folder).glob("contexts/meta/*/meta.json")).write_bytes(content)
        assert isinstance(engine_address(Path(folder), {"DOCKER_CONTEXT": "x"}), EngineAddress | Problem)
