"""Runs for podman: its login is the one, docker is not asked, and remedies are podman's."""

import base64
import json
from dataclasses import replace

import pytest
from examine import command, environment
from published import conforms
from typed import typed

from cgrdoctor.lab import healthy, running
from cgrdoctor.lab.docker import Docker

HOST = "acme.jfrog.io"
LOGIN = ("CGRDOCTOR_REGISTRY_USER", "CGRDOCTOR_REGISTRY_PASSWORD")


@pytest.fixture(name="lab", scope="module")
def _lab():
    with running(healthy()) as lab:
        yield lab


@pytest.fixture(name="run")
def _run(lab, tmp_path):
    """A run for podman with these entries in its auth.json, and no other login."""

    def made(content, *options, more=None, form="json"):
        file = tmp_path / "auth.json"
        file.write_text(content if isinstance(content, str) else json.dumps(content))
        own = {name: value for name, value in environment(lab).items() if not name.startswith("CGRDOCTOR_")}
        words = command(lab, "-f", form, "--deadline", "25", "--auth-file", str(file), *options)[3:]
        status, stdout, stderr = typed(*words, env={**own, **(more or {})})
        if form == "json":
            conforms(json.loads(stdout))
        return status, json.loads(stdout) if form == "json" else stdout, stderr

    return made


def entry(lab):
    pair = ":".join(lab.environment[name] for name in LOGIN)
    return {"auth": base64.b64encode(pair.encode()).decode()}


def told(report):
    first = report["diagnosis"][0]
    return first["code"], [one["command"] for one in first["remedy"]["commands"]]


@pytest.mark.parametrize("key", [HOST, f"{HOST}/cgr-private", f"https://{HOST}/artifactory"])
def test_a_healthy_run_takes_podmans_login_and_asks_docker_nothing(lab, run, key):
    status, report, _ = run({"auths": {key: entry(lab)}, "credsStore": "gone"})

    assert (status, report["status"]) == (0, "healthy"), report["summary"]
    assert f"auths[{key}]" in report["facts"]["registry-login"]["value"]["source"]
    assert report["facts"]["invocation"]["value"]["client"] == ["podman"]
    assert [one for one in report["exchanges"] if one["kind"] == "docker"] == []
    assert {one["reason"] for one in report["checks"] if one["id"].startswith("docker.")} <= {"not-applicable"}


def test_what_is_not_looked_at_of_podman_is_said_on_a_line(lab, run):
    status, text, stderr = run({"auths": {HOST: entry(lab)}}, form="text")

    assert status == 0
    assert "cgrdoctor: not looked at: podman's mirrors, trust and proxy\n" in stderr
    assert "podman's mirrors, trust and proxy" in text
    assert "docker itself" not in text


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        ({"auths": {}}, "docker-credentials-missing", "auth.json (none for acme.jfrog.io)"),
        ({"auths": {"ghcr.io": {"auth": "YTpi"}}}, "docker-credentials-missing", ".dockercfg (not there)"),
        ({"auths": {f"{HOST}:443": {"auth": "YTpi"}}}, "docker-credentials-other-host", f"{HOST}:443"),
        ({"auths": {f"{HOST}/other": {"auth": "YTpi"}}}, "docker-credentials-other-host", "below other alone"),
        ("", "docker-config-invalid", "is empty"),
        ('{"auths":{},}', "docker-config-invalid", "line 1, column 13"),
        ({"auths": {HOST: {"auth": "!!"}}}, "docker-config-invalid", "no base64"),
        ({"credHelpers": {HOST: "gone"}}, "credential-helper-failed", "docker-credential-gone is not on PATH"),
        ({"auths": {HOST: {"auth": "YWxpY2U6d3Jvbmc="}}}, "artifactory-credentials-rejected", "auth.json, auths["),
    ],
)
def test_a_login_that_podman_does_not_have_is_named_with_its_place(run, tmp_path, content, code, says):
    status, report, _ = run(content)
    found, lines = told(report)

    assert (status, found) == (1, code)
    assert says in report["diagnosis"][0]["summary"] + str(report["diagnosis"][0]["explains"]) + str(report["checks"])
    assert f"podman login --authfile {tmp_path}/auth.json {HOST}" in lines
    assert not any("docker login" in line or "docker pull" in line for line in lines)


def test_then_is_podmans_pull(run, lab, tmp_path):
    _, text, _ = run({"auths": {}}, form="text")

    assert f"podman pull --authfile {tmp_path}/auth.json {lab.image}" in " ".join(text.split())
    assert "docker pull" not in text


def test_a_login_of_this_run_alone_is_not_podmans(lab, run):
    """With variables the run pulls, and podman would not."""
    given = {name: lab.environment[name] for name in LOGIN}
    rest = {name.replace("REGISTRY", "ARTIFACTORY"): value for name, value in given.items()}

    chosen, taken = run({"auths": {}}, more=given), run({"auths": {}}, more=rest)
    healthy_twin = run({"auths": {HOST: entry(lab)}}, more=given)

    found = [[one["code"] for one in report["diagnosis"]] for _, report, _ in (chosen, taken, healthy_twin)]
    assert found == [[], ["docker-credentials-missing"], []]
    assert "podman" in taken[1]["diagnosis"][0]["summary"]


def test_without_docker_a_wrong_engine_is_nobodys_business(run, lab):
    _, report, _ = run({"auths": {HOST: entry(lab)}}, more={"DOCKER_HOST": "nonsense"})

    assert report["status"] == "healthy"


def test_the_demonstration_takes_podmans_file(lab, tmp_path):
    file = tmp_path / "auth.json"
    file.write_text(json.dumps({"auths": {HOST: entry(lab)}}))
    own = {name: value for name, value in environment(lab).items() if not name.startswith("CGRDOCTOR_")}
    words = ("demo", "--fault", "docker-credentials-missing", "-f", "json", "--deadline", "25")

    missing = typed(*words, "--client", "podman", env=own)
    there = typed(*words, "--client", "podman", "--auth-file", str(file), env=own)

    code, lines = told(json.loads(missing[1]))
    assert (missing[0], code) == (0, "docker-credentials-missing")
    assert f"podman login {HOST}" in lines
    assert (there[0], json.loads(there[1])["status"]) == (1, "healthy"), "the world's fault is mended by the file"


@pytest.mark.parametrize("client", ["containerd", "kubernetes"])
def test_of_a_client_that_is_not_read_no_login_of_dockers_is_taken(client):
    with running(replace(healthy(), docker=Docker(logins=("{host}",), environment="nothing"))) as lab:
        words = command(lab, "-f", "json", "--deadline", "25", "--client", client)[3:]
        report = json.loads(typed(*words, env=environment(lab))[1])

    assert report["facts"]["registry-login"]["value"]["kind"] == ""
    assert report["diagnosis"][0]["code"] == "docker-credentials-missing"
    assert "its logins are not looked at" in report["diagnosis"][0]["summary"]
    assert client == "kubernetes" or "this run has none" in report["diagnosis"][0]["summary"]
