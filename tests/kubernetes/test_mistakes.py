"""What people bring in place of a Pod or a Secret, and mistakes in Secrets that kubectl does not stop."""

import base64
import json

import pytest
from brought import IMAGE, login, secret, worth

from cgrdoctor.config.papers import take_papers
from cgrdoctor.errors import UsageProblem
from cgrdoctor.kubernetes.documents import UnusableDocument
from cgrdoctor.kubernetes.papers import choose, papers_of

HOST = "acme.jfrog.io"
DATA = base64.b64encode(json.dumps({"auths": {HOST: login()}}).encode()).decode()
SECRET = f"""apiVersion: v1
kind: Secret
type: kubernetes.io/dockerconfigjson
metadata: {{name: regcred, namespace: ml}}
data: {{.dockerconfigjson: {DATA}}}
"""
DESCRIBED = (
    f"Name: train-7d9\nNamespace: ml\nContainers:\n  train:\n    Image: {IMAGE}\n    Ready: False\nEvents: <none>\n"
)
WAITS = {"kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": [{"name": "a", "image": "h.io/a/b:1"}, {"name": "b", "image": IMAGE}]}}  # fmt: skip


def packed(text):
    return base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode()


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ('Error from server (NotFound): secrets "regcred" not found\n', "found none of that name"),
        ('Error from server (Forbidden): secrets "x" is forbidden: User "y" cannot get\n', "may not read it"),
        ("No resources found in ml namespace.\n", "found nothing"),
        ("NAME   READY   STATUS   RESTARTS   AGE\np   0/1   ImagePullBackOff   0   5m\n", "add -o yaml"),
        ("NAME  TYPE  DATA  AGE\nregcred  kubernetes.io/dockerconfigjson  1  5d\n", "add -o yaml"),
        ("Name: regcred\nNamespace: ml\n\nType: x\n\nData\n====\n.dockerconfigjson:  185 bytes\n", "describe"),
        (DESCRIBED, "describe"),
        (json.dumps({"auths": {HOST: login()}}), "docker's configuration"),
        (DATA, "data of a Secret alone"),
        ("kind: SealedSecret\nmetadata: {name: x}\n", "controller"),
        ("kind: ExternalSecret\nmetadata: {name: x}\n", "controller"),
        ("kind: AzureKeyVaultSecret\nmetadata: {name: x}\n", "controller"),
        (
            json.dumps({"kind": "Status", "status": "Failure", "reason": "NotFound", "code": 404}),
            "API server says of an error",
        ),
        ("kind: Secret\nmetadata:\n  name: {{ .Release.Name }}\n", "template"),
    ],
)
def test_what_it_is_instead_and_what_to_give_is_said(text, hint):
    with pytest.raises(UnusableDocument) as refused:
        papers_of(text.encode())

    said = str(refused.value)
    assert hint in said
    assert "kubectl" in said or "-o yaml" in said or "API server" in said
    assert said.isprintable()
    assert DATA not in said


@pytest.mark.parametrize(
    "text",
    [
        f"$ kubectl get secret regcred -n ml -o yaml\n{SECRET}",
        f"Warning: v1 is deprecated\n{SECRET}",
        json.dumps([json.loads(json.dumps({"kind": "Secret", "type": "kubernetes.io/dockerconfigjson", "metadata": {"name": "regcred", "namespace": "ml"}, "data": {".dockerconfigjson": DATA}}))]),
        "- " + SECRET.replace("\n", "\n  "),
        json.dumps({"kind": "ConfigMap"}) + "\n---\n" + json.dumps({"kind": "Secret", "type": "kubernetes.io/dockerconfigjson", "metadata": {"name": "regcred", "namespace": "ml"}, "data": {".dockerconfigjson": DATA}}),
    ],
)  # fmt: skip
def test_what_stands_around_a_document_does_not_matter(text):
    (offer,) = worth(papers_of(text.encode())).secrets

    assert (offer.full_name, offer.trouble) == ("ml/regcred", "")


