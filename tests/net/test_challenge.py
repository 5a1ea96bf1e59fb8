"""Challenges in every spelling that was seen, and any other text: read, bounded, without an exception."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cgrdoctor.net.challenge import (
    RealmVerdict,
    TokenUnreadable,
    basic,
    bearer,
    parse_challenges,
    parse_token,
    realm_policy,
    realm_url,
    scopes,
    token_request_url,
)

R = "https://h.test/token"


@pytest.mark.parametrize(
    ("headers", "realm", "service", "scope"),
    [
        (['Basic realm="a", Bearer realm="https://h.test/token",service="s"'], R, "s", None),
        (["Negotiate", 'Bearer realm="https://h.test/token",service="s"'], R, "s", None),
        (['Bearer realm="https://h.test/token?z=1,2",service="s"'], R + "?z=1,2", "s", None),
        (['bEaReR REALM="https://h.test/token",Service="s"'], R, "s", None),
        (['Bearer realm="https://h.test/token",service="",scope="repository:a:pull"'], R, "", "repository:a:pull"),
        (['Bearer realm = "https://h.test/token" , service = "s"'], R, "s", None),
        (['Bearer realm="https://h.test/token" service="s"'], R, "s", None),
        (['Bearer realm="/token"'], R, None, None),
        (["NTLM TlRMTVNTUAAB==", 'Bearer realm="https://h.test/token"'], R, None, None),
        (['Bearer realm="https://h.test/token",service="s'], R, "s", None),
    ],
)
def test_every_spelling_gives_its_bearer_challenge(headers, realm, service, scope):
    found = bearer(parse_challenges(headers))

    assert found is not None
    assert realm_url(found, "https://h.test/v2/") == realm
    assert (found.parameters.get("service"), found.parameters.get("scope")) == (service, scope)


def test_escapes_and_several_scopes():
    (found,) = parse_challenges([r'Bearer realm="a\"b\\c",scope="a:b:pull c:d:pull"'])

    assert found.parameters["realm"] == 'a"b\\c'
    assert scopes(found) == ("a:b:pull", "c:d:pull")


def test_basic_is_found_beside_others():
    assert basic(parse_challenges(['Bearer realm="r"', 'Basic realm="Artifactory Realm"'])) is not None


@given(st.lists(st.text(max_size=300), max_size=5))
def test_any_header_is_read_within_bounds(headers):
    found = parse_challenges(headers)

    assert len(found) <= 250
    assert all(len(challenge.raw) <= 500 and challenge.raw.isprintable() for challenge in found)


def test_a_huge_header_is_read_in_part():
    assert len(parse_challenges(["Bearer " + ",".join(f'k{i}="v"' for i in range(10000))])[0].parameters) <= 50


def test_a_token_request_keeps_the_realms_query_and_leaves_out_a_missing_service():
    assert token_request_url("https://h.test/t?a=1", None, ("repository:a/b:pull",)) == (
        "https://h.test/t?a=1&scope=repository%3Aa%2Fb%3Apull"
    )


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        (b'{"token":"abc"}', 60),
        (b'{"access_token":"abc","expires_in":3600}', 3600),
        (b'{"token":"abc","expires_in":"120"}', 120),
        (b'{"token":"abc","expires_in":-5}', 60),
        (b'{"token":"abc","expires_in":1e99}', 86400),
        (b'{"token":"abc","expires_in":true}', 60),
        (b'{"token":"abc","expires_in":null}', 60),
    ],
)
def test_lifetimes_are_taken_within_reason(body, seconds):
    assert parse_token(body, "application/json").expires_in == seconds


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b'{"token":""}', b'{"token":123}', b"<html>", b'{"token":"a\\nb"}', b"\xff\xfe"]
)
def test_what_is_no_token_is_said(body):
    with pytest.raises(TokenUnreadable):
        parse_token(body, "application/json")


def test_of_two_tokens_the_access_token_wins_and_the_difference_is_noted():
    found = parse_token(b'{"token":"a","access_token":"b"}', None)

    assert (found.token, found.both) == ("b", True)
    assert "b" not in repr(found).replace("both", "")


@given(st.binary(max_size=400))
def test_any_body_is_a_token_or_said_not_to_be(body):
    try:
        parse_token(body, None)
    except TokenUnreadable:
        pass


@pytest.mark.parametrize(
    ("realm", "verdict"),
    [
        ("https://h.test/token", RealmVerdict.SAME_HOST),
        ("https://H.TEST:443/token", RealmVerdict.SAME_HOST),
        ("http://h.test/token", RealmVerdict.PLAIN_HTTP),
        ("https://other.test/token", RealmVerdict.OTHER_HOST),
        ("https://h.test:8443/token", RealmVerdict.OTHER_HOST),
        ("https://h.test.evil.test/token", RealmVerdict.OTHER_HOST),
        ("http://169.254.169.254/latest", RealmVerdict.FORBIDDEN),
        ("https://[::ffff:169.254.169.254]/", RealmVerdict.FORBIDDEN),
        ("https://127.1/", RealmVerdict.FORBIDDEN),
        ("https://0/", RealmVerdict.FORBIDDEN),
        ("https://2852039166/", RealmVerdict.FORBIDDEN),
        ("https://h.test@evil.test/", RealmVerdict.FORBIDDEN),
        ("file:///etc/passwd", RealmVerdict.FORBIDDEN),
    ],
)
def test_where_a_realm_points(realm, verdict):
    assert realm_policy(realm, "https://h.test/v2/") is verdict


@given(st.text(max_size=100))
def test_any_realm_is_judged(realm):
    assert isinstance(realm_policy(realm, "https://h.test/v2/"), RealmVerdict)
