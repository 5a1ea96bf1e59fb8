"""Judgements about the Docker engine: what is there, how it reaches Artifactory, what it pulled."""

import pathlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cgrdoctor.config.settings import Invocation
from cgrdoctor.credentials.docker_config import OTHER_HOST
from cgrdoctor.net.failure import failure
from cgrdoctor.net.path import AddressPath, Path
from cgrdoctor.net.pull import Pull
from cgrdoctor.net.step import Step
from cgrdoctor.testing import judged
from cgrdoctor_checks.docker.engine import engine_answers
from cgrdoctor_checks.docker.image import copy_is_current
from cgrdoctor_checks.docker.login import docker_is_logged_in
from cgrdoctor_checks.docker.proxy import proxies_agree
from cgrdoctor_checks.docker.pull import engine_pulls
from cgrdoctor_checks.docker.trust import engine_trusts
from cgrdoctor_checks.facts.docker.engine import DockerEngine
from cgrdoctor_checks.facts.docker.login import DockerLogin
from cgrdoctor_checks.facts.docker.mechanism import MEANING, STEPS, mechanism
from cgrdoctor_checks.facts.docker.pulled import DockerImage, DockerPull
from cgrdoctor_checks.facts.docker.route import DockerRoute
from cgrdoctor_checks.facts.docker.settings import read_settings, without_login
from cgrdoctor_checks.facts.docker.trust import DockerTrust, read_directory
from cgrdoctor_checks.facts.pull.manifest_head import ManifestHead
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough, RegistryPing
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.facts.token.login import NearMiss, RegistryLogin, Trouble

HOST = "acme.jfrog.io"
IMAGE = f"{HOST}/cgr/acme.com/python:3.12"
NEW, OLD = "sha256:" + "a" * 64, "sha256:" + "b" * 64
TARGET = Target(
    image=IMAGE,
    artifactory_url=f"https://{HOST}/artifactory",
    registry_host=HOST,
    registry_path="cgr/acme.com/python",
    selector="3.12",
)
LOOK, LET_PULL = Invocation(image=IMAGE, registry_host=HOST), Invocation(image=IMAGE, registry_host=HOST, pull=True)


def through(*, works=True):
    steps = () if works else (Step(name="manifest", host=HOST, exchange="x1", status=404),)
    pull = Pull(host=HOST, repository="x", selector="3.12", steps=steps, digest=NEW if works else None, anonymous=False)
    return PullThrough(pull=pull, started_at="2026-01-01T00:00:00+00:00")


def said(result):
    return [(finding.code, finding.severity) for finding in result.findings]


@pytest.mark.parametrize(
    ("state", "command", "source", "code"),
    [
        ("absent", False, "the usual place", "docker-not-installed"),
        ("absent", True, "the usual place", "docker-daemon-unreachable"),
        ("absent", False, "environment DOCKER_HOST", "docker-daemon-unreachable"),
        ("refused", False, "the usual place", "docker-daemon-unreachable"),
        ("silent", True, "the usual place", "docker-daemon-unreachable"),
        ("garbled", True, "the usual place", "docker-daemon-unreachable"),
        ("denied", True, "the usual place", "docker-permission-denied"),
        ("config-invalid", True, "environment DOCKER_HOST", "docker-config-invalid"),
    ],
)
@pytest.mark.parametrize(("invocation", "severity"), [(LOOK, "info"), (LET_PULL, "fail")])
def test_no_engine_is_a_remark_unless_it_is_to_pull(state, command, source, code, invocation, severity):
    engine = DockerEngine(url="unix:///s", source=source, state=state, message="it is so", command=command)

    assert said(judged(engine_answers, engine, invocation)) == [(code, severity)]


@pytest.mark.parametrize("state", ["running", "remote"])
def test_an_engine_that_answers_or_is_not_looked_at_is_no_finding(state):
    assert judged(engine_answers, DockerEngine(state=state), LET_PULL).status == "pass"


def route(path, *, local=True):
    return DockerRoute(
        host=HOST,
        engine="http://proxy.corp:3128",
        engine_rule="HTTPS_PROXY is set",
        shell="direct",
        shell_rule="NO_PROXY names it",
        local=local,
        path=path,
    )


WORKS = Path(host=HOST, port=443, addresses=(AddressPath(address="10.0.0.1", verified=True),))
FAILS = Path(host=HOST, port=443, failure=failure("proxy", "refused", 0.1))
X509 = "Get https://h/v2/: x509: certificate signed by unknown authority"
FULL = "no space left on device"


