"""Redirects by hand: where they may lead, and what travels with them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cgrdoctor.net.failure import Failure
from cgrdoctor.net.redirect import forbidden, same_origin, target
from cgrdoctor.privacy.secret import Credential, Secret

FIRST, SECOND = "acme.test", "blobs.test"


@pytest.mark.parametrize(
    ("location", "url", "found"),
    [
        ("/b?x=1", "https://a.test/v2/", "https://a.test/b?x=1"),
        ("c", "https://a.test/v2/x", "https://a.test/v2/c"),
        ("//b.test/c", "https://a.test/", "https://b.test/c"),
        ("https://b.test:8443/c", "https://a.test/", "https://b.test:8443/c"),
        ("https://a.test/", "http://a.test/", "https://a.test/"),
        ("http://a.test/b", "http://a.test/", "http://a.test/b"),
    ],
)
def test_a_usable_location(location, url, found):
    assert target(location, url) == found


@pytest.mark.parametrize(
    ("location", "kind"),
    [
        ("http://a.test/", "downgrade"),
        ("ftp://a.test/", "bad-location"),
        ("file:///etc/passwd", "bad-location"),
        ("javascript:alert(1)", "bad-location"),
        ("https://user:pw@a.test/", "bad-location"),
        ("https://a.test\\@b.test/", "bad-location"),
        ("https://a.test:99999/", "bad-location"),
        ("https://[::1/", "bad-location"),
        ("/a b", "bad-location"),
        ("/a\x1b[0m", "bad-location"),
        ("https://user@evil.test/", "bad-location"),
    ],
)
def test_a_location_that_is_refused(location, kind):
    found = target(location, "https://a.test/v2/")
    assert isinstance(found, Failure)
    assert (found.stage, found.kind) == ("policy", kind)


@given(st.text(max_size=200))
def test_any_location_is_a_url_or_a_failure(location):
    found = target(location, "https://a.test/v2/")
    assert isinstance(found, Failure) or found.startswith("https://")


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("https://a.test/", "https://A.test:443/x", True),
        ("https://a.test/", "https://a.test./x", False),
        ("https://a.test/", "http://a.test/", False),
        ("https://a.test/", "https://a.test:8443/", False),
        ("https://a.test/", "https://b.a.test/", False),
    ],
)
def test_same_origin(left, right, same):
    assert same_origin(left, right) is same


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "127.9.9.9", "::1", "0.0.0.0", "::", "169.254.169.254", "169.254.1.1", "fe80::1%2", "fd00:ec2::254", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "100.100.100.200", "224.0.0.1"],
)  # fmt: skip
def test_addresses_only_this_machine_or_its_cloud_answers_on(address):
    assert forbidden([address], []).kind == "forbidden-address"
    assert forbidden(["10.0.0.1", address], ["10.0.0.1"]).kind == "forbidden-address"
    assert forbidden([address], [address]) is None


@pytest.mark.parametrize("address", ["10.0.0.1", "192.168.1.1", "93.184.216.34", "2606:4700::1111", "not-an-address"])
def test_other_addresses_are_fine(address):
    assert forbidden([address], []) is None


def moved(server, path, location, status=307):
    server.expect_request(path).respond_with_data(status=status, headers={"Location": location})


def test_credentials_stay_behind_when_the_origin_changes_and_do_not_come_back(run, httpserver, canned):
    moved(httpserver, "/start", "/near")
    moved(httpserver, "/near", f"https://{SECOND}/far?X-Amz-Signature=abcdef")
    moved(httpserver, "/far", f"https://{FIRST}/back", 302)
    httpserver.expect_request("/back").respond_with_data("ok")

    async def main():
        async with canned() as client:
            return await client.get(
                f"https://{FIRST}/start",
                headers=(("Accept", "a/b"), ("X-JFrog-Art-Api", "key"), ("Range", "bytes=0-9")),
                credential=Credential("basic", Secret("password", host=FIRST, also=(SECOND,)), "a test", "alice"),
                redirects=5,
            )

    answer = run(main)
    heard = [request.headers for request, _ in httpserver.log]
    assert answer.status == 200
    assert [(hop.host, hop.status) for hop in answer.hops] == [(FIRST, 307), (FIRST, 307), (SECOND, 302)]
    assert answer.exchanges == ("x1", "x2", "x3", "x4")
    assert ["Authorization" in headers for headers in heard] == [True, True, False, False]
    assert ["X-JFrog-Art-Api" in headers for headers in heard] == [True, True, False, False]
    assert [headers["Range"] for headers in heard] == ["bytes=0-9"] * 4


@pytest.mark.parametrize(
    ("location", "kind"),
    [
        ("http://acme.test/", "downgrade"),
        ("https://127.0.0.1/", "forbidden-address"),
        ("https://169.254.169.254/latest/meta-data/", "forbidden-address"),
        ("https://2130706433/", "forbidden-address"),
        ("https://localhost/", "forbidden-address"),
        ("gopher://acme.test/", "bad-location"),
        ("/again", "too-many-redirects"),
    ],
)
def test_a_refused_redirect_is_a_policy_failure_and_is_not_asked(run, httpserver, canned, location, kind):
    moved(httpserver, "/", location, 302)
    moved(httpserver, "/again", location, 302)

    async def main():
        async with canned() as client:
            return await client.get(f"https://{FIRST}/", redirects=2), client.recorder.exchanges()

    answer, exchanges = run(main)
    assert (answer.failure.stage, answer.failure.kind) == ("policy", kind)
    assert answer.status is None
    assert len(answer.hops) == len(httpserver.log) == len(exchanges) - 1
    assert exchanges[-1].error.startswith(f"policy {kind}")


def test_no_redirect_is_followed_unasked_nor_for_a_post(run, httpserver, canned):
    moved(httpserver, "/", "/again")

    async def main():
        async with canned() as client:
            plain = await client.get(f"https://{FIRST}/")
            return plain, await client.post(f"https://{FIRST}/", content=b"x", redirects=3)

    for answer in run(main):
        assert (answer.status, answer.hops, answer.failure) == (307, (), None)


def test_no_direct_holds_for_redirects_too(run, httpserver, canned):
    moved(httpserver, "/", "https://cgr.dev/v2/")

    async def main():
        async with canned(no_direct=True) as client:
            return await client.get(f"https://{FIRST}/", redirects=3)

    answer = run(main)
    assert (answer.failure.kind, len(httpserver.log)) == ("chainguard-host", 1)
