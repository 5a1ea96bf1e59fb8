"""Worlds in which nothing is wrong, each unlike the others in one respect."""

from __future__ import annotations

from dataclasses import replace

from cgrdoctor.lab.faults.access import SUBDOMAIN as HOST
from cgrdoctor.lab.faults.access import by_port, by_subdomain, legacy
from cgrdoctor.lab.faults.fault import Fault
from cgrdoctor.lab.faults.virtual import nested, project_ids, through
from cgrdoctor.lab.world import ARTIFACTORY, BLOBS, CGR, DOMAIN, WWW, Cached, PullToken, World


def _free(world: World) -> World:
    return replace(world, image=f"{ARTIFACTORY}/cgr-public/chainguard/go:latest", credential=None)


def _no_egress(world: World) -> World:
    return replace(world, wire={CGR: "refused", BLOBS: "refused"})


def _expired_here(world: World) -> World:
    old = PullToken("acme.com", expires_in=-3600, number=2)
    return replace(world.chainguard_with(tokens=(*world.chainguard.tokens, old)), credential=old)


def _of_others(world: World) -> World:
    return replace(world, credential=PullToken("other.org"))


def _apart(world: World) -> World:
    served = by_subdomain(world).artifactory_with(rest_hosts=(DOMAIN,), hosts={HOST: "cgr-private", DOMAIN: ""})
    return replace(served, artifactory_url=f"https://{DOMAIN}/artifactory")


def _oci(world: World) -> World:
    return world.repository_with("cgr-private", package_type="oci")


def _project_id(world: World) -> World:
    changed = world.fields_with("cgr-private", dockerProjectId="acme.com")
    return replace(changed, image=f"{ARTIFACTORY}/cgr-private/python:3.12")


