"""What `fleet manifest` prints is valid for every version of Kubernetes, restricted, and holds no secret."""

import os
import re
import shlex
import signal
import threading
import time

import kubernetes_validate
import pytest
import yaml
from typed import typed

from cgrdoctor.cli import COMMANDS
from cgrdoctor.cli.check import command as check
from cgrdoctor.cli.fleet_wait import command as wait
from cgrdoctor.config.values import verdict

IMAGE = "acme.jfrog.io/cgr-private/acme.com/python:3.12"
DOCTOR = "registry.example/tools/cgrdoctor:1"
OPTIONS = ("--artifactory-url", "https://acme.jfrog.io/artifactory", "--repository", "cgr-private")
SWEEPS = "sweep" in COMMANDS
"""Whether this version has a sweep that a Job could run."""

VERSIONS = [f"1.{minor}" for minor in range(29, 38)]


def printed(*words):
    status, text, problems = typed("fleet", "manifest", *words)
    assert (status, problems) == (0, "")
    return text


def kubernetes(*words):
    return list(yaml.safe_load_all(printed("kubernetes", IMAGE, "--image", DOCTOR, *words)))


def job():
    words = ("kubernetes", "--image", DOCTOR, "--sweep", "images", "--shards", "8", *OPTIONS)
    return list(yaml.safe_load_all(printed(*words)))


KINDS = {
    "plain": kubernetes,
    "with a secret": lambda: kubernetes("--secret", "logins", "--namespace", "doctors", *OPTIONS),
    "host files": lambda: kubernetes("--host-files"),
    **({"sweep": job} if SWEEPS else {}),
}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_it_is_valid(kind, version):
    for one in KINDS[kind]():
        kubernetes_validate.validate(one, version, strict=True)


def pods():
    for kind, made in KINDS.items():
        for one in made():
            if one["kind"] != "Namespace":
                yield kind, one["spec"]["template"]["spec"]


ENUMS = {
    "imagePullPolicy": {"Always", "IfNotPresent", "Never"},
    "terminationMessagePolicy": {"File", "FallbackToLogsOnError"},
    "restartPolicy": {"Always", "OnFailure", "Never"},
    "completionMode": {"Indexed", "NonIndexed"},
    "operator": {"Exists", "Equal"},
    "type": {"RollingUpdate", "OnDelete", "RuntimeDefault", "Localhost", "Directory", "DirectoryOrCreate", "File"},
    "pod-security.kubernetes.io/enforce": {"privileged", "baseline", "restricted"},
    "dnsPolicy": {"ClusterFirst", "Default", "ClusterFirstWithHostNet", "None"},
}
"""Words of closed sets; the schemas only say that they are texts."""


def walked(tree, name=""):
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from walked(value, key)
    elif isinstance(tree, list):
        for value in tree:
            yield from walked(value, name)
    else:
        yield name, tree


def test_words_of_closed_sets_are_words_of_them():
    for made in KINDS.values():
        for name, value in walked(made()):
            assert value in ENUMS.get(name, {value}), (name, value)


def test_pods_are_restricted():
    """As Pod Security's level `restricted` wants it, on every container, and no access to the cluster."""
    for kind, pod in pods():
        assert pod["automountServiceAccountToken"] is False
        assert "serviceAccountName" not in pod
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["runAsUser"] > 0
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod)
        assert [next(k for k in volume if k != "name") for volume in pod.get("volumes", [])] == {
            "host files": ["hostPath"], "sweep": ["configMap"],
        }.get(kind, [])  # fmt: skip
        for container in [*pod.get("initContainers", []), *pod["containers"]]:
            context = container["securityContext"]
            assert (context["allowPrivilegeEscalation"], context["readOnlyRootFilesystem"]) == (False, True)
            assert context["capabilities"] == {"drop": ["ALL"]}
            assert container["image"] == DOCTOR
            assert all(mount["readOnly"] for mount in container.get("volumeMounts", []))


@pytest.mark.parametrize(
    ("kind", "level"), [("plain", "restricted"), ("host files", "privileged"), ("sweep", "restricted")]
)
def test_the_namespace_says_the_level(kind, level):
    namespace = KINDS[kind]()[0]

    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == level


