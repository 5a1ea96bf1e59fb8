"""Look-alikes at the edge of what a run can see: each world beside the one that it must not be taken for."""

from __future__ import annotations

import json
import os
from dataclasses import replace

import pytest
from examine import examine

from cgrdoctor.lab import FAULTS, healthy
from cgrdoctor.lab.answers import Answer
from cgrdoctor.lab.faults.virtual import through
from cgrdoctor.lab.world import PullToken

CALLERS = ["admin", "user"] if os.environ.get("CGRDOCTOR_WORLDS") == "whole" else ["user"]
"""`make worlds` asks as both."""

USER = replace(healthy(), caller="user")
EXPIRED = PullToken("acme.com", expires_in=-3600)
REFUSED = "The client does not have permission for manifest"


def refusing(world, message, *, status=401, path="/v2/cgr-private/.*/manifests/.*", code="UNAUTHORIZED"):
    """The world, in which Artifactory answers requests with a token like this."""
    body = json.dumps({"errors": [{"code": code, "message": message}]}).encode()
    answer = Answer(path=path, auth="bearer", status=status, headers=(("Content-Type", "application/json"),), body=body)
    return replace(world, answers=(answer,))


def expired(world):
    held = world.repository_with("cgr-private", token=EXPIRED)
    return replace(held.chainguard_with(tokens=(EXPIRED, PullToken("other.org"))), credential=EXPIRED)


def first(world, *options):
    """Code, confidence and rivals of the first entry; what any check found."""
    seen = examine(world, *options)
    entry = seen.report["diagnosis"][0]
    return entry["code"], entry["confidence"], [rival["code"] for rival in entry["rivals"]], seen


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("message", ["authentication required", REFUSED])
def test_a_login_that_gets_another_image_is_not_lost_on_the_way(caller, message):
    world = refusing(healthy(), message, path="/v2/cgr-private/acme.com/python/manifests/.*")
    code, confidence, rivals, _ = first(replace(world, caller=caller))

    assert (code, confidence) == ("pull-through-failed", "possible")
    assert "artifactory-permission-denied" in rivals


@pytest.mark.parametrize(
    ("world", "codes"),
    [
        (refusing(expired(USER), REFUSED), ["pull-token-expired"]),
        (refusing(expired(healthy()), REFUSED), ["pull-token-expired"]),
        (refusing(replace(expired(USER), credential=None), REFUSED), ["pull-through-failed"]),
        (
            refusing(replace(USER, credential=None), "Remote response: 401 Unauthorized from https://cgr.dev/"),
            ["pull-token-rejected"],
        ),
        (refusing(expired(USER), "denied", status=403, code="DENIED"), ["pull-token-expired"]),
        (FAULTS["authorization-not-forwarded"].scenario().world, ["authorization-not-forwarded"]),
    ],
    ids=["seen", "seen by an administrator", "unseen", "quoted", "with 403", "a header that is really lost"],
)
def test_a_401_that_is_handed_on_is_no_lost_header(world, codes):
    code, confidence, rivals, _ = first(world)

    assert code in codes
    assert "pull-token-expired" in (code, *rivals) or code != "pull-through-failed"
    assert confidence != "certain" or code != "pull-through-failed"


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("masks", [True, False])
def test_the_member_that_lacks_is_known_by_the_remote_that_serves_beside_the_virtual(caller, masks):
    world = through(healthy(), members=("cgr-public",)).artifactory_with(virtual_masks=masks)
    code, _, _, seen = first(replace(world, caller=caller))

    assert code == "virtual-member-missing"
    assert "remote-credentials-missing" not in seen.codes


def test_a_remote_beside_the_virtual_that_serves_nothing_either_leaves_it_open():
    dead = healthy().repository_with("cgr-private", token=PullToken("other.org"))
    code, confidence, rivals, _ = first(replace(through(dead, members=("cgr-public",)), credential=None))

    assert (code, confidence) == ("remote-credentials-missing", "likely")
    assert "virtual-member-missing" in rivals


def test_what_no_member_lacks_is_asked_of_nobody_else():
    seen = examine(through(healthy(), "chainguard/go:latest", members=("cgr-public",)))

    assert seen.codes == []
    assert not [request for request in seen.lab.requests if "/v2/cgr-private/" in request.path]


