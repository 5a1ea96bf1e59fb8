"""A copy in the cache hides nothing: a dead way upstream is named while the image still pulls, a live one is left in peace."""

import json
import os
from collections import Counter
from dataclasses import replace

import pytest
from cached import DEAD, KEY, PATH, PLACES, STILL, accepted, cached, dead, placed, shows
from examine import examine

from cgrdoctor.engine.again import judge_again
from cgrdoctor.lab import FAULTS, HEALTHY, healthy
from cgrdoctor.lab.faults.virtual import project_ids, through
from cgrdoctor.lab.world import ADMIN, ARTIFACTORY, BLOBS, BOB, CGR, Cached
from cgrdoctor.report.json import decode

SAMPLE = [(name, PLACES[number % len(PLACES)]) for number, name in enumerate(list(DEAD)[::7])]
SAMPLE = [one for one in SAMPLE if shows(*one)]
"""Every seventh way in one place; `tests/hostile/test_cached.py` has them all."""

WHOLE = os.environ.get("CGRDOCTOR_WORLDS") == "whole"
"""`make test` looks at every fifth twin, `make worlds` at all."""

STATIC = Cached("chainguard/static")


@pytest.mark.parametrize(
    ("name", "place"), SAMPLE, ids=lambda value: value if isinstance(value, str) else "-".join(value)
)
def test_no_dead_way_upstream_is_healthy(name, place):
    seen = examine(dead(name, place))

    assert (seen.report["status"], seen.status) == ("faulty", 1)
    assert seen.codes[0] in accepted(name, place), seen.report["summary"]
    assert STILL in seen.report["diagnosis"][0]["summary"]


def test_it_is_no_better_when_judged_again(tmp_path):
    """The image had been in the cache for a minute when it was pulled, not when somebody reads the report."""
    file = tmp_path / "report.json"
    seen = examine(dead("cgr.dev refused", ("virtual", "admin")), "-o", str(file))

    again = judge_again(decode(file.read_bytes()))

    assert ([entry.code for entry in again.diagnosis], again.status, again.exit_status) == (seen.codes, "faulty", 1)


@pytest.mark.parametrize("host", [CGR, BLOBS])
@pytest.mark.parametrize("wire", ["refused", "untrusted", "dns"])
def test_the_connection_test_tells_where_the_control_image_is_cached_too(host, wire):
    """An administrator's Artifactory says it of itself."""
    world = cached(healthy(), STATIC).artifactory_with(arm={host: wire})

    seen = examine(world)

    codes = {
        CGR: {"refused": "upstream-unreachable", "untrusted": "upstream-tls-untrusted", "dns": "upstream-unreachable"},
        BLOBS: {"untrusted": "upstream-tls-untrusted"},
    }
    assert (seen.codes[0], seen.status) == (codes[host].get(wire, "upstream-blob-host-blocked"), 1)


@pytest.mark.parametrize("caller", ["admin", "user"])
@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("upstream-blob-host-blocked", {"arm": {BLOBS: "refused"}}),
        ("upstream-tls-untrusted", {"arm": {BLOBS: "untrusted"}}),
        ("artifactory-storage-full", {"storage_full": True}),
    ],
)
def test_two_copies_and_a_live_list_hide_nothing_that_lies_behind_them(code, change, caller):
    world = replace(cached(healthy(), STATIC).artifactory_with(**change), caller=caller)

    seen = examine(world)

    assert (seen.codes[:1], seen.status) == ([code], 1)
    assert STILL in seen.report["diagnosis"][0]["summary"]


def test_a_further_image_is_asked_for_only_after_cgr_dev_served_it_here():
    seen = examine(replace(cached(healthy(), STATIC), caller="user"))

    asked = [one for one in seen.lab.requests if one.path.endswith("/busybox/manifests/latest") and _is_ours(one)]
    assert [one.host for one in asked][:2] == [CGR, ARTIFACTORY]
    assert (seen.codes, seen.status) == ([], 0)
    assert any("busybox" in effect["target"] for effect in seen.report["effects"])