@pytest.mark.parametrize(
    ("path", "local", "invocation", "pulled", "severity"),
    [
        (FAILS, True, LOOK, None, "warn"),
        (WORKS, True, LOOK, None, "info"),
        (None, True, LOOK, None, "warn"),
        (None, False, LOOK, None, "info"),
        (FAILS, True, LET_PULL, ("failed", "proxyconnect tcp: refused"), "fail"),
        (None, False, LET_PULL, ("failed", "dial tcp 10.0.0.1:443: i/o timeout"), "fail"),
        (FAILS, True, LET_PULL, ("failed", FULL), "info"),
        (FAILS, True, LET_PULL, ("pulled", ""), "info"),
    ],
)
def test_another_way_is_a_fault_only_where_it_leads_nowhere(path, local, invocation, pulled, severity):
    facts = [route(path, local=local), invocation]
    if pulled:
        facts.append(DockerPull(outcome=pulled[0], message=pulled[1], seconds=1.0))

    assert said(judged(proxies_agree, *facts)) == [("docker-proxy-differs", severity)]


UNTRUSTED = failure("tls", "untrusted", 0.1)


@pytest.mark.parametrize(
    ("trust", "invocation", "pulled", "expected"),
    [
        ({}, LOOK, None, []),
        ({"failure": UNTRUSTED}, LOOK, None, [("warn", "likely")]),
        ({"failure": UNTRUSTED}, LET_PULL, ("failed", X509), [("fail", "certain")]),
        ({"failure": UNTRUSTED}, LET_PULL, ("failed", FULL), [("info", "likely")]),
        ({"failure": UNTRUSTED}, LET_PULL, ("pulled", ""), []),
        ({"keyless": ("client.cert",)}, LOOK, None, [("warn", "likely")]),
        ({"failure": failure("tls", "timeout", 0.1)}, LOOK, None, []),
    ],
)
def test_trust_is_certain_only_where_the_engine_says_so(trust, invocation, pulled, expected):
    facts = [DockerTrust(host=HOST, directory=f"/etc/docker/certs.d/{HOST}", **trust), invocation]
    if pulled:
        facts.append(DockerPull(outcome=pulled[0], message=pulled[1], seconds=1.0))

    found = judged(engine_trusts, *facts)

    assert [(finding.severity, finding.confidence) for finding in found.findings] == expected
    assert {finding.code for finding in found.findings} <= {"docker-ca-missing"}


def test_what_docker_alone_trusts_is_said():
    trust = DockerTrust(host=HOST, directory=f"/etc/docker/certs.d/{HOST}", here=False, used=("ca.crt",))

    found = judged(engine_trusts, trust, LOOK)

    assert said(found) == [("tls-untrusted", "info")]
    assert f"--cacert /etc/docker/certs.d/{HOST}/ca.crt" in found.findings[0].remedy.summary


def test_the_directory_is_read_by_docker_s_rules(tmp_path):
    own = tmp_path / HOST
    own.mkdir()
    for name in ("ca.crt", "ca.pem", "a.cert", "a.key", "b.cert"):
        (own / name).touch()
    for other in (f"{HOST}:443", "other.test", HOST.upper()):
        (tmp_path / other).mkdir()

    found = read_directory(tmp_path, HOST)

    assert (found.used, found.unread, found.keyless) == (("ca.crt",), ("ca.pem",), ("b.cert",))
    assert set(found.similar) == {f"{HOST}:443", HOST.upper()}
    assert read_directory(tmp_path / "nowhere", HOST).used == ()


def test_the_directory_of_a_machine_whose_tree_is_mounted(tmp_path):
    """Links lead where they lead there; what is said of it is its path there."""
    root, directory = tmp_path / "host", pathlib.Path("/etc/docker/certs.d")
    (root / "etc/docker/certs.d").mkdir(parents=True)
    (root / "kept").mkdir()
    (root / "kept" / "ca.crt").touch()
    (root / "etc/docker/certs.d" / HOST).symlink_to("/kept")
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "other.crt").touch()

    found = read_directory(directory, HOST, root)

    assert (found.used, found.directory) == (("ca.crt",), str(directory / HOST))
    (root / "etc/docker/certs.d" / HOST).unlink()
    (root / "etc/docker/certs.d" / HOST).symlink_to(tmp_path / "ours")
    assert read_directory(directory, HOST, root).used == ()


