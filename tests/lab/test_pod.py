"""From what kubectl prints of a failing Pod to the proven cause, in one command, against a world of the lab."""

import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest
from examine import FOR_A_TEST, environment
from typed import typed

from cgrdoctor.lab import HEALTHY, running

MADE = Path(__file__).parents[1] / "kubernetes" / "made"
CASES = Path(__file__).parents[1] / "field" / "client" / "kubernetes"
POD = MADE / "pod.yaml"
CANARY = "canary-of-the-pod"


@pytest.fixture(scope="module", name="lab")
def _lab():
    """A healthy world in which nobody is logged in but by what is brought."""
    with running(HEALTHY["healthy-pull-secret"].scenario().world) as lab:
        yield lab


def bare(lab):
    """The way into the world, without its own Pod."""
    words, kept = list(lab.arguments), []
    while words:
        word = words.pop(0)
        if word in ("--pod", "--pull-secret"):
            words.pop(0)
        else:
            kept.append(word)
    return kept


def examined(lab, *words):
    """The report of a run with these words, and its exit status."""
    status, stdout, stderr = typed(*words, *bare(lab), *FOR_A_TEST, env=environment(lab))
    assert stdout, stderr
    report = json.loads(stdout)
    assert [check["summary"] for check in report["checks"] if check["status"] == "error"] == []
    assert [secret for secret in (*lab.secrets, CANARY, "Adm1n") if secret in stdout + stderr] == []
    return report, status


def first(report):
    return report["diagnosis"][0]["code"] if report["diagnosis"] else None


def test_from_standard_input_to_the_proven_cause_in_one_command(lab):
    piped = MADE / "pods-and-events.yaml"
    command = [sys.executable, "-m", "cgrdoctor", "--pod", "-", *bare(lab), *FOR_A_TEST[2:], "-f", "json"]
    done = subprocess.run(
        command, input=piped.read_bytes(), capture_output=True, env=environment(lab), timeout=120, check=False
    )

    report = json.loads(done.stdout)
    entry = report["diagnosis"][0]
    assert (done.returncode, entry["code"], entry["owner"]) == (1, "pull-secret-missing", "developer")
    assert report["target"]["image"] == "acme.jfrog.io/cgr-private/acme.com/python:3.12"
    pod = report["facts"]["pulling-pod"]
    assert pod["observed_from"] == "ticket"
    assert pod["value"]["node"] == "ip-10-0-2-97"
    assert [one["name"] for one in pod["value"]["secrets"]] == ["regcred"]
    assert CANARY not in done.stdout.decode() + done.stderr.decode()


def test_pod_and_secret_in_one_list_pull(lab):
    report, status = examined(lab, "--pod", str(MADE / "everything.json"))

    assert (first(report), status, report["status"]) == (None, 0, "healthy"), report["summary"]
    (remark,) = (
        found for check in report["checks"] for found in check["findings"] if found["code"] == "pull-secret-missing"
    )
    assert (remark["severity"], "after that; delete the Pod" in remark["summary"]) == ("info", True)
    login = report["facts"]["registry-login"]["value"]
    assert (login["source"], login.get("username", "")) == ("Secret ml/regcred", "")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("secret-good", None),
        ("secret-cgr-dev-only", "pull-secret-unusable"),
        ("secret-double-base64", "pull-secret-unusable"),
        ("secret-newline-in-password", "pull-secret-unusable"),
        ("secret-other-namespace", "pull-secret-missing"),
        ("secret-server-is-v1-default", "pull-secret-unusable"),
    ],
)
def test_what_was_reported_in_public_is_named(lab, name, code):
    report, status = examined(lab, "--pod", str(POD), "--pull-secret", str(CASES / f"{name}.yaml"))

    assert (first(report), status) == (code, 1 if code else 0), report["summary"]
    if code:
        remedy = report["diagnosis"][0]["remedy"]
        commands = "\n".join(one["command"] for one in remedy["commands"])
        assert "kubectl create secret docker-registry regcred -n ml --from-file=login.json" in commands
        assert "--docker-password" not in commands


