"""The login that the kubelet takes from pull secrets, for the host of IMAGE alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cgrdoctor.credentials.model import OF_A_POD, Found, Learn
from cgrdoctor.privacy.host_names import same_host
from cgrdoctor.privacy.secret import Credential, Secret

if TYPE_CHECKING:
    from cgrdoctor.kubernetes.papers import Wanted


def source(papers: Wanted, registry: str, learn: Learn) -> Callable[[str], Awaitable[Found]]:
    """What the kubelet has for a host (`host[:port]`): for that of IMAGE the first login that it would try."""
    offered = papers.offers(datetime.now(UTC))
    for text in offered.heard:
        learn(text)

    async def look(host: str) -> Found:
        looked = tuple(f"{OF_A_POD}{one.full_name}" for one in offered.secrets)
        if not offered.logins or not same_host(host, registry):
            return Found(looked=looked)
        login, more = offered.logins[0], len(offered.logins) - 1
        credential = Credential(
            kind="basic",
            secret=Secret(login.entry.password, host=host),
            source=f"{OF_A_POD}{login.secret}" + (f", before {more} more that the kubelet tries" if more else ""),
            username=login.entry.username,
        )
        return Found(credential=credential, looked=looked)

    return look
