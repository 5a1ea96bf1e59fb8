"""Documents made by a real kubectl (see make_documents.py): the image, the kubelet's words, what each secret is worth."""

import base64
import json

import pytest
from brought import IMAGE, NOW, login, made, pod, secret, worth

from cgrdoctor.kubernetes.documents import UnusableDocument
from cgrdoctor.kubernetes.papers import choose, papers_of


@pytest.mark.parametrize(
    ("name", "trouble"),
    [
        ("secret-good.yaml", ""),
        ("secret-from-file.yaml", ""),
        ("secret-url.yaml", ""),
        ("secret-url-v2.yaml", ""),
        ("secret-glob.yaml", ""),
        ("secret-repository.yaml", ""),
        ("secret-dockercfg.yaml", ""),
        ("secret-no-server.yaml", "hub-only"),
        ("secret-url-path.yaml", "path"),
        ("secret-other-repository.yaml", "path"),
        ("secret-cgr-dev.yaml", "chainguard-only"),
        ("secret-port.yaml", "other-port"),
        ("secret-upper-case.yaml", "case"),
        ("secret-line-break.yaml", "line-break"),
        ("secret-twice.yaml", "double-base64"),
        ("secret-opaque.yaml", "wrong-type"),
        ("secret-other-key.yaml", "no-data"),
        ("secret-wrong-form.yaml", "wrong-form"),
        ("secret-basic-auth.yaml", "wrong-type"),
    ],
)
def test_what_kubectl_made_is_worth(name, trouble):
    (offer,) = worth(made("pod.yaml"), made(name)).secrets

    assert (offer.name, offer.namespace, offer.trouble) == ("regcred", "ml", trouble)


@pytest.mark.parametrize(
    "name", ["secret-good.yaml", "secret-glob.yaml", "secret-dockercfg.yaml", "secret-from-file.yaml"]
)
def test_the_login_is_the_one_that_was_stored(name):
    (found,) = worth(made(name)).logins

    assert (found.secret, found.entry.username, found.entry.password) == ("ml/regcred", "alice", "Adm1n-passw0rd")
    assert "Adm1n" not in repr(worth(made(name)))


@pytest.mark.parametrize(
    "name",
    ["pod.yaml", "pod.json", "pods-and-events.yaml", "pods-and-events.json", "everything.yaml", "everything.json",
     "events.yaml", "describe.txt"],
)  # fmt: skip
def test_the_image_that_waits_is_found(name):
    papers = made(name)
    choice = choose(papers)

    assert choice.image == IMAGE
    assert "canary" not in repr(papers)
    if papers.pods:
        assert (choice.pod.node, choice.pod.secrets, choice.container.pull_policy) == (
            "ip-10-0-2-97",
            ("regcred",),
            "IfNotPresent",
        )
    if papers.events:
        assert max(event.count for event in choice.events) == 17
        assert any("anonymous token" in event.words for event in choice.events)
        assert {(event.pod, event.namespace) for event in choice.events} == {("train-7d9", "ml")}


def test_one_list_holds_everything():
    (offer,) = worth(made("everything.yaml")).secrets

    assert (offer.full_name, offer.trouble) == ("ml/regcred", "")


def test_of_several_images_the_one_that_waits_counts():
    assert choose(pod("h.io/a/b:1", "h.io/a/c:1", waiting=[1])).image == "h.io/a/c:1"
    assert choose(pod("h.io/a/b:1", "h.io/a/b:1")).image == "h.io/a/b:1"
    assert choose(pod("h.io/a/b:1", "h.io/a/c:1", waiting=[0]), "h.io/a/c:1").container.name == "c1"


@pytest.mark.parametrize("waiting", [[], [0, 1]])
def test_several_that_count_alike_are_listed(waiting):
    with pytest.raises(UnusableDocument, match=r"h\.io/a/b:1, h\.io/a/c:1"):
        choose(pod("h.io/a/b:1", "h.io/a/c:1", waiting=waiting))