@pytest.mark.parametrize("caller", ["admin", "user"])
def test_copies_of_everything_leave_it_open_to_whoever_cannot_ask_artifactory(caller):
    every = [Cached(path) for path in ("chainguard/busybox", "chainguard/wolfi-base", "chainguard/go")]

    seen = examine(replace(cached(healthy(), STATIC, *every), caller=caller))

    assert seen.report["status"] == ("healthy" if caller == "admin" else "incomplete")
    assert caller == "admin" or "no blob was seen to come anew" in seen.report["summary"]


@pytest.mark.parametrize(("caller", "codes"), [("admin", ["include-pattern-blocks"]), ("user", [])])
def test_a_rule_about_further_images_is_no_fault_of_the_way(caller, codes):
    """Patterns that let through what is pulled, and nothing else."""
    world = cached(healthy(), STATIC).fields_with(KEY, includesPattern="acme.com/**,chainguard/static/**")

    seen = examine(replace(world, caller=caller))

    assert seen.codes == codes
    assert seen.report["status"] == ("warning" if codes else "incomplete")


def test_the_words_for_a_blob_smaller_than_they_are_read_whole():
    """They name the host at their end."""
    world = placed(cached(healthy()).artifactory_with(arm={BLOBS: "dns"}), ("remote", "user"))

    assert examine(world).codes == ["upstream-blob-host-blocked"]


def test_another_tag_in_the_cache_is_a_copy_too():
    """The tag is new, what it names has been fetched before."""
    world = healthy().repository_with(KEY, cached=(Cached(PATH, "latest"),)).artifactory_with(arm={BLOBS: "refused"})

    assert examine(world).codes == ["upstream-blob-host-blocked"]


def test_the_member_whose_copy_was_served_is_the_one_that_counts():
    """The control image comes by the other member."""
    seen = examine(dead("assumed offline", ("virtual", "user")))

    assert seen.codes == ["remote-assumed-offline"]
    assert {"cgr-private", "cgr-virt"} & {entry["subject"] for entry in seen.report["diagnosis"]}


def test_where_a_virtual_hides_why_no_list_comes_the_member_tells_it():
    world = FAULTS["pull-token-wrong-organization-unseen"].scenario().world

    seen = examine(through(cached(world)))

    assert seen.codes[0] in ("pull-token-rejected", "image-not-in-catalog", "pull-token-wrong-organization")
    assert seen.report["diagnosis"][0]["leg"] == "upstream-account"


def _reading(*keys):
    world = placed(cached(healthy()), ("virtual", "user"))
    return world.artifactory_with(users=(ADMIN, replace(BOB, reads=keys)))


def _project_id(world):
    changed = world.fields_with(KEY, dockerProjectId="acme.com")
    held = changed.repository_with(KEY, cached=(Cached("python", "3.12"),))
    return replace(held, image=f"{ARTIFACTORY}/{KEY}/python:3.12")


TWINS = {
    **{"-".join(place): placed(cached(healthy()), place) for place in PLACES},
    "the control image cached too": cached(healthy(), STATIC),
    "the control image cached too, user": placed(cached(healthy(), STATIC), ("remote", "user")),
    "the same image": replace(
        healthy().repository_with("cgr-public", cached=(STATIC,)), image=f"{ARTIFACTORY}/cgr-public/chainguard/static"
    ),
    "another tag cached": healthy().repository_with(KEY, cached=(Cached(PATH, "latest"),)),
    "a Project ID": _project_id(healthy()),
    "a Project ID, user": replace(_project_id(healthy()), caller="user"),
    "Project IDs behind a virtual": through(project_ids(healthy()), "python:3.12").repository_with(
        KEY, cached=(Cached("python", "3.12"),)
    ),
    "a proxy of the remote's own, which the connection test does not take": cached(healthy()).fields_with(
        KEY, proxy="egress"
    ),
    "connections not tested": cached(healthy()).artifactory_with(verifies_connections=False),
    "no right to the other member": _reading("cgr-virt", "docker-local", KEY),
    "no way to Chainguard from here": replace(cached(healthy()), wire={CGR: "refused", BLOBS: "refused"}),
    "no pull token here": replace(cached(healthy()), credential=None),
}


