"""The player of cases gives the answers that tests/field/README.md describes, to the letter."""

from types import SimpleNamespace

import httpx
import pytest
from asking import CONFIGURATION, MANIFEST, PING, SIGNATURE, asking
from h2.exceptions import ProtocolError

from cgrdoctor.lab import script


def answered(written, path=PING, **answer):
    """What a plain request for the path gets, if a case has this answer."""
    with asking(written({"answers": [answer]})) as ask:
        return ask(path)


# Which requests an answer is for


def test_an_answer_replaces_what_the_world_says(written):
    got = answered(written, path=PING, status=503, headers=[["X-A", "1"], ["X-A", "2"]], body="down")

    assert (got.status_code, got.text, got.headers.get_list("x-a")) == (503, "down", ["1", "2"])
    assert "content-type" not in got.headers
    assert "server" not in got.headers


def test_the_path_is_matched_whole_and_without_the_query(written):
    case = written(
        {"answers": [{"path": "/artifactory/api/system/pin", "status": 500}, {"path": "/a/.*b", "status": 418}]}
    )

    with asking(case) as ask:
        assert ask(PING).status_code == 200
        assert ask("/a/xb?c=/d").status_code == 418
        assert ask("/a/xbc").status_code == 404


def test_hosts_are_globs_and_the_usual_one_is_artifactory(written):
    case = written(
        {"answers": [{"status": 418}, {"host": "*.s3.example", "status": 419}, {"host": "CGR.dev", "status": 420}]}
    )

    with asking(case) as ask:
        assert ask("/").status_code == 418
        assert ask("/", host="a.s3.example").status_code == 419
        assert ask("/token", host="cgr.dev").status_code == 420
        assert ask("/", host="b.acme.jfrog.io").status_code == 404


def test_methods_and_logins_choose(written):
    answers = [
        {"method": "HEAD", "status": 405},
        {"auth": "none", "status": 411},
        {"auth": "basic", "status": 412},
        {"auth": "bearer", "status": 413},
    ]
    with asking(written({"answers": answers})) as ask:
        assert ask(PING, method="HEAD").status_code == 405
        assert [ask(PING, auth=auth).status_code for auth in (None, "Basic", "bearer")] == [411, 412, 413]
        assert ask(PING, auth="Digest").status_code == 200


def test_nth_counts_the_requests_that_match(written):
    answers = [
        {"path": PING, "nth": [1, 3], "status": 501},
        {"path": PING, "nth": [2], "status": 502},
        {"path": "/other", "nth": 1, "status": 503},
    ]
    with asking(written({"answers": answers})) as ask:
        assert ask("/unmatched").status_code == 404
        assert [ask(PING).status_code for _ in range(4)] == [501, 502, 501, 200]
        assert [ask("/other").status_code for _ in range(2)] == [503, 404]


@pytest.mark.parametrize(
    ("who", "through", "direct"), [("artifactory", 404, 401), ("client", 200, 403), (None, 404, 403)]
)
def test_from_is_who_asks(written, who, through, direct):
    answer = {"host": "cgr.dev", "path": "/v2/.*", "status": 403, "body": "denied"}
    case = written({"answers": [answer if who is None else {**answer, "from": who}]})

    with asking(case) as ask:
        assert ask.pull().status_code == through
        assert ask("/v2/", host="cgr.dev").status_code == direct


# What an answer is


def test_artifactorys_answers_are_signed_unless_they_are_not(written):
    assert set(answered(written, status=500).headers) >= SIGNATURE
    assert not SIGNATURE & set(answered(written, status=500, unsigned=True).headers)
    assert not SIGNATURE & set(answered(written, edit={"status": 500}, unsigned=True).headers)
    own = answered(written, status=500, headers=[["X-Artifactory-Id", "6e92"]])
    assert own.headers.get_list("x-artifactory-id") == ["6e92"]


def test_only_artifactorys_hosts_sign(written):
    given = {
        "world": {"image": "pulls.corp.example/cgr-private/acme.com/python:3.12"},
        "answers": [{"host": "*", "status": 500}],
    }
    with asking(written(given)) as ask:
        assert set(ask("/", host="pulls.corp.example").headers) >= SIGNATURE
        assert set(ask("/", host="cgr-private.acme.jfrog.io").headers) >= SIGNATURE
        assert not SIGNATURE & set(ask("/", host="cgr.dev").headers)


def test_what_concerns_the_connection_alone_is_not_sent(written):
    headers = [["Transfer-Encoding", "chunked"], ["Connection", "close"], ["Via", "1.1 x"]]
    with asking(written({"answers": [{"status": 500, "headers": headers, "body": "x"}]}), http2=True) as ask:
        got = ask(PING)

    assert (got.status_code, got.text, got.headers["via"], "connection" in got.headers) == (500, "x", "1.1 x", False)


