"""Which host hears which secret, by what a server that is every host is sent."""

from __future__ import annotations

import base64
import json

import pytest

ARTIFACTORY, REGISTRY = "artifactory-canary-secret", "registry-canary-secret"
JF, DOCKER, NETRC, JFROG = "jf-variable-canary", "docker-canary-secret", "netrc-canary-secret", "jfrog-canary-secret"
CHAINGUARD = "chainguard-canary-secret"
OWN = {
    "CGRDOCTOR_ARTIFACTORY_TOKEN": ARTIFACTORY,
    "CGRDOCTOR_REGISTRY_USER": "alice",
    "CGRDOCTOR_REGISTRY_PASSWORD": REGISTRY,
    "CGRDOCTOR_CHAINGUARD_USER": "chain",
    "CGRDOCTOR_CHAINGUARD_PASSWORD": CHAINGUARD,
}
PATH = "cgr-private/acme.com/python:3.12"
QUICK = ("-f", "json", "--deadline", "10", "--timeout", "3", "--upstream-timeout", "3")


@pytest.fixture(name="ran")
def _ran(nursery, everywhere, tmp_path):
    """Runs a command line in an environment of its own, and gives back report (None for none) and standard error."""

    def run(*words, environ=OWN):
        (tmp_path / "home").mkdir(exist_ok=True)
        around = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(tmp_path / "home"),
            "DOCKER_HOST": "unix:///nonexistent",
            **environ,
        }
        _, stdout, stderr = nursery.run([*words, *everywhere.arguments, *QUICK], around, tmp_path)
        return (json.loads(stdout) if stdout else None), stderr

    return run


def elsewhere(heard, *hosts):
    return heard - set(hosts)


@pytest.mark.parametrize(
    ("words", "rest", "registry"),
    [
        ((f"acme.test/{PATH}",), {"acme.test"}, {"acme.test"}),
        ((f"ACME.test/{PATH}",), {"acme.test"}, {"acme.test"}),
        ((f"acme.test:8443/{PATH}",), {"acme.test:8443"}, {"acme.test:8443"}),
        ((f"[::1]:8443/{PATH}",), {"[::1]:8443"}, {"[::1]:8443"}),
        ((f"acme.test:8443/{PATH}", "--artifactory-url", "https://acme.test"), {"acme.test"}, {"acme.test:8443"}),
        ((f"key.acme.test/{PATH}", "--artifactory-url", "https://acme.test"), {"acme.test"}, {"key.acme.test"}),
        ((f"acme.test/{PATH}", "--artifactory-url", "https://key.acme.test"), {"key.acme.test"}, set()),
        ((f"xacme.test/{PATH}", "--artifactory-url", "https://acme.test"), {"acme.test"}, set()),
        ((f"acme.test.evil.test/{PATH}", "--artifactory-url", "https://acme.test"), {"acme.test"}, set()),
        ((f"[fd00::7]/{PATH}", "--artifactory-url", "https://[::1]"), {"[::1]"}, set()),
        (
            (f"[::1]:8443/{PATH}", "--artifactory-url", "https://[0:0:0:0:0:0:0:1]"),
            {"[0:0:0:0:0:0:0:1]"},
            {"[::1]:8443"},
        ),
        ((f"127.0.0.2/{PATH}", "--artifactory-url", "https://127.0.0.1"), {"127.0.0.1"}, set()),
    ],
)
def test_the_user_names_the_host_and_artifactory_s_methods_follow(ran, everywhere, words, rest, registry):
    ran(*words, "--no-direct")

    assert everywhere.told(ARTIFACTORY) == rest
    assert everywhere.told(REGISTRY) == registry
    assert everywhere.told(CHAINGUARD) == set()


HONEST: dict[str, str] = {}
"""One report of a run, made when it is first needed."""


def report_of(ran, tmp_path, image, **options):
    """A report whose target somebody else wrote."""
    if not HONEST:
        HONEST["json"] = json.dumps(ran(f"acme.test/{PATH}", "--no-direct", "--only", "token.*", environ={})[0])
    found = json.loads(HONEST["json"])
    found["target"]["image"] = image
    found["run"]["options"] = {"image": image, "no_direct": True, **options}
    file = tmp_path / "somebody.json"
    file.write_text(json.dumps(found))
    return str(file)