def test_no_command_takes_away_a_namespace_that_may_be_anybodys():
    words = ("kubernetes", IMAGE, "--image", DOCTOR)
    own, others = printed(*words), printed(*words, "--namespace", "ml")

    assert "# Remove it: kubectl delete -f cgrdoctor.yaml\n" in own
    assert "# Remove it: kubectl -n ml delete daemonset/cgrdoctor\n" in others
    assert "delete -f" not in others
    assert "gets the level restricted of Pod Security" in others
    assert "gets the level privileged of Pod Security" in printed(*words, "--namespace", "ml", "--host-files")
    assert "gets the level" not in own


def test_the_doctor_runs_once_and_its_line_is_the_termination_message():
    pod = kubernetes(*OPTIONS)[1]["spec"]["template"]["spec"]
    doctor, main = pod["initContainers"][0], pod["containers"][0]

    with check.make_context("check", doctor["args"][1:]) as context:
        found = context.params
    assert doctor["args"][0] == "check"
    assert found["words"] == (IMAGE,)
    assert (found["verdict_to"], found["exit_zero"]) == (doctor["terminationMessagePath"], True)
    assert found["artifactory_url"] == OPTIONS[1]
    assert doctor["env"] == [{"name": "CGRDOCTOR_NODE", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}]
    assert main["args"] == ["fleet", "wait"]


@pytest.mark.skipif(not SWEEPS, reason="this version has no sweep")
def test_a_job_sweeps_a_share_in_each_pod():
    from cgrdoctor.cli.sweep import command as sweep

    made = job()[1]
    words = made["spec"]["template"]["spec"]["containers"][0]["args"]

    with sweep.make_context("sweep", words[1:]) as context:
        assert context.params["shard"] == "8"
    assert (words[0], made["spec"]["completions"], made["spec"]["completionMode"]) == ("sweep", 8, "Indexed")


def test_secrets_are_named_and_nothing_more(monkeypatch):
    monkeypatch.setenv("CGRDOCTOR_REGISTRY_PASSWORD", "hunter2-hunter2")
    made = kubernetes("--secret", "logins")[1]["spec"]["template"]["spec"]["initContainers"][0]

    assert made["envFrom"] == [{"secretRef": {"name": "logins"}}]
    for engine in ("ansible", "github"):
        assert "hunter2" not in printed(engine, IMAGE)


def test_a_playbook_brings_a_line_of_every_host():
    (play,) = yaml.safe_load(printed("ansible", IMAGE, *OPTIONS))
    run = next(task for task in play["tasks"] if "ansible.builtin.shell" in task)

    assert play["hosts"] == "all"
    assert run["no_log"] is True
    assert (
        f"check {IMAGE} --exit-zero -q --artifactory-url https://acme.jfrog.io/artifactory"
        in run["ansible.builtin.shell"]
    )
    assert all(
        value == f"{{{{ lookup('ansible.builtin.env', '{name}') }}}}" for name, value in run["environment"].items()
    )


def test_a_workflow_has_a_job_for_each_runner():
    made = yaml.safe_load(printed("github", IMAGE, "--runner", "ubuntu-latest", "--runner", "office-7"))

    assert made["jobs"]["look"]["strategy"]["matrix"]["runner"] == ["ubuntu-latest", "office-7"]
    look = next(step for step in made["jobs"]["look"]["steps"] if step["name"] == "Look")
    assert look["env"]["IMAGE"] == IMAGE
    assert "${{" not in look["run"], "an expression in a script runs whatever it holds"
    assert set(made) == {"name", "on", "permissions", "jobs"}


STRANGE = (
    "$(CGRDOCTOR_ARTIFACTORY_TOKEN)", "$$(HOME)", "$HOME", "${HOME}", "$(id)", "`id`", "{{7+7}}", "{{{7}}}", "{%x%}", "{#x",
    "${{secrets.X}}", "x'$(id)'", "k;id", "k&id", "#k", "-k", "!k", "&k", "[k]", "{k}", "ключ", "true", "null", "1e3",
)  # fmt: skip
"""What a repository may be called, as far as options go."""


