"""auth.json is read as podman, skopeo, buildah and CRI-O read it, file by file and key by key."""

import base64
import json
from pathlib import Path

import anyio
import pytest

from cgrdoctor.credentials import auth_json, registries_conf
from cgrdoctor.credentials.docker_config import Asking
from cgrdoctor.credentials.helper import Answer
from cgrdoctor.credentials.keyring import Found, Hosts, Keyring, Places, Problem
from cgrdoctor.privacy.redact import Redaction

HOST = "acme.jfrog.io"
NAME = f"{HOST}/cgr-private/acme.com/python"
CASES = Path(__file__).parents[1] / "field" / "client" / "auth-json"


def packed(user, password="pw"):
    return base64.b64encode(f"{user}:{password}".encode()).decode()


def entry(user, password="pw"):
    return {"auth": packed(user, password)}


def look(environ, name=NAME, auth_file=None, learn=lambda _secret: None):
    return anyio.run(auth_json.look, name, auth_file, Asking(environ, learn))


@pytest.fixture(autouse=True)
def _nothing_of_this_machine(tmp_path, monkeypatch):
    monkeypatch.setattr(registries_conf, "SYSTEM", tmp_path / "etc")


@pytest.fixture(name="stored")
def _stored(tmp_path):
    """Looks with one file in hand."""

    def looked(content, name=NAME):
        file = tmp_path / "auth.json"
        file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return look({"HOME": str(tmp_path), "PATH": ""}, name, file)

    return looked


def user(found):
    return found.credential.username if found.credential else None


def expected():
    lines = (CASES / "expected.tsv").read_text().splitlines()[1:]
    return [line.split("\t")[:2] for line in lines]


@pytest.mark.parametrize(("file", "login"), expected())
def test_the_login_of_a_file_that_was_found_somewhere(stored, file, login):
    found = stored((CASES / file).read_bytes())

    assert user(found) == (None if login.startswith("none") else login)


@pytest.mark.parametrize(
    ("keys", "taken"),
    [
        ([HOST], HOST),
        ([HOST, f"{HOST}/cgr-private"], f"{HOST}/cgr-private"),
        ([f"{HOST}/cgr-private", f"{HOST}/cgr-private/acme.com"], f"{HOST}/cgr-private/acme.com"),
        ([HOST, NAME], NAME),
        ([HOST, f"{HOST}/cgr"], HOST),
        ([f"{HOST}/cgr"], None),
        ([f"{HOST}/"], None),
        ([f"{NAME}:latest"], None),
        ([HOST, f"https://{HOST}/v2/"], HOST),
        ([f"https://{HOST}/artifactory/api/docker/x"], f"https://{HOST}/artifactory/api/docker/x"),
        ([f"http://{HOST}"], f"http://{HOST}"),
        ([f"{HOST}:443"], None),
        ([HOST.upper()], None),
    ],
)
def test_the_longest_path_wins_and_a_key_fits_letter_by_letter(stored, keys, taken):
    found = stored({"auths": {key: entry(key.replace(":", "-")) for key in keys}})

    assert user(found) == (None if taken is None else taken.replace(":", "-"))
    if taken is None:
        assert keys[0] in [miss.key for miss in found.near_misses] or keys[0].endswith(":latest")
    else:
        assert f"auths[{taken}]" in found.credential.source


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"[]", "a list where the file is an object"),
        (b'{"auths":{}} x', "line 1, column 14"),
        (b'\xef\xbb\xbf{"auths":{}}', "byte order mark"),
        ('{"auths":{}}'.encode("utf-16"), "UTF-16"),
        (b'{"auths":{"other.test":{"auth":1}}}', "a number where auths[other.test].auth is a text"),
        (b'{"credHelpers":[]}', "a list where credHelpers is an object"),
        (b'{"auths":{"a":[]}}', "a list where auths[a] is an object"),
        (b"{'auths':{}}", "line 1, column 2"),
        (b'{"auths":{"a":{"auth":NaN}}}', "invalid character 'N' looking for beginning of value, line 1, column 23"),
        (b"[" * 50_000, "is no JSON: exceeded max depth"),
    ],
)
def test_a_file_that_they_reject_as_a_whole_says_where(stored, content, says):
    found = stored(content)

    assert found.credential is None
    assert [problem.kind for problem in found.problems] == ["config-invalid"]
    assert says in found.problems[0].message


