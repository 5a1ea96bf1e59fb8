"""Credentials come from the first source that has one, and belong to the host they are stored for."""

import base64
import json
import stat
from pathlib import Path

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cgrdoctor.credentials import helper, netrc
from cgrdoctor.credentials.keyring import Hosts, Keyring, Places
from cgrdoctor.credentials.model import named_hosts
from cgrdoctor.errors import SecretProblem
from cgrdoctor.privacy.recorder import Recorder
from cgrdoctor.privacy.redact import Redaction

HOST = "acme.jfrog.io"
NAMED = Hosts(HOST, HOST, (HOST,))


def auth(user, password):
    return {"auth": base64.b64encode(f"{user}:{password}".encode()).decode()}


@pytest.fixture(name="keyring")
def _keyring(tmp_path):
    def make(config=None, environ=None, named=HOST, image=HOST, netrc_text=None, jf=None):
        if config is not None:
            (tmp_path / "config.json").write_text(config if isinstance(config, str) else json.dumps(config))
        if netrc_text is not None:
            (tmp_path / ".netrc").write_text(netrc_text)
        if jf is not None:
            (tmp_path / "jfrog-cli.conf.v6").write_text(json.dumps(jf))
        places = Places(environ or {}, tmp_path, tmp_path / ".netrc", tmp_path)
        return Keyring(places, Redaction(), hosts=Hosts(named, image, named_hosts(named, image)))

    return make


def registry(keyring):
    return anyio.run(keyring.registry)


def rest(keyring):
    return anyio.run(keyring.rest)


def reveal(credential, host=HOST):
    return credential.secret.reveal(host)


@pytest.mark.parametrize("key", [HOST, f"https://{HOST}", f"https://{HOST}/artifactory/api/docker/x"])
def test_docker_finds_the_host_behind_scheme_and_path(keyring, key):
    found = registry(keyring({"auths": {key: auth("bob", "p:q")}}))

    assert (found.credential.username, reveal(found.credential)) == ("bob", "p:q")


@pytest.mark.parametrize("key", [f"{HOST}:443", HOST.upper(), f"other.{HOST.partition('.')[2]}"])
def test_a_near_miss_is_named_and_not_used(keyring, key):
    found = registry(keyring({"auths": {key: auth("bob", "pw")}}))

    assert found.credential is None
    assert [miss.key for miss in found.near_misses] == [key]


@pytest.mark.parametrize(
    ("host", "near", "far"),
    [
        ("acme.jfrog.io", "acme.jfrog.com", "other.jfrog.com"),
        ("artifactory.acme.com", "artifactory.acme.net", "artifactory.other.net"),
        ("acme.jfrog.io", "https://acme.jforg.io", "index.docker.io"),
        ("10.0.0.1", "10.0.0.1:8443", "10.0.0.2"),
    ],
)
def test_a_host_under_another_ending_or_with_a_slip_is_a_near_miss(keyring, host, near, far):
    found = registry(keyring({"auths": {near: auth("bob", "pw"), far: auth("eve", "pw")}}, image=host))

    assert found.credential is None
    assert [miss.key for miss in found.near_misses] == [near]


def test_docker_compares_the_port_letter_by_letter(keyring):
    found = registry(keyring({"auths": {HOST: auth("bob", "pw")}}, image=f"{HOST}:443"))

    assert found.credential is None
    assert [(miss.key, miss.why) for miss in found.near_misses] == [(HOST, "the port differs")]


@pytest.mark.parametrize(
    ("config", "keys", "kinds"),
    [
        ({"credsStore": "absent", "auths": {f"{HOST}:443": {}}}, [f"{HOST}:443"], []),
        ({"credsStore": "absent", "auths": {HOST: {}}}, [], ["helper-lost"]),
        ({"credsStore": "absent", "auths": {HOST: auth("bob", "pw")}}, [HOST], []),
        ({"credsStore": "absent", "auths": {f"https://{HOST}/v1/": auth("bob", "pw")}}, [f"https://{HOST}/v1/"], []),
        ({"credHelpers": {f"https://{HOST}": "absent"}}, [f"https://{HOST}"], []),
        ({"credHelpers": {HOST: "empty"}}, [], ["helper-failed"]),
    ],
)
def test_what_a_helper_leaves_open_is_named(keyring, programs, config, keys, kinds):
    found = registry(keyring(config, programs))

    assert found.credential is None
    assert [miss.key for miss in found.near_misses] == keys
    assert [problem.kind for problem in found.problems] == kinds


