"""The memory of a run: redacted, bounded, each header list once, safe to print."""

from __future__ import annotations

import threading

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cgrdoctor.privacy.recorder import BUDGET, EXCERPT_LIMIT, Recorder, shortened, visible
from cgrdoctor.privacy.redact import Redaction


@pytest.fixture
def recorder() -> Recorder:
    return Recorder(Redaction())


def test_ids_count_up_and_equal_header_lists_stand_once(recorder):
    headers = (("Accept", "a/b"), ("Date", "now"))
    ids = [recorder.add("http", request_headers=headers, response_headers=headers) for _ in range(3)]
    first, second, _ = recorder.exchanges()
    assert ids == ["x1", "x2", "x3"]
    assert first.request_headers == first.response_headers == headers
    assert (second.request_headers, second.request_headers_as) == ((), "x1")
    assert (second.response_headers, second.response_headers_as) == ((), "x1")
    assert recorder.add("tcp") == "x4"
    assert recorder.exchanges()[3].request_headers_as is None


def test_secrets_are_gone_everywhere(recorder):
    recorder.redaction.learn("correct-horse", "password")
    recorder.add(
        "http",
        url="https://a.test/?token=correct-horse",
        error="got correct-horse",
        request_headers=(("Authorization", "Basic correct-horse"), ("Accept", "correct-horse")),
        response_headers=(("Location", "https://b.test/?X-Amz-Signature=abcdef0123"),),
        body=b'{"password": "correct-horse"}',
    )
    recorder.effect("cache", "correct-horse", "correct-horse")
    text = msgspec.json.encode((recorder.exchanges(), recorder.effects())).decode()
    assert "correct-horse" not in text
    assert "abcdef0123" not in text


@given(st.integers(0, 20000), st.sampled_from([b"x", b"<p>", "ä".encode()]))
def test_a_secret_at_any_place_of_a_body_stays_out_of_the_excerpt(at, filler):
    recorder = Recorder(Redaction())
    secret = "S3CRET" + "q" * 50
    recorder.redaction.learn(secret, "password")
    recorder.add("http", body=filler * (at // len(filler)) + b" " + secret.encode() + b" end")
    excerpt = recorder.exchanges()[0].body_excerpt
    assert excerpt is None or "S3CRET" not in excerpt


@pytest.mark.parametrize(
    "body", [b"\x1f\x8b\x08\x00abc", b"\xff\xfe\xfd", b"PK\x03\x04" + bytes(50), bytes(range(1, 32)) * 3]
)
def test_binary_has_no_excerpt(recorder, body):
    recorder.add("http", body=body)
    assert recorder.exchanges()[0].body_excerpt is None


@given(st.text(max_size=5000))
def test_an_excerpt_is_bounded_and_harmless(text):
    recorder = Recorder(Redaction())
    recorder.add("http", body=text.encode("utf-8", "ignore"))
    excerpt = recorder.exchanges()[0].body_excerpt or ""
    assert len(excerpt.encode()) <= EXCERPT_LIMIT
    assert all(char in "\n\t" or char.isprintable() or char.isspace() for char in excerpt)
    assert not any(char in excerpt for char in "\x1b\x9b\u202e\u2066\u200b\u2028")


def test_control_and_bidi_characters_are_shown():
    assert visible("a\x1b[31m\u202eb\r\nc\td") == "a\\x1b[31m\\u202eb\nc\td"
    assert shortened("ä" * 10, 9).encode() <= ("ä" * 3 + "…").encode()


def test_a_run_is_bounded(recorder):
    for number in range(2000):
        recorder.add(
            "http",
            url=f"https://a.test/{number}",
            response_headers=((f"X-{number}", "v" * 3000),) * 50,
            body=b"y" * 5000,
        )
    exchanges = recorder.exchanges()
    assert len(exchanges) == 2000
    assert exchanges[0].body_excerpt
    assert exchanges[-1].body_excerpt is None
    assert sum(len(x.body_excerpt or "") + sum(len(v) for _, v in x.response_headers) for x in exchanges) <= BUDGET


def test_counts_and_effects(recorder):
    for host in ("a.test", "b.test", "a.test"):
        recorder.count_request(host)
    for _ in range(2):
        recorder.effect("cache", "image", "filled")
    assert recorder.requests == {"a.test": 2, "b.test": 1}
    assert len(recorder.effects()) == 1


def test_it_may_be_read_while_it_is_written(recorder):
    threads = [threading.Thread(target=lambda: [recorder.add("tcp") for _ in range(200)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        recorder.exchanges()
    assert [x.id for x in recorder.exchanges()] == [f"x{n}" for n in range(1, 801)]
