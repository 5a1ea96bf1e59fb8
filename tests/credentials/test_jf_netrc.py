"""What jf and curl would use for a host, and what is said where that is nothing."""

import csv
import json
from pathlib import Path

import pytest

from cgrdoctor.credentials import jfrog_cli, netrc

CASES = Path(__file__).parents[1] / "field" / "client" / "jf-netrc"
HOST = "acme.jfrog.io"
PAIR = ("basic", "alice", "Adm1n-passw0rd")
TOKEN = ("bearer", "", "LAB-ADMIN-TOKEN")
WHAT = {
    "j01-v6-token": TOKEN,
    "j02-v5-userpw": PAIR,
    "j03-v6-encrypted": "encrypted with the user's master key (security.yaml)",
    "j04-v6-expired-with-refresh": "expired at 2020-09-13T12:26:40Z; jf itself would renew it with its refresh token",
    "j06-v1-artifactory-list": PAIR,
    "j07-v0-artifactory-object": PAIR,
    "j08-v6-url-without-slash-port": TOKEN,
    "j10-v6-apikey": ("basic", "alice", "AKCp8abc"),
    "n05-default-only": "default entry, which serves every host",
    "n10-user-not-login": "has user for acme.jfrog.io",
    "n11-login-missing": "no login",
    "n13-other-subdomain": "has machine artifactory.acme.jfrog.io",
}
"""What each case comes to: a credential, or words; the others are the plain pair."""


def cases():
    with (CASES / "expected.tsv").open(newline="") as file:
        return [row[0] for row in csv.reader(file, delimiter="\t") if (CASES / row[0]).is_dir()]


def shown(credential):
    return credential and (credential.kind, credential.username, credential.secret.reveal(HOST))


@pytest.mark.parametrize("name", cases())
def test_what_jf_and_curl_find_is_found(name):
    look, place = (jfrog_cli.look, ".jfrog") if name.startswith("j") else (netrc.look, ".netrc")
    expected = WHAT.get(name, PAIR)

    credential, problem = look(CASES / name / place, HOST)

    assert shown(credential) == (None if isinstance(expected, str) else expected)
    if isinstance(expected, str):
        assert expected in problem.message
        assert problem.place.startswith(str(CASES / name))


def test_an_api_key_is_said_to_be_one():
    credential, _ = jfrog_cli.look(CASES / "j10-v6-apikey" / ".jfrog", HOST)

    assert "deprecated" in credential.source


def servers(tmp_path, *entries, **more):
    (tmp_path / "jfrog-cli.conf.v6").write_text(json.dumps({"servers": entries, **more}))
    return jfrog_cli.look(tmp_path, HOST)


def server(**more):
    return {"url": f"https://{HOST}/", **more}


def test_the_default_server_of_the_host_comes_first(tmp_path):
    credential, _ = servers(
        tmp_path,
        server(accessToken="first"),
        {"url": "https://other.test/", "accessToken": "other", "isDefault": True},
        server(accessToken="default", isDefault=True),
    )

    assert shown(credential) == ("bearer", "", "default")


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"apiKey": "AKCp8abc"}, "API key without its user"),
        ({"sshKeyPath": "/k"}, "SSH key"),
        ({}, "no login"),
        ({"user": "alice"}, "no login"),
    ],
)
def test_an_entry_without_a_usable_login_says_what_it_has(tmp_path, entry, words):
    credential, problem = servers(tmp_path, server(**entry))

    assert credential is None
    assert words in problem.message
    assert "AKCp8abc" not in problem.message


def test_an_expired_token_gives_way_to_a_password_and_is_tried_where_there_is_nothing_else(tmp_path):
    expired = json.loads((CASES / "j04-v6-expired-with-refresh/.jfrog/jfrog-cli.conf.v6").read_text())["servers"][0]
    token = expired["accessToken"]

    assert shown(servers(tmp_path, server(accessToken=token, user="a", password="b"))[0]) == ("basic", "a", "b")
    assert shown(servers(tmp_path, server(accessToken=token))[0]) == ("bearer", "", token)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("machine h login a password b", ("a", "b")),
        ("MACHINE h LOGIN a PassWord b", ("a", "b")),
        ("machine h\r\n\tlogin a\r\n\tpassword b\r\n", ("a", "b")),
        ('machine h login "a b" password "c\\"d\\\\e\\nf"', ("a b", 'c"d\\e\nf')),
        ("machine h login a password b # password c", ("a", "b")),
        ("machine h login a password b#c", ("a", "b#c")),
        ("# machine h login x password y\nmachine h login a password b", ("a", "b")),
        ("machine g login x password y machine h login a password b", ("a", "b")),
        ("machine h login x\nmachine h login a password b", ("a", "b")),
        ("macdef init\nmachine h login x password y\n\nmachine h login a password b", ("a", "b")),
        ("machine h account z login a password b", ("a", "b")),
        ("machine h login login password password", ("login", "password")),
        ("default login x password y\nmachine h login a password b", ("a", "b")),
        ('machine h login a password "b', ("", "")),
        ("machine h password b", ("", "")),
        ("login x password y machine h", ("", "")),
        ("machine h login x login a password b password c", ("a", "b")),
        ("machine", ("", "")),
    ],
)
def test_words_are_those_that_curl_reads(text, expected):
    assert netrc.entry(text, "h") == expected


def test_what_stands_in_a_netrc_is_told_without_its_secrets(tmp_path):
    heard = []
    (tmp_path / ".netrc").write_text(f"machine {HOST} username alice passwd opensesame")

    credential, problem = netrc.look(tmp_path / ".netrc", HOST, heard.append)

    assert credential is None
    assert "opensesame" in heard
    assert "opensesame" not in problem.message


def test_a_netrc_of_another_encoding_is_named(tmp_path):
    (tmp_path / ".netrc").write_bytes(f"machine {HOST} login a password b".encode("utf-16"))

    assert "byte order mark" in netrc.look(tmp_path / ".netrc", HOST)[1].message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "machine https://acme.jfrog.io login a password opensesame",
            "an address: it is written machine acme.jfrog.io",
        ),
        ("machine acme.jfrog.io/ login a password opensesame", "an address"),
        ("machine *.jfrog.io login a password opensesame", "a .netrc has none"),
        ("machine acme.jfrog.io login=a password=opensesame", "with blanks"),
        ("machine acme.jfrog.io login: a password: opensesame", "with blanks"),
        ('machine x login a password "b\nmachine acme.jfrog.io login a password opensesame', "not closed"),
        ("macdef init\necho\nmachine acme.jfrog.io login a password opensesame", "macdef that no empty line ends"),
        ("machine acme.jfrog.io:8443 login a password opensesame", "the port differs"),
    ],
)
def test_why_curl_has_no_login_is_said(tmp_path, text, words):
    (tmp_path / ".netrc").write_text(text)

    credential, problem = netrc.look(tmp_path / ".netrc", HOST)

    assert credential is None
    assert words in problem.message
    assert "opensesame" not in problem.message


def test_a_server_of_jf_that_is_nearly_the_host_is_named(tmp_path):
    near = {"url": "https://acme.jfrog.io:8443/", "accessToken": "token"}
    far = {"url": "https://example.com/", "accessToken": "token"}

    credential, problem = servers(tmp_path, near, far)

    assert credential is None
    assert "has a server acme.jfrog.io:8443 (the port differs)" in problem.message
    assert servers(tmp_path, far) == (None, None)
