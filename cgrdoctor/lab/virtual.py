"""How a virtual repository resolves: its members, nested ones too, and their order.

JFrog: local repositories and caches of members with priority resolution, priority remotes, the other locals and
caches, the other remotes. What a member refuses looks like a miss from outside.
"""

from __future__ import annotations

from cgrdoctor.lab.world import Artifactory, Repository


def members(state: Artifactory, repository: Repository) -> list[Repository]:
    """The locals and remotes behind a virtual, in the order of its list; a circle is cut."""
    found: dict[str, Repository] = {}
    seen = {repository.key}
    waiting = list(repository.members)
    while waiting:
        member = state.repository(waiting.pop(0))
        if member is None or member.key in seen:
            continue
        seen.add(member.key)
        if member.rclass == "virtual":
            waiting = [*member.members, *waiting]
        elif member.package_type in ("docker", "oci"):
            found[member.key] = member
    return list(found.values())


def by_priority(listed: list[Repository]) -> list[list[Repository]]:
    """Members with priority resolution, then the others."""
    first = [member for member in listed if member.configuration()["priorityResolution"]]
    return [first, [member for member in listed if member not in first]]
