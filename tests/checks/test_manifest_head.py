"""HEAD beside GET: what departs, whom it hits, and what is no departure."""

import pytest
from facts import HERE, HOST, THERE, step, target

from cgrdoctor.config.settings import Invocation
from cgrdoctor.testing import judged
from cgrdoctor_checks.facts.docker.pulled import DockerPull
from cgrdoctor_checks.facts.pull.manifest_head import ManifestHead, difference
from cgrdoctor_checks.pull.head import head_and_get, severity_of

INDEX = "application/vnd.oci.image.index.v1+json"
SCHEMA1 = "application/vnd.docker.distribution.manifest.v1+prettyjws"


def got(**more):
    return step(status=200, message="", code="", shape="", digest=HERE, size=900, content_type=INDEX, **more)


def head(status=200, **more):
    values = {"claimed_digest": HERE, "size": 900, "content_type": INDEX, **more}
    return step(status=status, message="", code="", shape="", **values)


@pytest.mark.parametrize(
    ("answer", "departs"),
    [
        (head(), ""),
        (head(claimed_digest=None, size=None, content_type=None), ""),
        (head(claimed_digest=None, size=901, content_type=SCHEMA1), ""),
        (head(claimed_digest=THERE, size=None), ""),
        (head(claimed_digest=None, size=12, content_type="text/html"), "media-type"),
        (head(claimed_digest=HERE.upper().replace("SHA", "sha")), ""),
        (head(size=0), ""),
        (head(size=7), "size"),
        (head(size=70, headers=(("content-encoding", "gzip"),)), ""),
        (head(405), "method"),
        *((head(status), "refused") for status in (204, 302, 400, 401, 403, 404, 429, 500, 501, 502, 503, 504)),
        (head(claimed_digest=THERE), "digest"),
        (head(content_type=SCHEMA1), "media-type"),
        (head(content_type="text/html"), "media-type"),
        (head(size=901), "size"),
    ],
)
def test_what_departs(answer, departs):
    assert difference(answer, got()) == departs


def test_a_digest_of_another_algorithm_cannot_be_compared():
    assert difference(head(claimed_digest="sha512:" + "a" * 128), got()) == ""


def found(answer, *engine):
    asked = ManifestHead(exchanges=("x1", "x2"), head=answer, got=got(), difference=difference(answer, got()))
    return judged(head_and_get, target(), asked, *engine)


def test_heads_that_agree_pass():
    assert found(head()).status == "pass"


def test_who_is_hit_and_who_is_not_is_said():
    (finding,) = found(head(403, headers=(("server", "BigIP"),))).findings

    assert (finding.code, finding.severity, finding.subject) == ("head-request-refused", "warn", HOST)
    assert all(
        word in finding.summary for word in ("403", "BigIP", "containerd", "Kubernetes", "docker pull", "podman")
    )


def test_405_stops_nobody():
    (finding,) = found(head(405)).findings

    assert finding.severity == "info"


def test_another_digest_stops_docker_too():
    (finding,) = found(head(claimed_digest=THERE)).findings

    assert (finding.severity, finding.expected, finding.actual) == ("fail", HERE, THERE)


@pytest.mark.parametrize(
    ("clients", "severity"),
    [(("docker",), "warn"), (("containerd",), "fail"), (("kubernetes",), "fail"), (("docker", "containerd"), "warn")],
)
def test_it_is_a_failure_where_every_client_that_is_looked_at_is_hit(clients, severity):
    result = found(head(403), Invocation(client=clients))

    assert severity_of("refused", clients) == severity
    assert [one.severity for one in result.findings] == [severity]


@pytest.mark.parametrize(
    ("status", "message", "severity"),
    [
        (403, "unexpected status from HEAD request to https://acme.jfrog.io/v2/k/i/manifests/1: 403 Forbidden", "fail"),
        (403, "no such host", "warn"),
        (405, "manifest unknown", "info"),
    ],
)
def test_it_is_a_failure_where_the_engine_was_turned_away(status, message, severity):
    engine = DockerPull(outcome="failed", seconds=1.0, message=message)

    (finding,) = found(head(status), engine).findings

    assert finding.severity == severity
