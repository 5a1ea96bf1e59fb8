"""The same pull by Artifactory's own path, `<base>/api/docker/<key>/v2/`, which no reverse proxy has to rewrite.

What fails at `/v2/` and works there is the reverse proxy's; what fails on both is Artifactory's (JFrog docs: Docker
access methods).
"""

from __future__ import annotations

import re

from cgrdoctor import Fact, NotNeeded, Unobservable, probe
from cgrdoctor.credentials.keyring import Keyring
from cgrdoctor.net.artifactory import ArtifactoryRest
from cgrdoctor.net.challenge import RealmVerdict, bearer, parse_challenges, realm_policy, realm_url
from cgrdoctor.net.pull import Pull, Wanted, endpoint_of
from cgrdoctor.net.registry import Puller, ping
from cgrdoctor.net.step import Step
from cgrdoctor.net.transport import Http
from cgrdoctor_checks.facts.artifactory.caller import Caller, refuse_without_rest
from cgrdoctor_checks.facts.artifactory.symptom import symptom
from cgrdoctor_checks.facts.docker.platform import WantedPlatform
from cgrdoctor_checks.facts.pull.registry_ping import RegistryPing
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.facts.reference.target import Target

NOBODY = re.compile(r"authentication (?:is )?required|no credentials|not authenticated", re.IGNORECASE)
"""What Artifactory says to a request without a credential; to a wrong one it says "Bad Credentials", which is final."""

SPEAKS = (200, 401)
"""Statuses of `/v2/` in the distribution specification."""


class SecondRoute(Fact, frozen=True, kw_only=True):
    """The challenge and the pull of the manifest by that path; `pull` is None where it does not speak registry."""

    observed_from = "artifactory"

    ping: Step
    pull: Pull | None = None

    @property
    def speaks(self) -> bool:
        """Whether the Docker API answers there."""
        return self.ping.status in SPEAKS and self.ping.shape != "html"

    @property
    def manifest(self) -> Step | None:
        """The manifest's own answer, None where the pull did not get as far."""
        return self.pull.step("manifest") if self.pull else None


@probe()
async def second_route(
    http: Http,
    keyring: Keyring,
    rest: ArtifactoryRest,
    platform: WantedPlatform,
    target: Target,
    caller: Caller,
    pinged: RegistryPing,
    through: PullThrough | None,
) -> SecondRoute:
    """Only where the first route fails in a way that a reverse proxy may be guilty of."""
    if not may_be_the_proxy(pinged.step, through, target.registry_host):
        raise NotNeeded("the first route leads to Artifactory")
    if target.repository is None:
        raise Unobservable("the repository key is not known", "--repository KEY")
    refuse_without_rest(caller, rest)
    endpoint = endpoint_of(f"{rest.base}/api/docker/{target.repository}", await keyring.registry())
    step = await ping(http, endpoint)
    found = SecondRoute(exchanges=(step.exchange,), ping=step)
    if not found.speaks:
        return found
    wanted = Wanted(target.path_in_repository, target.selector, platform.parsed, "manifest", http.upstream_timeout)
    pull = await Puller(http, endpoint, step).pull(wanted)
    return SecondRoute(exchanges=pull.evidence, ping=step, pull=pull)


def may_be_the_proxy(pinged: Step, through: PullThrough | None, host: str) -> bool:
    """A `/v2/` that is no registry, a realm elsewhere, a login that seems lost, a path that leads to no repository."""
    if pinged.failure is not None or (through is not None and through.works):
        return False
    failed = through.pull.failed if through else None
    if pinged.status not in SPEAKS or realm_strays(pinged, host):
        return True
    if failed is None:
        return False
    if failed.status == 401:
        return failed.name == "manifest" or NOBODY.search(failed.message) is not None
    return (failed.name == "token" and failed.status is None) or symptom(failed) in (
        "html",
        "unsupported-route",
        "not-registry",
    )


def realm_strays(step: Step, host: str) -> bool:
    """Whether a challenge sends clients elsewhere for their token."""
    base = f"https://{host}/v2/"
    asked = bearer(parse_challenges([value for name, value in step.headers if name.lower() == "www-authenticate"]))
    realm = realm_url(asked, base) if asked else None
    return realm is not None and realm_policy(realm, base) is not RealmVerdict.SAME_HOST
