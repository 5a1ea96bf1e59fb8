"""What DNS says of a name: A and AAAA, each with an answer of its own, asked together and beside everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio

from cgrdoctor.model import Kind, Struct

if TYPE_CHECKING:
    from dns.asyncresolver import Resolver

LIFETIME = 2.0
"""Seconds an answer may take; the system's own resolver is the one that counts."""

KINDS = ("A", "AAAA")


class NameAnswer(Struct, frozen=True, kw_only=True):
    """What the resolver says about one record type; `rcode` as DNS names it, or `TIMEOUT`."""

    kind: Kind
    rcode: Kind
    addresses: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    ttl: int | None = None


class Names:
    """The answers about one host, as far as they are there."""

    def __init__(self, host: str, seconds: float) -> None:
        self._host = host
        self._seconds = min(LIFETIME, seconds)
        self._found: dict[str, NameAnswer] = {}

    @property
    def answers(self) -> tuple[NameAnswer, ...]:
        """Those that came by now."""
        return tuple(self._found[kind] for kind in KINDS if kind in self._found)

    async def ask(self) -> None:
        """Asks the configured name servers; cancelling it loses only what has not come yet."""
        from dns import asyncresolver, exception

        try:
            asker = asyncresolver.Resolver()
        except (exception.DNSException, OSError):
            return
        asker.lifetime = self._seconds
        async with anyio.create_task_group() as group:
            for kind in KINDS:
                group.start_soon(self._ask, asker, kind)

    async def _ask(self, asker: Resolver, kind: str) -> None:
        from dns import exception, rcode, resolver

        try:
            answer = await asker.resolve(self._host, kind, raise_on_no_answer=False, search=True)
        except resolver.NXDOMAIN:
            found = NameAnswer(kind=kind, rcode="NXDOMAIN")
        except exception.Timeout:
            found = NameAnswer(kind=kind, rcode="TIMEOUT")
        except (exception.DNSException, OSError, ValueError) as error:
            found = NameAnswer(kind=kind, rcode="SERVFAIL" if "SERVFAIL" in str(error) else type(error).__name__)
        else:
            found = NameAnswer(
                kind=kind,
                rcode=rcode.to_text(answer.response.rcode()),
                addresses=tuple(item.to_text() for item in answer.rrset or ()),
                aliases=(str(answer.canonical_name).rstrip("."),) if answer.chaining_result.cnames else (),
                ttl=answer.rrset.ttl if answer.rrset else None,
            )
        self._found[kind] = found
