"""Remedies can be pasted: whatever names stand in them, a shell sends exactly what was meant, secrets on standard input."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cgrdoctor import fail, warn
from cgrdoctor.privacy.redact import Redaction
from cgrdoctor_checks.codes.artifactory import ARTIFACTORY_UNHEALTHY
from cgrdoctor_checks.codes.fields import TOKEN_AUTHENTICATION_DISABLED
from cgrdoctor_checks.codes.image import TAG_NOT_FOUND
from cgrdoctor_checks.codes.pull import PULL_FAILED, UPSTREAM_FAILED
from cgrdoctor_checks.facts.artifactory.configuration import ROWS, Configuration
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.remedies import commands
from cgrdoctor_checks.remedies.fresh_remote import (
    OF_THE_INSTANCE,
    STILL_FAILING,
    UMBRELLAS,
    recreation,
    with_recreation,
)

TOKENS = {
    "CGRDOCTOR_ARTIFACTORY_TOKEN": "admin.token-1",
    "CHAINGUARD_IDENTITY_ID": "aa/bb",
    "CHAINGUARD_TOKEN": "eyJ.pull_token-2",
}
HOSTILE = st.text(
    st.sampled_from("abz09 $`'\"\\;&|<>()%{}~*?!#\n\t-=@:é") | st.characters(exclude_categories=["Cs", "Cc"]),
    max_size=24,
)
HARD = ["$(touch pwned)", "`touch pwned`", "a'b\"c", "100%s", "\\n%d\\", "${HOME}", "%{x}", "-o /tmp/x", "a\nb"]


@pytest.fixture(scope="module")
def shell(tmp_path_factory):
    """Runs a command line with a curl and a jf that only note their arguments and standard input."""
    folder = tmp_path_factory.mktemp("shell")
    for name in ("curl", "jf"):
        program = folder / name
        program.write_text(
            f'#!/bin/sh\nprintf "%s\\0" "$@" > "{folder}/argv"\ncat > "{folder}/stdin"\n'
            f'case "$*" in *@/dev/fd/3) cat /dev/fd/3 > "{folder}/body";; *) : > "{folder}/body";; esac\n'
        )
        program.chmod(0o755)
    environ = {"PATH": f"{folder}:{os.environ['PATH']}", **TOKENS}

    def run(command):
        done = subprocess.run(
            ["sh", "-c", command], capture_output=True, text=True, cwd=folder, env=environ, timeout=20, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert not (folder / "pwned").exists()
        argv = (folder / "argv").read_text().split("\0")[:-1]
        return argv, (folder / "stdin").read_text(), (folder / "body").read_text()

    return run


def no_secret_in(argv):
    return not any(secret in word for secret in TOKENS.values() for word in argv)


def target(**changes):
    known = {
        "image": "acme.jfrog.io/cgr/acme.com/python:3.12",
        "artifactory_url": "https://acme.jfrog.io/artifactory",
        "registry_host": "acme.jfrog.io",
        "registry_path": "cgr/acme.com/python",
        "selector": "3.12",
        "tag": "3.12",
        "access_method": "repository-path",
        "repository": "cgr",
        "upstream_path": "acme.com/python",
    }
    return Target(**{**known, **changes})


FREE = {"image": "acme.jfrog.io/cgr/chainguard/go:latest", "upstream_path": "chainguard/go", "selector": "latest"}


def by_kind(commands):
    return {(command.kind, command.command.split()[0]): command for command in commands}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=HOSTILE.filter(bool) | st.sampled_from(HARD), value=HOSTILE | st.sampled_from(HARD))
def test_a_rest_call_says_what_was_meant(shell, key, value):
    command = commands.update(key, "https://acme.jfrog.io/artifactory", {"proxy": value}, commands.PULL_TOKEN).command
    argv, stdin, body = shell(command)

    assert stdin == "Authorization: Bearer admin.token-1"
    assert json.loads(body) == {"proxy": value, "username": "aa/bb", "password": "eyJ.pull_token-2"}
    assert argv[:6] == ["-sS", "--fail-with-body", "-H", "@-", "-X", "POST"]
    assert argv[6].startswith("https://acme.jfrog.io/artifactory/api/repositories/")
    assert argv[7:] == ["-H", "Content-Type: application/json", "-d", "@/dev/fd/3"]
    assert no_secret_in(argv)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=HOSTILE.filter(bool) | st.sampled_from(HARD), value=HOSTILE | st.sampled_from(HARD))
def test_a_body_without_secrets_is_an_argument(shell, key, value):
    argv, stdin, _ = shell(commands.update(key, "https://acme.jfrog.io/artifactory", {"a": value, "b": True}).command)

    assert stdin == "Authorization: Bearer admin.token-1"
    assert json.loads(argv[argv.index("-d") + 1]) == {"a": value, "b": True}
    assert no_secret_in(argv)


def test_no_line_is_wider_than_120_columns():
    calls = [*recreation(target(), Configuration(key="cgr", view="full", proxy="p" * 40)), *recreation(target())]
    for call in calls:
        if call.kind in ("rest", "shell"):
            assert max(map(len, call.command.splitlines())) <= 120, call.command


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(proxy=HOSTILE.filter(bool) | st.sampled_from(HARD))
def test_a_test_remote_is_made_of_any_names(shell, proxy):
    remote = Configuration(key="cgr", view="full", proxy=proxy)
    commands = by_kind(recreation(target(), remote))
    argv, _, body = shell(commands["rest", "printf"].command)
    made = json.loads(body)
    words, template, _ = shell(commands["shell", "printf"].command)

    assert argv[5:7] == ["PUT", "https://acme.jfrog.io/artifactory/api/repositories/cgr-doctor-test"]
    assert (made["url"], made["enableTokenAuthentication"]) == ("https://cgr.dev/", True)
    assert (made["proxy"], made["password"]) == (proxy, "eyJ.pull_token-2")
    assert words == ["rt", "repo-create", "/dev/stdin"]
    assert json.loads(template) == {name: _text(value) for name, value in made.items()}
    assert no_secret_in([*argv, *words])


def _text(value):
    return str(value).lower() if isinstance(value, bool) else value


KNOWN_TO_JF = """
    key rclass packageType url description notes includesPattern excludesPattern repoLayoutRef projectKey username
    password proxy hardFail offline blackedOut storeArtifactsLocally socketTimeoutMillis localAddress
    retrievalCachePeriodSecs failedRetrievalCachePeriodSecs missedRetrievalCachePeriodSecs assumedOfflinePeriodSecs
    blockMismatchingMimeTypes allowAnyHostAuth enableCookieManagement bypassHeadRequests clientTlsCertificate
    downloadRedirect priorityResolution cdnRedirect blockPushingSchema1 contentSynchronisation
    enableTokenAuthentication externalDependenciesEnabled xrayIndex propertySets repositories
    artifactoryRequestsCanRetrieveRemoteArtifacts
