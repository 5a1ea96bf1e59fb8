"""An image out of the cache hides no dead way upstream: what else failed in the same run is named."""

from dataclasses import replace

import pytest
from examine import examine

from cgrdoctor.lab import HEALTHY, healthy
from cgrdoctor.lab.world import BLOBS, CGR, Cached, PullToken

KEY = "cgr-private"
CACHED = healthy().repository_with(KEY, cached=(Cached("acme.com/python", "3.12", age=600),))
DEAD = PullToken("acme.com", expires_in=-3600)


def cut_off(world, host, wire):
    return world.artifactory_with(arm={**world.artifactory.arm, host: wire})


def expired(world):
    changed = world.repository_with(KEY, token=DEAD).chainguard_with(tokens=(DEAD,))
    return replace(changed, credential=None)


WORLDS = [
    ("no way to cgr.dev", cut_off(CACHED, CGR, "refused"), {"upstream-unreachable", "remote-assumed-offline"}),
    ("TLS inspected", cut_off(CACHED, CGR, "untrusted"), {"upstream-tls-untrusted", "remote-assumed-offline"}),
    ("a page in the way", cut_off(CACHED, CGR, "html"), {"upstream-content-blocked"}),
    ("no way to the blob host", cut_off(CACHED, BLOBS, "refused"), {"upstream-blob-host-blocked"}),
    ("the token is dead", expired(CACHED), {"pull-token-rejected", "pull-token-expired"}),
]
CALLERS = ["admin", "user"]


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize(("world", "codes"), [row[1:] for row in WORLDS], ids=[row[0] for row in WORLDS])
def test_what_an_uncached_pull_would_meet_is_named(world, codes, caller):
    seen = examine(replace(world, caller=caller))

    assert (seen.status, seen.report["status"]) == (1, "faulty")
    assert seen.codes[0] in codes, seen.report["summary"]
    assert "images in the cache still pull" in seen.report["diagnosis"][0]["summary"]


@pytest.mark.parametrize("caller", CALLERS)
def test_a_cached_image_behind_a_living_way_is_left_in_peace(caller):
    seen = examine(replace(CACHED, caller=caller))

    assert (seen.codes, seen.report["status"], seen.status) == ([], "healthy", 0), seen.report["summary"]


def test_a_run_that_was_not_served_from_the_cache_asks_no_more():
    seen = examine(HEALTHY["healthy"].scenario().world)

    facts = seen.report["facts"]
    assert [facts[name]["status"] for name in ("control-content", "egress-test", "blob-host-test")] == [
        "not-needed"
    ] * 3