STRANGERS = (
    f"evil.test/{PATH}", f"acme.test:9999/{PATH}", f"key.acme.test/{PATH}", f"[::1]/{PATH}", f"[fd00::7]:443/{PATH}",
    f"127.0.0.1/{PATH}",
)  # fmt: skip


@pytest.mark.parametrize("image", STRANGERS[::2])
@pytest.mark.parametrize("named", [None, "https://acme.test/artifactory"])
def test_a_report_names_no_host(ran, everywhere, tmp_path, image, named):
    file = report_of(ran, tmp_path, image)
    everywhere.heard.clear()

    report, stderr = ran("report", "verify", file, *(("--artifactory-url", named) if named else ()))

    host = image.partition("/")[0].removesuffix(":443")
    assert {told.removesuffix(":443") for told, _ in everywhere.heard} >= {host}
    assert elsewhere(everywhere.told(ARTIFACTORY), "acme.test" if named else "") == set()
    assert everywhere.told(REGISTRY) == set()
    (line,) = [one for one in stderr.splitlines() if " not sent to" in one and "not seen whether" not in one]
    assert "CGRDOCTOR_REGISTRY_PASSWORD" in line
    assert ("CGRDOCTOR_ARTIFACTORY_TOKEN" in line) == (named is None)
    assert f"not sent to {host} (only the report" in line
    assert f"--artifactory-url https://{host}/artifactory" in line
    judged = {check["id"]: (check["status"], check["summary"]) for check in report["checks"]}
    assert judged["token.client"][0] == "skip"
    assert "no login was sent" in judged["token.client"][1]


def codes_of(report):
    return {finding["code"] for check in report["checks"] for finding in check["findings"]} if report else set()


def test_the_address_in_a_report_is_a_stranger_too(ran, everywhere, tmp_path):
    file = report_of(ran, tmp_path, f"acme.test/{PATH}", artifactory_url="https://other.test/artifactory")
    everywhere.heard.clear()

    _, stderr = ran("report", "verify", file)

    assert everywhere.told(ARTIFACTORY) == everywhere.told(REGISTRY) == set()
    assert "other.test" in stderr
    assert "acme.test" in stderr
    assert len([one for one in stderr.splitlines() if "not seen whether" not in one]) == 1


def test_named_by_the_user_the_host_of_a_report_gets_the_secrets(ran, everywhere, tmp_path):
    file = report_of(ran, tmp_path, f"acme.test/{PATH}")
    everywhere.heard.clear()

    _, stderr = ran("report", "verify", file, "--artifactory-url", "https://acme.test/artifactory")

    assert everywhere.told(ARTIFACTORY) == everywhere.told(REGISTRY) == {"acme.test"}
    assert "not sent" not in stderr


def test_a_settings_file_names_no_host(ran, everywhere, tmp_path):
    settings = tmp_path / "settings.toml"
    settings.write_text('artifactory-url = "https://other.test/artifactory"\n')

    report, stderr = ran(f"acme.test/{PATH}", "--config", str(settings), "--no-direct")

    assert everywhere.told(ARTIFACTORY) == set()
    assert everywhere.told(REGISTRY) == {"acme.test"}
    assert "CGRDOCTOR_ARTIFACTORY_TOKEN not sent to other.test (only the settings file" in stderr
    assert "REGISTRY" not in stderr
    assert report["target"]["artifactory_host"] == "other.test"


