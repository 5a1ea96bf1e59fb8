"""What clients said becomes rows, without what was said of the stage on which they were run."""

import json

import pytest

from benchmarks.symptoms import tabulate

UNTRUSTED = 'Get "https://acme.jfrog.io/v2/": x509: certificate signed by unknown authority'
AWAY = 'Get "https://sso.acme.test/login": dial tcp: lookup sso.acme.test: no such host'


def line(world, text, *, client="podman", code="tag-not-found"):
    return json.dumps({"world": world, "code": code, "image": "i", "client": client, "version": "1.2.3", "text": text})


@pytest.fixture(name="table")
def _table(tmp_path, monkeypatch):
    monkeypatch.setattr(tabulate, "TABLE", tmp_path / "table.tsv")
    tabulate.TABLE.write_text(tabulate.HEAD + "\n", encoding="utf-8")

    def made(*lines):
        told = tmp_path / "told.jsonl"
        told.write_text("\n".join(lines) + "\n", encoding="utf-8")
        monkeypatch.setattr("sys.argv", ["tabulate", str(told)])
        tabulate.main()
        return [row for row in tabulate.kept(tabulate.TABLE) if row.source == "lab"]

    return made


@pytest.mark.parametrize(
    ("world", "client", "text"),
    [
        ("tag-not-found", "podman", None),
        ("tag-not-found", "skopeo copy", "(silence)"),
        ("path-mtu", "buildah", "Trying to pull acme.jfrog.io/cgr-private/acme.com/python:3.12...\n"),
        ("sign-in-required", "podman", AWAY),
        ("docker-not-installed", "docker-classic", UNTRUSTED),
        ("docker-config-invalid", "kubelet", UNTRUSTED),
        ("pull-secret-missing", "podman", UNTRUSTED),
    ],
)
def test_what_is_said_of_the_stage_is_no_row(world, client, text, table):
    assert table(line(world, text, client=client)) == []


@pytest.mark.parametrize(
    ("world", "client", "text"),
    [
        ("tls-untrusted", "podman", UNTRUSTED),
        ("token-realm-internal", "podman", AWAY),
        ("docker-config-invalid", "podman", UNTRUSTED),
        ("pull-secret-missing", "kubelet", UNTRUSTED),
    ],
)
def test_what_is_said_of_the_fault_is_a_row(world, client, text, table):
    (row,) = table(line(world, text, client=client))

    assert (row.client, row.version, row.world) == (client, "1.2.3", world)


def test_what_was_asked_again_replaces_what_was_said_before(table):
    table(line("tls-untrusted", "denied"), line("tls-expired", "denied"))
    again = table(line("tls-untrusted", UNTRUSTED))

    assert [row.world for row in again] == ["tls-expired", "tls-untrusted"]
    assert "x509" in again[1].text


def test_a_client_that_pulls_now_says_nothing_more(table):
    table(line("tls-untrusted", "denied"))

    assert table(line("tls-untrusted", None)) == []