def test_of_a_secret_whose_login_is_blotted_out_nothing_is_said_but_that(lab, tmp_path):
    given = tmp_path / "secret.yaml"
    given.write_text(
        "apiVersion: v1\nkind: Secret\ntype: kubernetes.io/dockerconfigjson\n"
        "metadata: {name: regcred, namespace: ml}\ndata: {.dockerconfigjson: xxxxxxxxxxxx}\n"
    )
    report, status = examined(lab, "--pod", str(POD), "--pull-secret", str(given))

    entry = next(one for one in report["diagnosis"] if one["code"].startswith("pull-secret"))
    assert (entry["code"], entry["confidence"], status) == ("pull-secret-missing", "possible", 1)
    assert "blotted out" in entry["summary"]
    assert {"pull-secret-unusable"} <= {one["code"] for one in entry["rivals"]}
    assert "kubectl get secret regcred -n ml -o yaml" in json.dumps(entry["remedy"])


def test_a_pod_that_never_pulls_is_told_before_anything_is_asked(lab, tmp_path):
    given = tmp_path / "pod.yaml"
    given.write_text(POD.read_text().replace("imagePullPolicy: IfNotPresent", "imagePullPolicy: Never"))
    words = ("--pod", str(given), *bare(lab), *FOR_A_TEST[2:], "--no-color")

    assert "is Never: the kubelet asks no registry" in typed(*words, env=environment(lab))[2]
    assert "is Never" not in typed("--pod", str(POD), *words[2:], env=environment(lab))[2]


def test_the_commands_of_a_report_make_the_secret_that_the_kubelet_reads(lab, tmp_path):
    """What is blotted out in a report may not be what its commands are made of."""
    report, _ = examined(lab, "--pod", str(POD), "--pull-secret", str(CASES / "secret-cgr-dev-only.yaml"))
    (writes,) = (
        one["command"]
        for one in report["diagnosis"][0]["remedy"]["commands"]
        if one["command"].endswith("> login.json)")
    )
    login = {"CGRDOCTOR_REGISTRY_USER": "alice", "CGRDOCTOR_REGISTRY_PASSWORD": "a-password", "PATH": "/usr/bin:/bin"}

    subprocess.run(["sh", "-c", writes], cwd=tmp_path, env=login, check=True, timeout=20)

    packed = json.loads((tmp_path / "login.json").read_text())["auths"]["acme.jfrog.io"]["auth"]
    assert base64.b64decode(packed) == b"alice:a-password"


def test_of_two_secrets_the_one_that_was_not_seen_counts_before_one_for_another_registry(lab, tmp_path):
    """Nor is the other one to be written over: it may be right for another image."""
    given = tmp_path / "pod.yaml"
    pod = POD.read_text()
    given.write_text(pod.replace("- name: regcred", "- name: regcred\n  - name: not-shown", 1))

    report, status = examined(lab, "--pod", str(given), "--pull-secret", str(CASES / "secret-cgr-dev-only.yaml"))

    entry = next(one for one in report["diagnosis"] if one["code"].startswith("pull-secret"))
    assert (entry["code"], entry["subject"], status) == ("pull-secret-missing", "ml/not-shown", 1)
    assert entry["confidence"] != "certain"


@pytest.mark.parametrize("seen", [True, False])
def test_the_secret_that_openshift_makes_itself_is_neither_blamed_nor_written_over(lab, tmp_path, seen):
    given, own = tmp_path / "pod.yaml", tmp_path / "secret.json"
    given.write_text(POD.read_text().replace("name: regcred", "name: default-dockercfg-x7k2p"))
    entry = {"image-registry.openshift-image-registry.svc:5000": {"auth": "c2E6eA=="}}
    data = {".dockercfg": base64.b64encode(json.dumps(entry).encode()).decode()}
    metadata = {"name": "default-dockercfg-x7k2p", "namespace": "ml"}
    own.write_text(
        json.dumps({"kind": "Secret", "metadata": metadata, "type": "kubernetes.io/dockercfg", "data": data})
    )

    report, _ = examined(lab, "--pod", str(given), *(("--pull-secret", str(own)) if seen else ()))

    entry = next(one for one in report["diagnosis"] if one["code"].startswith("pull-secret"))
    assert entry["code"] == "pull-secret-missing"
    assert "but the cluster's own" in entry["summary"]
    commands = [one["command"] for one in entry["remedy"]["commands"]]
    assert [one for one in commands if "default-dockercfg" in one] == [one for one in commands if " patch " in one]
    assert '[{"name":"default-dockercfg-x7k2p"},{"name":"regcred"}]' in "\n".join(commands)


