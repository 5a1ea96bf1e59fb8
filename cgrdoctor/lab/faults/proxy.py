"""Faults of the proxy through which this machine reaches everything."""

from __future__ import annotations

from dataclasses import replace

from cgrdoctor.lab.faults.fault import Fault
from cgrdoctor.lab.world import Proxy, World


def _proxy(world: World, behaviour: Proxy) -> World:
    return replace(world, proxy=behaviour)


FAULTS = (
    Fault(
        "proxy-authentication-required",
        "This machine's proxy wants a login",
        lambda world: _proxy(world, "authentication-required"),
        "proxy-authentication-required",
        ("F53",),
    ),
    Fault(
        "proxy-refused",
        "This machine's proxy refuses the tunnel",
        lambda world: _proxy(world, "refuses"),
        "proxy-refused",
        ("F54",),
    ),
    Fault(
        "proxy-refused-page",
        "This machine's proxy refuses the tunnel with a page",
        lambda world: _proxy(world, "page"),
        "proxy-refused",
        ("F54",),
    ),
    Fault(
        "proxy-unreachable",
        "Nobody serves this machine's proxy",
        lambda world: _proxy(world, "refused"),
        "proxy-unreachable",
        ("F53",),
    ),
    Fault(
        "proxy-garbage",
        "What should be this machine's proxy is something else",
        lambda world: _proxy(world, "garbage"),
        "proxy-unreachable",
        ("F53",),
    ),
)
