"""The calls that clear what Artifactory remembers, by what is to be cleared, its version and the rights they need.

Proposed, never made. Sources: JFrog REST API, Zap Cache (7.49.3; Manage or Delete permission since 7.104.12) and Delete
Item; a zap expires metadata and forgets misses, it removes no immutable file. Saving a repository's configuration
forgets its misses on any version.
"""

from __future__ import annotations

import re

from cgrdoctor import Code
from cgrdoctor_checks.codes.cache import CACHE_CORRUPT, CACHE_INCOMPLETE, CACHE_POISONED
from cgrdoctor_checks.facts.artifactory.caller import Caller
from cgrdoctor_checks.facts.artifactory.remotes import AdminView
from cgrdoctor_checks.remedies import commands

HELD = {
    CACHE_POISONED.name: "the web page",
    CACHE_CORRUPT.name: "the damaged file",
    CACHE_INCOMPLETE.name: "what is left of the image",
}
"""What is deleted, in few words: paths of a cache have 150 characters."""

BLOB = re.compile(r"/sha256(?:__|:)[0-9a-f]{64}/sha256(?:__|:)[0-9a-f]{64}$")
"""A blob below the folder of its manifest."""

ZAP_SINCE = (7, 49, 3)
EITHER_RIGHT_SINCE = (7, 104, 12)


def tag(base: str, key: str, path: str, caller: Caller | None) -> tuple[commands.Command, ...]:
    """Makes the next pull ask upstream again for a tag: a zap, or, where there is none, its deletion."""
    if can_zap(caller) is False:
        return (commands.delete_cached(base, key, path),)
    return (zap(base, key, path, caller),)


def miss(base: str, key: str, path: str, caller: Caller | None) -> tuple[commands.Command, ...]:
    """Makes Artifactory forget that an image was missing; there is nothing to delete."""
    return (zap(base, key, path, caller),) if can_zap(caller) is not False else (save(base, key),)


def content(base: str, key: str, path: str) -> tuple[commands.Command, ...]:
    """Removes a file that a zap would leave, because its name promises that it never changes."""
    return (commands.delete_cached(base, key, path),)


def anew(code: Code, base: str, key: str, path: str, image: str, settings: AdminView | None) -> commands.Remedy:
    """Deletes one path, so that the next pull fetches it from cgr.dev; and what keeps its trouble from coming back.

    Where one blob is a page, those beside it came the same way: all of the manifest's go.
    """
    held = HELD.get(code.name, "what is cached")
    if code is CACHE_POISONED and BLOB.search(path):
        held, path = "the web page and the blobs beside it", path.rpartition("/")[0]
    open_to_pages = [
        one.key for one in (settings.remotes if settings else ()) if one.block_mismatching_mime_types is False
    ]
    again = {
        CACHE_POISONED.name: f"Check Block Mismatching Mime Types (Advanced) of {', '.join(open_to_pages)}, so that no "
        "page is stored again."
        if open_to_pages
        else "Find what answered Artifactory with the page: a proxy or a filter on its way to cgr.dev.",
        CACHE_CORRUPT.name: "Where more files are damaged, the filestore is at fault.",
        CACHE_INCOMPLETE.name: "The deletion costs nothing but the next download, for which cgr.dev must be reachable.",
    }.get(code.name)
    return commands.steps(
        f"Delete {held} from {key}-cache: the next pull fetches a new copy from cgr.dev",
        f"Artifacts > {key}-cache > {path}: Delete.",
        *((again,) if again else ()),
        commands=(*content(base, key, path), commands.pull(image)),
    )


def unfetched(base: str, key: str, path: str, image: str, caller: Caller | None) -> commands.Remedy:
    """Lets Artifactory ask again for what it holds only the name of: there is nothing to delete."""
    return commands.steps(
        f"Clear what {key} remembers of {path}, so that it fetches the rest from cgr.dev",
        f"Artifacts > {key}-cache > {path}: Zap Caches.",
        "That costs nothing but the next download, for which cgr.dev must be reachable.",
        commands=(*miss(base, key, path, caller), commands.pull(image)),
    )


def zap(base: str, key: str, path: str, caller: Caller | None) -> commands.Command:
    """The zap, with the right it needs on this version."""
    command = commands.zap(base, key, path)
    numbers = numbers_of(caller.release) if caller else ()
    if not numbers:
        return command
    right = "Manage or Delete permission" if numbers >= EITHER_RIGHT_SINCE else "Manage permission"
    return commands.Command(
        description=f"Zap the cache ({right} on {key})", command=command.command, kind="rest", changes=True
    )


def save(base: str, key: str) -> commands.Command:
    """Saving the configuration as it is."""
    command = commands.update(key, base, {"key": key})
    return commands.Command(
        description=f"Save {key} as it is, which forgets its misses (an admin's access token)",
        command=command.command,
        kind="rest",
        changes=True,
    )


def can_zap(caller: Caller | None) -> bool | None:
    """Whether this version has the call; None where the version is not known."""
    numbers = numbers_of(caller.release) if caller else ()
    return numbers >= ZAP_SINCE if numbers else None


def numbers_of(version: str) -> tuple[int, ...]:
    """`7.161.15` as numbers; empty if it is no version."""
    parts = version.split("-", maxsplit=1)[0].split(".")[:3]
    return tuple(int(part) for part in parts) if all(part.isascii() and part.isdigit() for part in parts) else ()
