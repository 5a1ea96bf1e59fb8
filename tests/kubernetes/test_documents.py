"""Documents are read within bounds, or refused in one line that quotes nothing of them."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cgrdoctor.kubernetes.documents import LIMIT, UnusableDocument, objects, text_of
from cgrdoctor.kubernetes.papers import papers_of

CANARY = "s3cret-canary"
POD = f"kind: Pod\nmetadata:\n  name: a\nspec:\n  containers:\n  - name: b\n    image: h.io/a/b\n    command: [{CANARY}]\n"

HOSTILE = {
    "empty": b"",
    "blanks": b" \n\t\n",
    "binary": bytes(range(256)),
    "zero": b"kind: Pod\0",
    "latin": b"kind: P\xf6d\n",
    "large": b"# " + b"x" * LIMIT,
    "deep-flow": b"kind: " + b"[" * 100_000,
    "deep-json": b'{"kind":' + b"[" * 100_000,
    "deep-json-whole": b'{"kind":' * 60 + b"1" + b"}" * 60,
    "deep-block": b"".join(b" " * n + b"a:\n" for n in range(60)),
    "aliases": f"a: &a [{CANARY}, {CANARY}]\nb: &b [*a, *a]\nc: [*b, *b]\n".encode(),
    "merge": b"base: &base {kind: Pod}\npod:\n  <<: *base\n",
    "directives": b"".join(b"%%TAG !a%d! tag:x,2000:\n" % n for n in range(50_000)) + b"--- 1\n",
    "list-at-the-top": f"- {CANARY}\n".encode(),
    "text-at-the-top": CANARY.encode(),
    "number": b"12345",
    "truncated-json": POD.encode()[:0] + b'{"kind": "Pod", "spec": {"containers": [',
    "broken-yaml": f"kind: Pod\n  {CANARY}: [\n".encode(),
    "tab": b"kind: Pod\nspec:\n\tcontainers: []\n",
    "complex-key": b"? {a: b}\n: c\n",
    "list-key": b"[a, b]: c\n",
    "many-elements": b"- [" + b"1," * 1_500_000 + b"]",
    "json-elements": b'{"a":[' + b"1," * 1_500_000 + b"1]}",
    "other-kind": f"kind: ConfigMap\ndata:\n  token: {CANARY}\n".encode(),
    "deployment": f"kind: Deployment\nmetadata:\n  name: {CANARY}\n".encode(),
    "kind-is-a-map": b"kind: {a: b}\n",
    "kind-is-strange": f'kind: "{CANARY} \x1b[31m"\n'.encode(),
    "config-json": json.dumps({"auths": {"h.io": {"auth": CANARY}}}).encode(),
    "list-of-nothing": b"kind: List\nitems: []\n",
    "list-of-texts": b"kind: List\nitems: [a, b]\n",
    "undefined-tag": f"kind: !canary!{CANARY} a\n".encode(),
    "python-tag": b"kind: !!python/object/apply:os.system [id]\n",
    "huge-number": b'{"kind": ' + b"9" * 100_000 + b"}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_used_is_refused_in_one_line(name):
    started = time.process_time()

    with pytest.raises(UnusableDocument) as refused:
        papers_of(HOSTILE[name])

    said = str(refused.value)
    assert said
    assert said.isprintable()
    assert len(said) < 160
    assert CANARY not in said
    assert time.process_time() - started < 20, "reading takes far longer than the document is large"


@pytest.mark.parametrize(
    "text",
    [
        "kind: Pod\nspec: 7\nmetadata: [a]\n",
        "kind: Pod\nspec:\n  containers: {a: b}\n  imagePullSecrets: yes\n",
        "kind: Pod\nspec:\n  containers: [1, null, [], {image: [x]}]\nstatus:\n  containerStatuses: [null, {state: 1}]\n",
        "kind: Secret\ndata: 7\n",
        "kind: Secret\ndata: [a]\nstringData: x\ntype: [b]\n",
        "kind: Secret\nmetadata: 1\ndata:\n  .dockerconfigjson: {a: b}\n",
        "kind: Event\ninvolvedObject: x\ncount: many\n",
    ],
)
def test_a_field_of_the_wrong_type_is_not_there(text):
    assert papers_of(text.encode())


def refusal(content):
    """The line with which it is refused; empty where it is read."""
    try:
        papers_of(content)
    except UnusableDocument as refused:
        return str(refused)
    return ""


@given(st.binary(max_size=400))
def test_no_bytes_break_it(content):
    assert refusal(content).isprintable()


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["kind", "spec", "items", "metadata", "data", "status", "containers", "name", "image"]), inner, max_size=4), max_leaves=12))  # fmt: skip
def test_no_shape_breaks_it(value):
    for kind, names in (("Pod", ("spec", "status")), ("Secret", ("data", "type", "stringData"))):
        document = {"kind": kind, "metadata": value, **dict.fromkeys(names, value)}
        assert refusal(json.dumps(document).encode()).isprintable()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_powershell_writes_is_read(encoding):
    assert papers_of(POD.replace("\n", "\r\n").encode(encoding)).pods[0].containers[0].image == "h.io/a/b"


def test_documents_stand_behind_each_other():
    both = f"---\n{POD}---\nkind: Secret\nmetadata: {{name: s}}\n...\n---\n"
    json_both = '{"kind": "Pod", "metadata": {"name": "a"}}\n{"kind": "Secret", "metadata": {"name": "s"}}\n'

    for text in (both, json_both):
        found = papers_of(text.encode())
        assert [pod.name for pod in found.pods] == ["a"]
        assert [secret.name for secret in found.secrets] == ["s"]


def test_a_place_is_named_by_line_and_column():
    with pytest.raises(UnusableDocument, match="line 3, column 1"):
        objects(text_of(b"kind: Pod\nspec: {a: [\n"))
    with pytest.raises(UnusableDocument, match="line 2, column 10"):
        objects(text_of(b'{"kind":\n "Pod",  ]}'))


def test_reading_grows_with_the_document():
    def seconds(pods):
        text = ("---\n" + POD) * pods
        started = time.process_time()
        papers_of(text.encode())
        return time.process_time() - started

    seconds(10)
    few, many = (min(seconds(pods) for _ in range(3)) for pods in (200, 1000))
    assert many < 12 * max(few, 0.01)