@pytest.mark.parametrize(
    "content",
    [
        {"auths": {"other.test": {"auth": "!!"}, HOST: entry("alice")}},
        {"auths": {"other.test": None, HOST: entry("alice")}, "credsStore": "nope", "experimental": True},
        {"Auths": {HOST: {"AUTH": packed("alice")}}},
        {"auths": {HOST: {**entry("alice"), "email": 1, "auths": []}}, "credHelpers": {"other.test": "nope"}},
        {"auths": {HOST: {"auth": packed("alice")[:4] + "\n" + packed("alice")[4:]}}},
        {"auths": {HOST: entry("alice")}, "credHelpers": {f"{HOST}/cgr-private": "nope"}},
        b'{"auths":{"%s":{"auth":"%s"}},"auths":{"x":{}}}' % (HOST.encode(), packed("alice").encode()),
        b'{"auths":{"%s":{"auth":"%s","auth":null},"\xff":{}}}' % (HOST.encode(), packed("alice").encode()),
    ],
)
def test_what_does_not_concern_this_image_may_be_as_it_likes(stored, content):
    assert user(stored(content)) == "alice"


@pytest.mark.parametrize(
    ("auth", "says"),
    [
        ("!!", "no base64"),
        (packed("alice").rstrip("="), "no base64"),
        ("YWJj", "no base64 of user:password"),
        ("", "is empty"),
    ],
)
def test_the_entry_that_fits_is_the_answer_also_where_it_is_of_no_use(stored, auth, says):
    found = stored({"auths": {f"{HOST}/cgr-private": {"auth": auth}, HOST: entry("alice")}})

    assert found.credential is None
    told = [problem.message for problem in found.problems] + list(found.looked)
    assert any(says in one for one in told)


def test_no_secret_of_a_file_is_unknown_to_the_redaction(tmp_path):
    known = []
    file = tmp_path / "auth.json"
    file.write_text(
        json.dumps({"auths": {HOST: entry("a", "one"), "x": {"identitytoken": "two", **entry("b", "three")}}})
    )
    look({}, HOST, file, known.append)

    assert {"one", "two", "three"} <= set(known)


def place(folder, name, user_name, content=None):
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    auths = {HOST: entry(user_name)}
    file.write_text(json.dumps(content or (auths if name.endswith("dockercfg") else {"auths": auths})))


def test_the_files_are_looked_at_in_their_order(tmp_path):
    """Each time the file that was taken is removed, the next one is."""
    home = tmp_path / "home"
    environ = {"HOME": str(home), "XDG_RUNTIME_DIR": str(tmp_path / "run"), "PATH": ""}
    order = [
        (tmp_path, "run/containers/auth.json"),
        (home, ".config/containers/auth.json"),
        (home, ".docker/config.json"),
        (home, ".dockercfg"),
    ]
    for folder, name in order:
        place(folder, name, name)
    for folder, name in order:
        found = look(environ)
        assert user(found) == name
        assert str(folder / name) in found.credential.source
        (folder / name).write_text("{}")

    assert look(environ).credential is None


def test_a_named_file_takes_the_place_of_the_one_that_login_writes(tmp_path):
    environ = {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
    place(tmp_path, "containers/auth.json", "runtime")
    place(tmp_path, "named.json", "named")
    place(tmp_path, "docker/config.json", "docker")

    assert user(look(environ, auth_file=tmp_path / "named.json")) == "named"
    place(tmp_path, ".config/containers/auth.json", "settings")
    assert user(look({**environ, "DOCKER_CONFIG": str(tmp_path / "docker")})) == "docker"
    (tmp_path / ".config" / "containers" / "auth.json").unlink()
    assert user(look(environ, auth_file=tmp_path / "none.json")) is None
    assert user(look(environ)) == "runtime"


@pytest.mark.parametrize("by", ["option", "DOCKER_CONFIG"])
def test_newer_ones_look_no_further_than_a_file_that_is_named(tmp_path, by):
    environ = {"HOME": str(tmp_path)} | ({"DOCKER_CONFIG": str(tmp_path / "d")} if by == "DOCKER_CONFIG" else {})
    named = tmp_path / ("named.json" if by == "option" else "d/config.json")
    place(tmp_path, ".config/containers/auth.json", "settings")

    found = look(environ, auth_file=named if by == "option" else None)

    assert user(found) == "settings"
    (problem,) = found.problems
    assert (problem.kind, problem.place) == ("named-file", str(named))
    assert "podman since 4.4" in problem.message
    assert look({"HOME": str(tmp_path)}).problems == ()
    place(tmp_path, str(named.relative_to(tmp_path)), "named")
    assert look(environ, auth_file=named if by == "option" else None).problems == ()


def test_without_a_login_every_place_is_named_with_what_was_there(tmp_path):
    environ = {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path / "run")}
    place(tmp_path, "run/containers/auth.json", "", {"auths": {}})

    found = look(environ)

    assert [line.removeprefix(f"{tmp_path}/") for line in found.looked] == [
        f"run/containers/auth.json (none for {HOST})",
        ".config/containers/auth.json (not there)",
        ".docker/config.json (not there)",
        ".dockercfg (not there)",
    ]


