"""Every hostile act, played by everybody who can: an answer in time, nothing leaked, nobody blamed who is not at fault."""

import pytest
from acts import ACTS
from front import Plan
from oracle import held, told
from roles import ROLES
from runs import prepared, ran, sampled

PROVEN = frozenset({"cache-corrupt", "media-type-mismatch", "docker-api-not-routed", "authorization-not-forwarded"})
"""Codes that may be sure where images are served.

Bytes that do not match the digest they were asked for by, another type than cgr.dev's; and a front that spoils one of the two ways to the same image
while the other one, by Artifactory's own path, is honest.
"""

VARIANTS = (
    "429-", "expires-in-", "header-", "json-", "length-", "redirect-", "status-", "chunk-", "http-", "nul", "page", "invalid-", "503-",
)  # fmt: skip
"""Beginnings of acts that are variants of each other."""

WHOLLY = (
    "redirect-loop",
    "redirect-chain",
    "redirect-metadata",
    "redirect-elsewhere-307",
    "429-0",
    "json-deep",
    "json-wide",
)
"""Those of them that stand for the others: with every role. `expires-in-*` is read by those who ask for tokens."""


def roles_of(place: int, act: str) -> tuple[str, ...]:
    """Who plays an act: everybody, of a variant three in turn; the order makes a regular sample meet every role."""
    turned = (*[*ROLES][place % len(ROLES) :], *[*ROLES][: place % len(ROLES)])
    if act.startswith("expires-in-"):
        return ("token", "upstream-token")
    return turned[::3] if act.startswith(VARIANTS) and act not in WHOLLY else turned


OPEN = frozenset({"login-not-requested"})
"""Certain of a ping that succeeds without a challenge, however it is worded."""

CASES = [(act, role) for place, act in enumerate(ACTS) for role in roles_of(place, act)]


@pytest.mark.parametrize(("act", "role"), sampled(CASES, 83))
def test_whatever_a_peer_does(nursery, authority, act, role):
    plan = Plan(when=ROLES[role].plays, act=ACTS[act])
    with prepared(authority, plan) as setup:
        seen = ran(nursery, setup)

    assert seen.front.hostile
    held(seen, ROLES[role].legs, PROVEN if role.startswith("registry") else OPEN if role == "ping" else frozenset())
    told(seen)
