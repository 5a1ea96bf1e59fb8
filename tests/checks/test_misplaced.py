"""What does not belong in a reference's path, and the reference without it."""

import pytest

from cgrdoctor.net.reference import parse_reference
from cgrdoctor_checks.facts.reference.misplaced import misplaced

KEYS = {"cgr-private", "docker"}
RIGHT = "cgr-private/acme.com/python"

FOUND = [
    ("artifactory/cgr-private/acme.com/python", RIGHT, "artifactory"),
    ("artifactory/api/docker/cgr-private/acme.com/python", RIGHT, "artifactory/api/docker"),
    ("api/docker/cgr-private/acme.com/python", RIGHT, "api/docker"),
    ("v2/cgr-private/acme.com/python", RIGHT, "v2"),
    ("ui/native/cgr-private/acme.com/python", RIGHT, "ui/native"),
    ("cgr-private/cgr.dev/acme.com/python", RIGHT, "cgr.dev"),
    ("artifactory/cgr-private/cgr.dev/acme.com/python", RIGHT, "artifactory/cgr.dev"),
    ("cgr.dev/acme.com/python", "acme.com/python", "cgr.dev"),
    ("artifactory/docker/acme.com/python", "docker/acme.com/python", "artifactory"),
    ("artifactory/not-seen/acme.com/python", "not-seen/acme.com/python", "artifactory"),
]


@pytest.mark.parametrize(("path", "without", "extra"), FOUND)
def test_it_is_named_and_left_out(path, without, extra):
    found = misplaced(parse_reference(f"acme.jfrog.io/{path}:3.12"), KEYS)

    assert found is not None
    assert (found.path, found.extra) == (without, extra)
    assert found.key == (without.partition("/")[0] in KEYS)


@pytest.mark.parametrize(
    "path",
    [RIGHT, "docker/acme.com/python", "acme.com/python", "chainguard/static", "static", "v2", "docker/not-seen/python"],
)
def test_a_path_without_it_is_left_alone(path):
    assert misplaced(parse_reference(f"acme.jfrog.io/{path}:3.12"), KEYS) is None


@pytest.mark.parametrize("path", ["docker/acme.com/python", "native/acme.com/python", "general/static"])
def test_what_repositories_are_called_is_a_key_to_who_sees_none(path):
    assert misplaced(parse_reference(f"acme.jfrog.io/{path}:3.12"), ()) is None


def test_a_repository_may_be_called_like_a_part_of_a_url():
    assert (
        misplaced(parse_reference("acme.jfrog.io/artifactory/acme.com/python"), {"artifactory", "cgr-private"}) is None
    )