@pytest.mark.parametrize(
    ("image", "works", "pulled", "found"),
    [
        ({"present": False}, True, None, False),
        ({"present": True, "digests": (NEW,)}, True, None, False),
        ({"present": True, "digests": (OLD,)}, True, None, True),
        ({"present": True}, True, None, True),
        ({"present": True, "digests": (OLD,)}, False, None, True),
        ({"present": True, "digests": (OLD,)}, True, "pulled", False),
        ({"present": True, "digests": (OLD,)}, True, "failed", True),
    ],
)
def test_an_old_copy_is_a_remark(image, works, pulled, found):
    facts = [TARGET, DockerImage(**image), through(works=works)]
    if pulled:
        facts.append(DockerPull(outcome=pulled, seconds=1.0))

    assert said(judged(copy_is_current, *facts)) == [("docker-image-present", "info")] * found


@pytest.mark.parametrize(
    ("outcome", "digest", "works", "expected"),
    [
        ("pulled", NEW, True, []),
        ("pulled", None, True, []),
        ("pulled", OLD, False, []),
        ("pulled", OLD, True, [("docker-pull-failed", "warn")]),
        ("failed", None, True, [("docker-pull-failed", "fail")]),
        ("stalled", None, True, [("docker-pull-failed", "fail")]),
        ("failed", None, False, [("docker-pull-failed", "info")]),
    ],
)
def test_the_engine_is_at_fault_only_where_the_same_pull_works(outcome, digest, works, expected):
    pulled = DockerPull(outcome=outcome, seconds=1.0, digest=digest, message="boom")

    assert said(judged(engine_pulls, TARGET, pulled, through(works=works))) == expected


@pytest.mark.parametrize(
    ("message", "difference", "expected"),
    [
        ("unexpected status from HEAD request: 403 Forbidden", "refused", "info"),
        ("unexpected status from HEAD request: 403 Forbidden", "method", "fail"),
        ("no space left on device", "refused", "fail"),
    ],
)
def test_the_engine_is_not_at_fault_where_head_stops_it(message, difference, expected):
    head, got = (Step(name="manifest", host=HOST, exchange="x2", status=status) for status in (403, 200))
    asked = ManifestHead(head=head, got=got, difference=difference)
    pulled = DockerPull(outcome="failed", seconds=1.0, message=message)

    assert said(judged(engine_pulls, TARGET, pulled, through(), asked)) == [("docker-pull-failed", expected)]


TEXTS = {
    "trust": [
        X509,
        'failed to resolve reference "h/x": tls: failed to verify certificate: x509: certificate has expired',
        "missing key client.key for client certificate client.cert. CA certificates must use the extension .crt",
    ],
    "plain-http": ['Get "https://h/v2/": http: server gave HTTP response to HTTPS client'],
    "proxy": [
        'Get "https://h/v2/": proxyconnect tcp: dial tcp 10.0.0.1:3128: connect: connection refused',
        'Get "https://h/v2/": Proxy Authentication Required',
        'Get "https://h/v2/": Forbidden',
    ],
    "name": ['Get "https://h/v2/": dial tcp: lookup h on 127.0.0.53:53: no such host'],
    "connection": [
        'Get "https://h/v2/": dial tcp 10.0.0.1:443: i/o timeout',
        'Get "https://h/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded)',
        'Get "https://h/v2/": net/http: TLS handshake timeout',
        'Get "https://h/v2/": EOF',
    ],
    "page": ["error parsing HTTP 403 response body: invalid character '<' looking for beginning of value: \"<html>\""],
    "rate": ["toomanyrequests: slow down"],
    "platform": ["no matching manifest for linux/arm64/v8 in the manifest list entries"],
    "storage": ["failed to register layer: write /x: no space left on device"],
    "content": ["filesystem layer verification failed for digest sha256:x", "unknown blob"],
    "login": [
        'Head "https://h/v2/x/manifests/1": no basic auth credentials',
        "pull access denied for h/x, repository does not exist or may require 'docker login': denied: requested access",
        "unauthorized: authentication required",
        'Head "https://h/v2/x/manifests/1": unknown: Authentication is required',
        "failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized",
    ],
    "policy": [
        "unknown: Artifact download request rejected: x was not downloaded due to the download blocking policy of Xray",
        "denied: Package x:1 download was blocked by JFrog Packages Curation service",
    ],
    "missing": [
        "manifest for h/x:1 not found: manifest unknown: The named manifest is not known to the registry.",
        'unknown: {"errors":[{"code":"MANIFEST_UNKNOWN","message":"Unknown manifest"}]}',
    ],
    "unknown": ["", "boom"],
}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in TEXTS.items() for text in texts])
def test_texts_are_read_by_what_they_speak_of(kind, text):
    assert mechanism(text) == kind


def test_the_image_s_own_name_is_no_mechanism():
    path = "cgr/acme.com/certificate-denied"
    text = f"manifest for {HOST}/{path}:1 not found: manifest unknown"

    assert mechanism(text, path) == "missing"


