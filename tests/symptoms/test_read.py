"""What clients print is read: who, which image, what it can mean; the real clients' words are in the table."""

import json
import shlex
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cgrdoctor.cli import run
from cgrdoctor.config.images import through_artifactory
from cgrdoctor.engine.discovery import load
from cgrdoctor.lab import FAULTS
from cgrdoctor.net.pasted import read_pasted
from cgrdoctor.symptoms.likely import OFTEN
from cgrdoctor.symptoms.mechanism import mechanisms
from cgrdoctor.symptoms.normal import normal
from cgrdoctor.symptoms.read import meaning
from cgrdoctor.symptoms.table import rows

CLIENT = Path(__file__).parents[1] / "field" / "client"
TEXTS = [line.split("\t") for line in (CLIENT / "error-texts.tsv").read_text(encoding="utf-8").splitlines()]
SAID = [line.split("\t") for line in (CLIENT / "client-texts.tsv").read_text(encoding="utf-8").splitlines()[1:]]
IN_WORLDS = [
    (world, client, text)
    for world, _, _, *texts in SAID
    for client, text in zip(("skopeo", "ctr", "podman"), texts, strict=False)
    if text.strip()
]
IMAGE = "acme.jfrog.io/cgr-private/acme.com/python:3.12"
NO_CLIENT = {"xray": "docker-classic", "rate": None}
"""Texts that are sorted by what is in them, not by who prints them."""
NOT_FOUND = f'failed to resolve reference "{IMAGE}": {IMAGE}: not found'


@pytest.fixture(scope="module", name="legs")
def _legs():
    return {name: code.leg for name, code in load().codes.items()}


def word(client):
    name = client.replace("/", " ").split()[0]
    return NO_CLIENT.get(name, name)


@pytest.mark.parametrize(("client", "text"), [(row[1], row[2]) for row in TEXTS], ids=[row[0] for row in TEXTS])
def test_the_client_of_a_reported_text_is_named(client, text, legs):
    assert meaning(text, legs).client == word(client)


@pytest.mark.parametrize(("world", "client", "text"), IN_WORLDS, ids=[f"{row[0]}-{row[1]}" for row in IN_WORLDS])
def test_the_fault_is_among_what_its_text_can_mean(world, client, text, legs):
    found = meaning(text, legs)

    assert found.client == client
    assert FAULTS[world].code in found.codes
    assert found.leg == (legs[found.codes[0]] if len({legs[code] for code in found.codes}) == 1 else None)
    assert not set(found.codes) & set(found.not_codes)


def test_the_data_speak_of_codes_that_there_are(legs):
    assert {row.code for row in rows()} <= set(legs)
    assert {code for row in mechanisms() for code in row.codes} <= set(legs)
    assert {row.world for row in rows() if row.source == "lab"} <= set(FAULTS)
    assert len(rows()) > 200
    assert set(OFTEN) <= set(legs)
    assert len(set(OFTEN)) == len(OFTEN)


