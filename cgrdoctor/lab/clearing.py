"""What administrators do to a remote's cache by REST: delete what it holds, and zap, which makes it ask upstream again.

Sources: JFrog REST API, Delete Item and Zap Cache (7.49.3; Manage or Delete permission); public captures of 7.161. A
zap expires metadata and forgets misses; it removes no immutable file.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import JSONResponse, PlainTextResponse, Response

from cgrdoctor.lab.envelopes import rest_error
from cgrdoctor.lab.remote import Remote
from cgrdoctor.lab.users import may_read
from cgrdoctor.lab.world import Artifactory, User

ZAP_SINCE = (7, 49, 3)
CACHE = "-cache"


def delete(state: Artifactory, remotes: Mapping[str, Remote], user: User | str | None, path: str) -> Response:
    """`DELETE /{key}-cache/{path}`: a file, or all below a folder."""
    key, _, inner = path.partition("/")
    remote = remotes.get(key.removesuffix(CACHE))
    refused = _refused(state, remote, user, f"Not enough permissions to delete/overwrite all artifacts under '{path}'")
    if refused is not None:
        return refused
    if remote is None or not key.endswith(CACHE) or not remote.forget(inner):
        return rest_error(404, f"Could not locate artifact '{path}' (Nothing to delete).")
    return Response(None, 204)


def zap(state: Artifactory, remotes: Mapping[str, Remote], user: User | str | None, path: str) -> Response:
    """`POST /api/zap/{key}-cache/{path}`, of versions that have it."""
    if tuple(int(part) for part in state.version.split(".")[:3]) < ZAP_SINCE:
        return rest_error(404, "File not found.")
    key, _, inner = path.partition("/")
    remote = remotes.get(key.removesuffix(CACHE))
    if remote is None or not key.endswith(CACHE):
        return PlainTextResponse("Zapping is supported for remote repository caches only.", 400)
    refused = _refused(state, remote, user, f"Not enough permissions to zap '{path}'")
    if refused is not None:
        return refused
    remote.expire(inner)
    return JSONResponse({"Message": f"Completed zapping cache in path {path}"})


def _refused(state: Artifactory, remote: Remote | None, user: User | str | None, words: str) -> Response | None:
    """The answer to whoever lacks the permission; only administrators have it here."""
    if not isinstance(user, User):
        return rest_error(401, user or "Authentication is required")
    if user.admin:
        return None
    if remote is not None and state.hide_existence and not may_read(state, user, remote.key):
        return rest_error(404, "Unable to find item")
    return rest_error(403, f"{words} (user: '{user.name}' needs DELETE permission).")
