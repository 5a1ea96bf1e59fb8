"""What is fuzzed: the client as a whole, and every parser of what others wrote. The first byte chooses.

An entry raises for nothing that the bytes may say. What it raises all the same is a finding.
"""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import anyio
import script
from client import Recording, examine, scripted
from sound import shown, sound

from cgrdoctor.cli.forms import report_from
from cgrdoctor.cli.report_verify import settings_of
from cgrdoctor.config.settings import resolve
from cgrdoctor.config.toml_file import read_settings_file
from cgrdoctor.credentials import docker_context, helper
from cgrdoctor.credentials.keyring import Hosts, Keyring, Places
from cgrdoctor.engine.again import judge_again
from cgrdoctor.errors import UsageProblem
from cgrdoctor.net import challenge, envelope, manifest, path, redirect, reference
from cgrdoctor.net.proxy import ProxyRules
from cgrdoctor.privacy import jwt_claims
from cgrdoctor.privacy.redact import Redaction
from cgrdoctor.report.validate import problems

CORPUS = Path(__file__).parent / "corpus"
HOST = "acme.jfrog.io"
WHERE = f"https://{HOST}/v2/"
LONG = 8
"""Characters of a secret from which on it is told from ordinary text."""

LOUDNESS = 0
"""At -v the text says what JSON says too, and takes as long as all the rest."""

Entry = Callable[[bytes], None]
ENTRIES: dict[bytes, Entry] = {}
RUN = (b"w", b"s")
"""Entries that are whole runs. Letters of no entry are runs too."""


def entry(letter: bytes) -> Callable[[Entry], Entry]:
    """Enters a function into the table under its letter."""

    def enter(function: Entry) -> Entry:
        ENTRIES[letter] = function
        return function

    return enter


def one(data: bytes) -> None:
    """One input, whatever it is."""
    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        ENTRIES.get(data[:1], _whole_run)(data[1:])


@entry(b"w")
def _whole_run(data: bytes) -> None:
    """A whole run; the bytes are what each request is answered."""
    found = script.read(data)
    with contextlib.suppress(UsageProblem):
        sound(*examine(found.image, found.answers()), loudness=LOUDNESS)


@entry(b"s")
def _spoilt_run(data: bytes) -> None:
    """A whole run in a recorded world; the bytes choose the world and how each answer is spoilt."""
    worlds = _recorded()
    honest = worlds[data[0] % len(worlds) if data else 0]
    sound(*examine(honest.image, scripted(data[1:], honest)), loudness=LOUDNESS)


@cache
def _recorded() -> tuple[Recording, ...]:
    seeds = sorted(CORPUS.glob("world-*"))
    return tuple(script.read(seed.read_bytes()[1:]).recording() for seed in seeds)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


@entry(b"r")
def _reference(data: bytes) -> None:
    text = _text(data)
    for parse in (reference.parse_reference, reference.parse_upstream):
        with contextlib.suppress(reference.UnusableReference):
            found = parse(text)
            assert parse(str(found)) == found
    with contextlib.suppress(UsageProblem):
        resolve({"image": text}, {"HOME": "/nonexistent"})


@entry(b"c")
def _challenge(data: bytes) -> None:
    found = challenge.parse_challenges(data.decode("latin-1").split("\n"))
    for asked in filter(None, (challenge.bearer(found), challenge.basic(found))):
        realm = challenge.realm_url(asked, WHERE)
        if realm is not None:
            challenge.realm_policy(realm, WHERE)
            challenge.token_request_url(realm, asked.parameters.get("service"), challenge.scopes(asked))


@entry(b"t")
def _token(data: bytes) -> None:
    with contextlib.suppress(challenge.TokenUnreadable):
        challenge.parse_token(data, "application/json")
    told = jwt_claims.claims(data.decode("latin-1"))
    if told is not None:
        jwt_claims.expiry(told)


@entry(b"m")
def _manifest(data: bytes) -> None:
    kind, _, body = data.partition(b"\n")
    manifest.config_platform(body)
    with contextlib.suppress(manifest.ManifestUnreadable):
        found = manifest.parse_manifest(body, kind.decode("latin-1") or None)
        if isinstance(found, manifest.Index):
            manifest.offered(found)
            for wanted in ("linux/amd64", "linux/arm/v7"):
                manifest.choose(found, manifest.parse_platform(wanted))


@entry(b"e")
def _envelope(data: bytes) -> None:
    kind, _, body = data.partition(b"\n")
    envelope.parse_errors(body, kind.decode("latin-1") or None)


@entry(b"l")
def _location(data: bytes) -> None:
    target = redirect.target(data.decode("latin-1"), WHERE)
    if isinstance(target, str):
        redirect.same_origin(target, WHERE)


@entry(b"p")
def _proxy(data: bytes) -> None:
    rules = ProxyRules.from_environment(
        dict(zip(("HTTPS_PROXY", "NO_PROXY", "HTTP_PROXY"), map(_text, data.split(b"\n")), strict=False))
    )
    rules.for_url(WHERE)
    rules.for_url("http://[::1]:80/")


@entry(b"x")
def _certificate(data: bytes) -> None:
    path.read_certificate(data)


@entry(b"h")
def _helper(data: bytes) -> None:
    helper.read_answer("docker-credential-x", data[1:], data[0] % 2 if data else 0)


@cache
def _folder() -> Path:
    """A folder in memory where there is one."""
    shared = Path("/dev/shm")
    return Path(mkdtemp(prefix="cgrdoctor-fuzz-", dir=shared if shared.is_dir() else None))


def _file(name: str, data: bytes) -> Path:
    place = _folder() / name
    place.write_bytes(data)
    return place


@entry(b"f")
def _configuration(data: bytes) -> None:
    """The same bytes as every file that others write and we read; a secret in them is known before it is used."""
    home = str(_folder())
    environ = {"HOME": home, "JFROG_CLI_HOME_DIR": home, "NETRC": f"{home}/netrc", "PATH": "/nonexistent"}
    for name in ("config.json", "jfrog-cli.conf.v6", "netrc"):
        _file(name, data)
    docker_context.engine_address(_folder(), environ)
    redaction = Redaction()
    keyring = Keyring(Places.of(environ, _folder()), redaction, hosts=Hosts(HOST, HOST, (HOST,)))
    for role in (keyring.registry, keyring.rest, keyring.chainguard):
        found = anyio.run(role).credential
        secret = found.secret.reveal(found.secret.host) if found else ""
        assert len(secret) < LONG or secret not in redaction.text(f"say {secret} now")
    with contextlib.suppress(UsageProblem):
        read_settings_file(_file("config.toml", data), environ)


@entry(b"o")
def _report(data: bytes) -> None:
    """A report of ours that somebody changed: shown, judged again, taken up by `report verify`."""
    file = str(_file("report.json", data))
    with contextlib.suppress(UsageProblem):
        problems(data, "the report")
    try:
        found = report_from(file)
    except UsageProblem:
        return
    shown(found, LOUDNESS)
    judge_again(found)
    before = dict(os.environ)
    with contextlib.suppress(UsageProblem):
        settings_of(found, {}, file)
    assert dict(os.environ) == before
