"""Which hosts are Chainguard's."""

from __future__ import annotations

import pytest

from cgrdoctor.net.hosts import BLOB_HOST, HOSTS, MISPRINTED_BLOB_HOST, is_chainguard


@pytest.mark.parametrize(
    "host",
    ["cgr.dev", "CGR.DEV", "cgr.dev.", "cgr.dev:443", "cgr.dev:8443", "skills.cgr.dev", "enforce.dev", "x.enforce.dev", "chainguard.dev", "www.chainguard.dev", "packages.wolfi.dev", BLOB_HOST, MISPRINTED_BLOB_HOST, "other.r2.cloudflarestorage.com"],
)  # fmt: skip
def test_chainguards(host):
    assert is_chainguard(host)


@pytest.mark.parametrize(
    "host", ["acme.jfrog.io", "notcgr.dev", "cgr.dev.acme.test", "[::1]:443", "::1", "", "10.0.0.1:443", "dev"]
)
def test_others(host):
    assert not is_chainguard(host)


def test_every_host_of_the_table_is_known_and_named_once():
    assert all(is_chainguard(host.name) for host in HOSTS)
    assert len({host.name for host in HOSTS}) == len(HOSTS)
    assert {host.name for host in HOSTS if host.pulls} == {"cgr.dev", BLOB_HOST}
