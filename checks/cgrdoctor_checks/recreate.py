"""A fresh test remote for this target, as the last step where the cause lies in Artifactory or only a leg is known."""

from __future__ import annotations

import json

from msgspec.structs import replace

from cgrdoctor import Command, Finding, Remedy
from cgrdoctor_checks.pull.case import Case
from cgrdoctor_checks.remedy import shell

TEST_KEY = "cgr-doctor-test"


def with_recreation(case: Case, finding: Finding) -> Finding:
    """The finding with the recreation appended to its remedy, where that is the guide's last resort."""
    umbrella = finding.code in ("pull-through-failed", "upstream-failed")
    if not umbrella and finding.leg != "artifactory":
        return finding
    remedy = finding.remedy or Remedy(summary="Find out which of the rivals it is, then mend that")
    return replace(finding, remedy=replace(remedy, commands=(*remedy.commands, *_recreation(case))))


def _recreation(case: Case) -> tuple[Command, ...]:
    fields: dict[str, object] = {
        "key": TEST_KEY,
        "rclass": "remote",
        "packageType": "docker",
        "url": "https://cgr.dev/",
        "includesPattern": "**/*",
        "enableTokenAuthentication": True,
        "blockMismatchingMimeTypes": True,
    }
    image = f"{case.target.registry_host}/{TEST_KEY}/{case.image}"
    return (
        Command(
            description="Last resort: a fresh test remote by hand",
            command=(
                f"Administration > Repositories > Create > Remote > Docker: key {TEST_KEY}, URL https://cgr.dev/, "
                "Include Patterns **/*, Enable Token Authentication on, Block Mismatching Mime Types checked, "
                "for Production images the pull token as User Name and Password"
            ),
            kind="ui",
            changes=True,
        ),
        Command(description="The same by REST", command=_rest(fields), kind="rest", changes=True),
        Command(description="The same in Terraform", command=_terraform(), kind="terraform", changes=True),
        shell("Then try", "docker", "pull", image),
    )


def _rest(fields: dict[str, object]) -> str:
    body = json.dumps(fields)[:-1] + ', "username": "%s", "password": "%s"}'
    return (
        f'printf \'{body}\' "$CHAINGUARD_IDENTITY_ID" "$CHAINGUARD_TOKEN" | '
        f"jf rt curl -XPUT -H 'Content-Type: application/json' -d @- api/repositories/{TEST_KEY}"
    )


def _terraform() -> str:
    return (
        f'resource "artifactory_remote_docker_repository" "{TEST_KEY.replace("-", "_")}" {{\n'
        f'  key                          = "{TEST_KEY}"\n'
        '  url                          = "https://cgr.dev/"\n'
        "  username                     = var.chainguard_identity_id\n"
        "  password                     = var.chainguard_token\n"
        "  enable_token_authentication  = true\n"
        "  block_mismatching_mime_types = true\n"
        "}"
    )
