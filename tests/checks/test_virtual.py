"""Behind a virtual repository: who is asked, what a member's answer means, and whose image it is."""

import pytest
from facts import (
    HERE,
    THERE,
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

from cgrdoctor.testing import judged
from cgrdoctor_checks.artifactory.members import virtual_members
from cgrdoctor_checks.artifactory.name_collision import name_collision
from cgrdoctor_checks.facts.artifactory.configuration import Configuration
from cgrdoctor_checks.facts.artifactory.remotes import Remotes, flattened
from cgrdoctor_checks.facts.artifactory.upstream_path import upstream_path
from cgrdoctor_checks.facts.direct.namesakes import DirectNamesakes, Namesake
from cgrdoctor_checks.facts.pull.virtual_members import keys_to_ask, question
from cgrdoctor_checks.pull.through import pull_cause

IMAGE = "acme.jfrog.io/cgr-virt/acme.com/python:3.12"
TARGET = target(IMAGE)
MASKED = through(step())
XRAY = step(
    status=403,
    code="DENIED",
    message="x was not downloaded due to the blocking policy configured in Xray for cgr-private.",
)
NO_TOKEN = step(code="NOT FOUND", message="Can't fetch token for repo: cgr-private realm: https://cgr.dev/token")
LOCAL = Configuration(key="docker-local", view="listed", repository_class="local", package_type="docker")
WORKING = pull(step(status=200, message="", digest=HERE), digest=HERE)


def nested(key, *keys):
    return Configuration(key=key, view="full", repository_class="virtual", package_type="docker", repositories=keys)


def test_nested_members_stand_in_their_place_and_a_circle_ends():
    known = {
        "inner": nested("inner", "outer", "a", "inner", "b"),
        "a": remote("a"),
        "b": remote("b"),
        "c": remote("c"),
    }

    order = [member.key for member in flattened(nested("outer", "inner", "c", "a"), known)]

    assert order == ["inner", "a", "b", "c"]


KEYS = st.sampled_from("abcdef")


@given(st.dictionaries(KEYS, st.lists(KEYS, max_size=6), max_size=6), st.lists(KEYS, max_size=6))
def test_every_tangle_of_virtuals_ends_and_names_each_member_once(tangle, start):
    known = {key: nested(key, *inside) for key, inside in tangle.items()}

    keys = [member.key for member in flattened(nested("start", *start), known)]

    assert len(keys) == len(set(keys))
    assert set(keys) <= set(known)


@pytest.mark.parametrize(
    ("pulled", "upstream", "expected"),
    [
        (MASKED, direct(), "masked"),
        (MASKED, None, "masked"),
        (MASKED, direct("image-not-found"), None),
        (MASKED, direct("organization-unknown"), None),
        (through(step(status=403, code="UNAUTHORIZED", message="no permission")), None, None),
        (
            through(step(status=200, message="", digest=HERE), step("config", message="blob unknown"), digest=HERE),
            None,
            None,
        ),
        (served(HERE), direct(digest=HERE), None),
        (served(HERE), direct(digest=THERE), "different"),
        (served(HERE), None, None),
    ],
)
def test_members_are_asked_while_it_can_change_the_answer(pulled, upstream, expected):
    assert question(TARGET, pulled, upstream, virtual(remote())) == expected


def test_a_member_that_means_another_image_is_never_asked_for_it():
    two = virtual(remote("a", project_id="chainguard"), remote("b", project_id="acme.com"))
    meant = direct(digest=THERE, path="acme.com/go")
    asked = target("acme.jfrog.io/cgr-virt/go:latest")

    assert keys_to_ask("different", asked, meant, two, None) == ["b"]
    assert keys_to_ask("masked", asked, meant, two, None) == ["a", "b"]


@pytest.mark.parametrize(
    ("path", "remotes", "expected"),
    [
        ("go", [remote("a", project_id="chainguard"), remote("b", project_id="acme.com")], "chainguard/go"),
        ("acme.com/go", [remote("a", project_id="chainguard"), remote("b")], "acme.com/go"),
        ("acme.com/go", [remote("a", project_id="acme.com")], "acme.com/acme.com/go"),
        ("acme.com/go", [LOCAL], "acme.com/go"),
    ],
)
def test_the_image_as_the_serving_member_asks_for_it(path, remotes, expected):
    asked = target(f"acme.jfrog.io/cgr-virt/{path}:latest")

    assert upstream_path(asked, configuration(repository_class="virtual"), virtual(*remotes)) == expected


def cause(*facts):
    (finding,) = judged(pull_cause, TARGET, *facts).findings
    return finding


def test_a_policy_on_a_member_is_named_though_the_virtual_shows_a_miss():
    found = cause(
        MASKED, members(("cgr-private", pull(XRAY))), virtual(remote()), settings(), direct(), control(works=True)
    )

    assert (found.code, found.subject, found.confidence) == ("xray-blocked", "cgr-private", "certain")
    assert "through cgr-virt that is HTTP 404" in found.summary


def test_an_ordinary_user_gets_a_likely_answer_with_its_rivals():
    found = cause(MASKED, members(("cgr-private", pull(XRAY)), known=False), direct(), control(works=True))

    assert (found.code, found.confidence) == ("xray-blocked", "likely")
    assert "virtual-member-missing" in [rival.code for rival in found.rivals]


def test_the_twin_without_a_policy_is_a_missing_image():
    assert cause(MASKED, direct("image-not-found"), control(works=True), virtual(remote())).code == "image-not-found"


def test_a_refused_token_of_the_free_remote_does_not_hide_a_policy():
    answers = members(("cgr-public", pull(NO_TOKEN)), ("cgr-private", pull(XRAY)))

    assert cause(MASKED, answers, virtual(remote("cgr-public"), remote())).subject == "cgr-private"


def test_of_refused_tokens_that_of_the_remote_with_a_credential_counts():
    answers = members(("cgr-public", pull(NO_TOKEN)), ("cgr-private", pull(NO_TOKEN)))
    behind = virtual(remote("cgr-public", username=""), remote())

    found = cause(MASKED, answers, behind, settings(*behind.remotes))

    assert (found.code, found.subject) == ("pull-token-rejected", "cgr-private")


def test_of_guessed_members_a_refused_token_tells_only_what_is_no_matter_of_course():
    """Without a credential every remote for Free images refuses a Production one; a Free one it must not refuse."""
    guessed = members(("cgr-public", pull(NO_TOKEN)), ("cgr-private", pull(step())), known=False)
    free = members(("cgr-private", WORKING), ("cgr-public", pull(NO_TOKEN)), known=False)
    image = target("acme.jfrog.io/cgr-virt/chainguard/go:latest")

    production = cause(MASKED, guessed, direct(), control(works=True))
    (dead,) = judged(pull_cause, image, MASKED, free).findings

    assert production.code == "missed-retrieval-cached"
    assert (dead.code, dead.subject) == ("pull-token-rejected", "cgr-public")
    assert "virtual-member-missing" in [rival.code for rival in dead.rivals]


def test_a_state_that_this_run_may_have_opened_itself_names_what_may_have_opened_it():
    offline = step(code="NOT FOUND", message="cgr-private: is assumed offline, 'x' is not found at 'x'.")

    found = cause(MASKED, members(("cgr-private", pull(offline))), virtual(remote()))

    assert (found.code, found.confidence) == ("remote-assumed-offline", "likely")
    assert {"upstream-unreachable", "upstream-tls-untrusted"} <= {rival.code for rival in found.rivals}


def test_a_member_that_may_not_be_read():
    denied = step(status=403, code="UNAUTHORIZED", message="The client does not have permission for manifest")

    found = cause(MASKED, members(("cgr-private", pull(denied))), virtual(remote()))

    assert (found.code, found.subject) == ("artifactory-permission-denied", "cgr-private")


@pytest.mark.parametrize(("known", "code"), [(False, "virtual-member-missing"), (True, "pull-through-failed")])
def test_a_remote_that_serves_by_itself_is_no_member_or_the_virtual_keeps_it_back(known, code):
    found = cause(MASKED, members(("cgr-private", WORKING), ("cgr-public", pull(NO_TOKEN)), known=known))

    assert (found.code, found.subject) == (code, "cgr-virt")
    assert found.confidence != "certain"


def membership(*behind, pulled=MASKED):
    return [(f.code, f.subject) for f in judged(virtual_members, TARGET, virtual(*behind), pulled).findings]


def test_members_of_the_right_type():
    hub = remote("hub", url="https://registry-1.docker.io/")

    assert membership(LOCAL, remote()) == []
    assert membership(LOCAL, remote(package_type="oci")) == []
    assert membership(LOCAL) == [("virtual-member-missing", "cgr-virt")]
    assert membership(LOCAL, hub) == [("virtual-member-missing", "cgr-virt")]
    assert membership(LOCAL, pulled=served()) == []


def test_a_member_of_the_wrong_type_is_named():
    generic = remote("cgr-generic", package_type="generic")
    found = Remotes(members=(LOCAL, generic), virtual="cgr-virt")

    result = judged(virtual_members, TARGET, found, MASKED)

    assert [(f.code, f.subject) for f in result.findings] == [("virtual-member-wrong-type", "cgr-generic")]


def collide(pulled, *facts):
    return [finding.code for finding in judged(name_collision, TARGET, pulled, *facts).findings]


def other(digest):
    return pull(step(status=200, message="", digest=digest), digest=digest)


def named(**digests):
    return DirectNamesakes(found=tuple(Namesake(path=f"{org}/go", digest=digest) for org, digest in digests.items()))


PROJECT_IDS = virtual(remote("a", project_id="chainguard"), remote("b", project_id="acme"))


def test_two_project_ids_collide_only_where_both_have_the_name():
    short = direct(digest=HERE, path="chainguard/go")

    assert collide(served(HERE), PROJECT_IDS, short, named(acme=THERE)) == ["virtual-name-collision"]
    assert collide(served(THERE), PROJECT_IDS, short, named(acme=THERE)) == ["virtual-name-collision"]
    assert collide(served(HERE), PROJECT_IDS, short, named(acme=None)) == []
    assert collide(served(HERE), PROJECT_IDS, short, named(acme=HERE)) == []


def test_a_member_translates_what_it_is_asked_for_whatever_the_user_means():
    """--upstream-image says what cgr.dev calls the image, not what stands behind the repository key."""
    meant = replace(target("acme.jfrog.io/cgr-virt/go:latest"), upstream_path="acme/go", upstream_given=True)
    facts = (PROJECT_IDS, direct(digest=THERE, path="acme/go"), named(chainguard=HERE))

    assert [f.code for f in judged(name_collision, meant, served(HERE), *facts).findings] == ["virtual-name-collision"]
    assert "chainguard/go of a " in judged(name_collision, meant, served(HERE), *facts).findings[0].summary


def test_an_old_copy_is_told_by_where_it_came_from():
    """Neither digest is served any more; Artifactory says whose image the copy is."""
    old = "sha256:" + "e" * 64
    origin = (("x-artifactory-origin-remote-path", "https://cgr.dev/v2/chainguard/go/manifests/latest"),)
    facts = (PROJECT_IDS, direct(digest=HERE, path="chainguard/go"), named(acme=THERE))

    assert collide(served(old, headers=origin), *facts) == ["virtual-name-collision"]
    assert collide(served(old), *facts) == []


def test_an_old_copy_of_the_same_image_is_no_collision():
    behind = virtual(remote("a"), remote("b"))

    assert collide(served(HERE), behind, members(("a", WORKING), ("b", other(THERE))), direct(digest=THERE)) == []


def test_a_local_repository_shadows_only_what_differs():
    behind = virtual(LOCAL, remote())
    local = members(("cgr-private", other(THERE)), ("docker-local", WORKING), docker_local="")

    assert collide(served(HERE), behind, local, direct(digest=THERE)) == ["virtual-name-collision"]
    assert collide(served(HERE), behind, members(("docker-local", WORKING), docker_local=""), direct(digest=HERE)) == []


def test_an_image_of_another_registry():
    origin = (("x-artifactory-origin-remote-path", "https://registry-1.docker.io/v2/chainguard/go/manifests/latest"),)
    behind = virtual(remote("hub", url="https://registry-1.docker.io/"), remote())

    result = judged(name_collision, TARGET, served(headers=origin), behind)

    assert [finding.code for finding in result.findings] == ["virtual-name-collision"]
    assert "through hub" in result.findings[0].summary
