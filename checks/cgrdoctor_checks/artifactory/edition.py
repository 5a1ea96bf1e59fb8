"""What this edition of Artifactory lets be seen.

## What it looks at
The answer to the request for the repository's configuration.

## Why it matters
JFrog Container Registry and the open source edition answer it with a pointer to Artifactory Pro, to administrators too:
then no setting of the remote can be judged from here, and none may be blamed.

## How it fails
400 with a plain text that names Artifactory Pro, while lists, ping and version work.

## How to fix
Compare the remote's settings with the guide in Artifactory's own pages.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Finding, check, info
from cgrdoctor.privacy.truncate import cut
from cgrdoctor_checks.codes.artifactory import CONFIGURATION_API_UNAVAILABLE
from cgrdoctor_checks.facts.artifactory.repository import ConfigurationAnswer, reserved_for_another_edition
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.remedies import commands


@check(
    "artifactory.edition",
    title="This edition of Artifactory shows the configuration of repositories",
    codes=[CONFIGURATION_API_UNAVAILABLE],
)
def artifactory_edition(target: Target, answer: ConfigurationAnswer) -> Iterator[Finding]:
    """A remark: nothing is wrong with an edition."""
    if reserved_for_another_edition(answer.step):
        yield info(
            CONFIGURATION_API_UNAVAILABLE,
            f"Artifactory shows nobody the configuration of {answer.key} by REST: {cut(answer.step.message, 120)}",
            subject=target.registry_host,
            evidence=answer.exchanges,
            remedy=commands.steps(CONFIGURATION_API_UNAVAILABLE.fix),
        )