def test_the_path_that_was_asked_for_can_be_led_on(written):
    got = answered(written, status=302, headers=[["Location", "https://b.example/x{path}"]])

    assert got.headers["location"] == f"https://b.example/x{PING}"


def test_a_body_may_be_json(written):
    assert answered(written, body={"a": [1]}).json() == {"a": [1]}
    assert answered(written, body="").status_code == 200


def test_a_delay_comes_first(written, monkeypatch):
    slept = []

    async def sleep(seconds):
        slept.append(seconds)

    monkeypatch.setattr(script, "asyncio", SimpleNamespace(sleep=sleep))
    assert answered(written, delay=2.5).text == "OK"
    assert answered(written, delay=3, status=504).status_code == 504
    assert slept == [2.5, 3]


def test_the_world_answers_what_no_answer_is_for(written):
    with asking(written({"answers": [{"host": "nobody.example", "status": 500}]})) as ask:
        assert ask.pull().status_code == 200


# Edits of the world's own answer


def edited(written, path, **edit):
    """An administrator's own answer, edited."""
    with asking(written({"answers": [{"path": path, "edit": edit}]})) as ask:
        return ask.as_admin(path)


def test_an_edit_of_nothing_changes_nothing(written):
    got = edited(written, CONFIGURATION, merge={}, remove=[])

    assert (got.status_code, got.json()["url"]) == (200, "https://cgr.dev/")
    assert set(got.headers) >= SIGNATURE


def test_members_are_merged_and_removed(written):
    got = edited(written, CONFIGURATION, merge={"url": None, "new": {"a": 1}}, remove=["includesPattern", "absent"])

    assert got.json()["url"] is None
    assert got.json()["new"] == {"a": 1}
    assert "includesPattern" not in got.json()
    assert got.json()["packageType"] == "docker"
    assert int(got.headers["content-length"]) == len(got.content)


def test_what_is_nested_is_merged_too(written):
    got = edited(written, "/router/api/v1/system/health", merge={"router": {"state": "UNHEALTHY"}})

    assert got.json()["router"] == {"node_id": "node-1", "state": "UNHEALTHY", "message": "OK"}


def test_what_is_no_object_has_no_members(written):
    assert edited(written, PING, merge={"a": 1}, remove=["b"]).text == "OK"


@pytest.mark.parametrize("pairs", [[["O", "Hell"], ["K", "o"]], {"O": "Hell", "K": "o"}, ["OK", "Hello"]])
def test_texts_are_replaced(written, pairs):
    assert edited(written, PING, replace=pairs).text == "Hello"


def test_status_and_headers_are_replaced(written):
    got = edited(
        written, PING, status=207, headers=[["Content-Type", "a/b"], ["Via", "1.1 x"]], drop=["X-JFROG-Version"]
    )

    assert (got.status_code, got.text) == (207, "OK")
    assert got.headers.get_list("content-type") == ["a/b"]
    assert got.headers["via"] == "1.1 x"
    assert got.headers.get_list("x-artifactory-id")


def test_a_header_that_is_dropped_is_gone(written):
    with asking(written({"answers": [{"path": MANIFEST, "edit": {"drop": ["Docker-Content-Digest"]}}]})) as ask:
        got = ask.pull()

    assert got.status_code == 200
    assert "docker-content-digest" not in got.headers


def test_a_body_is_cut_with_its_length_or_without(written):
    assert edited(written, CONFIGURATION, truncate=10).headers["content-length"] == "10"
    with pytest.raises(httpx.RemoteProtocolError, match="received 10 bytes"):
        edited(written, CONFIGURATION, truncate=10, keep_length=True)


def test_a_body_is_cut_by_http2_too(written):
    case = written({"answers": [{"path": PING, "edit": {"truncate": 1, "keep_length": True}}]})

    with asking(case, http2=True) as ask, pytest.raises(ProtocolError, match="Expected 2 bytes, received 1"):
        ask(PING)


def test_head_says_what_get_would_send(written):
    edit = {"replace": [["manifests", "manifests-and-more"]], "headers": [["X-A", "b"]]}
    with asking(written({"answers": [{"path": MANIFEST, "edit": edit}]})) as ask:
        got, head = ask.pull(), ask.pull(method="HEAD")

    assert (head.status_code, head.content, head.headers["x-a"]) == (200, b"", "b")
    assert head.headers["content-length"] == str(len(got.content))
    assert b"manifests-and-more" in got.content
