"""Which faults of the catalogue have a world, and why the others have none."""

from __future__ import annotations

from collections.abc import Mapping

from cgrdoctor.lab import FAULTS

FAULT_NUMBERS = tuple(f"F{number:02d}" for number in range(1, 110))
CLUSTER = "configuration of containerd or Kubernetes, which is not looked at yet"
COMMAND_LINE = "refused on the command line with the corrected spelling, before any packet"
EXPLAINED = "an explanation, never a fault of its own"

ABSENT: Mapping[str, str] = {
    **dict.fromkeys(("F59", "F60", "F61", "F62", "F63", "F64", "F106"), CLUSTER),
    **dict.fromkeys(("F69", "F70"), COMMAND_LINE),
    **dict.fromkeys(("F98", "F101", "F102", "F103"), EXPLAINED),
    "F42": "needs two users of one machine; the missing login itself is a world",
    "F48": "needs a name server: examined end to end in a network namespace",
    "F49": "needs two resolvers that disagree; each answer alone is a world or examined end to end",
    "F50": "needs a name server: examined end to end in a network namespace",
    "F66": "is F65 while the tag is synced and F15 afterwards: both are worlds",
    "F68": "is F67 as long as it lasts",
    "F72": "is F14 for the token's owner",
    "F93": "needs addresses of both families: examined end to end in a network namespace",
    "F105": "is a remark: the engine's old copy stands in a healthy world",
    "F94": "is F10 at another moment: only some addresses are let through",
}


def numbers() -> dict[str, tuple[str, ...]]:
    """Fault numbers of the catalogue with the names of their worlds."""
    found: dict[str, list[str]] = {}
    for fault in FAULTS.values():
        for number in fault.catalogue:
            found.setdefault(number, []).append(fault.name)
    return {number: tuple(sorted(names)) for number, names in found.items()}
