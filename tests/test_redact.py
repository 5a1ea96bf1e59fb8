"""No spelling of a known secret survives; ordinary text does."""

import base64
import html
import json
import shlex
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cgrdoctor.privacy.redact import Redaction
from cgrdoctor.privacy.token_patterns import LOOSE, MARK, STRICT, Form

SECRETS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=8, max_size=40).filter(
    lambda text: len(set(text)) > 4 and not any(mark in text.lower() for mark in ("redac", "withhe"))
)
PLACES = [
    lambda s: s,
    lambda s: quote(s, safe=""),
    lambda s: quote(s, safe="").lower(),
    quote_plus,
    lambda s: base64.b64encode(s.encode()).decode(),
    lambda s: base64.urlsafe_b64encode(s.encode()).decode(),
    lambda s: "Basic " + base64.b64encode(f"alice:{s}".encode()).decode(),
    json.dumps,
    lambda s: quote(repr(s)),
    lambda s: json.dumps({"password": s}, ensure_ascii=False),
    lambda s: json.dumps(json.dumps({"k": s})),
    shlex.quote,
    html.escape,
    repr,
    lambda s: "".join(one.swapcase() if one.isascii() else one for one in s),
    lambda s: f"https://alice:{quote(s, safe='')}@h.test/x",
    lambda s: f"https://h.test/?X-Amz-Signature={quote(s, safe='')}&scope=a",
]


@pytest.mark.parametrize("place", range(len(PLACES)))
@settings(max_examples=80)
@given(secret=SECRETS, before=st.text(max_size=10), after=st.text(max_size=10))
@example(secret="s3cr3t/p+ss=word&x", before="", after="")
@example(secret="000012\r+", before="", after="")
@example(secret="00001\r\x0c2", before="", after="")
@example(secret="pass\\\\\\\\word", before="", after="")
def test_a_known_secret_is_gone_in_every_spelling(place, secret, before, after):
    redaction = Redaction()
    redaction.learn(secret, "test")

    shown = redaction.text(f"{before} {PLACES[place](secret)} {after}")

    assert secret.lower() not in shown.lower()
    assert quote(secret, safe="") not in shown
    assert base64.b64encode(secret.encode()).decode().rstrip("=")[:-1] not in shown


def _coded(data: str) -> str:
    return base64.b64encode(data.encode()).decode()


CODED = {
    "base64 twice": lambda s: _coded(_coded(s)),
    "a login in a coded document": lambda s: _coded(json.dumps({"auths": {"h.test": {"auth": _coded(f"al:{s}")}}})),
    "a coded document with the URL alphabet within": lambda s: _coded(
        "auth=" + base64.urlsafe_b64encode(f"alice:{s}".encode()).decode()
    ),
    "a text in quotes in base64": lambda s: _coded(json.dumps(s)),
    "a JSON text in base64": lambda s: _coded(json.dumps({"password": s})),
    "a query in base64": lambda s: _coded(f"a=b&password={quote(s, safe='')}&c=d"),
    "base64 over lines": lambda s: "\r\n  ".join(_coded(s)[at : at + 9] for at in range(0, len(_coded(s)), 9)),
    "base32": lambda s: base64.b32encode(s.encode()).decode(),
    "base32 within": lambda s: base64.b32encode(f"al:{s}:x".encode()).decode().lower().rstrip("="),
    "hexadecimal in either case": lambda s: "".join(
        char.upper() if at % 3 else char for at, char in enumerate(s.encode().hex())
    ),
    "octal without zeros": lambda s: " ".join(f"{byte:o}" for byte in s.encode()),
    "escape()": lambda s: "".join(f"%u{ord(char):04X}" for char in s),
    "code points in braces": lambda s: "".join(f"\\u{{{ord(char):x}}}" for char in s),
    "blanks that do not show": "\u200b".join,
    "soft hyphens": "\u00ad".join,
    "marks of direction": "\u2066".join,
    "wide letters": lambda s: "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in s),
    "upper case": str.upper,
    "other case": str.swapcase,
    "read as cp1252": lambda s: s.encode().decode("cp1252", "replace"),
}


