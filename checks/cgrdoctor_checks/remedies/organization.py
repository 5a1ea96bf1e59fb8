"""The reference with an organization in front of the image: one that exists, never one that is made up."""

from __future__ import annotations

from collections.abc import Sequence

from cgrdoctor_checks.facts.direct.spelling import DirectSpelling
from cgrdoctor_checks.facts.reference.address import FREE_ORGANIZATION
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.facts.token.pull_token import IDENTITY
from cgrdoctor_checks.remedies import commands

FREE_TAGS = ("latest", "latest-dev")
ORGANIZATION = "ORGANIZATION"
"""What stands in place of a name that this run cannot know."""


def better(target: Target, path: str) -> str:
    """The reference typed, with another path behind the key."""
    head, _, tail = target.image.rpartition(target.path_in_repository)
    return f"{head}{path}{tail}"


def candidates(target: Target, spelling: DirectSpelling | None) -> tuple[str, ...]:
    """Paths that may be meant: those that exist at cgr.dev; where nobody could be asked, the free one with its tags."""
    if spelling is not None:
        return spelling.meant
    free = target.selector in FREE_TAGS and target.digest is None
    return (f"{FREE_ORGANIZATION}/{target.upstream_path}",) if free else ()


def in_front(target: Target, spelling: DirectSpelling | None, usernames: Sequence[str] = ()) -> commands.Remedy:
    """Write it; `usernames` are those of the remotes, whose organization it would be."""
    found = candidates(target, spelling)
    if not found:
        return _to_be_found(target, spelling, usernames)
    first, *others = (better(target, path) for path in found)
    steps = (*(f"Or {other}, which exists as well." for other in others), *_whose(found[0], spelling))
    return commands.Remedy(summary=f"Pull {first}", steps=steps, commands=(commands.pull(first),))


def _whose(path: str, spelling: DirectSpelling | None) -> tuple[str, ...]:
    if spelling is None or spelling.verdict == "works":
        return ()
    return (f"cgr.dev has {path}, but not with this tag or digest: see which tags there are.",)


def _to_be_found(target: Target, spelling: DirectSpelling | None, usernames: Sequence[str]) -> commands.Remedy:
    name = target.path_in_repository
    seen = spelling.organizations if spelling is not None else ()
    written = better(target, f"{ORGANIZATION}/{name}")
    steps = [
        f"Write {written}, with the name of your organization at Chainguard.",
        f"Free images stand below {FREE_ORGANIZATION}/ and have the tag latest only.",
        *(f"The Chainguard credential of this run sees {one}, which has no {name}." for one in seen),
    ]
    ids = dict.fromkeys(user.partition("/")[0] for user in usernames if IDENTITY.fullmatch(user))
    steps += [f"The pull token of the remote belongs to the organization with the id {one}." for one in ids]
    return commands.steps(
        f"Write the organization in front of {name}",
        *steps,
        commands=(
            commands.shell("See your organizations", "chainctl", "iam", "organizations", "list"),
            commands.shell("See their images", "chainctl", "images", "repos", "list"),
        ),
    )
