"""Patterns that keep back a part of the image: what lies below a digest is not what lies below the tag."""

import pytest
from facts import pull, remote, settings, step, target, through

from cgrdoctor.testing import judged
from cgrdoctor_checks.facts.artifactory.departures import rejected_part
from cgrdoctor_checks.fields.patterns import patterns
from cgrdoctor_checks.pull.through import pull_cause

CHILD, BLOB = "sha256:" + "c" * 64, "sha256:" + "d" * 64
CAME = step(status=200, message="", code="")
INDEX = {"digest": "sha256:i", "offered": ("linux/amd64",), "platform_digest": CHILD, "platform_found": True}


def refused(name, digest=BLOB):
    return step(name, message="blob unknown to registry", code="BLOB_UNKNOWN", expected_digest=digest)


@pytest.mark.parametrize(
    ("name", "exclude", "rejected"),
    [
        ("config", "**/sha256__*/sha256__*", True),
        ("layer", "**/sha256:*/**", True),
        ("layer", "*/*/sha256*/*", True),
        ("config", "acme.com/node/sha256*/**", False),
        ("config", "**/manifest.json", False),
        ("config", "", False),
        ("platform-manifest", "**/sha256*/manifest.json", True),
        ("platform-manifest", "**/sha256*/sha256*", False),
    ],
)
def test_the_paths_of_what_did_not_come(name, exclude, rejected):
    found = rejected_part(
        target(), pull(CAME, refused(name, None if "manifest" in name else BLOB), **INDEX), "", exclude
    )

    assert (found is not None) is rejected
    assert found is None or found[0] == "exclude"


def test_an_include_list_that_ends_at_the_tag_rejects_what_lies_below_the_digest():
    found = rejected_part(target(), pull(CAME, refused("config"), **INDEX), "acme.com/python/3.12/**", "")

    assert found is not None
    assert found[0] == "include"


def test_blobs_of_a_manifest_without_an_index_lie_below_the_tag():
    single = pull(CAME, refused("config"), digest="sha256:m", platform_digest="sha256:m")

    assert rejected_part(target(), single, "", "acme.com/python/3.12/sha256__*") is not None


def test_what_came_is_not_rejected():
    assert rejected_part(target(), pull(CAME, **INDEX), "", "**/sha256*/**") is None


def test_the_field_and_the_pull_name_it():
    facts = (settings(remote(excludes_pattern="**/sha256__*/sha256__*")), through(CAME, refused("config"), **INDEX))

    (field,) = judged(patterns, target(), *facts).findings
    (cause,) = judged(pull_cause, target(), *facts).findings

    assert (field.code, field.severity, cause.code) == ("exclude-pattern-blocks", "fail", "exclude-pattern-blocks")
    assert "sha256__" in field.summary


@pytest.mark.parametrize(
    ("excluded", "removed", "kept"),
    [
        ("acme.com/**", "acme.com/**", ""),
        ("acme.com/node/**, acme.com/py*/**,**/*.jar", "acme.com/py*/**", "acme.com/node/**,**/*.jar"),
        ("acme.com/**,**/python/**,other/**", "acme.com/** and **/python/**", "other/**"),
    ],
)
def test_only_the_patterns_that_exclude_the_image_are_removed(excluded, removed, kept):
    (found,) = judged(patterns, target(), settings(remote(excludes_pattern=excluded))).findings

    assert found.remedy.summary == f"Remove {removed} from Exclude Patterns of cgr-private"
    call = next(one.command for one in found.remedy.commands if one.kind == "rest")
    assert f'"excludesPattern": "{kept}"' in call