@pytest.mark.parametrize("name", list(TWINS) if WHOLE else list(TWINS)[::5])
def test_a_copy_over_a_live_way_is_left_in_peace(name):
    seen = examine(TWINS[name])

    assert (seen.codes, seen.report["status"], seen.status) == ([], "healthy", 0), seen.report["summary"]


def test_a_pattern_that_was_read_keeps_the_control_image_from_being_asked_for():
    world = cached(healthy()).fields_with(KEY, includesPattern="acme.com/**")

    seen = examine(world)

    assert (seen.report["status"], seen.codes, seen.status) == ("warning", ["include-pattern-blocks"], 0)
    assert not [request for request in seen.lab.requests if "/v2/cgr-private/chainguard/" in request.path]


def test_a_pattern_that_nobody_may_read_excuses_nothing():
    world = placed(cached(healthy()).fields_with(KEY, includesPattern="acme.com/**"), ("remote", "user"))

    seen = examine(world)

    (entry,) = seen.report["diagnosis"]
    assert (entry["code"], entry["confidence"], seen.status) == ("pull-through-failed", "likely", 1)
    assert "include-pattern-blocks" in {rival["code"] for rival in entry["rivals"]}


def test_what_is_asked_of_artifactory_when_the_cache_answered():
    """The control image to a blob, one connection test without credential; both are listed as effects."""
    seen = examine(cached(healthy()))

    posts = [request for request in seen.lab.requests if request.method == "POST"]
    assert [json.loads(request.body) for request in posts] == [{"endpoint": "https://cgr.dev/v2/"}]
    assert any("/v2/cgr-private/chainguard/static/blobs/" in request.path for request in seen.lab.requests)
    assert {"connection-test", "cache-fill"} <= {effect["kind"] for effect in seen.report["effects"]}


def test_nothing_more_is_asked_when_it_came_from_upstream():
    seen = examine(healthy())

    asked = Counter(request.path.rpartition("/")[0] for request in seen.lab.requests if _is_ours(request))
    assert [path for path in asked if "/static/blobs" in path or path.endswith("/tags")] == []
    assert [request for request in seen.lab.requests if request.method == "POST"] == []
    assert seen.report["run"]["requests"]["acme.jfrog.io"] <= 14


def _is_ours(request):
    return not dict(request.headers).get("user-agent", "").startswith("Artifactory/")


def test_a_run_that_was_not_served_from_the_cache_asks_no_more():
    facts = examine(healthy()).report["facts"]

    assert [facts[name]["status"] for name in ("control-content", "egress-test", "blob-host-test")] == [
        "not-needed"
    ] * 3


@pytest.mark.parametrize("name", ["project-id-doubled", "pull-token-expired-url-ignored"])
def test_a_copy_from_before_proves_no_setting(name):
    seen = examine(cached(FAULTS[name].scenario().world))

    first = seen.report["diagnosis"][0]
    assert (first["code"], first["severity"], first["confidence"]) == (FAULTS[name].code, "fail", "certain")
    assert STILL in first["summary"]


def test_a_token_that_was_granted_is_not_asked_for_again():
    seen = examine(cached(healthy()))

    tokens = [one for one in seen.lab.requests if one.host == ARTIFACTORY and one.path.endswith("/token")]
    assert set(Counter((one.path, one.query) for one in tokens).values()) == {1}


def test_nobody_looks_for_an_organization_where_the_image_comes_through():
    seen = examine(HEALTHY["healthy-project-id-user"].scenario().world)

    assert not [one for one in seen.lab.requests if one.host == CGR and "_catalog" in one.path]