@given(st.text(max_size=200), st.text(max_size=10))
def test_every_text_has_a_meaning_and_a_step(text, path):
    assert MEANING[mechanism(text, path)]
    assert STEPS[mechanism(text, path)]


def challenged(status=401):
    return RegistryPing(step=Step(name="ping", host=HOST, exchange="x2", status=status))


ENVIRONMENT = "environment CGRDOCTOR_REGISTRY_USER and CGRDOCTOR_REGISTRY_PASSWORD"
REST = "environment CGRDOCTOR_ARTIFACTORY_TOKEN"
MISS = NearMiss(key=f"{HOST}:443", place="config.json", why="the port differs")
FAR = NearMiss(key="other.jfrog.io", place="config.json", why=OTHER_HOST)
BROKEN = Trouble(kind="helper-missing", place="docker-credential-x", message="is not on PATH")


@pytest.mark.parametrize(
    ("stored", "source", "status", "invocation", "expected"),
    [
        ({}, ENVIRONMENT, 401, LOOK, [("docker-credentials-missing", "info")]),
        ({}, ENVIRONMENT, 401, LET_PULL, [("docker-credentials-missing", "info")]),
        ({}, REST, 401, LOOK, [("docker-credentials-missing", "warn")]),
        ({}, REST, 401, LET_PULL, [("docker-credentials-missing", "fail")]),
        ({}, REST, 200, LOOK, []),
        ({"kind": "basic"}, REST, 401, LOOK, []),
        ({"near_misses": (MISS,)}, ENVIRONMENT, 401, LOOK, [("docker-credentials-other-host", "warn")]),
        ({"near_misses": (FAR,)}, REST, 401, LOOK, [("docker-credentials-other-host", "warn")]),
        ({"near_misses": (FAR,)}, ENVIRONMENT, 401, LOOK, [("docker-credentials-missing", "info")]),
        ({"troubles": (BROKEN,)}, ENVIRONMENT, 401, LOOK, [("credential-helper-failed", "warn")]),
        ({"troubles": (BROKEN,)}, ENVIRONMENT, 401, LET_PULL, [("credential-helper-failed", "fail")]),
    ],
)
def test_docker_s_own_login_matters_where_this_run_had_another(stored, source, status, invocation, expected):
    login = RegistryLogin(kind="bearer", source=source)

    found = judged(docker_is_logged_in, invocation, DockerLogin(**stored), login, challenged(status), through())

    assert said(found) == expected


def test_a_refused_pull_is_judged_elsewhere():
    found = judged(docker_is_logged_in, LOOK, DockerLogin(), RegistryLogin(), challenged(), through(works=False))

    assert found.status == "pass"


@pytest.mark.parametrize(
    ("proxy", "clean"),
    [
        ("http://u:p@h:3128", "http://h:3128"),
        ("u:p@h:3128", "h:3128"),
        ("http://h:3128/a@b", "http://h:3128/a@b"),
        ("http://xxxxx:xxxxx@h", "http://h"),
        ("", ""),
    ],
)
def test_no_login_of_a_proxy_is_kept(proxy, clean):
    assert without_login(proxy) == clean


INFO = {
    "HttpsProxy": "http://u:hunter22@proxy.corp:3128",
    "NoProxy": "*.corp,10.0.0.0/8",
    "SecurityOptions": ["name=rootless"],
    "RegistryConfig": {
        "InsecureRegistryCIDRs": ["127.0.0.0/8", "nonsense"],
        "IndexConfigs": {"plain.corp:5000": {"Secure": False}, "docker.io": {"Secure": True}},
    },
}


def test_what_docker_info_says_about_registries():
    found = read_settings(INFO, "x1", on_a_socket=True)

    assert (found.https_proxy, found.proxy_login, found.rootless) == ("http://proxy.corp:3128", True, True)
    assert "hunter22" not in repr(found)
    assert found.rules.for_url(f"https://{HOST}/").host == "proxy.corp"
    assert found.rules.for_url("https://art.corp/").direct
    assert not found.verifies("plain.corp:5000", ())
    assert not found.verifies("127.0.0.1:5000", ())
    assert not found.verifies("art.corp", ("127.0.0.1",))
    assert found.verifies("art.corp", ("10.0.0.1",))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)
KEYS = ("Name", "OperatingSystem", "Driver", "SecurityOptions", "HttpProxy", "HttpsProxy", "NoProxy", "RegistryConfig")


@given(st.dictionaries(st.sampled_from(KEYS), JSON))
def test_any_info_is_read(told):
    found = read_settings(told, "x1", on_a_socket=True)

    assert found.verifies(HOST, ()) in (True, False)
    assert found.rules.for_url(f"https://{HOST}/") is not None
