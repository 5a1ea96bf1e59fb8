"""What is proposed to be pulled with, after a login: the program that reads what the login stores."""

import pytest
from examine import FOR_A_TEST, command, environment
from typed import typed

from cgrdoctor.lab import FAULTS, running

AGAIN = "kubectl rollout restart deployment DEPLOYMENT"


@pytest.fixture(name="lab", scope="module")
def _lab():
    with running(FAULTS["docker-credentials-missing"].scenario().world) as lab:
        yield lab


def lines(lab, *options, image=None):
    words = command(lab, *FOR_A_TEST[2:], "--no-color", *options, image=image)[3:]
    _, stdout, _ = typed(*words, env=environment(lab))
    return [line.strip() for line in stdout.splitlines()]


TEXTS = {
    "podman": ("$ podman pull {0}\nError: initializing source docker://{0}: unauthorized", "podman pull {0}"),
    "buildah": ("$ buildah pull {0}\nError: initializing source docker://{0}: unauthorized", "buildah pull {0}"),
    "skopeo": (
        "$ skopeo inspect docker://{0}\nError: initializing source docker://{0}: unauthorized",
        "podman pull {0}",
    ),
    "ctr": ('ctr: failed to resolve reference "{0}": failed to authorize: 401', "nerdctl pull {0}"),
    "kubelet": ('Warning  Failed  3s  kubelet  Failed to pull image "{0}": failed to authorize: 401', AGAIN),
}


@pytest.mark.parametrize("program", TEXTS)
def test_whose_text_it_is_pulls_again(lab, program):
    text, pull = (one.format(lab.image) for one in TEXTS[program])
    url = f"https://{lab.image.partition('/')[0]}/artifactory"
    shown = lines(lab, "--artifactory-url", url, image=text)

    assert f"Then    {pull}" in shown
    assert not [line for line in shown if "docker pull" in line]


@pytest.mark.parametrize(("client", "pull"), [("containerd", "nerdctl pull {0}"), ("kubernetes", AGAIN)])
def test_a_client_that_was_named_pulls_with_what_it_logs_in_with(lab, client, pull):
    assert f"Then    {pull.format(lab.image)}" in lines(lab, "--client", client)


def test_a_file_of_logins_is_named_to_the_login_and_to_the_pull(lab, tmp_path):
    file = tmp_path / "auth file.json"
    file.write_text("{}")
    host = lab.image.partition("/")[0]
    shown = lines(lab, "--auth-file", str(file))

    assert f"podman login --authfile '{file}' {host}" in shown
    assert f"Then    podman pull --authfile '{file}' {lab.image}" in shown


def test_a_directory_of_docker_is_named_to_the_login_and_to_the_pull(lab, tmp_path):
    folder = tmp_path / "of ci"
    folder.mkdir()
    host = lab.image.partition("/")[0]
    shown = lines(lab, "--docker-config", str(folder))

    assert f"docker --config '{folder}' login {host}" in shown
    assert f"Then    docker --config '{folder}' pull {lab.image}" in shown


def test_a_secret_made_again_is_followed_by_the_pull_of_the_cluster():
    with running(FAULTS["artifactory-credentials-rejected-twice"].scenario().world) as lab:
        shown = lines(lab)

    assert any("Create the Secret regcred again" in line for line in shown)
    assert f"Then    {AGAIN}" in shown
