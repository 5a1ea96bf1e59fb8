"""What the cache holds is judged by the cache, and what clears it fits version and place."""

import pytest
from facts import (
    HERE,
    THERE,
    cached,
    configuration,
    control,
    direct,
    members,
    pull,
    remote,
    served,
    settings,
    step,
    target,
    through,
    virtual,
)
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from cgrdoctor.net.storage import CacheEntry
from cgrdoctor.testing import judged
from cgrdoctor_checks.cache.age import copy_age
from cgrdoctor_checks.cache.content import cache_content, wrong
from cgrdoctor_checks.causes.recovery_time import healed_at
from cgrdoctor_checks.direct.compare import compare
from cgrdoctor_checks.facts.artifactory.caller import Caller
from cgrdoctor_checks.facts.artifactory.remotes import Remotes
from cgrdoctor_checks.facts.cache.parts import CacheParts
from cgrdoctor_checks.facts.cache.recheck import CacheRecheck
from cgrdoctor_checks.pull.through import pull_cause
from cgrdoctor_checks.remedies.clear_cache import can_zap, content, miss, numbers_of, tag

HEX = "c" * 64
OTHER = "d" * 64
BASE = "https://acme.jfrog.io/artifactory"
FOLDER = f"acme.com/python/sha256__{HEX}"
SERVED_OLD = served(HERE)


def entry(path, **fields):
    return CacheEntry(key="cgr-private", path=path, **fields)


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (entry("a/b/3.12/list.manifest.json", sha256=HEX), None),
        (entry("a/b/3.12/list.manifest.json", sha256=HEX, original_sha256=HEX), None),
        (entry("a/b/3.12/list.manifest.json", sha256=HEX, original_sha256=OTHER), "cache-corrupt"),
        (entry("a/b/3.12/list.manifest.json", sha256=HEX, mime_type="text/html"), "cache-poisoned"),
        (entry(f"a/b/sha256__{HEX}/manifest.json", sha256=HEX), None),
        (entry(f"a/b/sha256__{HEX}/manifest.json", sha256=OTHER), "cache-corrupt"),
        (entry(f"a/b/sha256:{HEX}/manifest.json", sha256=OTHER), "cache-corrupt"),
        (entry(f"a/b/sha256__{HEX}/sha256__{OTHER}", sha256=OTHER), None),
        (entry(f"a/b/3.12/sha256__{HEX}", sha256=OTHER), "cache-corrupt"),
        (entry(f"a/b/sha256__{HEX}/manifest.json"), None),
    ],
)
def test_a_cached_file_is_measured_by_its_name_and_its_origin(found, code):
    assert (wrong(found).name if wrong(found) else None) == code


def content_codes(*facts):
    return [finding.code for finding in judged(cache_content, target(), *facts).findings]


def test_a_page_in_the_cache_is_found_without_a_pull():
    assert content_codes(cached(mime_type="text/html")) == ["cache-poisoned"]
    assert content_codes(cached(mime_type="text/html"), served()) == []
    assert content_codes(cached()) == []


def test_an_index_without_its_manifest_is_incomplete_where_it_cannot_be_fetched():
    gone = CacheParts(key="cgr-private", folder=FOLDER)
    fails_there = through(step(status=200, message=""), step("platform-manifest"), digest=HERE)

    assert content_codes(cached(), gone, fails_there) == ["cache-incomplete"]
    assert content_codes(cached(), gone, settings(remote(offline=True))) == ["cache-incomplete"]
    assert content_codes(cached(), gone, settings()) == []
    assert content_codes(cached(), gone, through(step())) == []


def aged(*facts):
    result = judged(copy_age, target(), *facts)
    return result.status, [finding.code for finding in result.findings]


OLD = cached(age=90000.0)


def looked_again(age):
    return CacheRecheck(entry=CacheEntry(key="cgr-private", path="p", age=age))


def test_an_old_copy_that_the_pull_did_not_renew_is_stale():
    assert aged(OLD, SERVED_OLD, looked_again(90001.0)) == ("warn", ["cache-stale"])
    assert aged(OLD, SERVED_OLD, looked_again(90001.0), settings(remote(retrieval_cache_period=100000)))[1] == []


def test_an_old_copy_that_was_renewed_is_fine():
    assert aged(OLD, SERVED_OLD, looked_again(1.0)) == ("pass", [])