POD = f"""apiVersion: v1
kind: Pod
metadata:
  name: p
  namespace: ml
spec:
  containers:
  - name: c
    image: {IMAGE}
  imagePullSecrets:
  - name: regcred
"""


@pytest.mark.parametrize(
    "text",
    [
        f"$ kubectl get pod p -n ml -o yaml\n{POD}$ kubectl get secret regcred -n ml -o yaml\n{SECRET}me@host:~$ ",
        f"{POD}{SECRET}",
        f"Hello,\n\n```yaml\n{POD}```\n\nand the Secret:\n\n```yaml\n{SECRET}```\nThanks, Bob\n",
        "".join(f"> {line}\r\n" for line in f"{POD}---\n{SECRET}".splitlines()),
        "".join(f"> > {line}\n" for line in f"{POD}---\n{SECRET}".splitlines()),
        f"{POD}---\n{SECRET}".replace("  ", "\xa0 ").replace(": ", ":\xa0"),
        f"{POD}---\n{SECRET}".replace("kind", "\x1b[33mkind\x1b[0m"),
        f"```json\n{json.dumps({'kind': 'Pod', 'metadata': {'namespace': 'ml'}, 'spec': {'imagePullSecrets': [{'name': 'regcred'}], 'containers': [{'image': IMAGE}]}}, indent=4)}\n```\n```json\n{json.dumps({'kind': 'Secret', 'type': 'kubernetes.io/dockerconfigjson', 'metadata': {'name': 'regcred', 'namespace': 'ml'}, 'data': {'.dockerconfigjson': DATA}}, indent=4)}\n```\n",
    ],
    ids=["terminal", "one behind the other", "ticket", "mail", "mail of a mail", "hard blanks", "colours", "JSON"],
)  # fmt: skip
def test_pod_and_secret_are_read_where_they_were_copied(text):
    papers = papers_of(text.encode())
    (offer,) = worth(papers).secrets

    assert (choose(papers).image, choose(papers).pod.namespace, offer.full_name, offer.trouble) == (
        IMAGE,
        "ml",
        "ml/regcred",
        "",
    )


def test_a_document_that_was_broken_on_its_way_is_refused_and_not_read_in_part():
    """A terminal broke the data: what is left of it would be called no login."""
    broken = SECRET.replace(f"data: {{.dockerconfigjson: {DATA}}}\n", "")
    broken = broken.replace("type:", f"data:\n  .dockerconfigjson: {DATA[:40]}\n{DATA[40:]}\ntype:")

    for text in (broken, f"$ kubectl get secret\n{broken}$ "):
        with pytest.raises(UnusableDocument, match="is no YAML"):
            papers_of(text.encode())


@pytest.mark.parametrize(
    "reason",
    ["ErrImageNeverPull", "InvalidImageName", "ImageInspectError", "RegistryUnavailable", "SignatureValidationFailed"],
)
def test_a_container_that_waits_for_its_image_for_another_reason_counts_too(reason):
    states = [{"name": "a", "state": {"running": {}}}, {"name": "b", "state": {"waiting": {"reason": reason}}}]

    assert choose(papers_of(json.dumps({**WAITS, "status": {"containerStatuses": states}}).encode())).image == IMAGE


EVENTS = [
    ("Pulling", 'Pulling image "h.io/a/b:1"'),
    ("Pulled", 'Successfully pulled image "h.io/a/b:1" in 3s (3s including waiting)'),
    ("Pulling", f'Pulling image "{IMAGE}"'),
    ("Failed", f'Failed to pull image "{IMAGE}": rpc error: code = Unknown desc = x: not found'),
    ("Failed", "Error: ErrImagePull"),
]
OTHER_WORDS = [
    f'Container image "{IMAGE}" is not present with pull policy of Never',
    f'Failed to inspect image "{IMAGE}": rpc error: code = Unknown desc = short name mode is enforcing',
    f'Failed to apply default image tag "{IMAGE}": couldn\'t parse image name: invalid reference format',
]


