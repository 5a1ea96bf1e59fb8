"""Probes that run only where something is wrong already: each meets a hostile peer in a world that leads to it."""

import pytest
from acts import ACTS
from front import Plan, Talk
from oracle import kept
from runs import prepared, ran, sampled

from cgrdoctor.lab import FAULTS, HEALTHY, World, healthy

WORLDS = (
    "tag-not-found", "image-not-in-catalog", "upstream-refused-untested", "virtual-xray-blocked-unseen", "cache-stale-unseen",
    "upstream-untrusted-wordless", "virtual-member-missing-nested", "authorization-not-forwarded", "cache-incomplete-blob",
    "healthy-virtual-project-ids", "image-not-found", "docker-api-not-routed",
)  # fmt: skip
HOW = (
    "silent-header", "silent-in-body", "endless-body", "gzip-bomb", "wrong-types-0", "redirect-metadata", "401-loop", "reset",
    "many-tags", "429-9", "nul-in-json-error", "page-403",
)  # fmt: skip
CASES = [(world, HOW[(place + turn) % len(HOW)]) for place, world in enumerate(WORLDS) for turn in (0, 3, 6, 9)]
"""Each world with four acts, each act with four worlds."""


def world_of(name: str) -> World:
    return {**HEALTHY, **FAULTS}[name].scenario().world


@pytest.fixture(scope="module", name="usual")
def _usual(nursery, authority) -> set[str]:
    """The paths that every run asks for."""
    paths: set[str] = set()

    async def note(talk: Talk) -> None:
        paths.add(talk.asked.path)
        await talk.send((await talk.honest()).bytes())

    with prepared(authority, Plan(when=lambda _asked: True, act=note), world=healthy()) as setup:
        ran(nursery, setup)
    return paths


@pytest.mark.parametrize(("world", "act"), sampled(CASES, len(CASES)))
def test_a_peer_that_turns_hostile_late(nursery, authority, usual, world, act):
    plan = Plan(when=lambda asked: asked.path not in usual, act=ACTS[act])
    with prepared(authority, plan, world=world_of(world)) as setup:
        seen = ran(nursery, setup)

    assert seen.front.hostile
    kept(seen)
    assert seen.report["diagnosis"] or seen.report["status"] in ("healthy", "incomplete")
