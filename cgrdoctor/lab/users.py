"""Who is asking Artifactory, and what that user may read."""

from __future__ import annotations

from starlette.requests import Request

from cgrdoctor.lab.chainguard import basic_pair, unsign
from cgrdoctor.lab.world import Artifactory, User


def user_of(state: Artifactory, request: Request, *, stripped: bool = False) -> User | str | None:
    """The user, None for nobody, or a text that says why the credential is refused.

    `stripped` says that the reverse proxy drops the header on this way.
    """
    value = "" if stripped else request.headers.get("authorization", "")
    if not value:
        return None
    pair = basic_pair(value)
    token = value.partition(" ")[2]
    for user in state.users:
        if pair is not None and pair[0] == user.name and pair[1] in (user.password, user.token):
            return user
        if pair is None and (token == user.token or unsign(token) == f"docker|{user.name}"):
            return user
    if pair is None and unsign(token) == "docker|anonymous":
        return None
    return "Bad Credentials" if pair is not None else "Props Authentication Token not found"


def may_read(state: Artifactory, user: User | None, key: str) -> bool:
    """Whether the repository's cache lies within the user's permissions."""
    if user is None:
        return state.anonymous
    return user.admin or user.reads is None or key in user.reads