@pytest.mark.parametrize("words", OTHER_WORDS)
def test_the_image_is_found_in_what_the_kubelet_says_otherwise(words):
    described = f"Name: p\nNamespace: ml\nEvents:\n  Warning  Failed  1m  kubelet  {words}\n"

    assert choose(papers_of(described.encode())).image == IMAGE


def test_of_several_images_that_the_kubelet_speaks_of_the_one_it_could_not_have_counts():
    """An init container's image was pulled before, or a sidecar's."""
    lines = "".join(f"  Normal  {reason}  1m  kubelet  {words}\n" for reason, words in EVENTS)
    described = f"Name: p\nNamespace: ml\nEvents:\n{lines}"
    listed = [
        {"kind": "Event", "reason": reason, "message": words, "involvedObject": {"name": "p", "namespace": "ml"}}
        for reason, words in EVENTS
    ]

    for content in (
        described,
        json.dumps({"kind": "List", "items": listed}),
        json.dumps({"kind": "List", "items": [WAITS, *listed]}),
    ):
        assert choose(papers_of(content.encode())).image == IMAGE


def test_but_not_before_one_that_was_asked_for_in_vain():
    states = [
        {"name": "a", "state": {"waiting": {"reason": "ErrImagePull"}}},
        {"name": "b", "state": {"waiting": {"reason": "InvalidImageName"}}},
    ]
    choice = choose(papers_of(json.dumps({**WAITS, "status": {"containerStatuses": states}}).encode()))

    assert choice.image == "h.io/a/b:1"


@pytest.mark.parametrize(
    ("kind", "path"),
    [("Deployment", ("template",)), ("StatefulSet", ("template",)), ("CronJob", ("jobTemplate", "spec", "template"))],
)
def test_the_pods_that_something_makes_are_read_from_its_template(kind, path):
    value = {"spec": {"imagePullSecrets": [{"name": "regcred"}], "containers": [{"name": "c", "image": IMAGE}]}}
    for name in reversed(path):
        value = {name: value}
    owner = {"kind": kind, "metadata": {"name": "train", "namespace": "ml"}, "spec": value}
    own = {"kind": "Pod", "spec": {"containers": [{"name": "c", "image": "h.io/a/b:1"}]}}

    choice = choose(papers_of(json.dumps(owner).encode()))

    assert (choice.image, choice.pod.name, choice.pod.namespace, choice.pod.secrets) == (IMAGE, "", "ml", ("regcred",))
    both = f"{json.dumps(owner)}\n{json.dumps(own)}"
    assert choose(papers_of(both.encode())).image == "h.io/a/b:1", "a Pod tells more than what makes it"