def test_a_young_copy_is_fine_and_no_copy_is_no_matter():
    assert aged(cached(), SERVED_OLD) == ("pass", [])
    assert aged(cached(THERE), SERVED_OLD)[0] == "skip"
    assert aged(OLD, through(step()))[0] == "skip"


def test_an_old_copy_that_could_not_be_looked_at_again_is_not_passed():
    assert aged(OLD, SERVED_OLD)[0] == "skip"


def test_the_comparison_judges_where_cgr_dev_was_asked():
    assert aged(OLD, SERVED_OLD, looked_again(90001.0), direct(digest=HERE)) == ("pass", [])


def compared(*facts):
    return judged(compare, target(), SERVED_OLD, direct(digest=THERE), *facts).findings[0]


def test_a_moved_tag_within_its_period_is_a_remark_with_a_moment():
    found = compared(cached(age=600.0), settings(remote(retrieval_cache_period=21600)))

    assert (found.code, found.severity) == ("digest-mismatch", "info")
    assert "after 2026-11-24 17:50:00 UTC" in found.remedy.steps[0]


def test_a_moved_tag_beyond_its_period_is_stale():
    assert compared(OLD).code == "cache-stale"
    assert compared(OLD, settings(remote(retrieval_cache_period=100000))).severity == "info"


def test_a_virtual_s_order_is_excluded_before_the_difference_is_certain():
    listed = configuration(key="cgr-virt", repository_class="virtual", view="listed")
    unseen = Remotes(remotes=(listed,), virtual="cgr-virt")

    known, partly, unknown = (compared(*facts) for facts in ((virtual(remote("a")),), (unseen,), ()))

    assert known.confidence == "certain"
    for found in (partly, unknown):
        assert found.confidence == "likely"
        assert [rival.code for rival in found.rivals] == ["virtual-name-collision"]


def test_what_was_fetched_just_now_and_differs_is_a_warning():
    now = (("last-modified", "Tue, 24 Nov 2026 12:00:00 GMT"), ("date", "Tue, 24 Nov 2026 12:00:01 GMT"))
    fresh = served(HERE, headers=now)

    (found,) = judged(compare, target(), fresh, direct(digest=THERE)).findings

    assert (found.code, found.severity) == ("digest-mismatch", "warn")


def test_the_announced_type_counts_not_the_document():
    here, there = served(HERE, content_type="application/json"), direct(digest=HERE)
    index = "application/vnd.oci.image.index.v1+json"
    announced = type(there)(path=there.path, pull=served(HERE, content_type=index).pull, verdict="works")

    assert [f.code for f in judged(compare, target(), here, announced).findings] == ["media-type-mismatch"]
    assert judged(compare, target(), served(HERE, content_type=index), announced).findings == ()


def version(release):
    return Caller(step=step("rest", 200, ""), answers=True, identity="accepted", release=release)


@pytest.mark.parametrize(
    ("release", "can"),
    [("7.49.2", False), ("7.49.3", True), ("7.161.15", True), ("6.23.1", False), ("", None), ("seven", None)],
)
def test_zap_exists_since_7_49_3(release, can):
    assert can_zap(version(release)) is can


def commands(found):
    return " ".join(f"{command.description}: {command.command}" for command in found)


def test_what_clears_a_tag_depends_on_the_version():
    assert "api/zap/cgr-private-cache/a/b/3.12" in commands(tag(BASE, "cgr-private", "a/b/3.12", version("7.161.15")))
    assert "Manage or Delete" in commands(tag(BASE, "cgr-private", "a/b/3.12", version("7.104.12")))
    assert "Manage permission" in commands(tag(BASE, "cgr-private", "a/b/3.12", version("7.90.1")))
    assert "-X DELETE" in commands(tag(BASE, "cgr-private", "a/b/3.12", version("7.41.0")))


def test_a_miss_cannot_be_deleted():
    assert "api/zap" in commands(miss(BASE, "cgr-private", "a/b", version("7.161.15")))
    old = commands(miss(BASE, "cgr-private", "a/b", version("7.41.0")))
    assert "DELETE" not in old
    assert "/api/repositories/cgr-private" in old


def test_an_immutable_file_is_deleted_on_any_version():
    assert "-X DELETE" in commands(content(BASE, "cgr-private", FOLDER))


@given(st.text(max_size=30))
def test_any_version_text_is_read(text):
    assert all(number >= 0 for number in numbers_of(text))