def test_what_is_lost_with_a_secret_that_is_written_over_is_said(lab, tmp_path):
    other = tmp_path / "secret.json"
    content = {"auths": {"ghcr.io": {"auth": "c2E6eA=="}}}
    data = {".dockerconfigjson": base64.b64encode(json.dumps(content).encode()).decode()}
    metadata = {"name": "regcred", "namespace": "ml"}
    other.write_text(
        json.dumps({"kind": "Secret", "metadata": metadata, "type": "kubernetes.io/dockerconfigjson", "data": data})
    )

    report, _ = examined(lab, "--pod", str(POD), "--pull-secret", str(other))

    entry = report["diagnosis"][0]
    assert (entry["code"], entry["subject"]) == ("pull-secret-unusable", "ml/regcred")
    assert "ghcr.io is lost" in json.dumps(entry["remedy"]["steps"])


def test_an_event_names_the_image_and_the_leg(lab):
    report, status = examined(lab, "--pod", str(CASES / "pod-event.txt"))

    assert (first(report), status) == ("pull-secret-missing", 1)
    assert report["diagnosis"][0]["leg"] == "client"


def test_where_nothing_was_pulled_it_is_likely_and_undecided(lab):
    """Nobody asked Artifactory, so that nobody knows whether it wants a login."""
    report, status = examined(
        lab, "--pod", str(POD), "--pull-secret", str(CASES / "secret-cgr-dev-only.yaml"), "--only", "token.pull-secret",
        "--connect-to", "acme.jfrog.io:443:127.0.0.1:9",
    )  # fmt: skip

    entry = next(one for one in report["diagnosis"] if one["code"] == "pull-secret-unusable")
    assert (entry["severity"], entry["confidence"], report["status"], status) == ("warn", "likely", "incomplete", 3)


def test_a_login_goes_to_no_host_but_its_own(lab):
    before = len(lab.requests)
    examined(lab, "--pod", str(POD), "--pull-secret", str(MADE / "secret-good.yaml"))

    assert {one.host for one in lab.requests[before:] if "YWxpY2U6" in str(one.headers)} == {"acme.jfrog.io"}


def test_own_variables_do_not_follow_a_host_that_only_a_pod_names(lab):
    before = len(lab.requests)
    env = {**environment(lab), "CGRDOCTOR_REGISTRY_USER": "alice", "CGRDOCTOR_REGISTRY_PASSWORD": "Adm1n-passw0rd"}
    status, stdout, stderr = typed("--pod", str(POD), *bare(lab), *FOR_A_TEST, env=env)

    assert "not sent to acme.jfrog.io (only the Pod in" in stderr
    assert not any("YWxpY2U6" in str(one.headers) for one in lab.requests[before:])
    assert (first(json.loads(stdout)), status) == ("pull-secret-missing", 1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--pod", "-", "--pull-secret", "-"], "at most one '-'"),
        (["--pod", "/nonexistent/pod.yaml"], "cannot be read"),
        (["--pod", str(MADE)], "cannot be read"),
        (["--pod", str(MADE / "secret-good.yaml")], "holds no Pod"),
        (["--pull-secret", str(POD)], "holds no Secret"),
        (["--pod", str(CASES / "expected.tsv")], "is no YAML: line "),
    ],
)
def test_what_cannot_be_used_ends_in_one_line(lab, words, said):
    status, stdout, stderr = typed(*words, env=environment(lab))

    assert (status, stdout) == (2, "")
    assert said in stderr
    assert len(stderr.strip().splitlines()) == 1
    assert "Traceback" not in stderr
