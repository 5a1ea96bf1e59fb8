"""Every error shape Artifactory and its neighbours are known to answer with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cgrdoctor.net.envelope import clean, parse_errors


@pytest.mark.parametrize(
    ("body", "shape", "code", "message"),
    [
        (b'{"errors":[{"code":"DENIED","message":"no","detail":{"a":1}}]}', "oci", "DENIED", "no"),
        (b'{"errors" : [ { "status" : 404, "message" : "gone" } ]}', "artifactory", "404", "gone"),
        (b'{"error":"invalid","error_description":"bad token"}', "access", "invalid", "bad token"),
        (b'{"statusCode":401,"details":"BAD_CREDENTIAL"}', "status-code", "401", "BAD_CREDENTIAL"),
        (b"plain words", "text", "", "plain words"),
        (b'{"code":404,"msg":"gone"}', "json-other", "404", "gone"),
        (b'{"fault":{"faultstring":"gone","detail":{"errorcode":"x"}}}', "json-other", "", "gone"),
        (b'[{"code":"DENIED","message":"no"}]', "oci", "DENIED", "no"),
        (
            b'{"errors":[{"code":"UNKNOWN","message":"unknown: {\\"errors\\":[{\\"code\\":\\"MANIFEST_UNKNOWN\\",\\"message\\":\\"m\\"}]}"}]}',
            "oci",
            "MANIFEST_UNKNOWN",
            "unknown: m",
        ),
        (
            b'{"error":"Bad Gateway","message":"proxy says no","status":502}',
            "access",
            "502",
            "proxy says no; Bad Gateway",
        ),
        (
            b'{"title":"Forbidden","detail":"no such scope","status":403}',
            "json-other",
            "403",
            "no such scope; Forbidden",
        ),
        (b'{"error":{"code":"E1","message":"inner words"}}', "access", "", "inner words"),
        (
            b'{"errors":[{"status":400,"message":"Connection failed: {\\"code\\":\\"X\\",\\"message\\":\\"https://cgr.dev/v2/ --> 401\\"} (tried once)"}]}',
            "artifactory",
            "X",
            "Connection failed: (tried once); https://cgr.dev/v2/ --> 401",
        ),
        (b'{"errors":["just text"]}', "artifactory", "", "just text"),
    ],
)
def test_shapes(body, shape, code, message):
    found = parse_errors(body, "application/json")

    assert (found.shape, found.entries[0].code, found.entries[0].message) == (shape, code, message)


def test_a_page_gives_its_title():
    found = parse_errors(b"<!DOCTYPE html><html><head><title>502 Bad\n Gateway</title>", "text/html")

    assert (found.shape, found.title) == ("html", "502 Bad Gateway")


def test_text_of_a_peer_is_made_inert():
    assert clean("a\x1b]8;;http://x\x07b\u202ec\r\nd") == "a ]8;;http://x b c d"


@given(st.binary(max_size=600), st.sampled_from([None, "text/html", "application/json"]))
def test_any_body_is_read(body, content_type):
    found = parse_errors(body, content_type)

    assert len(found.text) <= 2000
    assert found.text.isprintable()