def test_no_user_information_is_listed():
    digest = "sha256:" + "a" * 64

    with pytest.raises(UnusableDocument) as refused:
        choose(pod("u:s3cret@h.io/a/b:1", f"u:s3cret@h.io/a/c@{digest}"))

    assert "s3cret" not in str(refused.value)
    assert f"h.io/a/c@{digest}" in str(refused.value)


@pytest.mark.parametrize(
    ("papers", "troubles"),
    [
        ([pod(IMAGE), secret({"auths": {"acme.jfrog.io": login()}}, namespace="default")], ["other-namespace"]),
        ([pod(IMAGE), secret({"auths": {"acme.jfrog.io": login()}}, namespace="")], [""]),
        ([pod(IMAGE), secret({"auths": {}}, name="another")], ["not-given"]),
        ([pod(IMAGE, secrets=()), secret({"auths": {"acme.jfrog.io": login()}})], []),
        ([secret({"auths": {"acme.jfrog.io": login("pass\r\n")}})], ["line-break"]),
        ([secret({"auths": {"acme.jfrog.io": {"auth": "%%%"}}})], ["entry-broken"]),
        ([secret({"auths": {"acme.jfrog.io": {"auth": "bm9jb2xvbg=="}}})], ["entry-broken"]),
        ([secret({"auths": {"other.io": {"auth": 7}}})], ["entry-broken"]),
        ([secret({"auths": {"acme.jfrog.io": {}}})], ["no-login"]),
        ([secret({"auths": {"acme.jfrog.io": None}})], ["no-login"]),
        ([secret({"auths": {"acme.jfrog.io": {"identitytoken": "x"}}})], ["no-login"]),
        ([secret({"Auths": {"acme.jfrog.io": {"Username": "a", "PASSWORD": "b"}}})], [""]),
        ([secret({"auths": {"acme.jfrog.io": {"username": "a", "password": "b", "email": "c"}}})], [""]),
        ([secret({"auths": {"acme.jfrog.io": {"auth": login()["auth"].rstrip("=") + "\n"}}})], [""]),
        ([secret({"auths": {}})], ["no-entries"]),
        ([secret({})], ["no-entries"]),
        ([secret([])], ["no-json"]),
        ([secret({"auths": []})], ["no-json"]),
        ([secret({"acme.jfrog.io": login()})], ["wrong-form"]),
        ([secret(data={".dockerconfigjson": base64.b64encode(b"{'auths': {}}").decode()})], ["no-json"]),
        ([secret(data={".dockerconfigjson": "%%%"})], ["not-base64"]),
        ([secret()], ["no-data"]),
        ([secret(stringData={".dockerconfigjson": json.dumps({"auths": {"acme.jfrog.io": login()}})})], [""]),
        ([secret({"auths": {"other.io": login(), "cgr.dev": login()}})], ["chainguard-only"]),
        ([secret({"auths": {"bad host": login()}})], ["no-key"]),
    ],
    ids=str,
)  # fmt: skip
def test_what_a_secret_is_worth(papers, troubles):
    assert [one.trouble for one in worth(*papers).secrets] == troubles


def test_a_token_tells_when_it_ended():
    def token(exp):
        return ".".join(
            base64.urlsafe_b64encode(one).decode().rstrip("=") for one in (b"{}", b'{"exp":%d}' % exp, b"s")
        )

    moment = int(NOW.timestamp())
    for exp, trouble in ((moment - 1, "expired"), (moment + 60, "")):
        (offer,) = worth(secret({"auths": {"acme.jfrog.io": login(token(exp))}})).secrets
        assert offer.trouble == trouble


def test_only_what_the_pod_names_is_decoded():
    named = secret({"auths": {"acme.jfrog.io": login("named-password")}})
    other = secret({"auths": {"acme.jfrog.io": login("other-password")}}, name="another")

    found = worth(pod(IMAGE), named, other)

    assert any("named-password" in text for text in found.heard)
    assert not any("other-password" in text for text in found.heard)


