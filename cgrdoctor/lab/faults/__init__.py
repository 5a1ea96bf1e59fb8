"""Faults as data, one file a leg, and healthy worlds on which the doctor must stay silent, beside them or apart."""

from __future__ import annotations

from collections.abc import Mapping

from cgrdoctor.lab.faults import (
    access,
    account,
    artifactory,
    cache,
    client,
    client_requests,
    docker,
    fields,
    front,
    healthy,
    healthy_here,
    healthy_there,
    image,
    kubernetes,
    login,
    policy,
    proxy,
    reference,
    token,
    upstream,
    virtual,
)
from cgrdoctor.lab.faults.fault import Fault, Scenario

MODULES = (
    reference,
    access,
    client,
    client_requests,
    proxy,
    front,
    artifactory,
    virtual,
    token,
    login,
    account,
    fields,
    policy,
    upstream,
    image,
    cache,
    docker,
    kubernetes,
)

FAULTS: Mapping[str, Fault] = {
    fault.name: fault
    for fault in sorted((f for module in MODULES for f in module.FAULTS), key=lambda fault: fault.name)
}
HEALTHY: Mapping[str, Fault] = {
    fault.name: fault
    for fault in sorted(
        (
            *(world for module in (healthy, healthy_here, healthy_there) for world in module.WORLDS),
            *(world for module in MODULES for world in getattr(module, "HEALTHY", ())),
        ),
        key=lambda fault: fault.name,
    )
}


def scenario(name: str) -> Scenario:
    """The world of that name, healthy or not. Raises KeyError."""
    fault = FAULTS.get(name) or HEALTHY[name]
    return fault.scenario()


__all__ = ["FAULTS", "HEALTHY", "Fault", "Scenario", "scenario"]
