"""Blocks by JFrog's policies."""

from __future__ import annotations

from cgrdoctor.lab.faults.fault import Fault
from cgrdoctor.lab.faults.virtual import through
from cgrdoctor.lab.world import Cached, World

PATH = "acme.com/python"


def _xray(world: World, text: str | None = None) -> World:
    return world.artifactory_with(xray_blocked=(PATH,), texts={"xray": text} if text else {})


def _curation(world: World, text: str) -> World:
    return world.artifactory_with(curation_blocked=(PATH,), texts={"curation": text})


def _hidden(world: World) -> World:
    held = world.repository_with("cgr-private", cached=(Cached(PATH, "3.12"),))
    return _xray(held).artifactory_with(policy_hidden=True)


def _denied(world: World, text: str) -> World:
    return world.chainguard_with(denied={PATH: text})


FAULTS = (
    Fault(
        "container-policy-denied",
        "A container policy of the organization denies the pull at cgr.dev",
        lambda world: _denied(world, "pull denied by policy cooldown: published 2 days ago, cooldown is 7 days"),
        "container-policy-denied",
    ),
    Fault(
        "container-policy-denied-wordless",
        "A container policy denies the pull, and cgr.dev does not say so",
        lambda world: _denied(world, "requested access to the resource is denied"),
        "container-policy-denied",
    ),
    Fault("xray-blocked", "Xray blocks the download", _xray, "xray-blocked", ("F23",)),
    Fault(
        "xray-blocked-reworded",
        "Xray blocks the download, in words nobody has seen",
        lambda world: _xray(world, "{path}: not handed out, it violates a security policy of watch 'production'"),
        "xray-blocked",
        ("F23",),
    ),
    Fault(
        "xray-blocked-wordless",
        "Xray blocks the download and names no reason",
        lambda world: _xray(world, "requested access to the resource is denied"),
        "xray-blocked",
        ("F23",),
        accept=("curation-blocked",),
    ),
    Fault("xray-blocked-hidden", "Xray blocks the download behind 404", _hidden, "xray-blocked", ("F23", "F75")),
    Fault(
        "virtual-xray-blocked-reworded",
        "Xray blocks the image on a member, in words nobody has seen",
        lambda world: through(_xray(world, "{path} has open vulnerabilities above the threshold of its repository")),
        "xray-blocked",
        ("F24",),
    ),
    Fault(
        "curation-blocked",
        "Curation blocks the image",
        lambda world: world.artifactory_with(curation_blocked=(PATH,)),
        "curation-blocked",
        ("F25",),
    ),
    Fault(
        "curation-blocked-reworded",
        "Curation keeps the image in quarantine, in words nobody has seen",
        lambda world: _curation(world, "{path} is quarantined: immature for another 9 days. Request a waiver."),
        "curation-blocked",
        ("F25",),
    ),
)
