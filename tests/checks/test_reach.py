"""What this machine cannot reach is a remark, unless it stands where Artifactory does."""

import facts
import pytest
from msgspec.structs import replace
from stories import control, control_fails, named, target, through, unfound

from cgrdoctor.config.settings import Invocation
from cgrdoctor.engine.diagnosis import diagnose
from cgrdoctor.engine.discovery import load
from cgrdoctor.net.failure import Failure
from cgrdoctor.net.hosts import BLOB_HOST
from cgrdoctor.net.path import AddressPath, Path
from cgrdoctor.testing import judged
from cgrdoctor_checks.facts.network.paths import ArtifactoryPath, BlobHostPath, UpstreamPath
from cgrdoctor_checks.facts.pull.registry_ping import RegistryPing
from cgrdoctor_checks.network.artifactory import reach_artifactory
from cgrdoctor_checks.network.blob_host import reach_blob_host
from cgrdoctor_checks.network.upstream import reach_upstream
from cgrdoctor_checks.pull.through import pull_cause

HERE, THERE = Invocation(), Invocation(vantage="artifactory", image=target().image)


def path(host, stage, kind):
    failure = Failure(stage=stage, kind=kind, message=f"{kind}", seconds=0.1)
    if stage == "dns":
        return Path(host=host, port=443, failure=failure)
    return Path(host=host, port=443, addresses=(AddressPath(address="192.0.2.1", failure=failure),))


def upstream(stage="connect", kind="refused"):
    return UpstreamPath(path=path("cgr.dev", stage, kind))


def blobs(stage="connect", kind="refused"):
    return BlobHostPath(path=path(BLOB_HOST, stage, kind))


STAGES = [
    ("dns", "nxdomain", "upstream-unreachable"),
    ("connect", "timeout", "upstream-unreachable"),
    ("connect", "refused", "upstream-unreachable"),
    ("tls", "reset", "upstream-unreachable"),
    ("tls", "untrusted", "upstream-tls-untrusted"),
    ("tls", "name-mismatch", "upstream-tls-untrusted"),
    ("proxy", "authentication-required", "upstream-proxy-refused"),
]


@pytest.mark.parametrize(("stage", "kind", "code"), STAGES)
def test_from_artifactorys_place_it_is_a_failure_of_artifactorys_way(stage, kind, code):
    (finding,) = judged(reach_upstream, THERE, upstream(stage, kind)).findings

    assert (finding.code, finding.severity, finding.leg) == (code, "fail", "artifactory-to-upstream")
    assert "cgr.dev" in finding.remedy.summary


@pytest.mark.parametrize(("stage", "kind", "code"), STAGES)
def test_from_a_clients_place_it_is_a_remark(stage, kind, code):
    (finding,) = judged(reach_upstream, HERE, upstream(stage, kind)).findings

    assert (finding.severity, finding.leg) == ("info", "client-to-upstream")


@pytest.mark.parametrize(
    ("version", "cipher", "alpn", "codes"),
    [
        ("TLSv1.3", "TLS_AES_128_GCM_SHA256", "h2", []),
        ("TLSv1.2", "ECDHE-RSA-AES256-GCM-SHA384", "h2", []),
        ("TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256", "h2", ["tls-minimum-unmet"]),
        ("TLSv1.1", "ECDHE-RSA-AES256-SHA", "h2", ["tls-minimum-unmet"]),
        ("TLSv1.3", "TLS_AES_256_GCM_SHA384", "http/1.1", ["http2-unavailable"]),
    ],
)
def test_what_chainguard_asks_of_a_connection(version, cipher, alpn, codes):
    reached = AddressPath(address="192.0.2.1", tls_version=version, cipher=cipher, alpn=alpn, verified=True)
    seen = UpstreamPath(path=Path(host="cgr.dev", port=443, addresses=(reached,)))

    assert [finding.code for finding in judged(reach_upstream, HERE, seen).findings] == codes


def way(*tried):
    """What is found of the way to Artifactory, whose ping did not come where no address works."""
    works = any(one.verified for one in tried)
    reason = next((one.failure for one in tried if one.failure is not None), None)
    ping = facts.PING if works else replace(facts.PING, status=None, failure=reason, headers=())
    seen = ArtifactoryPath(path=Path(host=ping.host, port=443, addresses=tried))
    return judged(reach_artifactory, HERE, RegistryPing(step=ping), seen).findings


