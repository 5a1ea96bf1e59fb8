"""Nodes of a cluster that answer the same request in two ways."""

import pytest
from stories import NO_TOKEN, control, named, said, step, through, unfound

from cgrdoctor_checks.facts.pull.retries import SecondLook

DROPPED = "Error in getting information for 'acme.com/python' (Connect to cgr.dev:443 failed: connect timed out)."


def on(node):
    return (("x-artifactory-node-id", node),)


def looked(first, node, second):
    return named(
        through(unfound(*first, headers=on("node-2"))),
        control(),
        SecondLook(tries=(step("manifest", second, headers=on(node)),)),
    )


@pytest.mark.parametrize("first", [(DROPPED, "NOT FOUND"), (NO_TOKEN, "NOT FOUND")], ids=["no way", "no token"])
def test_what_one_node_refuses_and_another_serves_is_the_cluster(first):
    finding = looked(first, "node-1", 200)

    assert said(finding) == ("artifactory-nodes-differ", "certain")
    assert "1 of 2 HTTP 404 from node-2" in finding.summary


def test_a_miss_on_one_node_is_a_remembered_one():
    assert looked((), "node-1", 200).code == "missed-retrieval-cached"


def test_one_node_that_changes_its_mind_is_no_cluster():
    assert looked((DROPPED, "NOT FOUND"), "node-2", 200).code == "upstream-unreachable"


def test_nodes_that_agree_are_not_blamed():
    assert looked((DROPPED, "NOT FOUND"), "node-1", 404).code == "upstream-unreachable"
