"""A stage of the way upstream is one row; what else needs a stage reads it there."""

import pytest
from stories import control_fails, named, through, unfound

from cgrdoctor import fail
from cgrdoctor.config.settings import Invocation
from cgrdoctor.engine.diagnosis import diagnose
from cgrdoctor.engine.discovery import load
from cgrdoctor.model import CheckResult
from cgrdoctor.net.failure import Failure
from cgrdoctor.net.hosts import BLOB_HOST, REGISTRY_HOST
from cgrdoctor.net.path import Path
from cgrdoctor.testing import judged
from cgrdoctor_checks.causes.catalogue import causes
from cgrdoctor_checks.facts.artifactory.upstream_stages import STAGES
from cgrdoctor_checks.facts.network.paths import BlobHostPath, UpstreamPath
from cgrdoctor_checks.network.blob_host import reach_blob_host
from cgrdoctor_checks.network.upstream import reach_upstream

CODES = load().codes
THERE = Invocation(vantage="artifactory", image="acme.jfrog.io/cgr-private/acme.com/python:3.12")
CLOSED = [
    ("connect", "refused", "upstream-unreachable"),
    ("tls", "untrusted", "upstream-tls-untrusted"),
    ("proxy", "authentication-required", "upstream-proxy-refused"),
]
INFERRED = """
    upstream-tls-untrusted upstream-proxy-refused upstream-content-blocked
    upstream-blob-host-blocked upstream-failed remote-assumed-offline missed-retrieval-cached pull-token-rejected
    pull-token-wrong-organization image-not-in-catalog image-not-found tag-not-found digest-not-found
    free-tag-unavailable image-not-free cache-stale cache-incomplete pull-through-failed
""".split()  # noqa: SIM905 - a list of words is easier to compare
WITHOUT_BLOBS = ["cache-incomplete", "upstream-failed", "pull-through-failed"]


def spoken(stage):
    """The finding of a pull whose answer names this stage, taken from the lab's own vocabulary."""
    text = f"cgr-private: Error in getting information for 'acme.com/python' ({TEXTS[stage.name]})."
    return named(through(unfound(text, "NOT FOUND")), control_fails(text, "NOT FOUND"))


TEXTS = {
    "dns": "java.net.UnknownHostException: cgr.dev",
    "refused": "Connect to cgr.dev:443 failed: Connection refused",
    "unreachable": "java.net.NoRouteToHostException: No route to host",
    "untrusted": "PKIX path building failed",
    "tls": "javax.net.ssl.SSLException: handshake_failure",
    "proxy": "CONNECT refused by proxy: 407 Proxy Authentication Required",
    "reset": "java.net.SocketException: Connection reset",
    "read-timeout": "java.net.SocketTimeoutException: Read timed out",
    "connect-timeout": "Connect to cgr.dev:443 failed: connect timed out",
}


@pytest.mark.parametrize("stage", [one for one in STAGES if one.spellings], ids=lambda one: one.name)
def test_what_a_text_names_is_found_with_the_words_and_rivals_of_its_row(stage):
    assert stage.name in TEXTS, f"{stage.name} has spellings: give a text that names it in TEXTS"
    finding = spoken(stage)

    assert finding.code == stage.code.name
    assert finding.summary.startswith(stage.sentence.format(host=REGISTRY_HOST))
    assert {one.code for one in finding.rivals} == set(stage.rivals) - {finding.code}


@pytest.mark.parametrize("stage", STAGES, ids=lambda one: one.name)
def test_a_row_names_only_what_there_is(stage):
    assert "{host}" in stage.sentence
    assert stage.rivals, "what is inferred leaves something open"
    assert set(stage.rivals) <= {cause.name for cause in causes()}, "each rival is a cause that is weighed"
    for host in (REGISTRY_HOST, BLOB_HOST):
        assert stage.code_at(host).name in CODES
        assert stage.code_at(host) in reported_by("pull.through"), "the check of the pull must declare its code"


def reported_by(check):
    return next(one for one in load().checks if one.id == check).codes


def entries(code, judge, seen):
    """The diagnosis where the way was seen closed from Artifactory's place, and a check named `code`."""
    subject = REGISTRY_HOST if CODES[code].leg == "artifactory-to-upstream" else "cgr-private"
    said = fail(CODES[code], "inferred", subject=subject, confidence="likely")
    return diagnose(
        [judged(judge, THERE, seen), CheckResult(id="pull.through", title="t", status="fail", findings=(said,))], CODES
    )


def closed(host, stage, kind):
    return Path(host=host, port=443, failure=Failure(stage=stage, kind=kind, message=kind, seconds=0.1))


@pytest.mark.parametrize(("stage", "kind", "named"), CLOSED)
@pytest.mark.parametrize("code", INFERRED)
def test_what_is_inferred_yields_to_a_way_that_was_seen_closed(code, stage, kind, named):
    (entry,) = entries(code, reach_upstream, UpstreamPath(path=closed(REGISTRY_HOST, stage, kind)))

    assert (entry.code, entry.subject) == (named, REGISTRY_HOST)


@pytest.mark.parametrize(
    ("stage", "kind", "named"), [("connect", "refused", "upstream-blob-host-blocked"), *CLOSED[1:]]
)
@pytest.mark.parametrize("code", WITHOUT_BLOBS)
def test_what_lacks_blobs_yields_to_a_closed_blob_host(code, stage, kind, named):
    (entry,) = entries(code, reach_blob_host, BlobHostPath(path=closed(BLOB_HOST, stage, kind)))

    assert (entry.code, entry.subject) == (named, BLOB_HOST)


@pytest.mark.parametrize("code", ["artifactory-permission-denied", "xray-blocked", "docker-credentials-missing"])
def test_what_no_way_explains_stays_an_entry(code):
    seen = UpstreamPath(path=closed(REGISTRY_HOST, "connect", "refused"))

    assert code in [entry.code for entry in entries(code, reach_upstream, seen)]
