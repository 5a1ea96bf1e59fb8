"""Writes the seeds of the corpus anew, from what worlds of the lab answer to a run: `python tests/fuzz/seed.py`.

To be run after requests of a run have changed. Inputs that a fuzzer found stay as they are.
"""

from __future__ import annotations

import ssl

import conftest  # noqa: F401 - makes the parts of the hostile tests importable
import msgspec
import trustme
from client import Recording, examine, recorded, scripted
from front import Reply
from nursing import Nursery
from script import write
from target import CORPUS

from cgrdoctor.lab import FAULTS, HEALTHY

WORLDS = {
    "healthy": HEALTHY,
    "cache-stale": FAULTS,
    "virtual-xray-blocked-unseen": FAULTS,
    "pull-token-expired": FAULTS,
    "image-not-in-catalog": FAULTS,
}
LARGEST = 2048
"""Bytes of a body that are kept: layers tell a fuzzer nothing."""

DISTINCT = ("date", "server", "x-request-id", "x-jfrog-node-id")
"""Headers that differ from one recording to the next, and tell nothing."""

TEXTS = {
    "r-path": b"acme.jfrog.io/cgr-private/acme.com/python:3.12",
    "r-digest": b"acme.jfrog.io:443/docker/chainguard/static@sha256:" + b"a" * 64,
    "r-command": b"docker pull https://acme.jfrog.io/cgr-private/<org>/python:latest",
    "l-relative": b"../../v2/x?y=z#w",
    "l-elsewhere": b"https://user@[::ffff:169.254.169.254]:443/",
    "p-proxy": b"http://user:pass@proxy.test:3128\n.jfrog.io,10.0.0.0/8,[::1]:80,*\nsocks5://[::1]:1080",
    "c-bearer": b'Bearer realm="https://acme.jfrog.io/v2/token",service="acme.jfrog.io",scope="repository:a/b:pull,push x"\nBasic realm="a\\"b", charset=UTF-8',
    "t-jwt": b"eyJhbGciOiJub25lIn0.eyJleHAiOjE3MDAwMDAwMDAsInN1YiI6ImEifQ.x",
    "h-answer": b'\0{"ServerURL":"https://acme.jfrog.io","Username":"<token>","Secret":"s"}',
    "h-none": b"\1credentials not found in native keychain\n",
    "f-docker": b'{"auths":{"https://acme.jfrog.io/v1/":{"auth":"YTpi"}},"credHelpers":{"x.test":"y"},"currentContext":"z"}',
    "f-jfrog": b'{"servers":[{"url":"https://acme.jfrog.io/","user":"a","password":"b"}],"version":"6"}',
    "f-netrc": b'machine acme.jfrog.io login a password "b c"\nmacdef x\ny\n\nmachine z login',
    "s-honest": b"",
    "s-spoilt": bytes(range(1, 60)),
    "f-toml": b'timeout = 5\nonly = ["fields.*"]\nrepository = "cgr-private"\nno-direct = true\n',
}
"""Inputs of the parsers that no world of the lab answers with."""


def answer(found: Reply) -> bytes:
    """The answer as it was on the wire."""
    return found.bytes(body=found.body[:LARGEST], without=DISTINCT)


def parts(honest: Recording) -> dict[str, bytes]:
    """Single answers as inputs of the parsers they are for."""
    found: dict[str, bytes] = {}
    for reply in honest.replies.values():
        kind = next((value for name, value in reply.headers if name.lower() == "content-type"), "")
        content = kind.encode() + b"\n" + reply.body
        if len(reply.body) > LARGEST:
            continue
        if reply.status.split(" ")[1] >= "400":
            found.setdefault(f"e-{len(reply.body)}", content)
        elif "manifest" in kind or "index" in kind:
            found.setdefault("m-index" if b'"manifests"' in reply.body else "m-manifest", content)
        elif b'token"' in reply.body[:20]:
            found.setdefault("t-token", reply.body)
    return found


def report(honest: Recording) -> bytes:
    """The report of a run in that world, without what is large."""
    made, _ = examine(honest.image, scripted(b"", honest))
    facts = {
        name: record if len(msgspec.json.encode(record)) < LARGEST else msgspec.structs.replace(record, value=None)
        for name, record in made.facts.items()
    }
    checks = tuple(check for check in made.checks if check.findings)
    return msgspec.json.encode(msgspec.structs.replace(made, exchanges=(), facts=facts, checks=checks))


def main() -> None:
    """Records every world and writes what is made of it."""
    authority = trustme.CA()
    found = dict(TEXTS)
    with Nursery() as nursery:
        for name, table in WORLDS.items():
            honest = recorded(nursery, authority, table[name].scenario().world)
            told = sorted((f"{host} {target}", answer(reply)) for (host, target), reply in honest.replies.items())
            (CORPUS / f"world-{name}").write_bytes(b"w" + write(honest.image, told))
            found |= parts(honest)
    found["o-report"] = report(honest)
    found["x-leaf"] = ssl.PEM_cert_to_DER_cert(
        authority.issue_cert("acme.jfrog.io").cert_chain_pems[0].bytes().decode()
    )
    for name, data in found.items():
        (CORPUS / f"seed-{name}").write_bytes(name[:1].encode() + data)


if __name__ == "__main__":
    main()