WORLDS = (
    Fault("healthy", "The guide followed, a Production image", lambda world: world),
    Fault("healthy-free", "A Free image", _free),
    Fault("healthy-user", "Seen by an ordinary user", lambda world: replace(world, caller="user")),
    Fault(
        "healthy-anonymous",
        "Anonymous access is on, nobody is logged in",
        lambda world: replace(_free(world.artifactory_with(anonymous=True)), caller="anonymous"),
    ),
    Fault(
        "healthy-anonymous-registry",
        "Anybody may pull, the REST API asks for a login",
        lambda world: replace(_free(world.artifactory_with(anonymous=True, anonymous_rest=False)), caller="anonymous"),
        beside=("artifactory-credentials-missing",),
    ),
    Fault(
        "healthy-http1",
        "A proxy that knows no HTTP/2 stands between this machine and cgr.dev",
        lambda world: replace(world, wire={CGR: "http1"}),
        beside=("http2-unavailable",),
    ),
    Fault(
        "healthy-tls12",
        "A proxy between this machine and cgr.dev knows no TLS but 1.2 with AES-128",
        lambda world: replace(world, wire={CGR: "tls12"}),
        beside=("tls-minimum-unmet",),
    ),
    Fault("healthy-no-egress", "This machine does not reach Chainguard", _no_egress),
    Fault("healthy-no-token", "No pull token on this machine", lambda world: replace(world, credential=None)),
    Fault(
        "healthy-cached",
        "The image is in the cache and fresh",
        lambda world: world.repository_with("cgr-private", cached=(Cached("acme.com/python", "3.12", age=60),)),
    ),
    Fault(
        "healthy-cached-old",
        "The image is in the cache, past its period and unchanged upstream",
        lambda world: world.repository_with("cgr-private", cached=(Cached("acme.com/python", "3.12", age=90000),)),
    ),
    Fault(
        "healthy-cached-old-unseen",
        "The same where nothing can be compared with cgr.dev",
        lambda world: _no_egress(
            world.repository_with("cgr-private", cached=(Cached("acme.com/python", "3.12", age=90000),))
        ),
    ),
    Fault(
        "healthy-cached-moved",
        "The tag in the cache is within its period, and moved upstream",
        lambda world: world.repository_with(
            "cgr-private", cached=(Cached("acme.com/python", "3.12", age=60, revision=0),)
        ),
        beside=("digest-mismatch", "layers-differ"),
    ),
    Fault(
        "healthy-virtual",
        "Through the virtual repository",
        lambda world: replace(world, image=f"{ARTIFACTORY}/cgr-virt/acme.com/python:3.12"),
    ),
    Fault(
        "healthy-virtual-user",
        "Through the virtual repository, seen by an ordinary user",
        lambda world: replace(through(world), caller="user"),
    ),
    Fault(
        "healthy-virtual-nested",
        "Through a virtual repository that holds another one, and that the first again",
        lambda world: nested(world, "cgr-private"),
    ),
    Fault(
        "healthy-virtual-project-ids",
        "Through a virtual over two remotes with Project IDs, of which one has the image",
        lambda world: through(project_ids(world), "python:3.12"),
    ),
    Fault("healthy-oci", "The remote is of type OCI", _oci),
    Fault(
        "healthy-unusual-fields",
        "The remote has many settings of its own, none of which the guide asks for",
        lambda world: world.fields_with(
            "cgr-private",
            hardFail=True,
            bypassHeadRequests=True,
            disableProxy=True,
            curated=True,
            priorityResolution=True,
            assumedOfflinePeriodSecs=0,
            missedRetrievalCachePeriodSecs=0,
            retrievalCachePeriodSecs=0,
            localAddress="10.0.0.7",
            customHttpHeaders=[{"name": "X-Team", "value": "platform"}],
        ),
    ),
    Fault("healthy-project-id", "The remote puts the organization in front", _project_id),
    Fault(
        "healthy-project-id-user",
        "The remote puts the organization in front, seen by an ordinary user",
        lambda world: replace(_project_id(world), caller="user"),
    ),
    Fault("healthy-old", "Artifactory 7.49", lambda world: world.artifactory_with(version="7.49.3", absent_v1=404)),
    Fault("healthy-context", "Artifactory at another context path", lambda world: replace(world, context="repo")),
    Fault("healthy-digest", "Pulled by digest", lambda world: replace(world, image=_by_digest(world))),
    Fault("healthy-subdomain", "By the sub-domain method", by_subdomain),
    Fault("healthy-subdomain-apart", "By the sub-domain method, REST on the parent domain", _apart),
    Fault(
        "healthy-subdomain-alone",
        "By the sub-domain method, its host serves the registry only",
        lambda world: replace(by_subdomain(world).artifactory_with(rest_hosts=(DOMAIN,)), caller="user"),
    ),
    Fault("healthy-port", "By the port method", by_port),
    Fault(
        "healthy-port-unnamed",
        "By the port method, and no challenge names the repository",
        lambda world: by_port(world).artifactory_with(realm_form="root"),
    ),
    Fault(
        "healthy-path-on-port",
        "By the repository-path method on the router's port",
        lambda world: replace(world, image=f"{DOMAIN}:8082/cgr-private/acme.com/python:3.12", caller="user"),
    ),
    Fault("healthy-legacy-saas", "By a legacy SaaS host name", legacy),
    Fault("healthy-proxy", "Through a proxy", lambda world: replace(world, proxy="ok")),
    Fault(
        "healthy-own-token-expired", "The pull token on this machine has expired, the remote's has not", _expired_here
    ),
    Fault("healthy-other-token", "The pull token on this machine is of another organization", _of_others),
    Fault(
        "healthy-free-token",
        "The Free remote has a pull token that is alive",
        lambda world: _free(world.repository_with("cgr-public", token=PullToken("acme.com"))),
    ),
    Fault(
        "healthy-website-blocked",
        "Artifactory does not reach www.chainguard.dev, which no pull needs",
        lambda world: world.artifactory_with(arm={WWW: "refused"}),
    ),
    Fault(
        "healthy-own-proxy",
        "The remote goes through a proxy of Artifactory's",
        lambda world: world.fields_with("cgr-private", proxy="egress", disableProxy=False),
    ),
    Fault("healthy-slow", "Every answer takes a while", lambda world: replace(world, latency=0.05)),
)


def _by_digest(world: World) -> str:
    from cgrdoctor.lab.content import content

    image = next(image for image in world.chainguard.images if image.path == "acme.com/python")
    return f"{ARTIFACTORY}/cgr-private/acme.com/python@{content(image).index}"