def dead(address, kind, seconds):
    failure = Failure(stage="connect", kind=kind, message=kind, seconds=seconds)
    return AddressPath(address=address, failure=failure)


ALIVE = AddressPath(address="192.0.2.1", verified=True)


@pytest.mark.parametrize(
    ("tried", "codes"),
    [
        ([dead("2001:db8::1", "unreachable", 0.0), dead("2001:db8::2", "unreachable", 0.0)], []),
        ([dead("2001:db8::1", "unreachable", 3.1)], ["ipv6-broken"]),
        ([dead("2001:db8::1", "timeout", 10.0)], ["ipv6-broken"]),
        ([dead("2001:db8::1", "refused", 0.0)], ["ipv6-broken"]),
        ([dead("2001:db8::1", "unreachable", 0.0), dead("192.0.2.2", "timeout", 10.0)], ["ipv6-broken"]),
        ([], []),
    ],
    ids=["no IPv6 here", "told late", "dropped", "refused", "another is dropped", "all work"],
)
def test_a_family_that_this_machine_lacks_costs_nobody_anything(tried, codes):
    assert [finding.code for finding in way(ALIVE, *tried)] == codes


def test_no_route_is_no_proof_of_a_refusal():
    (refused,), (nowhere,) = way(dead("192.0.2.1", "refused", 0.0)), way(dead("192.0.2.1", "unreachable", 3.0))

    assert (refused.code, refused.confidence) == ("connection-refused", "certain")
    assert (nowhere.code, nowhere.confidence) == ("connection-refused", "likely")
    assert [rival.code for rival in nowhere.rivals] == ["connection-timeout"]


def moved(**fields):
    """A pull whose layer lies on another host, which is refused, through a remote with these settings."""
    gone = Failure(stage="connect", kind="refused", message="refused", seconds=0.1)
    layer = facts.step("layer", None, "", host="store.test", failure=gone, redirected_to=("https://store.test/x",))
    return judged(
        reach_artifactory, HERE, RegistryPing(step=facts.PING), through(layer), facts.settings(facts.remote(**fields))
    )


def test_a_redirect_that_the_remote_asks_for_can_be_switched_off():
    (plain,), (told,) = moved().findings, moved(cdn_redirect=True).findings
    off = [command.command for command in told.remedy.commands if command.changes]

    assert (plain.code, told.code) == ("download-host-unreachable", "download-host-unreachable")
    assert not [command for command in plain.remedy.commands if command.changes]
    assert [command for command in off if "cdnRedirect" in command and "downloadRedirect" not in command]
    assert "cdn_redirect = false" in off


def entries(*facts):
    """The diagnosis over the path probes from Artifactory's place and a failed pull."""
    results = [
        judged(reach_upstream, THERE, *facts),
        judged(reach_blob_host, THERE, *facts),
        judged(pull_cause, target(), *facts),
    ]
    return diagnose(results, load().codes)


@pytest.mark.parametrize(
    "pull",
    [
        (through(unfound()), control_fails()),
        (through(unfound("Can't fetch token for repo: cgr-private", "NOT FOUND")), control()),
        (through(unfound()), control()),
        (through(unfound("Connect to cgr.dev:443 failed: connect timed out", "NOT FOUND")),),
    ],
    ids=["everything fails", "no token", "only this image", "inferred alike"],
)
def test_what_the_pull_infers_yields_to_what_was_seen_from_artifactorys_place(pull):
    assert named(*pull).confidence != "certain"
    (entry,) = entries(upstream(), *pull)

    assert (entry.code, entry.confidence) == ("upstream-unreachable", "certain")
    assert "pull.through" in [one.check for one in entry.explains]


def test_one_closed_firewall_is_one_entry():
    (entry,) = entries(upstream("connect", "timeout"), blobs("connect", "timeout"), through(unfound()), control_fails())

    assert entry.code == "upstream-unreachable"
    assert "upstream-blob-host-blocked" in [one.code for one in entry.explains]


def test_a_closed_blob_host_alone_is_its_own():
    (entry,) = entries(blobs(), through(unfound("blob unknown to registry", "BLOB_UNKNOWN")), control())[:1]

    assert entry.code == "upstream-blob-host-blocked"
