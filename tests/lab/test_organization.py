"""Where the organization is left out, one that exists is proposed: by the credential's catalog, or by none at all."""

from dataclasses import replace

import pytest
from examine import examine

from cgrdoctor.lab import healthy
from cgrdoctor.lab.world import Image

HOST = "acme.jfrog.io"


def forgotten(image, **changes):
    seen = examine(replace(healthy(), image=f"{HOST}/{image}", **changes))
    assert seen.codes == ["reference-missing-organization"]
    remedy = seen.report["diagnosis"][0]["remedy"]
    return (
        seen,
        remedy,
        " ".join((remedy["summary"], *remedy["steps"], *(one["command"] for one in remedy["commands"]))),
    )


@pytest.mark.parametrize(("caller", "image"), [("admin", "cgr-private/python:3.12"), ("user", "cgr-virt/node:22")])
def test_the_organization_comes_from_the_catalog_of_the_credential(caller, image):
    key, _, name = image.partition("/")

    seen, remedy, text = forgotten(image, caller=caller)

    assert remedy["summary"] == f"Pull {HOST}/{key}/acme.com/{name}"
    assert "chainguard/" not in text
    shown = caller == "admin"  # to others a Project ID may stand in the organization's place, unseen
    assert seen.report["diagnosis"][0]["confidence"] == ("certain" if shown else "likely")
    asked = [request.path for request in seen.lab.requests if request.host == HOST]
    assert not any("acme.com/" in path and "/manifests/" in path for path in asked)


def test_every_organization_that_has_the_image_is_named():
    both = (*healthy().chainguard.images, Image("chainguard/node"), Image("acme.com/node"))
    images = tuple(one for one in both if one.path != "acme.com/node" or one.tags == ("latest",))

    _, remedy, text = forgotten("cgr-private/node:latest", chainguard=replace(healthy().chainguard, images=images))

    assert remedy["summary"] == f"Pull {HOST}/cgr-private/acme.com/node:latest"
    assert f"{HOST}/cgr-private/chainguard/node:latest" in text


def test_a_tag_that_the_image_does_not_have_is_told_beside_it():
    _, remedy, text = forgotten("cgr-private/python:3.99")

    assert remedy["summary"] == f"Pull {HOST}/cgr-private/acme.com/python:3.99"
    assert "not with this tag" in text


@pytest.mark.parametrize("changes", [{"credential": None}, {"options": ("--no-direct",)}])
def test_without_a_look_no_organization_is_made_up(changes):
    _, _, text = forgotten("cgr-private/python:3.12", **changes)

    assert "chainctl iam organizations list" in text
    assert "docker pull" not in text
    assert "acme.com" not in text


def test_an_image_that_nobody_has_gets_no_organization():
    _, _, text = forgotten("cgr-private/pyton:3.12")

    assert "docker pull" not in text
    assert "sees acme.com, which has no pyton" in text
