"""Each access method is told by what answers, and no credential leaves for a host the user did not name."""

import pytest
from examine import examine

from cgrdoctor.lab import FAULTS, HEALTHY
from cgrdoctor.lab.faults.access import SUBDOMAIN
from cgrdoctor.lab.world import DOMAIN


@pytest.mark.parametrize(
    ("name", "method", "certain"),
    [
        ("healthy-subdomain-alone", "subdomain", False),
        ("healthy-port-unnamed", "port", True),
        ("healthy-legacy-saas", "subdomain", True),
    ],
)
def test_method_and_key_stand_in_the_report(name, method, certain):
    seen = examine(HEALTHY[name].scenario().world)

    target = seen.report["target"]
    assert (target["access_method"], target["repository"], target["certain"]) == (method, "cgr-private", certain)
    assert target["upstream_image"] == "acme.com/python:3.12"
    assert seen.codes == []


def asked(seen, host):
    return [request for request in seen.lab.requests if request.host == host and is_ours(request)]


def is_ours(request):
    return not dict(request.headers).get("user-agent", "").startswith("Artifactory/")


def test_the_parent_domain_is_left_alone_unless_the_user_names_it():
    seen = examine(HEALTHY["healthy-subdomain-alone"].scenario().world)

    assert asked(seen, DOMAIN) == []
    assert f"https://{DOMAIN}/artifactory" in seen.report["unverified"][0]["unlocked_by"]


def test_named_by_the_user_the_parent_domain_gets_the_rest_credential():
    seen = examine(HEALTHY["healthy-subdomain-apart"].scenario().world)

    assert any("authorization" in dict(request.headers) for request in asked(seen, DOMAIN))
    assert {request.path.partition("/v2/")[1] for request in asked(seen, SUBDOMAIN)} == {"/v2/"}


def test_no_member_is_asked_for_what_cgr_dev_does_not_have():
    """A made-up image asked for at every member could take each of them offline."""
    seen = examine(FAULTS["virtual-image-not-found"].scenario().world)

    assert [request for request in asked(seen, "acme.jfrog.io") if "/v2/cgr-private/" in request.path] == []


def test_members_are_asked_only_for_the_image_itself_and_listed_as_effects():
    seen = examine(FAULTS["virtual-xray-blocked"].scenario().world)

    paths = {request.path for request in asked(seen, "acme.jfrog.io") if "/v2/cgr-p" in request.path}
    assert paths == {f"/v2/{key}/acme.com/python/manifests/3.12" for key in ("cgr-private", "cgr-public")}
    assert sum("a member asked by itself" in effect["description"] for effect in seen.report["effects"]) == 2
    assert seen.report["run"]["requests"]["acme.jfrog.io"] <= 40