@pytest.mark.parametrize("secret", ["Qv7-kL2/9xZw+pT=", "Zürich-€5%20plätze", 'a"b\\c9Kq&7<xY', "kq7Zp3", "kQ7z4"])
@pytest.mark.parametrize("coding", CODED)
def test_a_known_secret_is_gone_in_other_codings(coding, secret):
    redaction = Redaction()
    redaction.learn(secret, "test")
    coded = CODED[coding](secret)

    shown = redaction.text(f"the login was {coded} and was refused")

    assert shown.startswith("the login was ")
    assert shown.endswith(" and was refused")
    part = _told_by(coded, CODED[coding](secret[::-1]))
    half = len(part) // 2
    assert MARK in shown
    assert part[:half] not in shown
    assert part[half:] not in shown


def _told_by(coded: str, other: str) -> str:
    """What of a text is another one for another secret."""
    return coded[_alike(coded, other) : len(coded) - _alike(coded[::-1], other[::-1])]


def _alike(left: str, right: str) -> int:
    return next(at for at, (one, another) in enumerate(zip(left, right, strict=False)) if one != another)


@given(st.text(max_size=300))
def test_doing_it_twice_changes_nothing(text):
    redaction = Redaction()
    redaction.learn("a known secret", "test")
    once = redaction.text(text)

    assert redaction.text(once) == once


@pytest.mark.parametrize(
    "text",
    [
        "sha256:" + "a" * 64,
        "acme.jfrog.io/cgr-private/acme.com/python:3.12",
        "0123456789abcdef0123456789abcdef01234567/0123456789abcdef",
        "dev@acme.com",
        'Bearer realm="https://cgr.dev/token",service="cgr.dev"',
        "HTTP 404: The named manifest is not known to the registry.",
        "Enable Token Authentication of cgr-private is off",
    ],
)
def test_ordinary_text_stays(text):
    assert Redaction().text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL2lzcyJ9.c2lnbmF0dXJl",
        "Authorization: Bearer abcdefghijklmnop",
        "AKCp8abcdefghijklmnopqrstuvwxyz",
        "akcp8abcdefghijklmnopqrstuvwxyz",
        "cmVmdGtuOjAxabcdefghijklmnop",
        "docker cmvmdgtuojaxabcdefghijklmnop",
        "a text that was cut off, cmVmdGtuOjAx…",
        "remote -----begin rsa private key----- abcdefghijklmnop -----end rsa private key-----",
        '{"password": "hunter22"}',
        "https://u:hunter22@h.test/",
        "https://u:hunter22…",
        "https://h.test/?X-Amz-Signature=0123abcdef&x=1",
    ],
)
def test_secrets_known_by_their_form_go_too(text):
    shown = Redaction().text(text)

    assert "[redacted]" in shown
    assert not any(part in shown for part in ("hunter22", "c2lnbmF0dXJl", "abcdefghijklmnop", "OjAx", "0123abcdef"))


def test_what_a_slash_divides_of_a_coded_secret_is_gone():
    secret = "tALvOpbjthRc|?QVRPPofIM???yBC"
    redaction = Redaction()
    redaction.learn(secret, "test")

    for piece in base64.b64encode(secret.encode()).decode().rstrip("=").split("/"):
        assert piece[:8] not in redaction.text(f"see {piece}")


def test_urls_and_headers_leave_by_allowlist():
    redaction = Redaction()

    assert redaction.url("https://u:p@h.test/a?scope=repository:a:pull&foo=bar") == (
        "https://h.test/a?scope=repository:a:pull&foo=[redacted]"
    )
    assert redaction.headers([("Content-Type", "text/html"), ("X-Api-Key", "abc"), ("Set-Cookie", "a=b")]) == (
        ("Content-Type", "text/html"),
        ("X-Api-Key", "[withheld]"),
        ("Set-Cookie", "[withheld]"),
    )
    assert redaction.count > 0


@pytest.mark.parametrize("slot", ["%s", "$CHAINGUARD_TOKEN", "${CHAINGUARD_TOKEN}"])
def test_the_slot_of_a_secret_in_a_proposed_command_is_kept(slot):
    command = f'printf \'{{"username": "%s", "password": "{slot}"}}\''

    assert Redaction().text(command) == command


def test_a_password_that_only_begins_like_a_slot_is_taken_out():
    assert "%sword" not in Redaction().text('{"password": "%sword-of-mine"}')


@pytest.mark.parametrize("form", [*STRICT, *LOOSE], ids=[form.kind for form in (*STRICT, *LOOSE)])
@given(data=st.data())
def test_the_hints_stand_in_whatever_a_form_finds(form: Form, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(form.pattern)).lower()
    assert any(hint in text for hint in form.hints)
