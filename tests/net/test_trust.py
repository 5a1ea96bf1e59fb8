"""Whose certificates are accepted: the system's store as Go reads it, and --cacert."""

from __future__ import annotations

import ssl

import pytest

from cgrdoctor.errors import UsageProblem
from cgrdoctor.net.trust import check_cacert, has_store, verifying_context


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


@pytest.mark.parametrize("place", ["etc/ssl/certs/ca-certificates.crt", "etc/pki/tls/certs/ca-bundle.crt"])
def test_the_store_of_a_machine_whose_tree_is_mounted(authority, tmp_path, place):
    """Links lead where they lead there: an absolute one into the tree, and one to a file of ours to nothing."""
    root = tmp_path / "host"
    bundle = root / place
    bundle.parent.mkdir(parents=True)
    (root / "kept").mkdir()
    (root / "kept" / "bundle.pem").write_bytes(authority.bundle.read_bytes())
    bundle.symlink_to("/kept/bundle.pem")

    assert has_store(root)
    assert len(_subjects(verifying_context(None, {}, root))) == 1
    assert len(_subjects(verifying_context(None, {"SSL_CERT_FILE": str(tmp_path / "missing")}, root))) != 1

    bundle.unlink()
    bundle.symlink_to(authority.bundle)
    (bundle.parent / "0123abcd.0").symlink_to(authority.bundle)
    assert _subjects(verifying_context(None, {}, root)) == set()


def test_hashed_certificates_of_its_directory_count(authority, tmp_path):
    root = tmp_path / "host"
    (root / "etc/ssl/certs").mkdir(parents=True)
    (root / "usr").mkdir()
    (root / "usr" / "acme.crt").write_bytes(authority.bundle.read_bytes())
    (root / "etc/ssl/certs/acme.pem").symlink_to("/usr/acme.crt")
    (root / "etc/ssl/certs/0123abcd.0").symlink_to("acme.pem")

    assert len(_subjects(verifying_context(None, {}, root))) == 1


def test_a_tree_without_a_store_leaves_our_own(tmp_path):
    assert not has_store(tmp_path)
    assert _subjects(verifying_context(None, {}, tmp_path)) == _subjects(verifying_context(None, {}))