@pytest.mark.parametrize(
    ("text", "client", "code"),
    [
        (f"ERROR: failed to solve: {IMAGE}: failed to resolve source metadata for {IMAGE}: {NOT_FOUND}", "buildkit", "tag-not-found"),
        ('time="2026-11-28T01:00:00Z" level=fatal msg="pulling image: rpc error: code = Unknown desc = x509: certificate signed by unknown authority"', "crictl", "tls-untrusted"),
        (f'Error: INSTALLATION FAILED: failed to perform "FetchReference" on source: {IMAGE}: not found', "helm", "image-not-found"),
        (f"WARNING: Failed to pull image with policy \"always\": Error response from daemon: manifest for {IMAGE} not found: manifest unknown (manager.go:250:1s)", "gitlab-runner", "pull-token-expired"),
        ("[Pipeline] sh\n+ docker pull x\nError response from daemon: unauthorized: Bad Credentials", "jenkins", "artifactory-credentials-rejected"),
        (f"Error: creating build container: initializing source docker://{IMAGE}: reading manifest 3.12 in acme.jfrog.io/cgr-private/acme.com/python: denied", "buildah", "artifactory-permission-denied"),
        (f'Failed to pull image "{IMAGE}": rpc error: code = Unknown desc = initializing source docker://{IMAGE}: pinging container registry acme.jfrog.io: Get "https://acme.jfrog.io/v2/": dial tcp: lookup acme.jfrog.io: no such host', "kubelet", "dns-failure"),
        (f"Error: fetching manifest {IMAGE}: GET https://acme.jfrog.io/v2/: unexpected status code 503 Service Unavailable", "crane", "artifactory-unhealthy"),
        ("[Error] docker: Error response from daemon: toomanyrequests", "jf", "artifactory-rate-limited"),
    ],
)  # fmt: skip
def test_others_of_the_kind(text, client, code, legs):
    found = meaning(text, legs)

    assert (found.client, code in found.codes) == (client, True)
    assert len(found.codes) > 1 or code in ("dns-failure", "tls-untrusted")


NAMES = ("jenkins", "trivy", "crane", "skopeo", "helm", "gitlab-runner", "nerdctl", "buildah", "kaniko", "cosign")
PRINTED = [
    ("docker-classic", "Error response from daemon: manifest for {} not found: manifest unknown"),
    ("docker", 'Error response from daemon: failed to resolve reference "{0}": {0}: not found'),
    ("kubelet", 'Failed to pull image "{0}": rpc error: code = NotFound desc = failed to resolve reference "{0}": {0}: not found'),
    ("ctr", 'ctr: failed to resolve reference "{0}": {0}: not found'),
    ("buildkit", "ERROR: failed to solve: {0}: failed to resolve source metadata for {0}: {0}: not found"),
    ("podman", "Trying to pull {0}...\nError: initializing source docker://{0}: reading manifest latest in {0}: denied"),
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("client", "text"), PRINTED, ids=[row[0] for row in PRINTED])
def test_the_name_of_an_image_is_no_client(client, text, name, legs):
    assert meaning(text.format(f"acme.jfrog.io/cgr-private/chainguard/{name}:latest"), legs).client == client


@pytest.mark.parametrize("name", NAMES)
def test_the_name_of_a_namespace_is_no_client(name, legs):
    event = f'{name}   2m11s   Warning   Failed   pod/{name}-0   Failed to pull image "{IMAGE}": {NOT_FOUND}'

    assert meaning(event, legs).client == "kubelet"


def test_lines_of_a_dockerfile_say_nothing_of_the_failure(legs):
    found = meaning(
        "Dockerfile:2\n   1 |     # under the Apache License, see https://curation.example/xray\n"
        f"   2 | >>> FROM {IMAGE}\nERROR: failed to solve: {IMAGE}: {IMAGE}: not found",
        legs,
    )

    assert {"tag-not-found", "pull-token-expired"} <= set(found.codes)
    assert found.leg is None


def test_a_list_of_attempts_is_read_though_its_line_breaks_are_written_out(legs):
    found = meaning(
        f"FATAL image scan error: 3 errors occurred:\\n\\t* unable to inspect the image ({IMAGE}): Cannot connect to the "
        "Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\\n\\t* containerd socket not found: "
        "/run/containerd/containerd.sock\\n\\t* GET https://acme.jfrog.io/v2/cgr-private/acme.com/python/manifests/3.12: "
        "MANIFEST_UNKNOWN: manifest unknown\\n\\n",
        legs,
    )

    assert (found.client, found.reference) == ("trivy", IMAGE)
    assert "tag-not-found" in found.codes
    assert "docker-daemon-unreachable" not in found.codes


