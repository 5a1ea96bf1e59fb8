"""Asks the servers of a case without the doctor."""

import ssl
from contextlib import contextmanager

import httpx

from cgrdoctor.lab import running

MANIFEST = "/v2/cgr-private/acme.com/python/manifests/3.12"
CONFIGURATION = "/artifactory/api/repositories/cgr-private"
PING = "/artifactory/api/system/ping"
SIGNATURE = {"x-jfrog-version", "x-artifactory-id", "x-artifactory-node-id"}


class Asking:
    """Asks the servers of a world as a client, or as its Artifactory's egress would."""

    def __init__(self, lab, **options):
        self.lab = lab
        self.options = {"verify": ssl.create_default_context(cafile=str(lab.cacert)), "trust_env": False, **options}

    def __call__(self, path, host="acme.jfrog.io", method="GET", auth=None, **headers):
        """By a connection of its own, whose handshake names the host."""
        login = {} if auth is None else {"Authorization": f"{auth} x"}
        with httpx.Client(**self.options) as client:
            return client.request(
                method,
                f"https://127.0.0.1:{self.lab.ports['acme.jfrog.io']}{path}",
                headers={"Host": host, **login, **headers},
                extensions={"sni_hostname": host},
            )

    def as_admin(self, path, **more):
        return self(path, Authorization=f"Bearer {self.lab.environment['CGRDOCTOR_ARTIFACTORY_TOKEN']}", **more)

    def pull(self, **more):
        """The manifest through Artifactory, with a token."""
        login = (self.lab.environment["CGRDOCTOR_REGISTRY_USER"], self.lab.environment["CGRDOCTOR_REGISTRY_PASSWORD"])
        basic = httpx.BasicAuth(*login)._auth_header
        token = self("/v2/token?service=acme.jfrog.io", Authorization=basic).json()["token"]
        return self(MANIFEST, Authorization=f"Bearer {token}", **more)


@contextmanager
def asking(case, **options):
    with running(case.world) as lab:
        yield Asking(lab, **options)
