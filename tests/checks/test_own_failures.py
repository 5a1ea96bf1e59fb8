"""Artifactory's own failures: lost files, exhausted resources, a proxy in front of it that does not wait."""

import pytest
from msgspec.structs import replace
from stories import (
    NO_TOKEN,
    catalog,
    control,
    direct,
    direct_works,
    named,
    rivals,
    said,
    step,
    target,
    through,
    unfound,
)

from cgrdoctor_checks.facts.artifactory.symptom import symptom
from cgrdoctor_checks.facts.pull.artifactory_trace import read
from cgrdoctor_checks.facts.pull.retries import SecondLook

LOST = (
    "Binary provider has no content for 'd41f7e5f2c0a4b5e9d0b8c1d2e3f405162738495'",
    "java.io.FileNotFoundException: /opt/jfrog/artifactory/data/filestore/d4/d41f (No such file or directory)",
    "org.jfrog.storage.BinaryNotFoundException: Couldn't find content for 'd41f'",
    "Could not find binary d41f in the binary store",
    "Unable to read d41f from the filestore",
    "the artifact is missing in the filestore",
)
EXHAUSTED = {
    "java.io.IOException: Too many open files": "LimitNOFILE",
    "/var/opt/jfrog/x (Too many open files in system)": "LimitNOFILE",
    "java.lang.OutOfMemoryError: Java heap space": "-Xmx",
    "GC overhead limit exceeded": "-Xmx",
    "java.lang.OutOfMemoryError: unable to create new native thread": "maxThreads",
    "Task FutureTask@1f rejected from java.util.concurrent.ThreadPoolExecutor@2a": "maxThreads",
    "Timeout: Pool empty. Unable to fetch a connection in 30 seconds, none available[size:100]": "maxOpenConnections",
    "HikariPool-1 - Connection is not available, request timed out after 30000ms.": "maxOpenConnections",
    "FATAL: sorry, too many clients already": "maxOpenConnections",
}
ENVELOPES = [(404, "oci"), (500, "oci"), (404, "artifactory"), (500, "artifactory"), (500, "text")]


def own(*observed):
    """The finding as it is written for an Artifactory on a host of one's own."""
    return named(*observed, of=replace(target(), registry_host="artifacts.acme.test"))


@pytest.mark.parametrize("text", LOST)
@pytest.mark.parametrize(("status", "shape"), ENVELOPES)
@pytest.mark.parametrize("name", ["manifest", "config", "layer"])
def test_a_file_that_the_filestore_lost(text, status, shape, name):
    finding = named(through(step(name, status, text, "", shape=shape)), direct_works())

    assert said(finding) == ("artifactory-content-lost", "certain")
    assert finding.leg == "cache"
    assert any("DELETE" in command.command and "-cache/" in command.command for command in finding.remedy.commands)


@pytest.mark.parametrize(
    "text", ["FileNotFoundException: https://cgr.dev/v2/x", "FileNotFoundException: /x (Permission denied)"]
)
def test_not_every_missing_file_is_lost(text):
    assert symptom(step("manifest", 500, text, "")) != "content-lost"


def test_a_lost_file_in_the_trace():
    log = read(step("rest", 200), "Steps:\n2026-11-28T10:00:00 Binary provider has no content for 'd41f'")

    finding = named(through(unfound()), log)

    assert said(finding) == ("artifactory-content-lost", "likely")


@pytest.mark.parametrize(("text", "change"), EXHAUSTED.items())
@pytest.mark.parametrize("name", ["token", "manifest", "layer"])
def test_a_resource_that_has_run_out(text, change, name):
    refused = through(step(name, 500, text, "", shape="artifactory"))
    finding = named(refused)

    assert said(finding) == ("artifactory-resources-exhausted", "certain")
    assert change in str(finding.remedy)


def test_a_pool_that_a_slow_way_upstream_empties_too_proves_no_limit():
    refused = through(step("manifest", 500, "Timeout waiting for connection from pool", "", shape="artifactory"))

    finding = named(refused)

    assert said(finding) == ("artifactory-resources-exhausted", "likely")
    assert "http.client.max.total.connections" in str(finding.remedy)
    assert finding.rivals


@pytest.mark.parametrize("status", [408, 499, 504, 524])
def test_the_next_answer_of_the_same_node_shows_an_impatient_proxy(status):
    first = step("manifest", status, f"{status} Time-out", "", shape="html")

    finding = named(through(first), control(), SecondLook(tries=(step("manifest", 200),)))

    assert said(finding) == ("gateway-timeout", "certain")
    assert finding.owner == "jfrog-support"
    assert "proxy_read_timeout" in str(finding.remedy)
    assert "out of the load balancer" not in str(finding.remedy)


def test_the_proxy_before_an_artifactory_of_ones_own_is_its_administrators():
    finding = own(through(step("manifest", 504, "504 Gateway Time-out", "", shape="html")))

    assert (finding.code, finding.owner) == ("gateway-timeout", "artifactory-admin")
    assert "ProxyTimeout" in str(finding.remedy)


def test_another_node_that_answers_shows_a_sick_one():
    first = step("manifest", 504, "504 Gateway Time-out", "", shape="html", headers=(("x-artifactory-node-id", "b"),))
    again = SecondLook(tries=(step("manifest", 200, headers=(("x-artifactory-node-id", "a"),)),))

    assert named(through(first), control(), again).code == "artifactory-unhealthy"


@pytest.mark.parametrize("shape", ["text", "json-other", "html"])
def test_a_gateways_own_upstream_is_artifactory(shape):
    """Envoy and Kong call what stands behind them upstream."""
    finding = named(
        through(step("manifest", 504, "The upstream server is timing out", "", shape=shape)), direct_works()
    )

    assert said(finding) == ("gateway-timeout", "likely")
    assert "artifactory-unhealthy" in rivals(finding)


def test_a_time_out_that_artifactory_itself_tells_of_is_upstreams():
    text = "Failed retrieving resource from https://cgr.dev/: Read timed out"

    assert named(through(step("manifest", 504, text, "NOT FOUND"))).code == "upstream-unreachable"


@pytest.mark.parametrize(("status", "shape"), [(500, "artifactory"), (503, "oci"), (502, "text")])
def test_artifactorys_token_endpoint_asks_nobody_upstream(status, shape):
    finding = named(through(step("token", status, "connect timed out: token endpoint unavailable", "", shape=shape)))

    assert finding.code == "artifactory-unhealthy"
    assert [code for code in rivals(finding) if code.startswith(("upstream", "pull-token", "remote"))] == []


@pytest.mark.parametrize("shown", [{"complete": True}, {"complete": False, "status": 403}], ids=["empty", "refused"])
def test_a_catalog_kept_back_as_a_whole_blames_no_single_image(shown):
    kept = shown.pop("status", 200)
    seen = catalog(**shown)
    refused = direct(step("token", 403, "Forbidden", "FORBIDDEN"))

    finding = named(through(unfound(NO_TOKEN, "NOT FOUND")), control(), refused, replace(seen, step=step("tags", kept)))

    assert said(finding) == ("pull-role-missing", "likely")