def test_docker_is_asked_once_whoever_wants_to_know(keyring, programs, tmp_path):
    ring = keyring({"credsStore": "counting"}, programs)

    async def everybody():
        return await ring.docker(), await ring.registry(), await ring.rest()

    found = anyio.run(everybody)

    assert {one.credential.username for one in found} == {"bob"}
    assert (tmp_path / "asked").read_text() == f"{HOST}."


def test_the_environment_comes_first_and_halves_are_named(keyring):
    config = {"auths": {HOST: auth("bob", "pw")}}
    whole = {"CGRDOCTOR_REGISTRY_USER": "eve", "CGRDOCTOR_REGISTRY_PASSWORD": "secret"}
    assert registry(keyring(config, whole)).credential.username == "eve"

    half = registry(keyring(config, {"CGRDOCTOR_REGISTRY_USER": "eve"}))
    assert half.credential.username == "bob"
    assert [problem.kind for problem in half.problems] == ["half"]


def test_a_secret_is_not_given_to_another_host(keyring):
    credential = rest(keyring(environ={"CGRDOCTOR_ARTIFACTORY_TOKEN": "tok"})).credential

    with pytest.raises(SecretProblem):
        credential.secret.reveal("evil.test")
    assert "tok" not in repr(credential)


def test_jf_secrets_count_only_for_the_host_of_jf_url(keyring):
    environ = {"JF_URL": "https://other.test", "JF_ACCESS_TOKEN": "tok"}
    assert rest(keyring(environ=environ)).credential is None
    assert rest(keyring(environ={**environ, "JF_URL": f"https://{HOST}/"})).credential.kind == "bearer"


def test_the_order_for_rest_is_jf_configuration_netrc_docker(keyring):
    jf = {"servers": [{"url": f"https://{HOST}/", "accessToken": "jf-token"}]}
    text = f"machine {HOST} login carl password pw3"
    docker = {"auths": {HOST: auth("bob", "pw")}}

    assert rest(keyring(docker, jf=jf, netrc_text=text)).credential.kind == "bearer"


@pytest.mark.parametrize(
    ("named", "expected"), [("", "default"), ("ci", "named"), ("other", "default"), ("nobody", "default")]
)
def test_the_server_that_jf_is_told_to_use_comes_before_the_default_one(keyring, named, expected):
    here, elsewhere = {"url": f"https://{HOST}/"}, {"url": "https://other.test/"}
    servers = [
        {**here, "serverId": "acme", "accessToken": "default", "isDefault": True},
        {**here, "serverId": "ci", "accessToken": "named"},
        {**elsewhere, "serverId": "other", "accessToken": "other"},
    ]
    found = rest(keyring(environ={"JFROG_CLI_SERVER_ID": named}, jf={"servers": servers}))

    assert reveal(found.credential) == expected


def test_encrypted_jf_values_are_not_used(keyring):
    found = rest(keyring(jf={"servers": [{"url": f"https://{HOST}/", "password": "x", "user": "u"}], "enc": True}))

    assert found.credential is None
    assert "encrypted" in [problem.kind for problem in found.problems]


def test_one_malformed_entry_makes_the_file_invalid_and_is_named_without_its_value(keyring):
    found = registry(keyring({"auths": {"bad.test": {"auth": "%%%secret"}, HOST: auth("bob", "pw")}}))

    assert found.credential is None
    assert "bad.test" in found.problems[0].message
    assert "secret" not in str(found.problems)


@pytest.fixture(name="programs")
def _programs(tmp_path, monkeypatch):
    """Credential helpers that answer in ways of their own, first on PATH."""
    scripts = {
        "absent": "echo 'credentials not found in native keychain'; exit 1",
        "empty": """echo '{"ServerURL":"x","Username":"","Secret":""}'""",
        "hanging": f"printf . >> {tmp_path}/hung; sleep 30",
        "counting": f"""printf . >> {tmp_path}/asked; echo '{{"Username":"bob","Secret":"hunter22"}}'""",
    }
    for name, script in scripts.items():
        program = tmp_path / f"docker-credential-{name}"
        program.write_text(f"#!/bin/sh\ncat >> {tmp_path}/asked\n{script}\n")
        program.chmod(0o755)
    path = f"{tmp_path}:/usr/bin:/bin"
    monkeypatch.setenv("PATH", path)
    return {"PATH": path}


