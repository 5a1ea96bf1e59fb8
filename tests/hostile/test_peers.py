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

CASES = [
    (act, role)
    for place, act in enumerate(ACTS)
    for role in (*[*ROLES][place % len(ROLES) :], *[*ROLES][: place % len(ROLES)])
]
"""Each act with each role; the order makes a regular sample meet every role."""


@pytest.mark.parametrize(("act", "role"), sampled(CASES, 4 * len(ROLES) - 1))
def test_whatever_a_peer_does(nursery, authority, act, role):
    plan = Plan(when=ROLES[role].plays, act=ACTS[act])
    with prepared(authority, plan) as setup:
        seen = ran(nursery, setup)

    assert seen.front.hostile
    held(seen, ROLES[role].legs, PROVEN if role.startswith("registry") else frozenset())
    told(seen)
