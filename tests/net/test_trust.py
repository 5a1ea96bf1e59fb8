"""Whose certificates are accepted: the system's store as Go reads it, and --cacert."""

from __future__ import annotations

import ssl

import pytest

from cgrdoctor.errors import UsageProblem
from cgrdoctor.net.trust import check_cacert, verifying_context


def test_a_context_always_verifies_and_is_as_lenient_as_go(authority):
    context = verifying_context(authority.bundle, {})
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert not context.verify_flags & ssl.VERIFY_X509_STRICT
    assert context.verify_flags & ssl.VERIFY_X509_PARTIAL_CHAIN


def _subjects(context: ssl.SSLContext) -> set[str]:
    return {str(dict(pair[0] for pair in entry["subject"])) for entry in context.get_ca_certs()}


def test_the_environment_names_the_store(authority, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "note.txt").write_text("no certificate")
    nothing = {"SSL_CERT_FILE": str(tmp_path / "missing"), "SSL_CERT_DIR": str(empty)}
    assert _subjects(verifying_context(None, nothing)) == set()
    by_file = {**nothing, "SSL_CERT_FILE": str(authority.bundle)}
    assert len(_subjects(verifying_context(None, by_file))) == 1
    by_directory = {**nothing, "SSL_CERT_DIR": f"{empty}:{authority.bundle.parent}"}
    assert len(_subjects(verifying_context(None, by_directory))) == 1
    assert len(_subjects(verifying_context(authority.bundle, nothing))) == 1


@pytest.mark.parametrize("content", ["", "hello", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_a_bundle_without_certificates(tmp_path, content):
    path = tmp_path / "ca.pem"
    path.write_text(content)
    with pytest.raises(UsageProblem, match=r"ca\.pem"):
        check_cacert(path)
    with pytest.raises(UsageProblem, match="--cacert"):
        check_cacert(tmp_path)
