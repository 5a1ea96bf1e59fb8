"""A path on a machine whose tree is mounted here leads where it leads there, and never out of the tree."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cgrdoctor.process.rooted import below

LINKS = {
    "plain": (None, "etc/hosts"),
    "relative": ("hosts", "etc/hosts"),
    "absolute": ("/etc/hosts", "etc/hosts"),
    "up": ("../etc/hosts", "etc/hosts"),
    "up and out": ("../../../../../../etc/hosts", "etc/hosts"),
    "through a directory": ("/lib/conf/hosts", "etc/hosts"),
    "through one that leads out": ("/out/hosts", "etc/hosts"),
}


@pytest.fixture(name="tree")
def _tree(tmp_path):
    root = tmp_path / "host"
    for name in ("etc", "lib"):
        (root / name).mkdir(parents=True)
    (root / "etc" / "hosts").write_text("the node's")
    (root / "lib" / "conf").symlink_to("../etc")
    (root / "out").symlink_to("../../../../../../../../etc")
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "hosts").write_text("ours")
    return root


@pytest.mark.parametrize("kind", LINKS)
def test_links_are_followed_inside_the_tree(tree, kind):
    target, leads_to = LINKS[kind]
    if target is not None:
        (tree / "etc" / "link").symlink_to(target)

    found = below(tree, "/etc/hosts" if target is None else "/etc/link")

    assert found == tree / leads_to
    assert found.read_text() == "the node's"


def test_a_circle_leads_to_nothing(tree):
    (tree / "etc" / "a").symlink_to("b")
    (tree / "etc" / "b").symlink_to("/etc/a")

    assert not os.path.exists(below(tree, "/etc/a"))


def test_without_a_tree_a_path_is_itself(tmp_path):
    assert str(below(None, "/etc/../etc/hosts")) == "/etc/../etc/hosts"


parts = st.sampled_from(["a", "b", "c", "..", ".", "/a", "/", "/../..", "../../..", "a/../../b", "c/b"])


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.lists(parts, min_size=1, max_size=4))), st.lists(parts, max_size=6)
)
@settings(max_examples=60, deadline=None)
def test_no_links_lead_out(tmp_path_factory, links, path):
    root = tmp_path_factory.mktemp("host") / "root"
    (root / "c").mkdir(parents=True)
    for place, (name, target) in enumerate(links):
        where = (root / "c" if place % 2 else root) / name
        if not os.path.lexists(where):
            where.symlink_to("/".join(target))

    found = below(root, "/".join(path))

    assert found.is_relative_to(root)
    assert ".." not in found.parts
    assert not os.path.exists(found) or os.path.realpath(found).startswith(os.path.realpath(root))
