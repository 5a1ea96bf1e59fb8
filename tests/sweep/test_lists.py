"""What names images is read, whatever it is written in; what only looks like it is passed over."""

import json
import time

import pytest

from cgrdoctor.errors import UsageProblem
from cgrdoctor.sweep.lists import mentions

A, B, C = "acme.jfrog.io/cgr/acme.com/python:3.12", "cgr.dev/acme.com/node:22", "acme.jfrog.io/cgr/acme.com/go:1.10"

LIST = f"""# what runs
{A}
 - {B}   # twice a day
"{C}"
docker pull {A}
sudo docker image pull --quiet {B}
{A} {B},{C}
"""

MANIFESTS = f"""apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations:
    image: not/an-image:1
    kubectl.kubernetes.io/last-applied-configuration: |
      {{"spec": {{"image": "not/one:2"}}}}
      image: not/one:3
spec:
  template:
    spec:
      initContainers:
      - image: {A}
        name: first
      containers:
        - name: web
          image: "{B}"  # a comment
          env:
          - name: X
            image: not/one:4
          args: ["--image", "image: not/one:5"]
        - {{name: side, image: {C}, env: [{{name: image, value: not/one:6}}]}}
status:
  image: not/one:7
---
apiVersion: v1
kind: ConfigMap
data:
  image: not/one:8
"""

COMPOSE = f"""x-shared: &shared
  image: &img {A}
services:
  data:
    image: {B}
  web:
    <<: *shared
    image: *img
    environment:
      image: not/one
    labels: {{image: not/one}}
  status: {{image: '{C}'}}
"""

VALUES = """global:
  imageRegistry: acme.jfrog.io
image:
  repository: cgr/acme.com/python
  tag: 3.10
sidecar:
  image: {repository: cgr/acme.com/go, tag: "1.10", registry: other.example}
proxy:
  image:
    repository: cgr/acme.com/node
    digest: sha256:DIGEST
bare:
  image:
    repository: cgr/acme.com/bare
    tag: ""
serviceAccount:
  repository: not-an-image
"""


def read(tmp_path, content, name="list"):
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(mentions(str(file)))


def test_a_list(tmp_path):
    assert read(tmp_path, LIST) == [A, B, C, A, B, A, B, C]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_manifests(tmp_path, ending):
    assert read(tmp_path, MANIFESTS.replace("\n", ending)) == [A, B, C]


def test_a_compose_file(tmp_path):
    assert read(tmp_path, COMPOSE, "compose.yaml") == [A, B, A, C]


def test_helm_values(tmp_path):
    digest = "a" * 64
    found = read(tmp_path, VALUES.replace("DIGEST", digest))
    assert sorted(found) == sorted(
        [
            "acme.jfrog.io/cgr/acme.com/python:3.10",
            "other.example/cgr/acme.com/go:1.10",
            f"acme.jfrog.io/cgr/acme.com/node@sha256:{digest}",
            "acme.jfrog.io/cgr/acme.com/bare:<appVersion>",
        ]
    )


def pods(*images):
    meta = {"annotations": {"image": "not/one", "applied": json.dumps({"image": "not/one"})}}
    containers = [
        {"name": str(number), "image": one, "env": [{"image": "not/one"}]} for number, one in enumerate(images)
    ]
    spec = {"containers": containers[1:], "initContainers": containers[:1]}
    status = {"containerStatuses": [{"image": "not/one", "imageID": "x"}]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec, "status": status}
    return {"apiVersion": "v1", "kind": "List", "items": [pod], "metadata": {"resourceVersion": ""}}


@pytest.mark.parametrize("indent", [None, 4])
def test_what_kubectl_prints(tmp_path, indent):
    assert read(tmp_path, json.dumps(pods(A, B, C), indent=indent)) == [B, C, A]


def test_compact_json_and_an_array_of_references(tmp_path):
    assert read(tmp_path, json.dumps(pods(A, B), separators=(",", ":"))) == [B, A]
    assert read(tmp_path, json.dumps([A, B])) == [A, B]
    values = {"image": {"repository": "acme.jfrog.io/cgr/x", "tag": 3.1}}
    assert read(tmp_path, json.dumps(values, separators=(",", ":"))) == ["acme.jfrog.io/cgr/x:3.1"]


def test_the_same_pods_as_yaml(tmp_path):
    text = f"""apiVersion: v1
items:
- apiVersion: v1
  kind: Pod
  metadata:
    annotations:
      note: "a text that goes on
        image: not/one
        and ends"
  spec:
    containers:
    - image: {A}
      imagePullPolicy: Always
    - command: ['a', 'image: not/one']
      image: {B}
  status:
    containerStatuses:
    - image: not/one
kind: List
"""
    assert read(tmp_path, text) == [A, B]


SECRET = "hunter2-hunter2"

COMMANDS = f"""docker login -u bob -p {SECRET} acme.jfrog.io
# docker pull not/one:1
skopeo inspect --creds bob:{SECRET} docker://{A}
crane digest --platform linux/amd64 {B}
crane pull -u {SECRET} {C} out.tar
docker login acme.jfrog.io -u bob -p '{SECRET};x' && docker pull {A} | tee log
FROM --platform=linux/amd64 {B} AS build
docker pull ${{REGISTRY}}/x:1
login -u bob -p {SECRET}
cgr.dev/chainguard/crane
cgr.dev/chainguard/helm  # the newest
"""