def test_a_missing_runtime_directory_is_told_and_passed_over(tmp_path):
    place(tmp_path, ".config/containers/auth.json", "alice")
    found = look({"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path / "gone")})

    assert user(found) == "alice"
    assert [problem.place for problem in found.problems] == [str(tmp_path / "gone")]


HELPERS = {
    "there": """echo '{"ServerURL":"x","Username":"bob","Secret":"s"}'""",
    "token": """echo '{"ServerURL":"x","Username":"<token>","Secret":"s"}'""",
    "empty": "echo credentials not found in native keychain; exit 1",
    "fails": "echo no bus; exit 1",
}


@pytest.mark.parametrize(
    ("name", "kind", "problem"),
    [
        ("there", "basic", None),
        ("token", "identity-token", None),
        ("empty", None, None),
        ("fails", None, "helper-failed"),
        ("gone", None, "helper-missing"),
        ("", None, "helper-missing"),
    ],
)
def test_a_helper_hides_the_entries_of_its_file(tmp_path, name, kind, problem):
    for helper, script in HELPERS.items():
        program = tmp_path / f"docker-credential-{helper}"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
    file = tmp_path / "auth.json"
    file.write_text(json.dumps({"auths": {HOST: entry("alice")}, "credHelpers": {HOST: name}}))

    found = look({"HOME": str(tmp_path), "PATH": f"{tmp_path}:/usr/bin:/bin"}, NAME, file)

    assert (found.credential.kind if found.credential else None) == kind
    assert [one.kind for one in found.problems] == ([problem] if problem else [])


@pytest.mark.parametrize(
    ("pair", "login"),
    [("alice:", None), (":pw", None), (":", "bob"), ("alice:\0", None), ("no colon", "bob"), ("", "bob")],
)
def test_half_a_login_ends_the_search_and_an_empty_one_does_not(tmp_path, pair, login):
    file = tmp_path / "auth.json"
    file.write_text(json.dumps({"auths": {HOST: {"auth": base64.b64encode(pair.encode()).decode()}}}))
    place(tmp_path, ".config/containers/auth.json", "bob")

    found = look({"HOME": str(tmp_path)}, NAME, file)

    assert user(found) == login


def test_dockers_own_store_is_named_where_podman_does_not_look(tmp_path):
    place(tmp_path, ".docker/config.json", "", {"auths": {HOST: {}}, "credsStore": "desktop"})

    found = look({"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)})

    assert found.credential is None
    assert any("credsStore desktop" in line for line in found.looked)


def test_the_host_of_image_is_asked_for_by_its_whole_name(tmp_path):
    """A keyring hands out what podman uses for the image, and for another host what it has for that."""
    place(tmp_path, "auth.json", "", {"auths": {f"{HOST}/cgr-private": entry("alice"), "cgr.dev": entry("chain")}})
    places = Places(
        {"HOME": str(tmp_path)}, tmp_path, clients=("podman",), auth_file=tmp_path / "auth.json", image=NAME
    )
    ring = Keyring(places, Redaction(), hosts=Hosts(HOST, HOST, (HOST,)))

    registry, chainguard = anyio.run(ring.registry), anyio.run(ring.chainguard)

    assert (user(registry), registry.whose, user(chainguard)) == ("alice", "podman", "chain")


def test_the_clients_are_asked_in_their_order_and_docker_only_if_it_is_one(tmp_path):
    place(tmp_path, "config.json", "docker")
    place(tmp_path, "auth.json", "podman")

    async def cluster(_host):
        return Found(looked=("the Secret",))

    def ring(*clients):
        places = Places({"HOME": str(tmp_path)}, tmp_path, clients=clients, auth_file=tmp_path / "auth.json")
        hosts = Hosts(HOST, HOST, (HOST,))
        return anyio.run(Keyring(places, Redaction(), hosts=hosts, sources={"kubernetes": cluster}).registry)

    assert user(ring("docker", "podman")) == "docker"
    assert user(ring("podman", "docker")) == "podman"
    assert user(ring("kubernetes", "podman")) == "podman"
    alone = ring("kubernetes")
    assert (user(alone), alone.looked[0]) == (None, "the Secret")
    containerd = ring("containerd")
    assert (user(containerd), containerd.looked) == (None, ("containerd (its logins are not looked at)",))


def test_who_else_reads_dockers_file_is_said(tmp_path):
    environ = {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
    place(tmp_path, ".docker/config.json", "", {"auths": {f"{HOST}/cgr-private": entry("alice")}})

    taken, missed = look(environ), look(environ, f"{HOST}/other/x")

    assert (user(taken), user(missed)) == ("alice", None)
    assert "docker takes each key there for its host alone" in taken.looked[-1]
    assert "docker takes it for any" in missed.near_misses[0].why


@pytest.mark.parametrize(
    ("line", "login", "problems"),
    [
        ('["there"]', "bob", []),
        ('["empty"]', None, []),
        ('["fails", "containers-auth.json"]', "alice", ["helper-failed"]),
        ('["containers-auth.json", "there"]', "alice", []),
        ('["empty", "containers-auth.json"]', "alice", []),
        ("[]", "alice", []),
        ('["fails"]', None, ["helper-failed"]),
        ('"there"', None, ["config-invalid"]),
        ('["there"', None, ["config-invalid"]),
    ],
)
def test_helpers_of_registries_conf_are_asked_in_their_order(tmp_path, monkeypatch, line, login, problems):
    async def ask(name, server, environ):
        assert server == HOST
        broken = Problem("helper-failed", f"docker-credential-{name}", "ended with status 1")
        return {"there": Answer("bob", "s"), "empty": Answer(), "fails": Answer(problem=broken)}[name]

    monkeypatch.setattr(auth_json.helper, "ask", ask)
    place(tmp_path, ".config/containers/auth.json", "alice")
    (tmp_path / ".config" / "containers" / "registries.conf").write_text(f"credential-helpers = {line}\n")

    found = look({"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)})

    assert (user(found), [one.kind for one in found.problems]) == (login, problems)


def test_the_last_file_that_names_helpers_is_heard(tmp_path):
    folder = tmp_path / ".config" / "containers"
    (folder / "registries.conf.d").mkdir(parents=True)
    (folder / "registries.conf").write_text('credential-helpers = ["a"]')
    (folder / "registries.conf.d" / "1.conf").write_text('credential-helpers = ["b"]')
    (folder / "registries.conf.d" / "2.conf").write_text("unknown = 1")
    (folder / "registries.conf.d" / "3.txt").write_text('credential-helpers = ["c"]')

    assert registries_conf.helpers({"HOME": str(tmp_path)}) == ("b",)
    named = tmp_path / "named.conf"
    named.write_text('credential-helpers = ["d"]')
    (folder / "registries.conf.d" / "1.conf").unlink()
    assert registries_conf.helpers({"HOME": str(tmp_path), "CONTAINERS_REGISTRIES_CONF": str(named)}) == ("d",)


@pytest.mark.parametrize(
    "file",
    ["run/containers/0/auth.json", "root/.config/containers/auth.json", "root/.docker/config.json", "root/.dockercfg"],
)
def test_the_files_of_a_machine_whose_tree_is_mounted(tmp_path, monkeypatch, file):
    """Those of its root, and none of ours, wherever links lead."""
    monkeypatch.setattr(registries_conf, "SYSTEM", Path("/etc/containers"))
    root, ours = tmp_path / "host", tmp_path / "ours"
    legacy = file.endswith("cfg")
    for place, name in ((root / "kept.json", "of-the-node"), (ours / "auth.json", "of-ours")):
        place.parent.mkdir(parents=True, exist_ok=True)
        content = {HOST: entry(name)}
        place.write_text(json.dumps(content if legacy else {"auths": content}))
    (root / file).parent.mkdir(parents=True)
    (root / file).symlink_to("/kept.json")
    environ = {
        "HOME": str(ours),
        "XDG_RUNTIME_DIR": str(tmp_path / "gone"),
        "REGISTRY_AUTH_FILE": str(ours / "auth.json"),
    }

    def looked():
        return anyio.run(auth_json.look, NAME, None, Asking(environ), root)

    assert user(looked()) == "of-the-node"
    (root / "etc/containers/registries.conf.d").mkdir(parents=True)
    (root / "etc/containers/registries.conf.d/50.conf").write_text('credential-helpers = ["not-here"]')
    assert user(looked()) is None
    (root / "etc/containers/registries.conf.d/50.conf").unlink()
    (root / file).unlink()
    (root / file).symlink_to(ours / "auth.json")
    assert (user(looked()), looked().problems) == (None, ())
