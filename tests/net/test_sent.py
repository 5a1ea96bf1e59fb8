"""Whether a login was really sent, and why not: by what the server heard, and by what the steps of the pull say."""

from __future__ import annotations

import base64

import pytest

from cgrdoctor.net.manifest import Platform
from cgrdoctor.net.registry import Endpoint, Puller, Wanted, ping
from cgrdoctor.privacy.secret import Credential, Secret

HOST = "acme.test"
BEARER = f'Bearer realm="https://{HOST}/v2/token",service="{HOST}"'
WANTED = Wanted("key/image", "1", Platform("linux", "amd64"), "manifest")


def basic(password, username="alice", host=HOST):
    return Credential("basic", Secret(password, host=host), "a test", username)


def reply(status, body=b"{}", **headers):
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = f"HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n{lines}\r\n"
    return head.encode() + body


def registry(challenge=BEARER, token=None, ping_status=401):
    """A registry that asks with `challenge`, and gives a token to whoever comes, unless `token` is another answer."""

    def answer(head):
        asks = {"WWW_Authenticate": challenge} if challenge else {}
        if b"/token" in head.split(b"\r\n")[0]:
            return token or reply(200, b'{"token":"' + b"t" * 30 + b'"}')
        if b"/manifests/" in head.split(b"\r\n")[0]:
            return reply(401, **asks)
        return reply(ping_status, **(asks if ping_status == 401 else {}))

    return answer


@pytest.fixture(name="pulled")
def _pulled(run, peer, answering, authority, http):
    def pull(credential, answer, *, names=(HOST, "other.test"), asked=HOST):
        heard: list[bytes] = []

        async def main():
            async with (
                peer(answering(answer, heard), authority.context(*names)) as there,
                http(connect_to=tuple(there.mapping(name) for name in (asked, "other.test"))) as client,
            ):
                endpoint = Endpoint(f"https://{asked}", credential)
                return await Puller(client, endpoint, await ping(client, endpoint)).pull(WANTED)

        return run(main), [head.decode("latin-1") for head in heard]

    return pull


def logins(heard):
    """The user names and passwords that came as Basic."""
    lines = [line for head in heard for line in head.split("\r\n") if line.lower().startswith("authorization: basic ")]
    return [base64.b64decode(line.rpartition(" ")[2]).decode() for line in lines]


def carried(heard):
    return [line for head in heard for line in head.split("\r\n") if line.lower().startswith("authorization")]


def test_a_login_that_was_sent_is_said_to_be(pulled):
    pull, heard = pulled(basic("secret"), registry())

    assert logins(heard) == ["alice:secret"]
    assert [(step.name, step.authenticated) for step in pull.steps] == [
        ("ping", False),
        ("token", True),
        ("manifest", True),
    ]
    assert (pull.anonymous, pull.withheld) == (False, None)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n", "\r"])
def test_a_line_break_at_the_end_goes_out_as_docker_sends_it(pulled, end):
    pull, heard = pulled(basic(f"secret{end}"), registry())

    assert logins(heard) == [f"alice:secret{end}"]
    assert pull.withheld is None


@pytest.mark.parametrize(
    ("credential", "reason", "words"),
    [
        (basic("sec\nret"), "control-characters", "a line break"),
        (basic("sec\r\nret\n"), "control-characters", "a line break"),
        (basic("sec\x00ret"), "control-characters", "control characters"),
        (basic("\x1b[31msecret"), "control-characters", "control characters"),
        (basic("secret\x7f"), "control-characters", "control characters"),
        (basic("secret\t"), "control-characters", "control characters"),
        (basic("secret", username="al\nice"), "control-characters", "a line break"),
        (basic("\ud800"), "unspeakable", "no encoding"),
        (Credential("bearer", Secret("token\n", host=HOST), "a test"), "control-characters", "ends with a line break"),
        (Credential("bearer", Secret("tökén", host=HOST), "a test"), "unspeakable", "ASCII"),
        (Credential("identity-token", Secret("refresh", host=HOST), "a test"), "identity-token", "identity token"),
        (basic("secret", host="other.test"), "foreign-host", "other.test"),
    ],
)
def test_a_login_that_stays_at_home_is_said_to_and_why(pulled, credential, reason, words):
    """The token endpoint gives a token to anybody: that one is nobody's login either."""
    pull, heard = pulled(credential, registry())

    assert [line for line in carried(heard) if "t" * 30 not in line] == []
    assert (pull.anonymous, pull.withheld.reason) == (True, reason)
    assert words in pull.withheld.why
    assert [step.authenticated for step in pull.steps] == [False] * len(pull.steps)
    assert pull.failed.withheld == pull.withheld


@pytest.mark.parametrize(
    ("challenge", "reason", "words"),
    [
        ("Negotiate", "challenge", "Negotiate"),
        ('Digest realm="x", nonce="y", NTLM', "challenge", "Digest, Ntlm"),
        ("", "challenge", "does not say how"),
        ('Bearer realm="ftp://x/token"', "realm", "no usable realm"),
        (f'Bearer realm="http://{HOST}/token"', "realm", "plain http"),
        ('Bearer realm="https://127.0.0.1/token"', "realm", "forbidden"),
        ('Bearer realm="https://other.test/token"', "realm", "other.test"),
        (f'Bearer realm="https://{HOST}:8443/token"', "realm", "8443"),
        (f'Bearer realm="https://{HOST}./token"', "realm", f"{HOST}."),
    ],
)
def test_what_nobody_can_answer_keeps_the_login_at_home(pulled, challenge, reason, words):
    pull, heard = pulled(basic("secret"), registry(challenge))

    assert logins(heard) == []
    assert (pull.anonymous, pull.withheld.reason) == (True, reason)
    assert words in pull.withheld.why


@pytest.mark.parametrize(
    "challenge", ["Negotiate, " + BEARER, "NTLM abc==, " + BEARER, 'Basic realm="x"', 'Negotiate, Basic realm="x"']
)
def test_one_challenge_that_docker_knows_is_enough(pulled, challenge):
    pull, heard = pulled(basic("secret"), registry(challenge))

    assert logins(heard) == ["alice:secret"]
    assert (pull.anonymous, pull.withheld) == (False, None)


def test_where_the_ping_asks_for_nothing_docker_sends_nothing(pulled):
    pull, heard = pulled(basic("secret"), registry('Basic realm="x"', ping_status=200))

    assert carried(heard) == []
    assert pull.withheld.reason == "not-asked"


def test_a_redirect_of_the_token_endpoint_leaves_the_login_behind(pulled):
    away = reply(401)

    def answer(head):
        if b"Host: other.test" in head:
            return away
        if b"/v2/token" in head:
            return reply(302, Location="https://other.test/login")
        return registry()(head)

    pull, heard = pulled(basic("secret"), answer)

    assert [head.count("Host: other.test") for head in heard if "uthorization: Basic" in head] == [0] * len(
        logins(heard)
    )
    assert not any(step.authenticated for step in pull.steps if step.name == "token" and step.redirected_to)


def test_a_certificate_that_does_not_verify_keeps_the_login_at_home(pulled):
    pull, heard = pulled(basic("secret"), registry(), names=("other.test",))

    assert heard == []
    assert pull.anonymous


def test_nobody_s_login_is_not_kept_back(pulled):
    pull, _ = pulled(None, registry("Negotiate"))

    assert (pull.anonymous, pull.withheld) == (True, None)