@pytest.mark.parametrize(
    ("entry", "trouble"),
    [
        ({"username": "alice"}, "no-login"),
        ({"auth": packed("alice:")}, "no-login"),
        ({"auth": packed("alice:pass\r\n")}, "line-break"),
        ({"auth": packed("alice:pass".encode("utf-16-le"))}, "utf-16"),
        ({**login(), "email": 7}, "entry-broken"),
        ({"username": "alice", "password": "***", "auth": "REDACTED"}, "masked"),
        ({"auth": "YWxp..."}, "masked"),
        ({"username": "alice", "password": "<hidden>"}, "masked"),
        ({"auth": packed("alice:<your-token>")}, ""),
    ],
)
def test_what_an_entry_is_worth(entry, trouble):
    found = worth(secret({"auths": {HOST: entry}}))

    assert [one.trouble for one in found.secrets] == [trouble]
    assert found.logins == () or trouble in ("line-break", "utf-16", "")


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        ({".dockerconfigjson": packed(packed(DATA))}, "double-base64"),
        ({".dockerconfigjson": f"{DATA[:20]} {DATA[20:]}"}, "not-base64"),
        ({".dockerconfigjson": f"{DATA[:20]}\r\n{DATA[20:]}\n"}, ""),
        ({".dockerconfigjson": packed("null")}, "no-entries"),
        ({".dockerconfigjson": "***"}, "masked"),
        ({".dockerconfigjson": "REDACTED"}, "masked"),
        ({".dockerconfigjson": "<base64 of the config>"}, "masked"),
        ({".dockerconfigjson": "xxxxxxxxxxxxxxxx"}, "masked"),
        ({".dockerconfigjson": f"{DATA[:20]}..."}, "masked"),
        ({".dockerconfigjson": "{{ .Values.pullSecret | b64enc }}"}, "not-base64"),
        ({".dockerconfigjson": packed("{'auths': {'*.jfrog.io': {}}}")}, "no-json"),
        ({".dockerconfigjson": packed(json.dumps({"credHelpers": {HOST: "ecr-login"}}))}, "no-entries"),
        ({".dockerconfigjson": packed(json.dumps({"auths": {HOST: login()}, "HttpHeaders": ["x"]}))}, "no-json"),
        ({".dockerconfigjson": packed(json.dumps({"auths": {HOST: login()}, "credsStore": 7}))}, ""),
    ],
)
def test_what_the_data_is_worth(content, trouble):
    (offer,) = worth(secret(data=content)).secrets

    assert offer.trouble == trouble


@pytest.mark.parametrize(
    ("key", "trouble"),
    [
        ("", "no-key"),
        ("*.jfrog.io:443", "other-port"),
        ("https://*.jfrog.io:8443/x", "other-port"),
        ("*.io", "other-host"),
    ],
)
def test_why_a_key_does_not_serve(key, trouble):
    (offer,) = worth(secret({"auths": {key: login()}})).secrets

    assert offer.trouble == trouble


def test_a_key_that_does_not_serve_is_named_though_its_login_is_blotted_out():
    (offer,) = worth(secret({"auths": {"cgr.dev": {"auth": "***"}}})).secrets

    assert offer.trouble == "chainguard-only"


@pytest.mark.parametrize("image", [f"https://{IMAGE}", f"docker://{IMAGE}", f"'{IMAGE}'", f"docker pull {IMAGE}"])
def test_the_kubelet_drops_nothing_of_an_image_that_people_write_otherwise(tmp_path, image):
    (tmp_path / "pod").write_text(POD.replace(IMAGE, json.dumps(image)))

    with pytest.raises(UsageProblem) as refused:
        take_papers({"pod": tmp_path / "pod"}, {})

    assert f"write {IMAGE}" in str(refused.value)
    assert "InvalidImageName" in str(refused.value)


@pytest.mark.parametrize(("policy", "told"), [("Never", True), ("IfNotPresent", False)])
def test_a_pod_that_pulls_nothing_is_told(tmp_path, policy, told):
    (tmp_path / "pod").write_text(POD.replace("    image:", f"    imagePullPolicy: {policy}\n    image:"))
    values = {"pod": tmp_path / "pod"}

    take_papers(values, {})

    assert bool(values["papers"].remarks()) is told
    assert all(len(line) < 72 for line in values["papers"].remarks())


@pytest.mark.parametrize("name", ["pod", "pull_secret"])
@pytest.mark.parametrize(
    "text",
    [
        "kind: Service\n",
        "kind: [\n",
        "",
        "a: b\n",
        "\0",
        "NAME READY AGE\n",
        'Error from server (NotFound): pods "x" not found\n',
    ],
)
def test_a_refusal_says_what_to_give(tmp_path, name, text):
    (tmp_path / "given").write_text(text)

    with pytest.raises(UsageProblem) as refused:
        take_papers({name: tmp_path / "given"}, {})

    assert "give " in str(refused.value) or "add -o yaml" in str(refused.value)