""".split()  # noqa: SIM905 - a list of words is easier to compare
"""Keys of a template, as the JFrog CLI knows them; any other makes `jf rt repo-create` refuse it as a whole."""


@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: row.field.name)
def test_a_row_says_whether_the_jfrog_cli_takes_it(row):
    assert row.field.jf == (row.field.name in KNOWN_TO_JF)


@pytest.mark.parametrize("project", ["", "acme.com"])
def test_the_template_names_only_what_the_jfrog_cli_knows(shell, project):
    """It refuses the Project ID, so that there is no such line for a remote that has one; the others stay."""
    commands = recreation(target(), Configuration(key="cgr", view="full", proxy="corp", project_id=project))
    templates = [command.command for command in commands if " jf " in command.command]

    assert [command.kind for command in commands if command.command not in templates] == [
        "ui",
        "rest",
        "terraform",
        "shell",
    ]
    assert len(templates) == (not project)
    for template in templates:
        assert set(json.loads(shell(template)[1])) <= set(KNOWN_TO_JF)


def test_free_images_need_no_credential():
    commands = recreation(target(**FREE))

    assert [command for command in commands if "CHAINGUARD" in command.command or "var." in command.command] == []
    assert commands[-1].command == "docker pull acme.jfrog.io/cgr-doctor-test/chainguard/go:latest"


def test_production_images_take_theirs_from_variables():
    kinds = by_kind(recreation(target()))

    assert '"${CHAINGUARD_TOKEN:?}"' in kinds["rest", "printf"].command
    assert '"${CHAINGUARD_TOKEN:?}"' in kinds["shell", "printf"].command
    assert "= var.chainguard_token\n" in kinds["terraform", "resource"].command


@pytest.mark.parametrize(
    ("method", "host", "image"),
    [
        ("repository-path", "acme.jfrog.io", "acme.jfrog.io/cgr-doctor-test/acme.com/python:3.12"),
        ("subdomain", "cgr.artifacts.acme.test", "cgr-doctor-test.artifacts.acme.test/acme.com/python:3.12"),
        ("port", "acme.test:5001", "acme.jfrog.io/cgr-doctor-test/acme.com/python:3.12"),
    ],
)
def test_the_pull_to_try_follows_the_access_method(method, host, image):
    commands = recreation(target(access_method=method, registry_host=host))

    assert commands[-1].command == f"docker pull {image}"


def test_terraform_text_begins_no_template():
    assert commands.terraform_literal('a"b${c}%{d}\\') == '"a\\"b$${c}%%{d}\\\\"'


def test_behind_a_cause_of_the_repository_it_is_one_line():
    remedy = commands.change("cgr", "https://acme.test", "Check it", {"token_authentication": True})
    found = with_recreation(target(), fail(TOKEN_AUTHENTICATION_DISABLED, "s", subject="cgr", remedy=remedy))

    assert found.remedy.steps == (*remedy.steps, STILL_FAILING)
    assert found.remedy.commands == remedy.commands


@pytest.mark.parametrize("code", [PULL_FAILED, UPSTREAM_FAILED])
def test_it_ends_the_remedy_of_umbrellas(code):
    found = with_recreation(target(), fail(code, "s", subject="cgr"))

    assert [command.kind for command in found.remedy.commands[-5:]] == ["ui", "rest", "terraform", "shell", "shell"]
    assert found.remedy.summary


@pytest.mark.parametrize(
    "finding",
    [
        fail(ARTIFACTORY_UNHEALTHY, "s", subject="h"),
        fail(TAG_NOT_FOUND, "s", subject="i"),
        warn(TOKEN_AUTHENTICATION_DISABLED, "s", subject="cgr"),
    ],
    ids=["the instance is down", "the image is wrong", "pulls work"],
)
def test_elsewhere_it_could_show_nothing(finding):
    assert with_recreation(target(), finding) == finding


def test_redaction_leaves_the_commands_usable():
    redaction = Redaction()
    for command in recreation(target()):
        assert redaction.text(command.command) == command.command


def test_every_remedy_in_the_checks_keeps_secrets_off_the_command_line():
    """Nothing builds a command by hand in which a variable stands outside printf's values."""
    root = Path(__file__).parents[2] / "checks"
    for path in root.rglob("*.py"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert not re.search(r"(curl|jf)\b.*\$\{?[A-Z_]*(TOKEN|PASSWORD)", line), f"{path}: {line}"


def test_every_failing_setting_of_a_repository_ends_in_it():
    """Over the whole catalogue: behind a cause on leg `artifactory` one line, unless it is not the repository's."""
    from cgrdoctor.engine.discovery import load

    for code in load().codes.values():
        found = with_recreation(target(), fail(code, "s", subject="x", remedy=commands.steps("Mend it"))).remedy
        whole = any("cgr-doctor-test" in command.command for command in found.commands)
        line = STILL_FAILING in found.steps
        assert whole == (code.name in UMBRELLAS)
        assert line == (code.leg == "artifactory" and code.name not in (*OF_THE_INSTANCE, *UMBRELLAS))
