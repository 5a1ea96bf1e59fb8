"""Whether a login was really sent, and why not: by what the server heard, and by what the steps of the pull say."""

from __future__ import annotations

import base64
import re

import pytest
from msgspec.structs import replace
from werkzeug import Response

from cgrdoctor.net.manifest import Platform
from cgrdoctor.net.pull import Endpoint, Wanted
from cgrdoctor.net.registry import Puller, ping
from cgrdoctor.privacy.secret import Credential, Secret

HOST = "acme.test"
BEARER = f'Bearer realm="https://{HOST}/v2/token",service="{HOST}"'
WANTED = Wanted("key/image", "1", Platform("linux", "amd64"), "manifest")


def basic(password, username="alice", host=HOST):
    return Credential("basic", Secret(password, host=host), "a test", username)


def registry(server, challenge=BEARER, ping_status=401):
    """A registry that asks with `challenge`, and gives a token to whoever comes."""
    asks = {"WWW-Authenticate": challenge} if challenge else {}
    server.expect_request("/v2/").respond_with_json({}, ping_status, asks if ping_status == 401 else {})
    server.expect_request(re.compile(r"/v2/.*/manifests/.*")).respond_with_json({}, 401, asks)
    server.expect_request(re.compile(r"(/v2)?/token")).respond_with_json({"token": "t" * 30})


@pytest.fixture(name="pulled")
def _pulled(run, httpserver, canned):
    """Pulls with a login, and gives back the pull and the headers of every request that was heard."""

    def pull(credential, *, asked=HOST):
        async def main():
            async with canned(asked) as client:
                endpoint = Endpoint(f"https://{asked}", credential)
                return await Puller(client, endpoint, await ping(client, endpoint)).pull(WANTED)

        return run(main), [request.headers for request, _ in httpserver.log]

    return pull


def carried(heard):
    return [headers["Authorization"] for headers in heard if "Authorization" in headers]


def logins(heard):
    """The user names and passwords that came as Basic."""
    return [base64.b64decode(text.partition(" ")[2]).decode() for text in carried(heard) if text.startswith("Basic ")]


def test_a_login_that_was_sent_is_said_to_be(httpserver, pulled):
    registry(httpserver)
    pull, heard = pulled(basic("secret"))

    assert logins(heard) == ["alice:secret"]
    assert [(step.name, step.authenticated) for step in pull.steps] == [
        ("ping", False),
        ("token", True),
        ("manifest", True),
    ]
    assert (pull.anonymous, pull.withheld) == (False, None)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n", "\r"])
def test_a_line_break_at_the_end_goes_out_as_docker_sends_it(httpserver, pulled, end):
    registry(httpserver)
    pull, heard = pulled(basic(f"secret{end}"))

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
        (Credential("identity-token", Secret("refresh", host="other.test"), "a test"), "foreign-host", "other.test"),
        (basic("secret", host="other.test"), "foreign-host", "other.test"),
    ],
)
def test_a_login_that_stays_at_home_is_said_to_and_why(httpserver, pulled, credential, reason, words):
    """The token endpoint gives a token to anybody: that one is nobody's login either."""
    registry(httpserver)
    pull, heard = pulled(credential)

    assert [text for text in carried(heard) if "t" * 30 not in text] == []
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
def test_what_nobody_can_answer_keeps_the_login_at_home(httpserver, pulled, challenge, reason, words):
    registry(httpserver, challenge)
    pull, heard = pulled(basic("secret"))

    assert logins(heard) == []
    assert (pull.anonymous, pull.withheld.reason) == (True, reason)
    assert words in pull.withheld.why


@pytest.mark.parametrize(
    "challenge", ["Negotiate, " + BEARER, "NTLM abc==, " + BEARER, 'Basic realm="x"', 'Negotiate, Basic realm="x"']
)
def test_one_challenge_that_docker_knows_is_enough(httpserver, pulled, challenge):
    registry(httpserver, challenge)
    pull, heard = pulled(basic("secret"))

    assert logins(heard) == ["alice:secret"]
    assert (pull.anonymous, pull.withheld) == (False, None)


def test_where_nothing_asks_for_a_login_none_is_sent(httpserver, pulled):
    registry(httpserver, "", ping_status=200)
    pull, heard = pulled(basic("secret"))

    assert carried(heard) == []
    assert pull.withheld.reason == "not-asked"


def test_where_only_the_manifest_asks_the_login_goes_there(httpserver, pulled):
    registry(httpserver, 'Basic realm="x"', ping_status=200)
    pull, heard = pulled(basic("secret"))

    assert logins(heard) == ["alice:secret"]
    assert pull.anonymous is False


def test_a_redirect_of_the_token_endpoint_leaves_the_login_behind(httpserver, pulled):
    httpserver.expect_request("/v2/token").respond_with_data(status=302, headers={"Location": "https://other.test/x"})
    httpserver.expect_request("/x").respond_with_json({}, 401)
    registry(httpserver)
    pull, heard = pulled(basic("secret"))

    assert logins(headers for headers in heard if headers["Host"] == HOST) == ["alice:secret"]
    assert carried(headers for headers in heard if headers["Host"] == "other.test") == []
    assert not any(step.authenticated for step in pull.steps if step.name == "token" and step.redirected_to)