@pytest.mark.parametrize(
    ("client", "text", "code"),
    [
        ("docker", 'Error response from daemon: Get "https://acme.jfrog.io/v2/": Forbidden', "proxy-refused"),
        ("kubelet", f'Failed to pull image "{IMAGE}": {NOT_FOUND}', "pull-token-expired"),
        ("podman", f"Error: initializing source docker://{IMAGE}: pinging container registry acme.jfrog.io: invalid character '<' looking for beginning of value", "cache-poisoned"),
        ("containerd", f'time="2026-11-28T10:11:12Z" level=error msg="PullImage "{IMAGE}" failed" error="failed to do request: Head https://acme.jfrog.io/v2/a/manifests/1: dial tcp 10.1.1.1:443: i/o timeout"', "connection-timeout"),
    ],
)  # fmt: skip
def test_a_letter_around_a_text_changes_nothing_of_it(client, text, code, legs):
    alone = meaning(text, legs)
    letter = meaning(
        f"Our deployment fails since today.\n\n{text}\n\nI tried docker login again, no help.\nAlice", legs
    )

    assert (letter.client, letter.reference, code in letter.codes) == (client, alone.reference, True)
    assert set(alone.codes) <= set(letter.codes)


@pytest.mark.parametrize("before", [0, 25_000, 100_000])
@pytest.mark.parametrize(("client", "text"), PRINTED, ids=[row[0] for row in PRINTED])
def test_a_long_log_before_an_error_hides_nobody(client, text, before, legs):
    log = "".join(f"Get:{at} http://deb.example/debian bookworm/main amd64 lib{at} 1.2.{at}\n" for at in range(2500))

    found = meaning(log[:before] + "\n" + text.format(IMAGE), legs)

    assert (found.client, found.reference) == (client, IMAGE)
    assert found.codes


def test_labels_and_settings_of_a_pod_are_no_words_of_a_failure(legs):
    labels = "".join(f"                  app.example/label-{at}=v{at}\n" for at in range(30))
    found = meaning(
        f"Name:    web-0\nLabels:  jfrog.example/xray=enabled\n{labels}"
        "Annotations:  policy.example/policy-violation: none\n              curation: licence key\n              429: 503\n"
        f"Containers:\n  app:\n    Image:   {IMAGE}\nEvents:\n  Type  Reason  Age  From  Message\n"
        f'  Warning  Failed  4s  kubelet  Failed to pull image "{IMAGE}": {NOT_FOUND}\n',
        legs,
    )

    assert (found.client, found.reference, found.leg) == ("kubelet", IMAGE, None)
    assert {"tag-not-found", "pull-token-expired"} <= set(found.codes)


def test_a_helper_that_is_missing_is_no_missing_docker(legs):
    found = meaning(
        'error getting credentials - err: exec: "docker-credential-desktop": executable file not found in $PATH\n'
        "I tried docker again.",
        legs,
    )

    assert found.codes == ("credential-helper-failed", "docker-config-invalid")


def test_the_events_of_a_pod_are_read(legs):
    events = f"""Events:
  Type     Reason     Age                From               Message
  ----     ------     ----               ----               -------
  Normal   Scheduled  2m                 default-scheduler  Successfully assigned web/app-0 to node-1
  Normal   Pulling    55s (x4 over 2m)   kubelet            Pulling image "{IMAGE}"
  Warning  Failed     54s (x4 over 2m)   kubelet            Failed to pull image "{IMAGE}": {NOT_FOUND}
  Warning  Failed     54s (x4 over 2m)   kubelet            Error: ErrImagePull
  Normal   BackOff    12s (x6 over 2m)   kubelet            Back-off pulling image "{IMAGE}"
"""
    found = meaning(events, legs)

    assert (found.client, found.reference) == ("kubelet", IMAGE)
    assert {"pull-token-expired", "image-not-in-catalog", "remote-url-mismatch"} <= set(found.codes)
    assert "half of all faults" in found.misleads


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (NOT_FOUND, NOT_FOUND.replace("acme.jfrog.io", "10.0.0.5:8443").replace("3.12", "latest")),
        ("x509: certificate is valid for a.test, not b.test", "x509: certificate is valid for c, d, e.test, not f.io"),
        (
            "dial tcp: lookup acme.jfrog.io on 10.0.0.2:53: no such host",
            "dial tcp: lookup registry.corp on 127.0.0.53:53: no such host",
        ),
    ],
)
def test_what_differs_from_case_to_case_is_left_out(one, other):
    assert normal(one) == normal(other)


