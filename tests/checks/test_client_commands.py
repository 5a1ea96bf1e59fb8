"""Remedies are written in the commands of the client whose login the run looks at."""

import pytest
from facts import target

from cgrdoctor.config.clients import WHOSE, Whose
from cgrdoctor.config.settings import Invocation, Settings, invocation
from cgrdoctor.credentials.model import OF_A_POD
from cgrdoctor.engine.board import Outcome
from cgrdoctor.engine.judge import _whose
from cgrdoctor_checks.facts.token.login import Login
from cgrdoctor_checks.remedies import commands
from cgrdoctor_checks.remedies.docker_login import log_in
from cgrdoctor_checks.remedies.fresh_remote import recreation
from cgrdoctor_checks.remedies.refused_login import way_in

MADE = (
    "kubectl create secret docker-registry artifactory --from-file=login.json --dry-run=client -o yaml"
    " | kubectl apply -f -"
)
HOST, IMAGE = "acme.jfrog.io", "acme.jfrog.io/cgr/a/b:1"


@pytest.fixture(name="by", autouse=True)
def _by():
    """Judges for a client of one's choice."""
    token = WHOSE.set(Whose())
    yield lambda *clients, **more: WHOSE.set(Whose(clients, **more))
    WHOSE.reset(token)


def whose(asked):
    return _whose({Invocation: Outcome(Invocation, "observed", asked)})


@pytest.mark.parametrize(
    ("client", "line"),
    [
        ("docker", f"docker pull --platform linux/arm64 {IMAGE}"),
        ("podman", f"podman pull --platform linux/arm64 {IMAGE}"),
        ("containerd", f"crictl pull {IMAGE}"),
        ("kubernetes", "kubectl rollout restart deployment DEPLOYMENT"),
    ],
)
def test_the_pull_to_try(by, client, line):
    by(client)

    assert commands.pull(IMAGE, "linux/arm64").command == line


@pytest.mark.parametrize(
    ("whose", "lines"),
    [
        (Whose(), ["docker login acme.jfrog.io"]),
        (Whose(("docker", "podman")), ["docker login acme.jfrog.io"]),
        (Whose(docker_config="/a b"), ["docker --config '/a b' login acme.jfrog.io"]),
        (Whose(("podman",), docker_config="/a b"), ["podman login acme.jfrog.io"]),
        (Whose(("podman",)), ["podman login acme.jfrog.io"]),
        (Whose(("podman",), "/a b.json"), ["podman login --authfile '/a b.json' acme.jfrog.io"]),
    ],
)
def test_the_login(whose, lines):
    WHOSE.set(whose)
    remedy = log_in(HOST)

    assert [one.command for one in remedy.commands] == lines
    assert all(one.changes for one in remedy.commands)
    assert not any("password" in one.command.lower() for one in remedy.commands)


def test_a_cluster_gets_a_secret_that_no_program_keeps_the_login_of(by):
    """`docker login` leaves the password with a store where one is installed, and nothing in the file."""
    by("kubernetes")
    lines = [one.command for one in log_in(HOST).commands]

    assert not [line for line in lines if "docker " in line or "podman " in line]
    assert "> login.json" in lines[0]
    assert lines[1:] == [MADE, "rm login.json"]


def test_a_file_of_logins_that_was_named_is_named_to_the_pull_too(by):
    by("podman", auth_file="/a b.json")
    assert commands.pull(IMAGE).command == f"podman pull --authfile '/a b.json' {IMAGE}"
    by("docker", auth_file="/a b.json")
    assert commands.pull(IMAGE).command == f"docker pull {IMAGE}"
    by("docker", docker_config="/a b")
    assert commands.pull(IMAGE).command == f"docker --config '/a b' pull {IMAGE}"


@pytest.mark.parametrize(
    ("client", "words"),
    [
        ("docker", "docker pull"),
        ("podman", "podman pull --authfile /x.json"),
        ("containerd", "crictl pull"),
        ("kubernetes", "docker pull"),
    ],
)
def test_the_test_remote_is_tried_by_the_users_own_client(by, client, words):
    by(client, auth_file="/x.json")
    tried = next(one for one in recreation(target(IMAGE)) if one.description == "Then try")

    assert tried.command.startswith(f"{words} {HOST}/cgr-doctor-test/")


def test_a_refused_login_of_a_pod_is_written_into_the_same_secret(by):
    by("kubernetes")
    login = Login(kind="basic", source=f"{OF_A_POD}ml/regcred, auths[{HOST}]")

    for said in ("Bad Credentials", "Your password has expired"):
        remedy = way_in(HOST, f"https://{HOST}/artifactory", login, said, "cgr").remedy
        assert any("docker-registry regcred -n ml --from-file" in one.command for one in remedy.commands)
        assert any("any other registry" in step for step in remedy.steps)


def test_in_a_job_of_gitlabs_the_variable_is_named(by):
    by("docker", gitlab=True)
    assert any("DOCKER_AUTH_CONFIG" in step for step in log_in(HOST).steps)
    by("docker")
    assert not any("GitLab" in step for step in log_in(HOST).steps)


def test_the_client_is_that_of_the_facts_judged():
    asked = Invocation(client=("podman",), auth_file="/x.json", gitlab=True)

    assert whose(asked) == Whose(("podman",), "/x.json", gitlab=True)
    assert _whose({}) == Whose()


EVENT = f'Failed to pull image "{IMAGE}": failed to resolve reference "{IMAGE}": failed to authorize: 401 Unauthorized'
TEXTS = [
    (f"Warning  Failed  3s  kubelet  {EVENT}", "kubectl create secret docker-registry", "imagePullSecrets"),
    (f"$ podman pull {IMAGE}\nError: initializing source docker://{IMAGE}: unauthorized", "podman login", "Generate"),
    (
        (
            f'time="2026-11-28T08:00:00Z" level=fatal msg="initializing source docker://{IMAGE}: unauthorized"\n'
            f"$ skopeo inspect docker://{IMAGE}"
        ),
        "skopeo login",
        "Generate",
    ),
    (
        (
            f'ERROR: Job failed: failed to pull image "{IMAGE}" with specified policies [always]: Error response from daemon: '
            f"Head https://{HOST}/v2/cgr/a/b/manifests/1: unauthorized (manager.go:250:1s)"
        ),
        "docker login",
        "DOCKER_AUTH_CONFIG",
    ),
    (
        (
            f"#2 [internal] load metadata for {IMAGE}\n#2 ERROR: failed to authorize: 401 Unauthorized\n"
            f"ERROR: failed to solve: {IMAGE}: failed to resolve source metadata for {IMAGE}: 401 Unauthorized"
        ),
        "docker login",
        "Generate",
    ),
    (f'ctr: failed to resolve reference "{IMAGE}": failed to authorize: 401', "nerdctl login", "node pulls"),
]


@pytest.mark.parametrize(
    ("text", "command", "step"), TEXTS, ids=["kubelet", "podman", "skopeo", "gitlab", "buildkit", "ctr"]
)
def test_a_text_is_answered_in_the_commands_of_who_printed_it(text, command, step):
    asked = invocation(Settings(client=("docker",), said=text))
    WHOSE.set(whose(asked))
    remedy = log_in(HOST)

    assert command in "\n".join(one.command for one in remedy.commands), asked.printed_by
    assert step in "\n".join(remedy.steps)


def test_a_client_that_was_named_counts_more_than_a_text():
    asked = invocation(Settings(client=("podman",), said=EVENT, given={"client": "command line"}))

    assert (asked.printed_by, whose(asked).client) == ("", "podman")
