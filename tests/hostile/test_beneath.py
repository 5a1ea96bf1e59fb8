"""Hostile TCP, TLS, HTTP/2 and proxies, at every host that can meet them."""

import pytest
from acts import ACTS
from beneath import FRAMES, RAW, without_backlog
from front import Plan
from oracle import held, pull_works, told
from runs import HOST, prepared, ran, sampled

from cgrdoctor.lab.listening import refusing
from cgrdoctor.lab.world import BLOBS, CGR

HOSTS = (HOST, CGR, BLOBS)
NEAR = frozenset({"client-to-artifactory", "artifactory"})
PLAIN = frozenset({"plain-http", "connection-reset", "tls-failed"})
"""What the first bytes, or their absence, show of themselves."""

UNDER = [(name, host) for name in RAW for host in HOSTS]


def legs(host):
    return NEAR if host == HOST else frozenset()


@pytest.mark.parametrize(("name", "host"), sampled(UNDER, 14))
def test_a_connection_that_never_becomes_tls(nursery, authority, name, host):
    with prepared(authority, Plan(raw=RAW[name]), below=(host,)) as setup:
        seen = ran(nursery, setup)

    held(seen, legs(host), PLAIN)
    told(seen)
    assert pull_works(seen.report) == (host != HOST)


@pytest.mark.parametrize("host", sampled(HOSTS, 3))
@pytest.mark.parametrize("how", ["refused", "dropped"])
def test_a_connection_that_is_never_made(nursery, authority, how, host):
    with refusing() as closed, prepared(authority, Plan()) as setup:
        port = without_backlog().getsockname()[1] if how == "dropped" else closed
        seen = ran(nursery, setup.towards(host, port))

    code = {"refused": "connection-refused", "dropped": "connection-timeout"}[how]
    held(seen, legs(host), frozenset({code}))
    told(seen)
    assert seen.codes == ([code] if host == HOST else [])


@pytest.mark.parametrize(("name", "host"), sampled([(name, host) for name in FRAMES for host in (HOST, CGR)], 15))
def test_frames_of_every_kind(nursery, authority, name, host):
    """An answer without a status is a success without content, as an emptied cache would give it."""
    with prepared(authority, Plan(spoken=FRAMES[name], alpn=("h2",)), speaking=host) as setup:
        seen = ran(nursery, setup)

    held(seen, legs(host) | ({"cache"} if host == HOST else set()))
    told(seen)


@pytest.mark.parametrize("name", sampled([*ACTS], 25))
def test_a_proxy_that_answers_connect_like_this(nursery, authority, name):
    with prepared(authority, Plan(proxy=ACTS[name]), proxied=True) as setup:
        seen = ran(nursery, setup)

    held(seen, NEAR, PLAIN | {"proxy-refused", "proxy-unreachable", "proxy-authentication-required"})
    told(seen)
    assert seen.front.heard == []


def test_an_honest_proxy_is_no_finding(nursery, authority):
    with prepared(authority, Plan(), proxied=True) as setup:
        seen = ran(nursery, setup)

    held(seen, frozenset())
    assert pull_works(seen.report)
    assert seen.front.connects