def test_the_reference_speaks_for_what_is_likely(legs):
    digest = "sha256:" + "0" * 64
    by_digest = NOT_FOUND.replace(":3.12", f"@{digest}")

    assert "digest-not-found" in meaning(by_digest, legs).codes[:3]


def test_a_text_as_a_document(capsys):
    assert run(["explain", f'Failed to pull image "{IMAGE}": {NOT_FOUND}', "-f", "json"]) == 0

    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"client", "reference", "leg", "codes", "not_codes", "misleads", "command"}
    assert told["command"] == f"cgrdoctor {IMAGE}"


def test_a_text_for_a_person(capsys):
    assert run(["explain", f"Error response from daemon: manifest for {IMAGE} not found: manifest unknown"]) == 0

    told = capsys.readouterr().out
    assert told.startswith("Printed by: docker-classic\n")
    assert told.endswith(
        f"What decides: cgrdoctor {IMAGE}\n"
        "or, so that these words count too: cgrdoctor - with this text on standard input\n"
    )
    assert max(map(len, told.splitlines())) <= 80


UPSTREAM = "cgr.dev/acme.com/python:3.12"


@pytest.mark.parametrize(
    ("text", "pulled"),
    [
        (f'Failed to pull image "{UPSTREAM}": 401 Unauthorized', "acme.jfrog.io/cgr/acme.com/python:3.12"),
        (f'Failed to pull image "{IMAGE}": 401 Unauthorized', IMAGE),
        ('Failed to pull image "acme.jfrog.io:8443/k/a/b:1": 401 Unauthorized', "acme.jfrog.io:8443/k/a/b:1"),
    ],
)
def test_the_commands_that_decide_are_taken_with_the_way_filled_in(text, pulled, capsys):
    assert run(["explain", text]) == 0
    lines = capsys.readouterr().out.replace("REPOSITORY-KEY", "cgr").replace("HOST", "acme.jfrog.io").splitlines()
    decides, also = (line.partition(": cgrdoctor ")[2].partition(" with this text")[0] for line in lines[-2:])

    for command in (decides, also):
        image, *options = shlex.split(command)
        key, url = options[1::2] or (None, None)
        given = read_pasted(text if image == "-" else image).reference
        assert str(through_artifactory(given, key, url)) == pulled


def test_a_text_without_an_image_is_not_to_be_given_in_the_place_of_one(capsys):
    assert run(["explain", "Error: unauthorized: authentication required"]) == 0

    told = capsys.readouterr().out
    assert told.endswith("What decides: cgrdoctor HOST/REPOSITORY-KEY/ORGANIZATION/IMAGE:TAG\n")


def test_nothing_recognized_is_3(capsys):
    assert run(["explain", "the weather is fine today"]) == 3
    assert "nothing in this text is known" in capsys.readouterr().err


@given(st.text(max_size=300))
def test_any_text_has_a_meaning_or_none(text):
    found = meaning(text, {})

    assert found is None or found.command


@pytest.mark.parametrize(
    "piece",
    [
        "a/",
        "a.b/",
        "https://h/",
        "message: '",
        "- message: ''\n",
        "\\n* ",
        "[a] ",
        "<html login",
        "'",
        '"',
        "failed to ",
        "sha256:",
        "1.2.3.4",
        "\\",
        "valid for a, ",
        "[manifests ",
    ],
)
def test_the_time_grows_with_the_text(piece):
    def taken(length):
        text = piece * (length // len(piece))
        began = time.process_time()
        meaning(text, {})
        return time.process_time() - began

    short = max(taken(4_000), 0.004)

    assert taken(32_000) < 30 * short
