"""What DNS says of a name is evidence; the way to a host waits for it only where the system's own resolver knows nothing."""

from __future__ import annotations

import asyncio
import contextlib
import socket

import dns.asyncresolver
import dns.message
import dns.rrset
import pytest

from cgrdoctor.net import names
from cgrdoctor.net.dial import Network
from cgrdoctor.net.path import observe
from cgrdoctor.net.patience import Patience
from cgrdoctor.net.resolve import Resolver
from cgrdoctor.privacy.recorder import Recorder
from cgrdoctor.privacy.redact import Redaction

HOST = "a.test"
RECORDS = {"A": "127.0.0.1", "AAAA": "::1"}


class NameServer(asyncio.DatagramProtocol):
    """Notes every question, and answers those whose kind it knows."""

    def __init__(self, known):
        self.known = known
        self.asked = []

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, peer):
        query = dns.message.from_wire(data)
        kind = dns.rdatatype.to_text(query.question[0].rdtype)
        self.asked.append(kind)
        if kind in self.known:
            reply = dns.message.make_response(query, recursion_available=True)
            reply.answer.append(dns.rrset.from_text(query.question[0].name, 60, "IN", kind, RECORDS[kind]))
            self.transport.sendto(reply.to_wire(), peer)


@contextlib.asynccontextmanager
async def name_server(monkeypatch, known):
    """A name server that the run is configured to ask."""
    loop = asyncio.get_running_loop()
    transport, server = await loop.create_datagram_endpoint(lambda: NameServer(known), local_addr=("127.0.0.1", 0))

    def configured():
        resolver = made(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], transport.get_extra_info("sockname")[1]
        return resolver

    made = dns.asyncresolver.Resolver
    monkeypatch.setattr(dns.asyncresolver, "Resolver", configured)
    try:
        yield server
    finally:
        transport.close()


@pytest.fixture
def looked_at(run, peer, silent, authority, monkeypatch):
    """The path to a host that serves, and what the name server was asked; `found` is the system's own answer."""

    def look(known, found):
        def lookup(_host):
            if found is None:
                raise socket.gaierror(socket.EAI_NONAME, "x")
            return found

        async def main():
            async with peer(silent, authority.context(HOST)) as there, name_server(monkeypatch, known) as server:
                patience = Patience(8.0)
                network = Network(
                    patience=patience, environ={}, cacert=authority.bundle, resolver=Resolver(patience, lookup)
                )
                try:
                    path, _ = await observe(network, Recorder(Redaction()), HOST, there.port)
                finally:
                    await network.stop()
                return path, server.asked

        return run(main)

    return look


def test_a_name_server_that_is_silent_holds_up_nobody(looked_at):
    path, asked = looked_at((), ("127.0.0.1",))

    assert (path.works, path.failure) == (True, None)
    assert path.names == ()
    assert sorted(asked) == ["A", "AAAA"]


def test_both_records_are_asked_for_together_and_for_a_moment_only(looked_at, monkeypatch):
    monkeypatch.setattr(names, "LIFETIME", 0.3)

    path, asked = looked_at((), None)

    assert path.failure.kind == "nxdomain"
    assert [(name.kind, name.rcode) for name in path.names] == [("A", "TIMEOUT"), ("AAAA", "TIMEOUT")]
    assert sorted(asked[:2]) == ["A", "AAAA"]


def test_what_is_answered_is_kept_beside_what_is_not(looked_at, monkeypatch):
    monkeypatch.setattr(names, "LIFETIME", 0.3)

    path, _ = looked_at(("AAAA",), None)

    assert [(name.kind, name.rcode, name.addresses) for name in path.names] == [
        ("A", "TIMEOUT", ()),
        ("AAAA", "NOERROR", ("::1",)),
    ]


def test_no_more_than_two_seconds_are_given():
    assert names.Names(HOST, 60.0)._seconds == 2.0
    assert names.Names(HOST, 1.0)._seconds == 1.0
