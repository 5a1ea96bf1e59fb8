"""Who answers in the place of Artifactory: a sign-in that no client of a registry can pass, or JFrog's cloud itself.

A sign-in is known by where a redirect leads, by the page's title or by the form in it; the host in the middle is no
subject of its own, because a client asked another one.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from cgrdoctor.net.step import Step

LOGIN = re.compile(
    r"\bsign(?:ing)?[ -]?in\b|\blog(?:ging)?[ -]?(?:in|on)\b|\blogin\b|\bsingle sign|\bsso\b|\bauthenticat|\bsaml\b",
    re.IGNORECASE,
)
"""What a title of an identity provider's page says."""

_PROVIDERS = re.compile(
    r"(?:^|\.)(?:okta(?:-emea)?|oktapreview|onelogin|auth0|pingone|pingidentity|duosecurity|jumpcloud|cloudflareaccess"
    r"|amazoncognito|b2clogin|ciamlogin|zitadel|descope|frontegg|workos|authkit)\.(?:com|eu|app|cloud|io)$"
    r"|^(?:accounts\.google\.com|login\.(?:microsoftonline|windows|live)\.(?:com|us|net|de))$"
    r"|(?:^|\.)(?:login|logon|signin|sso|auth|oauth|oauth2|oidc|saml|idp|iam|accounts?|identity|keycloak|adfs|dex|cas"
    r"|authelia|authentik|portal-?login)\.",
    re.IGNORECASE,
)
"""Hosts of identity providers, and names that companies give to theirs."""

_PATHS = re.compile(
    r"/(?:oauth2?|oidc|openid-connect|openid|saml2?|adfs|sso|signin|sign-in|sign_in|login|logon|authn?|authorize|idp"
    r"|realms|cas|\.auth|_gcp_gatekeeper|outpost\.goauthentik\.io|_oauth|kratos|dex)(?:/|$)"
    r"|/cdn-cgi/access/|/oauth2/(?:start|sign_in|auth)",
    re.IGNORECASE,
)
_REGISTRY = re.compile(r"^/v2/|/api/docker/")
_PARAMETERS = frozenset(
    {
        "samlrequest",
        "relaystate",
        "client_id",
        "response_type",
        "redirect_uri",
        "wtrealm",
        "wsignin",
        "login_hint",
        "rd",
    }
)
"""Parameters in which a sign-in is asked for (SAML, OpenID Connect, WS-Federation, forward-auth proxies)."""

_OWN_PAGES = re.compile(r"/(?:ui|artifactory/webapp|webapp)(?:/|$)", re.IGNORECASE)
"""Artifactory's web interface, whose own login says only that a request was routed there."""

_OWN_TITLE = re.compile(r"\bjfrog\b|\bartifactory\b", re.IGNORECASE)

PAGES = ("text/html", "application/xhtml+xml")
REACTIVATION = re.compile(
    r"https?://(?:[\w-]{1,63}\.){0,4}jfrog\.com(?:/[^?]{0,200})?/reactivate[\w-]{0,40}", re.IGNORECASE
)
"""Where JFrog's cloud sends every request for an instance that was deactivated (captured, 2026)."""

REFUSAL = re.compile(r"(?:error )?403(?: forbidden)?|forbidden", re.IGNORECASE)
"""The title of the bare page with which JFrog's cloud answers for a name that it does not serve (captured, 2026)."""


def is_reactivation(step: Step) -> bool:
    """Whether JFrog's cloud sends this request to the page on which an instance is taken into use again."""
    return any(REACTIVATION.match(address) for address in step.led_to)


def is_bare_refusal(step: Step) -> bool:
    """Whether a bare 403 page of a web server came, which says nothing but that."""
    page = step.shape == "html" and REFUSAL.fullmatch(step.title.strip()) is not None
    return step.status == 403 and page and not step.login_form


def wants_sign_in(step: Step, asked: str = "") -> bool:
    """Whether the answer is a sign-in for people: a redirect to one, or its page; `asked` is the host it came for."""
    if step.ok and step.shape != "html" and step.content_type not in PAGES:
        return False
    if step.header("x-goog-iap-generated-response"):
        return True
    if any(_leads_to_sign_in(address, asked) for address in step.led_to):
        return not is_own_interface(step)
    return step.shape == "html" and _is_sign_in_page(step)


def is_own_interface(step: Step) -> bool:
    """Whether it is Artifactory's own web interface."""
    last = urlsplit(step.led_to[-1]).path if step.led_to else f"/{step.path}"
    return _OWN_PAGES.match(last) is not None


def _is_sign_in_page(step: Step) -> bool:
    if is_own_interface(step) or _OWN_TITLE.search(step.title):
        return False
    return step.login_form or LOGIN.search(step.title) is not None


def _leads_to_sign_in(address: str, asked: str) -> bool:
    """By the parameters of a sign-in, by its host where that is another, by its path where that is no registry's."""
    parts = urlsplit(address)
    named = {name.lower() for name in parts.query.split("&")}
    if named & {"samlrequest", "wtrealm"} or len(named & _PARAMETERS) > 1:
        return True
    elsewhere = parts.hostname not in (None, asked.partition(":")[0])
    if elsewhere and _PROVIDERS.search(parts.hostname or ""):
        return True
    return _REGISTRY.search(parts.path) is None and _PATHS.search(parts.path) is not None