SCRIPTS = {
    "good": ("""cat >/dev/null; echo '{"ServerURL":"x","Username":"bob","Secret":"hunter22"}'""", None),
    "absent": ("""cat >/dev/null; echo 'credentials not found in native keychain'; exit 1""", None),
    "angry": ("""cat >/dev/null; echo 'boom hunter22'; exit 1""", "helper-failed"),
    "flood": ("yes hunter22", "helper-failed"),
    "html": ("cat >/dev/null; echo '<html>'", "helper-failed"),
    "hangs": ("sleep 60", "helper-timeout"),
}


@pytest.mark.parametrize("name", [*SCRIPTS, "nowhere", "../evil"])
def test_credential_helpers_are_kept_in_bounds(keyring, tmp_path, monkeypatch, name):
    monkeypatch.setattr(helper, "SECONDS", 0.5)
    script, kind = SCRIPTS.get(name, ("", "helper-missing"))
    program = tmp_path / f"docker-credential-{name.replace('/', '_')}"
    if script:
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(program.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    found = registry(
        keyring({"credHelpers": {HOST: name}, "auths": {HOST: auth("x", "y")}}, {"PATH": f"{tmp_path}:/usr/bin:/bin"})
    )

    assert [problem.kind for problem in found.problems] == ([kind] if kind else [])
    assert "hunter22" not in str(found.problems)
    users = {"good": "bob", "absent": None, "flood": None, "hangs": None}
    assert (found.credential.username if found.credential else None) == users.get(name, "x")


def test_the_netrc_default_entry_belongs_to_no_host():
    text = "default login a password b\nmachine h.test login c password d # note\n"

    assert netrc.entry(text, "other.test") == ("", "")
    assert netrc.entry('machine h.test\n login c\n password "d e"\n', "h.test") == ("c", "d e")


@given(st.text(max_size=200))
def test_any_netrc_is_read(text):
    assert len(netrc.entry(text, "h.test")) == 2


@given(st.binary(max_size=300), st.integers(0, 2))
def test_any_helper_output_is_an_answer(output, code):
    found = helper.read_answer("docker-credential-x", output, code)

    assert found.problem is None or len(found.problem.message) < 500


def test_places_follow_the_environment():
    found = Places.of({"HOME": "/home/a", "JFROG_CLI_HOME_DIR": "/j"}, Path("/d"))

    assert (found.netrc, found.jfrog_home) == (Path("/home/a/.netrc"), Path("/j"))


def test_a_helper_that_hangs_is_waited_for_once(keyring, programs, tmp_path, monkeypatch):
    """Both hosts are kept in the same store; the second look knows what became of the first."""
    monkeypatch.setattr(helper, "SECONDS", 0.2)
    ring = keyring({"credsStore": "hanging"}, programs)

    async def everybody():
        return await ring.registry(), await ring.chainguard(), await ring.docker()

    found = anyio.run(everybody)

    assert [[problem.kind for problem in one.problems] for one in found] == [["helper-timeout"]] * 3
    assert (tmp_path / "hung").read_text() == "."


def test_a_key_that_is_made_is_an_effect_and_later_none(tmp_path):
    environ = {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path), "CGRDOCTOR_ARTIFACTORY_TOKEN": "cmVmdGtuOj" * 7}
    effects = []
    for _ in range(2):
        kept = Recorder(Redaction())
        places = Places(environ, tmp_path, None, None)
        ring = Keyring(places, Redaction(), hosts=NAMED, recorder=kept)
        assert rest(ring).credential.kind == "bearer"
        effects.append([(effect.kind, effect.target) for effect in kept.effects()])

    assert effects == [[("file", str(tmp_path / "cgrdoctor" / "fingerprint.key"))], []]


def test_every_secret_of_a_file_is_known_whichever_is_used(tmp_path):
    config = {"auths": {HOST: auth("bob", "used-password"), "other.test": {"identitytoken": "another-token"}}}
    (tmp_path / "config.json").write_text(json.dumps(config))
    (tmp_path / "jfrog-cli.conf.v6").write_text(json.dumps({"servers": [{"refreshToken": "refresh-token"}]}))
    (tmp_path / ".netrc").write_text(
        'machine a.test login b password "quoted \\"password\\""\ndefault password any-host'
    )
    redaction = Redaction()
    environ = {"https_proxy": "http://u:proxy%2Fpassword@p.test", "JF_PASSWORD": "unused-password"}
    ring = Keyring(Places(environ, tmp_path, tmp_path / ".netrc", tmp_path), redaction, hosts=NAMED)
    anyio.run(ring.rest)

    for secret in (
        *("used-password", "another-token", "refresh-token", 'quoted "password"', "any-host"),
        *("proxy/password", "proxy%2Fpassword", "unused-password"),
    ):
        assert secret not in redaction.text(f"it says {secret} there")
