"""Runs inside a network namespace: a world of the lab on port 443 of chosen addresses, and a name server for it.

Prints one line of JSON (image, environment, cacert) when all of it answers, and ends when standard input is closed.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
from dataclasses import replace
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

from cgrdoctor.lab import Lab, running, scenario
from cgrdoctor.lab.place import moved
from cgrdoctor.lab.world import ARTIFACTORY

ADDRESSES = ("10.99.0.1", "fd99::1")
RESOLVERS = ("127.0.0.53", "10.99.0.1")
"""Where the name server answers: for this namespace, and for others on its network."""


def answer(query: dns.message.Message, zone: dict[str, dict[str, list[str] | str]]) -> dns.message.Message | None:
    """What the name server says: records, an rcode, or nothing at all (`silent`)."""
    question = query.question[0]
    name, kind = question.name.to_text().rstrip("."), dns.rdatatype.to_text(question.rdtype)
    known = zone.get(name, {"rcode": "NXDOMAIN"})
    if known.get("rcode") == "silent":
        return None
    reply = dns.message.make_response(query, recursion_available=True)
    reply.set_rcode(dns.rcode.from_text(str(known.get("rcode", "NOERROR"))))
    records = known.get(kind, [])
    if records:
        reply.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *records))
    return reply


def name_server(address: str, zone: dict[str, dict[str, list[str] | str]]) -> None:
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((address, 53))
    while True:
        data, peer = server.recvfrom(4096)
        reply = answer(dns.message.from_wire(data), zone)
        if reply is not None:
            server.sendto(reply.to_wire(), peer)


def relay(address: str, port: int) -> None:
    """Leads port 443 of an address to the world's port."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    server = socket.socket(family, socket.SOCK_STREAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind((address, 443))
    server.listen(64)
    while True:
        near, _ = server.accept()
        far = socket.create_connection(("127.0.0.1", port))
        for source, sink in ((near, far), (far, near)):
            threading.Thread(target=copy, args=(source, sink), daemon=True).start()


def copy(source: socket.socket, sink: socket.socket) -> None:
    try:
        while piece := source.recv(65536):
            sink.sendall(piece)
    except OSError:
        pass
    finally:
        for end in (source, sink):
            end.close()


def serve(lab: Lab, told: dict[str, Any]) -> None:
    port = lab.ports[ARTIFACTORY]
    zones = {**dict.fromkeys(RESOLVERS, told["zone"]), **told["others"]}
    threads = [threading.Thread(target=name_server, args=one, daemon=True) for one in zones.items()]
    threads += [threading.Thread(target=relay, args=(address, port), daemon=True) for address in ADDRESSES]
    for thread in threads:
        thread.start()
    sys.stdout.write(json.dumps({"image": lab.image, "environment": lab.environment, "cacert": str(lab.cacert)}) + "\n")
    sys.stdout.flush()
    sys.stdin.read()


def main() -> None:
    told = json.loads(sys.argv[1])
    world = moved(scenario(told["world"]).world, ARTIFACTORY)
    with running(replace(world, wire={})) as lab:
        serve(lab, told)


if __name__ == "__main__":
    main()