def test_a_path_in_the_url_that_is_ignored_is_a_remark():
    url = {"url": "https://cgr.dev/acme.com/"}
    ignored = healthy().fields_with("cgr-private", **url).artifactory_with(appends_url_path=False)
    worded = {"token": "No token for remote {key} from upstream."}
    dead = expired(healthy()).fields_with("cgr-private", **url).artifactory_with(appends_url_path=False, texts=worded)

    assert examine(ignored).report["status"] == "warning"
    assert first(healthy().fields_with("cgr-private", **url))[:2] == ("remote-url-mismatch", "certain")
    code, confidence, rivals, seen = first(dead)
    assert (code, confidence) == ("remote-url-mismatch", "likely")
    assert {"pull-token-rejected", "pull-token-expired"} & {*rivals, *seen.codes}


@pytest.mark.parametrize(("unsigned", "code"), [(True, "gateway-rate-limited"), (False, "artifactory-rate-limited")])
def test_a_limited_challenge_is_whose_marks_it_bears(unsigned, code):
    for path in ("/v2/", ".*"):
        limited = Answer(path=path, status=429, headers=(("Retry-After", "7"),), body=b"slow down", unsigned=unsigned)
        found, confidence, _, seen = first(replace(USER, answers=(limited,)))

        assert (found, confidence) == (code, "likely")
        assert "upstream-rate-limited" not in seen.codes
        assert "7 s" in json.dumps(seen.report["diagnosis"][0]["remedy"])


@pytest.mark.parametrize("name", ["clock-behind", "clock-ahead"])
@pytest.mark.parametrize("caller", CALLERS)
def test_a_certificate_that_only_our_clock_finds_wanting_is_our_clocks(name, caller):
    code, confidence, _, seen = first(replace(FAULTS[name].scenario().world, caller=caller))

    assert (code, confidence) == ("clock-skew", "certain")
    assert seen.codes == ["clock-skew"]


@pytest.mark.parametrize("name", ["tls-expired", "tls-not-yet-valid"])
def test_without_another_clock_the_dates_of_a_certificate_are_no_proof(name):
    world = FAULTS[name].scenario().world

    assert first(world)[:2] == ("tls-expired", "certain")
    code, confidence, rivals, _ = first(world, "--no-direct")
    assert (code, confidence, rivals) == ("tls-expired", "likely", ["clock-skew"])


@pytest.mark.parametrize("status", [429, 500, 502, 504])
@pytest.mark.parametrize("caller", CALLERS)
def test_a_token_endpoint_that_is_out_of_order_for_everybody_is_no_credential(status, caller):
    page = f"<html><head><title>{status} Bad Gateway</title></head><body></body></html>".encode()
    broken = Answer(host="cgr.dev", path="/token", status=status, headers=(("Content-Type", "text/html"),), body=page)
    code, confidence, rivals, _ = first(replace(healthy(), caller=caller, answers=(broken,)))

    assert code in (("upstream-rate-limited",) if status == 429 else ("upstream-out-of-order",))
    assert confidence != "certain" or status == 429
    assert "pull-token-rejected" in rivals or status == 429


@pytest.mark.parametrize("compresses", ["gzip", "deflate"])
@pytest.mark.parametrize("caller", CALLERS)
def test_what_a_proxy_compresses_unasked_reads_the_same(compresses, caller):
    seen = examine(replace(healthy(), compresses=compresses, caller=caller))
    code, confidence, _, _ = first(replace(expired(healthy()), compresses=compresses))

    assert (seen.codes, seen.report["status"]) == ([], "healthy")
    assert (code, confidence) == ("pull-token-expired", "certain")


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("virtual", [True, False])
def test_what_refuses_artifactory_alone_is_on_its_way(caller, virtual):
    page = b"<!doctype html><title>403</title>403 Forbidden"
    refused = Answer(
        host="cgr.dev", asked_by="artifactory", status=403, headers=(("Content-Type", "text/html"),), body=page
    )
    world = through(healthy()) if virtual else healthy()
    code, confidence, rivals, seen = first(replace(world, caller=caller, answers=(refused,)))

    assert confidence != "certain"
    assert {"upstream-failed", "upstream-proxy-refused"} & {code, *rivals}
    assert seen.report["diagnosis"][0]["leg"] in ("artifactory-to-upstream", "artifactory")


