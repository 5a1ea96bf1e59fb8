"""A sign-in for people, and JFrog's landing page, are known by where they lead and by what their pages say."""

import pytest

from cgrdoctor.net.answer import Answer, Hop
from cgrdoctor.net.step import Step, step_of
from cgrdoctor_checks.causes.rate_limit import speaks_of_quota
from cgrdoctor_checks.facts.artifactory.front import is_bare_refusal, is_reactivation, wants_sign_in

ASKED = "artifacts.acme.test"


def redirected(*addresses, title="Found", name="ping"):
    """The answer at the end of redirects that led to these addresses."""
    hops = tuple(Hop(ASKED, 302, f"x{number}", address) for number, address in enumerate(addresses))
    body = f"<html><head><title>{title}</title></head></html>".encode()
    answer = Answer("x", addresses[-1], 200, (("Content-Type", "text/html"),), body, hops=hops)
    return step_of(name, answer)


def page(title="", status=200, body="", path="/v2/"):
    whole = f"<html><head><title>{title}</title></head><body>{body}</body></html>".encode()
    return step_of("manifest", Answer("x", f"https://{ASKED}{path}", status, (("Content-Type", "text/html"),), whole))


@pytest.mark.parametrize(
    "address",
    [
        "https://accounts.idp.example/o/oauth2/auth?client_id=x",
        "https://acme.okta.com/app/acme/exk1/sso/saml?SAMLRequest=abc&RelayState=d",
        "https://login.microsoftonline.com/common/oauth2/v2.0/authorize?client_id=x&response_type=code",
        "https://keycloak.acme.test/realms/acme/protocol/openid-connect/auth?scope=openid",
        "https://acme.cloudflareaccess.com/cdn-cgi/access/login/artifacts.acme.test?kid=1",
        "https://accounts.google.com/signin/oauth?client_id=1",
        "https://fs.acme.test/adfs/ls/?wa=wsignin1.0&wtrealm=urn%3Aartifactory",
        "https://acme.auth.eu-west-1.amazoncognito.com/login?client_id=x",
        "https://secure.acme.test/?rd=https%3A%2F%2Fartifacts.acme.test%2Fv2%2F&rm=GET&redirect_uri=x",
        f"https://{ASKED}/oauth2/start?rd=%2F",
        f"https://{ASKED}/outpost.goauthentik.io/start?rd=%2F",
        f"https://{ASKED}/.auth/login/aad",
    ],
)
def test_a_redirect_to_a_sign_in(address):
    assert wants_sign_in(redirected(address), ASKED)


@pytest.mark.parametrize(
    "address",
    [
        "https://artifacts-new.acme.test/v2/",
        f"https://{ASKED}/artifactory/api/docker/cgr-private/v2/acme.com/dex/manifests/2",
        f"https://{ASKED}/v2/cgr-private/acme.com/login/manifests/latest",
        f"https://{ASKED}/ui/login/",
        f"https://{ASKED}/artifactory/webapp/#/login",
        "https://www.acme.test/welcome",
        "https://landing.jfrog.com/reactivate-server/acme",
    ],
)
def test_a_redirect_to_anything_else(address):
    assert not wants_sign_in(redirected(address, title="Welcome"), ASKED)


def test_a_host_whose_own_name_sounds_like_a_sign_in_may_redirect_to_itself():
    assert not wants_sign_in(redirected("https://auth.acme.test/v2/x", title="x"), "auth.acme.test")


@pytest.mark.parametrize(
    "found",
    [
        page("Sign in to your account"),
        page("Log in | ACME", status=401),
        page("Sign In", status=403),
        page("", body='<form><input name="pw" type="password"></form>'),
        page(
            "Redirecting", body='<form action="https://x/"><input type="hidden" name="SAMLRequest" value="a"/></form>'
        ),
        page("", body='<meta http-equiv="refresh" content="0; url=https://sso.acme.test/login?client_id=a&amp;x=1">'),
    ],
)
def test_the_page_of_a_sign_in(found):
    assert wants_sign_in(found, ASKED)


@pytest.mark.parametrize(
    "found",
    [
        page("403 Forbidden", status=403),
        page("Internet Security by Zscaler", status=403),
        page("JFrog Login", status=200),
        page("HTTP Status 401 - Unauthorized", status=401),
        page("Welcome to nginx!"),
    ],
)
def test_any_other_page(found):
    assert not wants_sign_in(found, ASKED)


def test_what_no_browser_followed_is_read_from_the_header_without_the_values_of_its_parameters():
    location = "https://acme.okta.com/app/sso/saml?SAMLRequest=c2VjcmV0&RelayState=token-of-somebody"
    step = step_of("token", Answer("x", f"https://{ASKED}/v2/token", 302, (("Location", location),)))

    assert step.led_to == ("https://acme.okta.com/app/sso/saml?SAMLRequest&RelayState",)
    assert wants_sign_in(step, ASKED)


@pytest.mark.parametrize(
    ("address", "away"),
    [
        ("https://landing.jfrog.com/reactivate-server/acme", True),
        ("https://landing.jfrog.com/reactivate-server/acme?lang=en", True),
        ("https://landing.jfrog.com.acme.test/reactivate-server/acme", False),
        ("https://landing.acme.test/reactivate-server/acme", False),
        ("https://acme.test/?back=https://landing.jfrog.com/reactivate-server/acme", False),
    ],
)
def test_only_jfrogs_own_page_tells_that_an_instance_is_inactive(address, away):
    assert is_reactivation(redirected(address)) is away


def test_a_bare_refusal_says_nothing_else():
    assert is_bare_refusal(page("403 Forbidden", status=403))
    assert not is_bare_refusal(page("403 Forbidden", status=200))
    assert not is_bare_refusal(page("Access denied by ACME's filter", status=403))


@pytest.mark.parametrize(
    ("said", "quota"),
    [
        ("You have reached your monthly quota for Data Transfer. To continue, upgrade your subscription", True),
        ("Monthly data transfer quota exceeded", True),
        ("Your storage quota was reached. Upgrade your plan to go on", True),
        ("Your account has used up its monthly Data Transfer quota. Please upgrade.", True),
        ("Docker remote repository reached the request rate limit set by the Artifactory registry", False),
        ("The remote repository reached its monthly quota for Data Transfer", False),
        ("Datastore disk usage is too high. Contact your Artifactory administrator", False),
        ("Too many requests", False),
        ("Storage quota exceeded", False),
    ],
)
def test_a_quota_of_the_subscription_is_told_in_its_own_words(said, quota):
    assert speaks_of_quota(Step(name="manifest", host=ASKED, exchange="x", status=429, message=said)) is quota