def test_the_variable_names_a_host_and_the_option_comes_first(ran, everywhere):
    named = {**OWN, "CGRDOCTOR_ARTIFACTORY_URL": "https://other.test/artifactory"}

    ran(f"acme.test/{PATH}", "--no-direct", environ=named)
    assert (everywhere.told(ARTIFACTORY), everywhere.told(REGISTRY)) == ({"other.test"}, set())

    everywhere.heard.clear()
    ran(f"acme.test/{PATH}", "--no-direct", "--artifactory-url", "https://acme.test", environ=named)
    assert (everywhere.told(ARTIFACTORY), everywhere.told(REGISTRY)) == ({"acme.test"}, {"acme.test"})


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("https://acme.test", {"acme.test"}),
        ("https://ACME.test:443/artifactory/", {"acme.test"}),
        ("acme.test", {"acme.test"}),
        ("https://acme.test:8443", set()),
        ("https://acme.test.", set()),
        ("https://evil.test", set()),
        ("https://user:pw@evil.test", set()),
        ("https://acme.test@evil.test", set()),
        ("https://evil.test#@acme.test/", set()),
        ("https://evil.test?@acme.test", set()),
        ("https://evil.test\\@acme.test/", set()),
        ("https://acme.\u212aest/", set()),
        ("https://key.acme.test", set()),
        ("https://[acme.test", set()),
        ("", set()),
    ],
)
def test_jf_s_secrets_belong_to_the_host_of_jf_url(ran, everywhere, url, hosts):
    ran(f"acme.test/{PATH}", "--no-direct", environ={"JF_URL": url, "JF_ACCESS_TOKEN": JF})

    assert everywhere.told(JF) == hosts


def test_what_is_stored_belongs_to_the_host_it_is_stored_for_whoever_names_it(ran, everywhere, tmp_path):
    file = report_of(ran, tmp_path, f"evil.test/{PATH}")
    everywhere.heard.clear()
    home = tmp_path / "home"
    (home / ".docker").mkdir(parents=True)
    (home / ".jfrog").mkdir()
    entry = base64.b64encode(f"bob:{DOCKER}".encode()).decode()
    (home / ".docker" / "config.json").write_text(json.dumps({"auths": {"acme.test": {"auth": entry}}}))
    (home / ".netrc").write_text(f"machine acme.test login carl password {NETRC}\n")
    servers = {"servers": [{"url": "https://acme.test/", "accessToken": JFROG}]}
    (home / ".jfrog" / "jfrog-cli.conf.v6").write_text(json.dumps(servers))

    ran("report", "verify", file)
    assert {host for host, text in everywhere.heard if "canary" in text} <= {"cgr.dev"}

    ran(f"acme.test/{PATH}", "--no-direct", environ={})
    assert everywhere.told(DOCKER) == everywhere.told(JFROG) == {"acme.test"}


@pytest.mark.parametrize(
    "realm",
    [
        "https://evil.test/v2/token",
        "https://{host}:8443/v2/token",
        "https://{host}./v2/token",
        "https://key.{host}/v2/token",
        "https://{host}@evil.test/v2/token",
        "https://evil.test/{host}",
        "http://{host}/v2/token",
        "//evil.test/v2/token",
    ],
)
def test_a_realm_elsewhere_hears_nothing(ran, everywhere, realm):
    everywhere.realm = realm

    report, _ = ran(f"acme.test/{PATH}", "--no-direct")

    assert everywhere.told(REGISTRY) == set()
    assert elsewhere(everywhere.told(ARTIFACTORY), "acme.test") == set()
    usable = "@" not in realm
    assert report["diagnosis"][0]["code"] == ("token-realm-mismatch" if usable else "credential-not-sent")
    assert "credential-not-sent" in codes_of(report)
    assert codes_of(report).isdisjoint({"authorization-not-forwarded", "docker-credentials-missing"})


@pytest.mark.parametrize(
    ("location", "keeps"),
    [
        ("https://{host}./elsewhere", False),
        ("https://{host}:8443/elsewhere", False),
        ("https://key.{host}/elsewhere", False),
        ("https://evil.test/elsewhere", False),
        ("https://{host}@evil.test/elsewhere", False),
        ("//evil.test/elsewhere", False),
        ("https://{host}:443/elsewhere", True),
        ("/elsewhere", True),
    ],
)
def test_a_redirect_takes_no_secret_along(ran, everywhere, location, keeps):
    everywhere.location = location

    ran(f"acme.test/{PATH}", "--no-direct")

    told = everywhere.told(ARTIFACTORY) | everywhere.told(REGISTRY)
    assert elsewhere(told, "acme.test", "acme.test:443") == set()
    arrived = [text for host, text in everywhere.heard if "/elsewhere" in text and host.startswith("acme.test")]
    assert any(ARTIFACTORY in text for text in arrived) is keeps