def test_a_service_accounts_secrets_count_where_the_pod_names_none():
    account = papers_of(
        json.dumps({"kind": "ServiceAccount", "metadata": {"name": "trainer", "namespace": "ml"}, "imagePullSecrets": [{"name": "regcred"}]}).encode()
    )  # fmt: skip
    good = secret({"auths": {"acme.jfrog.io": login()}})

    assert [one.trouble for one in worth(pod(IMAGE, secrets=(), account="trainer"), account, good).secrets] == [""]
    assert worth(pod(IMAGE, secrets=(), account="other"), account, good).secrets == ()


def test_several_secrets_are_tried_in_the_kubelets_order():
    first = secret({"auths": {"acme.jfrog.io": login("one"), "cgr.dev": login("two")}}, name="first")
    second = secret({"auths": {"acme.jfrog.io/cgr-private": login("three")}}, name="second")

    found = worth(pod(IMAGE, secrets=("first", "second")), first, second)

    assert [one.entry.password for one in found.logins] == ["three", "one"]


def test_a_login_that_is_sure_to_be_refused_is_not_tried_first():
    old = secret({"auths": {"acme.jfrog.io": login("old\n")}}, name="old")
    new = secret({"auths": {"acme.jfrog.io": login("new")}}, name="new")

    found = worth(pod(IMAGE, secrets=("old", "new")), old, new)

    assert [one.secret for one in found.logins] == ["ml/new", "ml/old"]
    assert [one.trouble for one in found.secrets] == ["line-break", ""]


def test_a_secret_full_of_logins_is_not_opened_and_many_secrets_are_refused():
    full = secret({"auths": {f"h{n}.io": login() for n in range(5000)}})
    (offer,) = worth(full).secrets

    assert (offer.trouble, worth(full).logins) == ("too-many", ())
    with pytest.raises(UnusableDocument, match="201 Secrets"):
        papers_of(b"---\n".join([b"kind: Secret\n"] * 201))


def test_every_secret_text_is_learnt_and_no_users_name():
    entry = {
        "username": "a-users-name",
        "password": "pass-1\n",
        "auth": login("pass-2")["auth"],
        "identitytoken": "pass-3",
    }
    heard = worth(secret({"auths": {"other.io": entry}})).heard

    assert {"pass-1", "pass-2", "pass-3", login("pass-2")["auth"]} <= set(heard)
    assert not any("a-users-name" in text for text in heard)


def test_what_the_kubelet_says_is_missing_is_missing():
    said = {"kind": "Event", "reason": "FailedToRetrieveImagePullSecret", "message": "Unable to retrieve some image pull secrets (regcred, b); attempting", "involvedObject": {"name": "p", "namespace": "ml"}}  # fmt: skip
    event = papers_of(json.dumps(said).encode())

    assert [one.trouble for one in worth(pod(IMAGE), event).secrets] == ["absent"]
    assert [one.trouble for one in worth(pod(IMAGE, secrets=("reg",)), event).secrets] == ["not-given"]


def test_of_the_kubelets_words_alone_it_is_known_which_secrets_are_not_there():
    lines = [
        "Name: p", "Namespace: ml", "Events:",
        "  Warning  FailedToRetrieveImagePullSecret  2m (x4 over 5m)  kubelet  Unable to retrieve some image pull secrets (regcred, other-cred); attempting to pull the image may not succeed.",
        f'  Warning  Failed  1m  kubelet  Failed to pull image "{IMAGE}": no',
    ]  # fmt: skip
    described = papers_of("\n".join(lines).encode())
    good = secret({"auths": {"acme.jfrog.io": login()}})

    assert [(one.full_name, one.trouble) for one in worth(described).secrets] == [
        ("ml/regcred", "absent"),
        ("ml/other-cred", "absent"),
    ]
    assert [one.trouble for one in worth(described, good).secrets] == ["", "absent"]