def test_moments_are_told_by_artifactorys_clock():
    assert healed_at(through(step()), 1800) == "2026-11-24 12:30:00 UTC"
    assert healed_at(through(step(skew=-3600.0)), 1800) == "2026-11-24 11:30:00 UTC"


def cause(*facts, image="acme.jfrog.io/cgr-private/acme.com/python:3.12"):
    (finding,) = judged(pull_cause, target(image), *facts).findings
    return finding


def test_a_remembered_miss_says_until_when_and_how_to_forget_it():
    found = cause(through(step()), control(works=True), direct(), settings(remote(missed_retrieval_cache_period=600)))

    assert found.code == "missed-retrieval-cached"
    assert "Wait until 2026-11-24 12:10:00 UTC" in found.remedy.summary
    assert "api/zap/cgr-private-cache/acme.com/python" in commands(found.remedy.commands)


def test_the_offline_state_says_until_when():
    offline = through(step(code="NOT FOUND", message="cgr-private: is assumed offline, 'x' is not found at 'x'."))

    found = cause(offline, settings(remote(assumed_offline_period=120)))

    assert found.code == "remote-assumed-offline"
    assert "Wait until 2026-11-24 12:02:00 UTC" in " ".join(found.remedy.steps)


def test_a_miss_behind_a_virtual_is_forgotten_by_the_member():
    image = "acme.jfrog.io/cgr-virt/acme.com/python:3.12"
    asked = members(("cgr-private", pull(step())))
    facts = (through(step()), asked, virtual(remote()), direct(), control(works=True), configuration())

    found = cause(*facts, image=image)

    assert found.code == "missed-retrieval-cached"
    assert "api/zap/cgr-private-cache/" in commands(found.remedy.commands)


BLOB = f"sha256:{OTHER}"


def blob_fails(*facts, **failed):
    answer = {
        "status": 404,
        "message": "blob unknown to registry",
        "code": "BLOB_UNKNOWN",
        "expected_digest": BLOB,
        **failed,
    }
    return cause(through(step(status=200, message=""), step("config", **answer), digest=HERE), *facts)


def parts(state, **fields):
    return CacheParts(key="cgr-private", folder=FOLDER, blob_state=state, **fields)


@pytest.mark.parametrize(
    ("seen", "code"),
    [
        (parts("marked", markers=True), "upstream-blob-host-blocked"),
        (parts("absent", others_held=True), "cache-incomplete"),
        (parts("absent", markers=True), "cache-incomplete"),
        (parts("absent"), "upstream-blob-host-blocked"),
        (None, "upstream-blob-host-blocked"),
    ],
)
def test_a_blob_never_fetched_is_told_from_one_that_was_lost(seen, code):
    assert blob_fails(*([seen] if seen else [])).code == code


def test_a_marker_excludes_the_damage_of_the_cache():
    rivals = {rival.code for rival in blob_fails(parts("marked", markers=True)).rivals}

    assert "cache-incomplete" not in rivals


def test_damage_is_the_caches_unless_it_stored_the_right_bytes():
    bad = {"status": 200, "message": "", "problem": f"the bytes are sha256:{HEX}, not {BLOB}"}
    path = f"{FOLDER}/sha256__{OTHER}"

    damaged = blob_fails(parts("held", blob=entry(path, sha256=HEX)), **bad)
    on_the_way = blob_fails(parts("held", blob=entry(path, sha256=OTHER)), **bad)
    page = blob_fails(parts("held", blob=entry(path, sha256=HEX, mime_type="text/html")), **bad)

    assert (damaged.code, damaged.confidence) == ("cache-corrupt", "certain")
    assert (on_the_way.confidence, [rival.code for rival in on_the_way.rivals]) == ("likely", ["unexpected-html"])
    assert page.code == "cache-poisoned"
    assert path in commands(damaged.remedy.commands)


def test_what_cgr_dev_itself_serves_no_cache_has_damaged():
    broken = step(status=200, message="", digest=HERE, problem="shape: neither an index nor a manifest")
    alike = replace(direct("unclear"), pull=pull(broken))
    other = replace(direct("unclear"), pull=pull(replace(broken, digest=THERE)))

    (found,) = judged(pull_cause, target(), through(broken), alike).findings
    (damaged,) = judged(pull_cause, target(), through(broken), other).findings

    assert (found.code, found.leg, found.owner) == ("pull-through-failed", "image", "chainguard-support")
    assert damaged.code == "cache-corrupt"
