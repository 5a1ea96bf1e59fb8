"""What Artifactory's words mean, however they are worded and whatever names stand in them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cgrdoctor.net.step import Step
from cgrdoctor_checks.facts.artifactory.symptom import symptom
from cgrdoctor_checks.facts.artifactory.wording import mechanism, upstream_stage, without_names

KEY, IMAGE, TAG = "cgr-private", "acme.com/python", "3.12"


def answered(status, message="", code="NOT FOUND", shape="oci", key=KEY, image=IMAGE, name="manifest"):
    return Step(
        name=name,
        host="acme.jfrog.io",
        exchange="x1",
        path=f"v2/{key}/{image}/manifests/{TAG}",
        status=status,
        message=message,
        code=code,
        shape=shape,
    )


TEXTS = [
    # JFrog's and Chainguard's documentation, captures
    (
        "upstream-token",
        404,
        (
            "Invalid username/password configured for Remote Docker repository: {key}: Error in getting information for "
            "'{image}/{tag}/list.manifest.json' (java.lang.IllegalStateException: Can't fetch token for repo: {key} realm: "
            "https://cgr.dev/token scope:repository:{image}:pull)."
        ),
    ),
    ("assumed-offline", 404, "{key}: is assumed offline, '{image}/{tag}' is not found at '{image}/{tag}'."),
    ("blacked-out", 404, "The repository '{key}' is blacked out and cannot serve artifact '{key}:{image}/{tag}'."),
    (
        "xray",
        403,
        (
            "Artifact download request rejected: {image}/{tag}/manifest.json was not downloaded due to the download blocking "
            "policy configured in Xray for {key}."
        ),
    ),
    ("mime", 409, "Mismatching mime types found in request: application/json and response: text/html"),
    (
        "pattern",
        404,
        "The repository '{key}' rejected the artifact '{image}/{tag}' due to its include/exclude pattern settings.",
    ),
    ("rate-limited", 429, "Docker remote repository reached the request rate limit set by the Docker registry"),
    ("unsupported-route", 400, "Unsupported docker v2 repository request for 'null'"),
    ("lock-down", 503, "In order to use Artifactory you must accept the EULA first"),
    ("storage-full", 413, "Datastore disk usage is too high. Contact your Artifactory administrator"),
    (
        "upstream-transport",
        404,
        (
            "{key}: Error in getting information for '{image}/{tag}/list.manifest.json' (Failed retrieving resource from "
            "https://cgr.dev/: Connect to cgr.dev:443 [cgr.dev/203.0.113.7] failed: connect timed out)."
        ),
    ),
    # the same in other words
    ("upstream-token", 404, "Could not obtain a bearer token for {image} from https://cgr.dev/token"),
    ("upstream-token", 401, "The credentials of remote repository '{key}' were rejected by the upstream registry"),
    ("upstream-token", 500, "Token request for scope repository:{image}:pull failed"),
    ("upstream-token", 404, "Authentication against the remote registry did not succeed for {key}"),
    ("upstream-token", 403, "Upstream refused the configured credentials"),
    ("assumed-offline", 404, "Remote '{key}' is temporarily considered offline; {image}/{tag} cannot be served"),
    ("assumed-offline", 404, "{key}: remote assumed to be offline after I/O error"),
    ("blacked-out", 403, "Repository is blacked-out: {key}"),
    ("offline", 404, "{key}: is offline, '{image}/{tag}' is not found at '{image}/{tag}'."),
    ("offline", 404, "The repository is currently offline and the requested manifest is not cached"),
    ("xray", 403, "Blocked by an Xray security policy"),
    ("curation", 403, "{image}:{tag} was blocked by JFrog Curation: immature package"),
    ("mime", 409, "Unexpected content type blocked: text/html"),
    ("mime", 409, "Blocked: unexpected content type 'text/html' received from upstream"),
    ("pattern", 403, "Path {image}/{tag} does not match the inclusion patterns of {key}"),
    ("rate-limited", 429, "Too many requests, slow down"),
    ("storage-full", 500, "java.io.IOException: No space left on device"),
    ("lock-down", 503, "License expired or not installed"),
    ("upstream-transport", 404, "I/O error while asking the remote for {image}/{tag}"),
    ("upstream-transport", 500, "The upstream registry did not respond"),
    # a stage is nearer to the cause than what it is wrapped in
    ("upstream-transport", 404, "Can't fetch token for repo: {key} (javax.net.ssl.SSLHandshakeException: PKIX path)"),
    ("upstream-transport", 404, "Can't fetch token for repo: {key}: java.net.UnknownHostException: cgr.dev"),
    ("assumed-offline", 404, "{key}: assumed offline since 'Connect to cgr.dev:443 failed: Connection refused'"),
    # nothing is named: the status decides, and no mechanism is made up
    ("unfound", 404, "The named manifest is not known to the registry.", "MANIFEST_UNKNOWN"),
    ("unfound", 404, "manifest for {image}:{tag} gibt es nicht", "MANIFEST_UNKNOWN"),
    ("forbidden", 403, "The client does not have permission for manifest", "UNAUTHORIZED"),
    ("failed", 500, "Internal error", ""),
    ("refused", 400, "Bad Request", ""),
    ("upstream-transport", 404, "something nobody has seen", "NOT FOUND"),
]


@pytest.mark.parametrize(("meaning", "status", "text", "code"), [(*row, "NOT FOUND")[:4] for row in TEXTS])
def test_a_text_is_read_for_its_mechanism(meaning, status, text, code):
    said = text.format(key=KEY, image=IMAGE, tag=TAG)

    assert symptom(answered(status, said, code)) == meaning


NAMES = st.sampled_from(
    [
        "xray",
        "curated",
        "curation-remote",
        "proxy",
        "nginx-proxy",
        "dns",
        "coredns",
        "openssl",
        "tls",
        "offline",
        "token",
        "token-service",
        "rate-limiter",
        "pattern",
        "blacked-out",
        "handshake",
        "refused",
        "timeout",
        "mime-types",
        "license",
        "eula",
        "datastore",
        "upstream",
        "assumed-offline",
        "407",
    ]
)


@settings(max_examples=200)
@given(row=st.sampled_from(TEXTS), organization=NAMES, image=NAMES, key=NAMES.map(lambda name: f"docker-{name}"))
def test_the_names_of_things_decide_nothing(row, organization, image, key):
    meaning, status, text, *code = row
    path = f"{organization}/{image}"
    said = text.format(key=key, image=path, tag=TAG)

    assert symptom(answered(status, said, *(code or ["NOT FOUND"]), key=key, image=path)) == meaning


OURS = ["Token failed verification: expired", "Bad Credentials", "Token principal mismatch.", "Wrong username was used"]


@pytest.mark.parametrize("name", ["token", "manifest"])
@pytest.mark.parametrize("text", OURS)
def test_a_refusal_of_our_own_login_does_not_speak_of_upstream(name, text):
    assert symptom(answered(401, text, "", "artifactory", name=name)) == "unauthorized"


NEUTRAL = st.lists(
    st.sampled_from(
        [
            "the",
            "manifest",
            "was",
            "not",
            "served",
            "by",
            "this",
            "repository",
            "please",
            "ask",
            "your",
            "administrator",
            "sorry",
            "entry",
        ]
    ),
    max_size=12,
).map(" ".join)


@given(text=NEUTRAL, status=st.sampled_from([400, 403, 404, 409, 500, 503]))
def test_words_nobody_has_seen_leave_it_to_the_status(text, status):
    fallback = {400: "refused", 403: "forbidden", 404: "unfound", 409: "refused", 500: "failed", 503: "unavailable"}

    assert symptom(answered(status, text, "")) == fallback[status]


@given(text=st.text(max_size=400), path=st.text(max_size=60))
def test_any_text_can_be_read(text, path):
    assert mechanism(text, path) == mechanism(text, path)
    assert len(without_names(text, f"v2/{path}/manifests/x")) <= len(text) + 20 * (text.count("repo") + 1)


STAGES = [
    ("dns", "java.net.UnknownHostException: cgr.dev: Name or service not known"),
    ("dns", "Failed to resolve cgr.dev after 2 queries: could not resolve"),
    ("refused", "Connect to cgr.dev:443 [cgr.dev/203.0.113.7] failed: Connection refused (Connection refused)"),
    ("unreachable", "java.net.NoRouteToHostException: No route to host"),
    ("unreachable", "Network is unreachable (connect failed)"),
    ("untrusted", "PKIX path building failed: unable to find valid certification path to requested target"),
    ("tls", "javax.net.ssl.SSLHandshakeException: Remote host terminated the handshake"),
    ("proxy", "CONNECT refused by proxy: HTTP/1.1 407 Proxy Authentication Required"),
    ("proxy", "Unable to tunnel through proxy. Proxy returns HTTP/1.1 403 Forbidden"),
    ("reset", "java.net.SocketException: Connection reset"),
    ("reset", "cgr.dev:443 failed to respond"),
    ("read-timeout", "java.net.SocketTimeoutException: Read timed out"),
    ("connect-timeout", "Connect to cgr.dev:443 failed: connect timed out"),
    ("connect-timeout", "org.apache.http.conn.ConnectTimeoutException: Connect to cgr.dev:443 failed"),
    (None, "Error in getting information for 'acme.com/nginx-proxy/dns/1/manifest.json'"),
    (None, "something else altogether"),
]


@pytest.mark.parametrize(("stage", "text"), STAGES)
def test_a_transport_text_names_its_stage(stage, text):
    found = upstream_stage(text)

    assert (found.name if found else None) == stage


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (503, "upstream connect error or disconnect/reset before headers. reset reason: connection failure"),
        (503, "no healthy upstream"),
        (504, "upstream request timeout"),
    ],
)
def test_the_upstream_of_a_gateway_is_artifactory_itself(status, text):
    assert symptom(answered(status, text, "", "text")) == "unavailable"
