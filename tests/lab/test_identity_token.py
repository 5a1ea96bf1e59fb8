"""An identity token that docker has stored: exchanged, refused, or nowhere to go; never in what is printed."""

import pytest
from examine import examine

from cgrdoctor.lab import FAULTS, HEALTHY
from cgrdoctor.lab.faults.login import REFRESH
from cgrdoctor.lab.world import ADMIN


def test_one_that_artifactory_exchanges_pulls():
    seen = examine(HEALTHY["healthy-identity-token"].scenario().world)

    posts = {(one["url"], one["status"]) for one in seen.report["exchanges"] if one["method"] == "POST"}
    assert (seen.status, seen.codes) == (0, [])
    assert posts == {("https://acme.jfrog.io/v2/token", 200)}
    assert ADMIN.token not in seen.stdout + seen.stderr


@pytest.mark.parametrize("name", ["identity-token-refused", "identity-token-not-taken"])
def test_one_that_is_refused_is_asked_once_and_named(name):
    seen = examine(FAULTS[name].scenario().world)

    entry = seen.report["diagnosis"][0]
    posts = [one for one in seen.report["exchanges"] if one["method"] == "POST"]
    assert (seen.status, entry["code"], entry["confidence"]) == (1, "artifactory-credentials-rejected", "certain")
    assert "gives no token for the identity token from docker config" in entry["summary"]
    assert len(posts) == 1, "a refused login is not presented again"
    assert REFRESH not in seen.stdout + seen.stderr