def test_a_certificate_that_does_not_verify_keeps_the_login_at_home(httpserver, pulled):
    registry(httpserver)
    pull, heard = pulled(basic("secret", host="unproven.test"), asked="unproven.test")

    assert heard == []
    assert pull.anonymous


def test_nobody_s_login_is_not_kept_back(httpserver, pulled):
    registry(httpserver, "Negotiate")
    pull, _ = pulled(None)

    assert (pull.anonymous, pull.withheld) == (True, None)


MANIFEST = b'{"schemaVersion":2,"config":{"digest":"sha256:%s","size":1},"layers":[]}' % (b"a" * 64)
OCI = "application/vnd.oci.image.manifest.v1+json"


@pytest.mark.parametrize("ping_status", [200, 401])
def test_head_carries_the_login_of_get_even_where_the_ping_asks_for_none(run, httpserver, canned, ping_status):
    asked = []

    def manifest(request):
        asked.append((request.method, "Authorization" in request.headers))
        known = {"WWW-Authenticate": BEARER} if "Authorization" not in request.headers else {}
        return Response(MANIFEST, 401 if known else 200, known, content_type=OCI)

    httpserver.expect_request(re.compile(r"/v2/key/image/manifests/1")).respond_with_handler(manifest)
    registry(httpserver, BEARER, ping_status)

    async def main():
        async with canned(HOST) as client:
            endpoint = Endpoint(f"https://{HOST}", basic("secret"))
            pinged = await ping(client, endpoint)
            pull = await Puller(client, endpoint, pinged).pull(replace(WANTED, head=True))
            return pull, await Puller(client, endpoint, pinged).head_first(WANTED)

    pull, (head, got) = run(main)

    assert (pull.head.status, head.status, got.status) == (200, 200, 200)
    assert ("HEAD", True) in asked


# An identity token is exchanged as docker does it


REFRESH = "refresh-token-of-alice"
IDENTITY_TOKEN = Credential("identity-token", Secret(REFRESH, host=HOST), "a test")


def forms(server):
    """What came as a form, and where to."""
    return [(request.path, request.form.to_dict()) for request, _ in server.log if request.method == "POST"]


def exchanging(server, answer, status=200, challenge=BEARER, **headers):
    """A registry that answers the exchange so; to everybody else its token endpoint gives nothing."""
    asks = {"WWW-Authenticate": challenge}
    server.expect_request("/v2/").respond_with_json({}, 401, asks)
    server.expect_request(re.compile(r"/v2/.*/manifests/.*")).respond_with_json({}, 401, asks)
    server.expect_request("/v2/token", method="POST").respond_with_json(answer, status, headers)
    server.expect_request(re.compile(r"(/v2)?/token")).respond_with_json({"errors": []}, 401)


def test_an_identity_token_is_exchanged_for_the_token_that_pulls(httpserver, pulled):
    exchanging(httpserver, {"access_token": "t" * 30})
    pull, heard = pulled(IDENTITY_TOKEN)

    form = {"client_id": "docker", "grant_type": "refresh_token", "service": HOST, "refresh_token": REFRESH}
    assert forms(httpserver) == [("/v2/token", {**form, "scope": "repository:key/image:pull"})]
    assert set(carried(heard)) == {f"Bearer {'t' * 30}"}
    assert [(step.name, step.authenticated) for step in pull.steps[:3]] == [
        ("ping", False), ("token", True), ("manifest", True),
    ]  # fmt: skip
    assert (pull.anonymous, pull.withheld) == (False, None)


@pytest.mark.parametrize("status", [400, 401, 404, 405])
def test_a_refused_exchange_is_the_answer_and_nothing_else_is_tried(httpserver, pulled, status):
    exchanging(httpserver, {"errors": [{"status": status, "message": "no"}]}, status)
    pull, heard = pulled(IDENTITY_TOKEN)

    assert (pull.failed.name, pull.failed.status, pull.failed.authenticated) == ("token", status, True)
    assert len(forms(httpserver)) == 1
    assert carried(heard) == []


def test_docker_reads_one_name_of_a_token_in_an_exchange(httpserver, pulled):
    exchanging(httpserver, {"token": "t" * 30})
    pull, _ = pulled(IDENTITY_TOKEN)

    assert pull.failed.problem == "no access_token in the answer"


def test_a_redirect_of_an_exchange_is_not_followed(httpserver, pulled):
    exchanging(httpserver, {}, 307, Location=f"https://{HOST}/v2/other")
    pull, _ = pulled(IDENTITY_TOKEN)

    assert [path for path, _ in forms(httpserver)] == ["/v2/token"]
    assert pull.failed.name == "token"


@pytest.mark.parametrize("realm", ["https://other.test/token", f"https://{HOST}:8443/token", f"http://{HOST}/token"])
def test_an_identity_token_goes_to_no_other_realm(httpserver, pulled, realm):
    exchanging(httpserver, {"access_token": "t" * 30}, challenge=f'Bearer realm="{realm}",service="x"')
    pull, heard = pulled(IDENTITY_TOKEN)

    assert forms(httpserver) == []
    assert not any(REFRESH in str(dict(headers)) for headers in heard)
    assert pull.withheld.reason == "realm"
