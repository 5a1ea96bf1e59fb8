"""The commands of the remedy, run: the file they write is what the kubelet can use."""

import subprocess

import pytest
from brought import pod, secret, worth

from cgrdoctor.privacy.redact import Redaction
from cgrdoctor_checks.remedies.pull_secret import give, renew

HOST = "acme.jfrog.io"
LOGIN = {"CGRDOCTOR_REGISTRY_USER": "alice", "CGRDOCTOR_REGISTRY_PASSWORD": "p 'q\"$x%s\\\\:=" + "y" * 120}


@pytest.mark.parametrize("remedy", [renew(HOST, "regcred", "ml"), give(HOST, "regcred", "ml", "trainer")])
def test_the_login_is_written_as_the_kubelet_reads_it(remedy, tmp_path):
    writes = next(one.command for one in remedy.commands if "login.json" in one.command)
    subprocess.run(["sh", "-c", writes], cwd=tmp_path, env={**LOGIN, "PATH": "/usr/bin:/bin"}, check=True, timeout=20)

    written = tmp_path / "login.json"
    assert written.stat().st_mode & 0o077 == 0
    stored = secret(stringData={".dockerconfigjson": written.read_text()})
    (found,) = worth(pod(f"{HOST}/cgr-private/acme.com/python:3.12"), stored).logins
    assert (found.entry.username, found.entry.password) == tuple(LOGIN.values())


@pytest.mark.parametrize("unset", LOGIN)
def test_where_a_variable_is_not_set_no_secret_can_be_made_of_the_file(unset, tmp_path):
    """An empty file would be taken, and a Secret that is replaced is gone before the new one is refused."""
    (writes, *_) = (one.command for one in renew(HOST, "regcred", "ml", replace=True).commands)
    known = {name: value for name, value in LOGIN.items() if name != unset} | {"PATH": "/usr/bin:/bin"}
    words = ["sh", "-c", writes]
    done = subprocess.run(words, cwd=tmp_path, env=known, capture_output=True, text=True, timeout=20, check=False)

    assert done.returncode != 0
    assert unset in done.stderr
    assert not (tmp_path / "login.json").exists()


def test_the_patch_of_a_service_account_keeps_what_it_names():
    """The list of a service account is replaced as a whole by a patch."""
    remedy = give(HOST, "regcred", "ml", "", ["default-dockercfg-abcde"])
    (patch,) = (one.command for one in remedy.commands if " patch " in one.command)

    assert '[{"name":"default-dockercfg-abcde"},{"name":"regcred"}]' in patch
    assert any("[{name: default-dockercfg-abcde}, {name: regcred}]" in step for step in remedy.steps)


@pytest.mark.parametrize("name", ["basic", "registry-basic", "bearer", "token", "api-key", "password"])
def test_names_that_sound_like_secrets_stand_in_the_commands(name):
    clean = Redaction()
    for remedy in (renew(HOST, name, "", instead=HOST), renew(HOST, "a", name), give(HOST, name, name, name, [name])):
        assert clean.struct(remedy) == remedy


def test_what_follows_the_name_of_a_scheme_is_withheld_unless_it_is_an_option():
    for credential in ("--YWxpY2U6cGFzc3dvcmQ=", "--password=Hunter2x", "-abcdefgh12345", "YWxpY2U6c2VjcmV0"):
        assert credential not in Redaction().text(f"Authorization: Basic {credential}")
        assert credential not in Redaction().text(f"basic {credential} more")


@pytest.mark.parametrize(
    "text",
    ["Authorization: Basic --abcdefgh", "Authorization: Bearer --super-secret", "basic --xkcdqwrtzpsd=mnbvcxqwrt"],
)
def test_a_credential_that_looks_like_an_option_is_withheld(text):
    """Behind the header's name anything is one, elsewhere what is no word."""
    assert "--" not in Redaction().text(text)


def test_no_secret_is_a_word_of_a_command():
    for remedy in (renew(HOST, "regcred", "ml", replace=True), give(HOST, "regcred", "", "")):
        assert not any("--docker-password" in one.command for one in remedy.commands)
        assert any(one.command.startswith("kubectl create secret docker-registry regcred") for one in remedy.commands)
