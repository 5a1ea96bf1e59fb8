"""Exceptions become stages and kinds by errno, verify_code and class, never by their text."""

from __future__ import annotations

import errno
import socket
import ssl

import anyio
import httpcore
import pytest

from cgrdoctor.net.failure import Failure, Unreached, classify


def _verify(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "a text that tells nothing")
    error.verify_code = code
    return error


def _caused(outer: BaseException, inner: BaseException) -> BaseException:
    outer.__cause__ = inner
    return outer


@pytest.mark.parametrize(
    ("error", "stage", "expected"),
    [
        (socket.gaierror(socket.EAI_NONAME, "x"), "connect", ("dns", "nxdomain")),
        (socket.gaierror(socket.EAI_NODATA, "x"), "dns", ("dns", "no-address")),
        (socket.gaierror(socket.EAI_AGAIN, "x"), "dns", ("dns", "servfail")),
        (socket.gaierror(socket.EAI_MEMORY, "x"), "dns", ("dns", "error")),
        (ConnectionRefusedError(errno.ECONNREFUSED, "x"), "connect", ("connect", "refused")),
        (ConnectionResetError(errno.ECONNRESET, "x"), "connect", ("connect", "reset")),
        (OSError(errno.EHOSTUNREACH, "x"), "connect", ("connect", "unreachable")),
        (OSError(errno.EADDRNOTAVAIL, "x"), "connect", ("connect", "unreachable")),
        (TimeoutError(), "connect", ("connect", "timeout")),
        (OSError(errno.ETIMEDOUT, "x"), "connect", ("connect", "timeout")),
        (OSError(errno.EACCES, "x"), "connect", ("connect", "error")),
        (_caused(OSError("all failed"), ConnectionRefusedError(errno.ECONNREFUSED, "x")), "connect", ("connect", "refused")),
        (_verify(10), "tls", ("tls", "expired")),
        (_verify(9), "tls", ("tls", "not-yet-valid")),
        (_verify(62), "tls", ("tls", "name-mismatch")),
        (_verify(64), "tls", ("tls", "name-mismatch")),
        (_verify(20), "tls", ("tls", "untrusted")),
        (_verify(18), "tls", ("tls", "untrusted")),
        (ssl.SSLEOFError(8, "x"), "tls", ("tls", "closed")),
        (ssl.SSLError(1, "x"), "tls", ("tls", "handshake")),
        (_caused(anyio.BrokenResourceError(), ConnectionResetError(errno.ECONNRESET, "x")), "tls", ("tls", "reset")),
        (anyio.EndOfStream(), "tls", ("tls", "closed")),
        (httpcore.ReadTimeout(), "headers", ("headers", "timeout")),
        (httpcore.RemoteProtocolError("x"), "headers", ("headers", "protocol")),
        (_caused(httpcore.ReadError(), ConnectionResetError(errno.ECONNRESET, "x")), "body", ("body", "reset")),
        (ZeroDivisionError("x"), "headers", ("headers", "protocol")),
        (ExceptionGroup("x", [ConnectionRefusedError(errno.ECONNREFUSED, "x")]), "connect", ("connect", "refused")),
    ],
)  # fmt: skip
def test_classification(error, stage, expected):
    found = classify(error, stage, 1.25, "10.0.0.1")
    assert (found.stage, found.kind) == expected
    assert (found.seconds, found.address) == (1.25, "10.0.0.1")
    assert found.message


def test_a_known_failure_is_kept():
    known = Failure(stage="proxy", kind="refused", message="m", seconds=1.0)
    assert classify(_caused(RuntimeError(), Unreached(known)), "tls", 2.0) is known


def test_a_chain_that_bites_its_tail_ends():
    first, second = OSError("a"), OSError("b")
    first.__cause__, second.__cause__ = second, first
    assert classify(first, "connect", 0.0).kind == "error"