@pytest.mark.parametrize(
    ("name", "caller"),
    [
        ("virtual-member-missing", "admin"),
        ("virtual-member-missing-beside", "user"),
        ("pull-token-wrong-organization-of-the-remote", "admin"),
        ("docker-api-not-routed", "anonymous"),
    ],
)
def test_one_fault_is_one_root_cause(name, caller):
    seen = examine(replace(FAULTS[name].scenario().world, caller=caller))

    assert [entry["code"] for entry in seen.report["diagnosis"]] == [FAULTS[name].code]


SIGN_IN = b"<html><head><title>Sign in to Acme</title></head></html>"
SHOWN = Answer(path="/v2/.+/manifests/.*", status=200, headers=(("Content-Type", "text/html"),), body=SIGN_IN)
LED = Answer(path=".*/token|/v2/token", status=302, headers=(("Location", "https://login.acme.test/"),), unsigned=True)
ENVELOPE = json.dumps({"errors": [{"status": 404, "message": "Repository cgr-private is assumed offline"}]}).encode()
IN_A_200 = Answer(
    path="/v2/.+/manifests/.*", status=200, headers=(("Content-Type", "application/json"),), body=ENVELOPE
)
OF_A_HUB = (
    "Can't fetch token for repo: cgr-private realm: https://auth.docker.io/token scope:repository:acme.com/python:pull"
)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (replace(SHOWN, unsigned=True), "sign-in-required"),
        (SHOWN, "sign-in-required"),
        (LED, "sign-in-required"),
        (IN_A_200, "remote-assumed-offline"),
    ],
    ids=["a sign-in at the manifest", "a page that Artifactory serves", "a sign-in at the token", "an error with 200"],
)
def test_who_shows_a_page_or_an_error_in_place_of_the_image(answer, code):
    found, confidence, rivals, _ = first(replace(USER, answers=(answer,)))

    assert found == code
    assert confidence == "certain" or rivals
    assert answer is not SHOWN or confidence == "likely"


def test_another_registrys_realm_is_no_proof_against_a_url_that_was_read():
    code, confidence, _, _ = first(refusing(healthy(), OF_A_HUB, status=404, code="NOT FOUND"))

    assert (code, confidence) == ("remote-url-mismatch", "likely")


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_download_host_that_refuses_is_asked_by_its_signature_not_by_a_login(status):
    host = "filestore.acme.test"
    lead = Answer(
        path="/v2/cgr-private/.*/blobs/.*", status=302, headers=(("Location", f"https://{host}/x?Signature=0"),)
    )
    refused = Answer(host=host, status=status, headers=(("Content-Type", "application/xml"),), body=b"<Error/>")
    world = replace(USER, answers=(lead, refused), names=(host,)).artifactory_with(hosts={host: ""})

    assert first(world)[0] == "download-host-refused"


@pytest.mark.parametrize("path", ["cgr.dev/acme.com/python:3.12", "v2/acme.com/python:3.12"])
def test_a_sub_domain_stands_for_the_key(path):
    """The reference that is offered has no key in its path."""
    host = "cgr-private.acme.jfrog.io"
    seen = examine(replace(healthy(), image=f"{host}/{path}", names=(host,)))

    entry = seen.report["diagnosis"][0]
    assert (entry["code"], entry["remedy"]["summary"]) == (
        "reference-missing-repository",
        f"Pull {host}/acme.com/python:3.12",
    )


@pytest.mark.parametrize("caller", CALLERS)
def test_a_repository_called_docker_is_no_part_of_a_url(caller):
    world = FAULTS["token-authentication-disabled"].scenario().world
    called = tuple(
        replace(one, key="docker") if one.key == "cgr-private" else one for one in world.artifactory.repositories
    )
    image = "acme.jfrog.io/docker/acme.com/python:3.12"
    code, _, _, _ = first(replace(world.artifactory_with(repositories=called), caller=caller, image=image))

    assert code == "token-authentication-disabled"