def of_kubernetes(word):
    """As a kubelet expands a word where every variable is set."""
    return re.sub(r"\$(?:\$|\((\w+)\))", lambda found: "SECRET" if found[1] else "$", word)


def of_jinja(text):
    """As Jinja evaluates expressions, of which only those that are one quoted text are known here."""
    return re.sub(r"\{\{ '([^']*)' \}\}|\{[{%#]", lambda found: found[1] or "EVALUATED", text)


def of_actions(text):
    return re.sub(r"\$\{\{ '([^']*)' \}\}|\$\{\{", lambda found: found[1] or "EVALUATED", text)


@pytest.mark.parametrize("key", STRANGE)
def test_no_engine_takes_a_word_for_its_own_language(key):
    """Nor breaks out of YAML, of a shell's quotes, of an expression: the doctor gets the word as it was given."""
    options = ("--repository", key)
    pod = kubernetes(*options)[1]["spec"]["template"]["spec"]
    (play,) = yaml.safe_load(printed("ansible", IMAGE, *options))
    told = next(task["ansible.builtin.shell"] for task in play["tasks"] if "ansible.builtin.shell" in task)
    workflow = yaml.safe_load(printed("github", IMAGE, *options))
    script = next(step for step in workflow["jobs"]["look"]["steps"] if step["name"] == "Look")["run"]

    assert [of_kubernetes(word) for word in pod["initContainers"][0]["args"]][-1] == key
    assert f"--repository {shlex.quote(key)} \\\n" in of_jinja(told[told.index("check ") :])
    assert shlex.split(of_actions(script))[-1] == key


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["kubernetes", IMAGE], "--image REF"),
        (["kubernetes", "--image", DOCTOR], "needs IMAGE"),
        (["kubernetes", "{{image}}/x:1", "--image", DOCTOR], ""),
        (["kubernetes", IMAGE, "--image", DOCTOR, "--namespace", "No Such"], "--namespace"),
        (["kubernetes", IMAGE, "--image", DOCTOR, "--secret", "a\nb: c"], "--secret"),
        (["kubernetes", "--image", DOCTOR, "--sweep", "images"], "--artifactory-url" if SWEEPS else "no sweep"),
        (
            ["kubernetes", "--image", DOCTOR, "--sweep", "images", "--shards", "0", *OPTIONS],
            "--shards" if SWEEPS else "no sweep",
        ),
        (["github", IMAGE, "--runner", "${{ secrets.X }}"], "--runner"),
        (["nomad", IMAGE], "kubernetes"),
        (["kubernetes", IMAGE, "--image", "bob:hunter2@registry.example/x:1"], "--image takes"),
        (["kubernetes", IMAGE, "--image", "<registry>/x:1"], "--image takes"),
        (["kubernetes", IMAGE, "--image", "x y"], "--image takes"),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_line(words, said):
    status, text, problems = typed("fleet", "manifest", *words)

    assert (status, text, problems.count("\n")) == (2, "", 1)
    assert said in problems


@pytest.mark.parametrize(
    "doctor",
    ["docker.io/acme/doctor:1", "acme/doctor:1", "doctor:1", "localhost:5000/d:1", "ghcr.io/a/b:1", "cgr.dev/a/b"],
)
def test_the_doctors_own_image_comes_from_anywhere(doctor):
    """It must not come by the way that is broken: Docker Hub is as good as any other registry."""
    documents = list(yaml.safe_load_all(printed("kubernetes", IMAGE, "--image", doctor)))

    pod = documents[-1]["spec"]["template"]["spec"]
    assert {one["image"] for one in (*pod["initContainers"], *pod["containers"])} == {doctor}


def test_what_waits_ends_when_it_is_told_to():
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def tell():
        while signal.getsignal(signal.SIGINT) is before[signal.SIGINT]:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=tell).start()
    try:
        assert wait.callback() == 0
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def test_the_place_of_a_verdict_may_be_a_file_in_a_folder_that_is_read_only(tmp_path):
    (tmp_path / "log").write_text("")
    tmp_path.chmod(0o500)
    try:
        assert verdict("--verdict-to", tmp_path / "log") == tmp_path / "log"
    finally:
        tmp_path.chmod(0o700)
