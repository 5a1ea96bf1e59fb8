"""What people paste is read for the one reference in it, or answered with the spelling that would do."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cgrdoctor.net.pasted import read_pasted
from cgrdoctor.net.reference import UnusableReference, parse_reference

CASES = Path(__file__).parents[1] / "field" / "client" / "references.tsv"
ROWS = [line.split("\t") for line in CASES.read_text(encoding="utf-8").splitlines()[1:]]
IMAGE = "acme.jfrog.io/cgr-private/acme.com/python:3.12"
DIGEST = "sha256:" + "0123456789abcdef" * 4
EVENTS = f"""Warning  Failed  3m (x4 over 5m)  kubelet  Error: ErrImagePull
Warning  Failed  kubelet  Failed to pull image "{IMAGE}": not found
Normal  Pulling  kubelet  Pulling image "{IMAGE}"
"""
PODMAN = f"""Trying to pull {IMAGE}...
Error: initializing source docker://{IMAGE}: reading manifest 3.12 in acme.jfrog.io/cgr-private/acme.com/python: denied
"""
BUILDKIT = (
    '#3 ERROR: failed to do request: Head "https://acme.jfrog.io/v2/cgr-private/acme.com/python/manifests/3.12": EOF'
)
REJECTED = f"""Unable to find image '{IMAGE}' locally
docker: Error response from daemon: Artifact download request rejected: acme.com/python/3.12/manifest.json was not
"""
UPSTREAM = "Error in getting information for 'acme.com/python/manifests/3.12' (Connect to [cgr.dev/127.0.0.1] failed)"
LATER = ("cgr.dev/", "docker.io/")
"""Read as they stand here; which way they are pulled is asked where the options are known."""


@pytest.mark.parametrize(("text", "answer"), ROWS, ids=[row[0][:60] for row in ROWS])
def test_what_was_reported_is_read_or_corrected(text, answer):
    if text.startswith(LATER) or answer.startswith(("as typed", "exit 1")):
        assert str(read_pasted(text).reference) == text
    elif answer.startswith("exit 2"):
        with pytest.raises(UnusableReference) as refused:
            read_pasted(text)
        _, written, better = answer.partition("write ")
        assert not written or refused.value.suggestion == better
    else:
        assert str(read_pasted(text).reference) == answer.partition(" (")[0]


@pytest.mark.parametrize(
    "text",
    [
        f"sudo docker pull {IMAGE}",
        f"$ docker image pull --quiet {IMAGE}",
        f"docker run --rm -v /srv/data:/data -e A=b/c --name web/x {IMAGE} /bin/sh -c 'cat /etc/os-release'",
        f"crictl pull --creds bob:s3cr3t {IMAGE}",
        f"skopeo copy --src-creds=bob:s3cr3t docker://{IMAGE} docker://other.example.com/a/b:1",
        f"buildah from --pull-always {IMAGE}",
        f"buildah pull {IMAGE}",
        f"regctl manifest get {IMAGE}",
        f"kubectl run x --image={IMAGE} --restart=Never",
        f"kubectl set image deployment/web app={IMAGE}",
        f"trivy image --severity HIGH,CRITICAL {IMAGE}",
        f"cgrdoctor check {IMAGE} --no-direct",
        f"docker build --build-arg BASE={IMAGE} .",
        f"FROM {IMAGE}\r\n",
        f"  image: '{IMAGE}'  # the base",
        f'    "image": "{IMAGE}",',
        f'image = "{IMAGE}"',
        f"Failed to pull image '{IMAGE}': no such host",
        EVENTS,
        PODMAN,
        "Error: reading manifest 3.12 in acme.jfrog.io/cgr-private/acme.com/python: denied",
        BUILDKIT,
        f"podman --version\npodman version 4.9.4\npodman pull {IMAGE}\nError: denied",
        REJECTED,
        f"web: {IMAGE}: pull access denied for acme.jfrog.io/cgr-private/acme.com/python, it may not exist",
        f"Error: MIME type of docker://{IMAGE}: reading manifest {DIGEST} in acme.jfrog.io/cgr-private/acme.com/python: no",
        f"{IMAGE}: {UPSTREAM}",
        "image:\n  registry: acme.jfrog.io\n  repository: cgr-private/acme.com/python\n  tag: '3.12'\n",
        "https://acme.jfrog.io/ui/repos/tree/General/cgr-private-cache/acme.com/python/3.12/list.manifest.json",
        "https://acme.jfrog.io/artifactory/api/docker/cgr-private/v2/acme.com/python/manifests/3.12",
        "https://acme.jfrog.io/ui/native/cgr-private/acme.com/python/3.12/",
        f"[{IMAGE}]",
        f"({IMAGE}),",
        f"\u2018{IMAGE}\u2019",
        f"<{IMAGE}>",
        f"\ufeff{IMAGE}\r\n",
    ],
)
def test_one_reference_is_found_in_it(text):
    assert str(read_pasted(text).reference) == IMAGE


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        (IMAGE, True),
        (f"docker pull {IMAGE}", True),
        (f"https://{IMAGE}", True),
        (f"image: {IMAGE}", True),
        (f'Failed to pull image "{IMAGE}": not found', False),
        (f"docker pull {IMAGE}\nError response from daemon: denied", False),
    ],
)
def test_only_a_reference_an_address_or_a_command_names_its_host(text, typed):
    assert read_pasted(text).typed is typed


LINK = f"[{IMAGE}](http://{IMAGE})"
TOKEN = "https://acme.jfrog.io:443/artifactory/api/docker/null/v2/token?scope=repository%3Aother%3Apull"


@pytest.mark.parametrize(
    "text",
    [
        f"error scanning image {LINK}: * remote error: GET [{TOKEN}]({TOKEN}): : Authentication is required",
        f"GET {TOKEN}: unexpected status code 401\nwhile looking at {IMAGE} today",
        f"Error: could not download oci://{IMAGE}: pull access denied",
        f"NAME   URL   READY\nweb   oci://{IMAGE}   False   failed to determine artifact digest",
        f" => ERROR [internal] load metadata for {IMAGE}\n => CANCELED [internal] load metadata for acme.jfrog.io/cgr-private/b:1",
        f"$ docker build -t acme.jfrog.io/docker-local/web:1 .\nERROR: failed to solve: {IMAGE}: not found",
        f"~/web # docker buildx build -t acme.jfrog.io/docker-local/web:1 .\n > [internal] load metadata for {IMAGE}:\nerror: no",
        f"{IMAGE} failed\ngithub.com/containerd/containerd/remotes/docker.Resolve\n  github.com/containerd/containerd@v1.5.7/remotes/docker/auth.go:187",
        f"{IMAGE} failed: at got (/app/node_modules/.pnpm/got@11.8.6/node_modules/got/index.js:117)",
        f'Pulling image "acme.jfrog.io/cgr-private/side:1"\nSuccessfully pulled image "acme.jfrog.io/cgr-private/side:1"\nFailed to pull image "{IMAGE}": no',
        f"Status: Image is up to date for {IMAGE}\\n{IMAGE}\\n[Error] no such thing",
    ],
)  # fmt: skip
def test_the_image_of_what_others_print_is_found(text):
    assert str(read_pasted(text).reference) == IMAGE


@pytest.mark.parametrize("option", ["--creds bob:s3cr3t", "-u bob -p s3cr3t", "--user=bob:s3cr3t", "--password s3cr3t"])
def test_a_login_among_the_words_is_said_and_not_repeated(option):
    found = read_pasted(f"podman pull {option} {IMAGE}")

    assert found.notes == ("the login among the words was ignored",)
    assert "s3cr3t" not in repr(found)


@pytest.mark.parametrize("host", ["10.0.0.5", "v1.acme.test", "acme.test:8443", "1.2.3.acme.test"])
def test_a_login_before_a_host_is_refused_whatever_the_host_is_called(host):
    with pytest.raises(UnusableReference, match="user information"):
        read_pasted(f"docker pull bob:s3cr3t@{host}/cgr-private/acme.com/python:3.12 failed")


def test_the_address_of_a_store_is_no_image():
    with pytest.raises(UnusableReference, match="no image"):
        read_pasted(
            'Get "https://x1.r2.cloudflarestorage.com/registry-v2/docker/registry/v2/blobs/sha256/0e/0e6f/data": EOF'
        )


def test_ports_of_a_container_are_no_login():
    assert read_pasted(f"docker run -p 8080:80 -u 1000 {IMAGE}").notes == ()


@pytest.mark.parametrize(
    "text",
    [
        f"https://bob:s3cr3t@{IMAGE}",
        f"bob:s3cr3t@{IMAGE}",
        f"docker pull docker://bob:s3cr3t@{IMAGE}",
        f"bob:pass ${{s3cr3t}}/x@{IMAGE}",
        f"docker pull bob:s3cr3t@{IMAGE}",
        f"curl https://s3cr3t@acme.jfrog.io/v2/x/manifests/1 and {IMAGE}",
    ],
)
def test_user_information_is_refused_and_not_repeated(text):
    with pytest.raises(UnusableReference) as refused:
        read_pasted(text)

    assert "user information" in refused.value.problem
    assert "s3cr3t" not in f"{refused.value.problem} {refused.value.suggestion}"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("${REGISTRY:-acme.jfrog.io}/k/o/i:${TAG}", "REGISTRY, TAG are not filled in"),
        ("image: {{ .Values.registry }}/k/o/i", ".Values.registry is not filled in"),
        ("docker pull %REGISTRY%/k/o/i", "REGISTRY is not filled in"),
        ("docker pull acme.jfrog.io/k/o/i:$(cat VERSION)", "cat is not filled in"),
        ("acme.jfrog.io/k/o/i:$(git rev-parse --short HEAD)", "git is not filled in"),
        ("acme.jfrog.io/k/o/i:`date +%s`", "date is not filled in"),
        ("h.io/<key>/o/i:<tag>", "placeholders: <key>, <tag>"),
        ("docker pull h.io/K/o/i", "upper case"),
        (
            "Failed to pull image h.io/a/b/c:1\nFailed to pull image h.io/a/b/d:1",
            "several images: h.io/a/b/c:1, h.io/a/b/d:1",
        ),
        ("nothing is said here", "no image stands in this text"),
        ("apiVersion: v1\nkind: Secret\ntype: kubernetes.io/dockerconfigjson\n", "no image stands in this text"),
        ("apiVersion: external-secrets.io/v1beta1\nkind: ExternalSecret\n", "no image stands in this text"),
        ("metadata:\n  labels:\n    app.kubernetes.io/name: train\n", "no image stands in this text"),
        ("https://acme.jfrog.io/v2/", "names no image"),
    ],
)
def test_what_holds_none_is_told_what_is_wrong(text, told):
    with pytest.raises(UnusableReference) as refused:
        read_pasted(text)

    assert told in refused.value.problem


def test_what_artifactory_asks_upstream_for_is_no_image():
    with pytest.raises(UnusableReference):
        read_pasted(UPSTREAM)


@given(st.text(max_size=200) | st.from_regex(r"[a-zA-Z0-9./:@<>_ ${}=\"'-]{0,160}"))
def test_any_text_is_read_or_refused(text):
    try:
        found = read_pasted(text)
    except UnusableReference:
        found = None
    if found is not None:
        assert parse_reference(str(found.reference)) == found.reference


@pytest.mark.parametrize(
    "piece",
    [
        "a/",
        "<a",
        "${",
        "{{",
        "://",
        "@",
        'image: "',
        "h.io/a/b:",
        "failed to pull image ",
        "docker pull -",
        "-u ",
        "https://h/v2/",
        "\u200b",
        "A=b\n$A",
        "<https://a|b>",
        "[a/b](https://c)",
        "*",
        "a.b/c {{",
        'x="a.b/c',
    ],
)
def test_the_time_grows_with_the_text(piece):
    def taken(length):
        text = piece * (length // len(piece))
        began = time.process_time()
        try:
            read_pasted(text)
        except UnusableReference:
            pass
        return time.process_time() - began

    short = max(taken(10_000), 0.002)

    assert taken(80_000) < 30 * short
