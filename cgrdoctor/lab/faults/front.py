"""What answers in Artifactory's place: JFrog's cloud for an instance it does not serve, a sign-in for people."""

from __future__ import annotations

import json
from dataclasses import replace

from cgrdoctor.lab.answers import Answer
from cgrdoctor.lab.envelopes import PAGE
from cgrdoctor.lab.faults.fault import Fault
from cgrdoctor.lab.place import moved
from cgrdoctor.lab.world import ARTIFACTORY, DOMAIN, World

LANDING = "landing.jfrog.com"
PROVIDER = "login.acme.test"
REST = r"/(?:artifactory/api/(?!docker/)|access/|router/).*"
TOKEN = r"/artifactory/api/docker/.*/token|/v2/token|/.*/v2/token"  # noqa: S105 - a path
DOCKER = r"/v2/.*"
TRANSFER = "You have reached your monthly quota for Data Transfer. To continue, upgrade your subscription"
STORAGE = "You have reached your monthly quota for Storage. To continue, upgrade your subscription"
HTML = ("Content-Type", "text/html; charset=utf-8")
NGINX = ("Server", "nginx")


def _sent_to(url: str, path: str = "/.*", status: int = 302) -> Answer:
    body = PAGE.format(title="302 Found").encode()
    return Answer(path=path, status=status, headers=(HTML, NGINX, ("Location", url)), body=body, unsigned=True)


def _page(title: str, path: str = "/.*", status: int = 200, host: str = ARTIFACTORY) -> Answer:
    return Answer(
        host=host,
        path=path,
        status=status,
        headers=(HTML, NGINX),
        body=PAGE.format(title=title).encode(),
        unsigned=True,
    )


def _refused(text: str, path: str) -> Answer:
    body = json.dumps({"errors": [{"status": 429, "message": text}]}, indent=2).encode()
    return Answer(path=path, status=429, headers=(("Content-Type", "application/json"),), body=body)


def _answering(world: World, *answers: Answer) -> World:
    return replace(world, answers=(*answers, *world.answers))


def _serving(world: World, host: str, *answers: Answer) -> World:
    """The same, with a further host that this machine reaches."""
    return _answering(world.artifactory_with(hosts={**world.artifactory.hosts, host: ""}), *answers)


def _own(world: World) -> World:
    return moved(world, DOMAIN)


REACTIVATE = f"https://{LANDING}/reactivate-server/acme"
OPENID = f"https://{PROVIDER}/realms/acme/protocol/openid-connect/auth?client_id=artifactory&response_type=code"

FAULTS = (
    Fault(
        "jfrog-cloud-instance-inactive",
        "JFrog deactivated the instance, and its landing page is out of reach",
        lambda world: _answering(world, _sent_to(REACTIVATE)),
        "jfrog-cloud-instance-inactive",
        ("F109",),
    ),
    Fault(
        "jfrog-cloud-instance-inactive-followed",
        "JFrog deactivated the instance, and its landing page comes",
        lambda world: _serving(world, LANDING, _sent_to(REACTIVATE), _page("JFrog", host=LANDING)),
        "jfrog-cloud-instance-inactive",
        ("F109",),
    ),
    Fault(
        "jfrog-cloud-instance-unknown",
        "JFrog's cloud knows no instance of this name",
        lambda world: _answering(world, _page("403 Forbidden", status=403)),
        "jfrog-cloud-instance-inactive",
        ("F109",),
        accept=("not-artifactory",),
    ),
    Fault(
        "unexpected-html-forbidden",
        "The bare 403 page of a gateway answers on a host of one's own",
        lambda world: _own(_answering(world, _page("403 Forbidden", status=403))),
        "unexpected-html",
        ("F21",),
        accept=("not-artifactory",),
    ),
    Fault(
        "jfrog-cloud-quota-exceeded",
        "The month's Data Transfer is used up",
        lambda world: _answering(world, _refused(TRANSFER, r"/v2/cgr-[^/]*/.*")),
        "jfrog-cloud-quota-exceeded",
        ("F88",),
    ),
    Fault(
        "jfrog-cloud-quota-exceeded-blobs",
        "The quota of Storage is used up, and only layers are refused",
        lambda world: _answering(world, _refused(STORAGE, r"/v2/.*/blobs/.*")),
        "jfrog-cloud-quota-exceeded",
        ("F85",),
    ),
    Fault(
        "jfrog-cloud-quota-exceeded-everywhere",
        "The month's Data Transfer is used up, and every request is refused",
        lambda world: _answering(world, _refused(TRANSFER, "/.*")),
        "jfrog-cloud-quota-exceeded",
        ("F88",),
    ),
    Fault(
        "jfrog-cloud-quota-exceeded-token",
        "The month's Data Transfer is used up, and no token is issued",
        lambda world: _answering(world, _refused(TRANSFER, TOKEN)),
        "jfrog-cloud-quota-exceeded",
        ("F88",),
    ),
    Fault(
        "docker-api-led-to-interface",
        "The reverse proxy sends /v2/ to Artifactory's web interface, which wants a login",
        lambda world: _own(_answering(world, _sent_to("/ui/login", DOCKER), _page("JFrog", path="/ui/.*"))),
        "docker-api-not-routed",
        ("F46",),
    ),
    Fault(
        "token-realm-not-routed",
        "The reverse proxy has no rule for the address at which tokens are issued",
        lambda world: _own(_answering(world, _page("404 Not Found", TOKEN, 404))),
        "token-realm-mismatch",
        ("F45",),
        accept=("docker-api-not-routed",),
    ),
    Fault(
        "sign-in-required",
        "A proxy sends every request to an identity provider that is out of reach",
        lambda world: _own(_answering(world, _sent_to(OPENID))),
        "sign-in-required",
        ("F21",),
    ),
    Fault(
        "sign-in-required-docker-path",
        "The Docker path alone is behind single sign-on",
        lambda world: _own(
            _answering(world, _sent_to("/oauth2/start?rd=%2F", DOCKER), _page("Sign in", path="/oauth2/.*", status=403))
        ),
        "sign-in-required",
        ("F21",),
    ),
    Fault(
        "sign-in-required-manifest",
        "The identity provider's page comes in place of manifests",
        lambda world: _own(_answering(world, _page("Log in to acme", path=r"/v2/cgr-[^/]*/.*"))),
        "sign-in-required",
        ("F21",),
    ),
    Fault(
        "sign-in-required-token",
        "The token endpoint alone is behind single sign-on",
        lambda world: _own(_serving(world, PROVIDER, _sent_to(OPENID, TOKEN), _page("Sign in to acme", host=PROVIDER))),
        "sign-in-required",
        ("F21",),
    ),
)

HEALTHY = (
    Fault(
        "healthy-sign-in-for-rest",
        "Only the REST API is behind single sign-on",
        lambda world: _own(_answering(world, _sent_to(OPENID, REST))),
        beside=("sign-in-required",),
    ),
    Fault(
        "healthy-one-path-sent-away",
        "One path of the REST API leads to JFrog's landing page",
        lambda world: _answering(world, _sent_to(REACTIVATE, "/artifactory/api/repositories")),
    ),
)