def test_of_commands_their_images_are_read_and_no_login(tmp_path):
    found = read(tmp_path, COMMANDS)
    assert found == [
        f"docker://{A}", B, C, A, B, "${REGISTRY}/x:1", "login", "cgr.dev/chainguard/crane", "cgr.dev/chainguard/helm",
    ]  # fmt: skip


def test_a_remark_makes_no_document_of_a_list(tmp_path):
    assert read(tmp_path, f"# all\n{A}\nNote: what follows is new\n{B}\n")[0] == A
    assert B in read(tmp_path, f"{A}  # first\nNote: new\n{B}\n")


@pytest.mark.parametrize("text", [f"image: >-\n  {A}\nnext: 1\n", f"image:\n  {A}\n", f"a:\n  - image: |\n      {A}\n"])
def test_an_image_on_a_line_of_its_own(tmp_path, text):
    assert read(tmp_path, text, "values.yaml") == [A]


def test_fields_called_after_their_image(tmp_path):
    text = f"initImage: {A}\nlogoImage: https://a.example/b.png\nosImage: Ubuntu 24.04\nbuilder: {{baseImage: '{B}'}}\n"
    assert read(tmp_path, text, "values.yaml") == [A, B]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_files_of_other_systems(tmp_path, encoding):
    assert read(tmp_path, f"{A}\r\n{B}\r\n".encode(encoding)) == [A, B]


@pytest.mark.parametrize(
    "content",
    [b"\0\1\2" * 100, b'{"items": [', b'{"image": "x', b"[" * 100_000, b'{"a":' * 5000, b"image: {a: [", b'{"a": "\\'],
)
def test_what_is_no_document_is_said_in_one_line(tmp_path, content):
    with pytest.raises(UsageProblem, match="--images") as raised:
        read(tmp_path, content)
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 300


def test_what_is_not_there(tmp_path):
    for place in (str(tmp_path), str(tmp_path / "none")):
        with pytest.raises(UsageProblem, match="--images"):
            list(mentions(place))


HOSTILE = {
    "one line": lambda n: (A + " ") * n,
    "blanks": lambda n: "k" + " " * 40 * n + ":",
    "keys": lambda n: "a: " * 14 * n,
    "quotes": lambda n: "a: " + '"\\"' * 14 * n,
    "single quotes": lambda n: "a: [" + "'" * 40 * n,
    "escapes": lambda n: '{"a": "' + '\\"' * 20 * n + '"}',
    "unclosed": lambda n: '{"a": ' + '"\\"' * 14 * n,
    "dashes": lambda n: "x:\n" + "- " * 20 * n,
    "anchors": lambda n: "a: " + "&b " * 14 * n,
    "colons": lambda n: "{" + ":" * 40 * n,
    "flow blanks": lambda n: "{a" + " " * 40 * n + "}",
    "comments": lambda n: "a: b" + " #" * 20 * n,
    "commands": lambda n: (f"docker pull -p x --creds {A} {A} && " * 20 + "\n") * (n // 20),
    "words of commands": lambda n: "docker " + "-p " * 14 * n,
    "prompts": lambda n: ("sudo " * 700 + "\n") * (n // 80),
    "pods": lambda n: json.dumps({"kind": "List", "items": [pods(A)["items"][0]] * (n // 8)}),
    "manifests": lambda n: MANIFESTS * (n // 16),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_time_grows_with_size_alone(tmp_path, kind):
    def seconds(size):
        file = tmp_path / "list"
        file.write_text(HOSTILE[kind](size))
        begin = time.process_time()
        try:
            for _ in mentions(str(file)):
                pass
        except UsageProblem:
            pass
        return time.process_time() - begin

    small = max(min(seconds(1000) for _ in range(3)), 0.002)
    assert seconds(8000) < 24 * small


@pytest.mark.parametrize("hole", ["{{ .Values.tag }}", "{{ tag | default('x', true) }}", "${TAG:-a b}", "{{- x; y -}}"])
def test_what_a_template_leaves_open_is_one_word(tmp_path, hole):
    assert read(tmp_path, f"{A}\nacme.jfrog.io/cgr/acme.com/go:{hole}, {B}\n") == [
        A,
        f"acme.jfrog.io/cgr/acme.com/go:{hole}",
        B,
    ]


@pytest.mark.parametrize(
    "line",
    [
        f"{A}.",
        f"({A})",
        f"“{A}”",
        f"* {A}",
        f"* `{A}`;",
        f"1. {A}",
        f"• **{A}**",
        f"| {A} |",
        f"12) {A},",
        f"<{A}>",
        f"-> {A}",
    ],
)
def test_what_stands_around_a_reference_is_none_of_it(tmp_path, line):
    """As it is in place of IMAGE: lists come out of pages, tickets and chats."""
    assert read(tmp_path, f"# list\n{line}\n{line}\n") == [A, A]


def test_what_is_open_stays_as_it_stands(tmp_path):
    assert read(tmp_path, f"<registry>/a/b:1\n{A.replace('3.12', '<tag>')}\n") == [
        "<registry>/a/b:1",
        A.replace("3.12", "<tag>"),
    ]
