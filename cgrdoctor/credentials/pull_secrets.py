"""The logins that the kubelet takes from pull secrets, for the host of IMAGE alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cgrdoctor.credentials.model import OF_A_POD, Found, Learn
from cgrdoctor.privacy.host_names import same_host
from cgrdoctor.privacy.secret import Credential, Secret

if TYPE_CHECKING:
    from cgrdoctor.kubernetes.papers import Login, Wanted

MOST = 8
"""Different logins that are tried at most: each may count as a failure of an account."""


def source(papers: Wanted, registry: str, learn: Learn) -> Callable[[str], Awaitable[Found]]:
    """What the kubelet has for a host (`host[:port]`): for that of IMAGE the logins that it would try, in its order."""
    offered = papers.offers(datetime.now(UTC))
    for text in offered.heard:
        learn(text)

    async def look(host: str) -> Found:
        looked = tuple(f"{OF_A_POD}{one.full_name}" for one in offered.secrets)
        if not offered.logins or not same_host(host, registry):
            return Found(looked=looked)
        first, *more = _different(offered.logins, host)
        return Found(credential=first, more=tuple(more[: MOST - 1]), looked=looked)

    return look


def _different(logins: tuple[Login, ...], host: str) -> list[Credential]:
    """Each login once, whatever holds it; of several in one Secret the key is named."""
    found: dict[tuple[str, str], Credential] = {}
    several = [login.secret for login in logins]
    for login in logins:
        key = f", auths[{login.entry.key}]" if several.count(login.secret) > 1 else ""
        credential = Credential(
            kind="basic",
            secret=Secret(login.entry.password, host=host),
            source=f"{OF_A_POD}{login.secret}{key}",
            username=login.entry.username,
        )
        found.setdefault((login.entry.username, login.entry.password), credential)
    return list(found.values())
