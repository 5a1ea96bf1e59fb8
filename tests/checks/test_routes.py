"""A reverse proxy's fault is told from Artifactory's by Artifactory's own path."""

import pytest
from facts import HOST, PING, TOKEN, ended, pull, served, step, target, through

from cgrdoctor.net.failure import Failure
from cgrdoctor.testing import judged
from cgrdoctor_checks.artifactory.health import artifactory_identity
from cgrdoctor_checks.facts.artifactory.caller import Caller
from cgrdoctor_checks.facts.artifactory.ping import ArtifactoryPing
from cgrdoctor_checks.facts.pull.direct_docker_path import SecondRoute, may_be_the_proxy
from cgrdoctor_checks.facts.pull.registry_ping import RegistryPing
from cgrdoctor_checks.facts.token.login import RegistryLogin
from cgrdoctor_checks.token.client import token_client
from cgrdoctor_checks.token.realm import token_realm

PAGE = step("ping", 404, "", shape="html", code="", title="404 Not Found")
NOT_ROUTED = through(step("manifest", 404, "", shape="html", code="", title="404 Not Found"))
UNSUPPORTED = step(
    status=400, message="Unsupported docker v2 repository request for 'null'", shape="artifactory", code="400"
)
LOST = step(status=401, message="authentication required", code="UNAUTHORIZED", authenticated=True)
WELL = ArtifactoryPing(step=step("rest", 200, ""), text="OK")
CALLER = Caller(step=step("rest", 200, ""), answers=True, identity="accepted")
LOGIN = RegistryLogin(kind="basic", username="bob", source="test")


def challenged(realm):
    return step("ping", 401, "", headers=(("www-authenticate", f'Bearer realm="{realm}",service="{HOST}"'),))


@pytest.mark.parametrize(
    ("ping", "pulled", "asked"),
    [
        (PAGE, None, True),
        (PING, NOT_ROUTED, True),
        (PING, through(UNSUPPORTED), True),
        (PING, through(LOST), True),
        (challenged("https://artifactory.internal/v2/token"), None, True),
        (challenged(f"https://{HOST}/v2/token"), None, False),
        (PING, served(), False),
        (PING, through(step()), False),
        (PING, through(step(status=403, message="Forbidden")), False),
        (
            step("ping", None, "", failure=Failure(stage="connect", kind="refused", message="refused", seconds=0.1)),
            None,
            False,
        ),
    ],
)
def test_the_second_route_is_asked_where_it_can_explain(ping, pulled, asked):
    assert may_be_the_proxy(ping, pulled, HOST) is asked


def test_a_wrong_password_is_not_presented_at_a_second_place():
    refused = ended(step("token", 401, "Bad Credentials", authenticated=True))

    assert may_be_the_proxy(PING, refused, HOST) is False


def identity(*facts):
    return judged(artifactory_identity, WELL, CALLER, *facts)


@pytest.mark.parametrize(("second", "confidence"), [(PING, "certain"), (PAGE, "likely"), (None, "likely")])
def test_docker_api_not_routed_is_certain_where_the_other_path_is_a_registry(second, confidence):
    facts = (RegistryPing(step=PAGE), NOT_ROUTED, *((SecondRoute(ping=second),) if second else ()))

    (finding,) = identity(*facts).findings

    assert (finding.code, finding.confidence) == ("docker-api-not-routed", confidence)
    assert bool(finding.rivals) is (confidence != "certain")


def test_a_rewrite_for_another_access_method():
    second = SecondRoute(ping=PING, pull=pull(step()))

    (finding,) = identity(RegistryPing(step=PING), through(UNSUPPORTED), second).findings

    assert finding.code == "docker-api-not-routed"


def test_what_fails_on_both_routes_is_not_the_proxys():
    both = SecondRoute(ping=PING, pull=pull(UNSUPPORTED))

    assert identity(RegistryPing(step=PING), through(UNSUPPORTED), both).findings == ()


def test_a_filters_page_at_the_image_alone_is_no_missing_route():
    page = step(status=403, message="", shape="html", code="", title="Blocked")
    second = SecondRoute(ping=PING, pull=pull(step(status=200)))

    (finding,) = identity(RegistryPing(step=PING), through(page), second).findings

    assert finding.code == "unexpected-html"


@pytest.mark.parametrize(
    ("failed", "second", "expected"),
    [
        (LOST, SecondRoute(ping=PING, pull=pull(step(authenticated=True))), ("authorization-not-forwarded", "certain")),
        (LOST, SecondRoute(ping=PING, pull=pull(LOST)), ("authorization-not-forwarded", "likely")),
        (LOST, None, ("authorization-not-forwarded", "likely")),
    ],
)
def test_a_token_that_is_issued_and_then_ignored(failed, second, expected):
    facts = (through(TOKEN, failed), LOGIN, *((second,) if second else ()))

    (finding,) = judged(token_client, target(), *facts).findings

    assert (finding.code, finding.confidence) == expected


def test_a_login_that_arrives_as_nobodys():
    silent = step("token", 401, "Authentication is required", shape="artifactory", code="401", authenticated=True)

    (finding,) = judged(token_client, target(), ended(silent), LOGIN).findings

    assert finding.code == "authorization-not-forwarded"
    assert "as if it carried none" in finding.summary


def test_a_wrong_password_is_no_lost_header():
    bad = step("token", 401, "Bad Credentials", shape="artifactory", code="401", authenticated=True)

    (finding,) = judged(token_client, target(), ended(bad), LOGIN).findings

    assert finding.code == "artifactory-credentials-rejected"


@pytest.mark.parametrize(
    ("own", "where"),
    [
        ("https://artifactory.internal/v2/token", "Custom Base URL"),
        (f"https://{HOST}/v2/token", "X-JFrog-Override-Base-Url"),
    ],
)
def test_artifactorys_own_path_shows_where_a_stray_realm_comes_from(own, where):
    stray = RegistryPing(step=challenged("https://artifactory.internal/v2/token"))

    (finding,) = judged(token_realm, target(), stray, SecondRoute(ping=challenged(own))).findings

    assert finding.code == "token-realm-mismatch"
    assert where in finding.remedy.steps[-1]
