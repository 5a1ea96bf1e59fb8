"""Whether a pull ended for want of a login that is at hand and was not sent: its answer says nothing of that login."""

from __future__ import annotations

from cgrdoctor.net.authorization import Withheld
from cgrdoctor.net.pull import Pull
from cgrdoctor_checks.facts.artifactory.symptom import symptom

ASKED = ("token", "manifest", "platform-manifest")
"""Steps at which a registry asks for a login."""


def kept_back(pull: Pull) -> Withheld | None:
    """Why the login was not sent; None where one was, where there is none, or where the pull ended otherwise."""
    failed = pull.failed
    if failed is None or failed.name not in ASKED:
        return None
    no_request = failed.status is None and failed.failure is None
    refused = failed.status in (401, 403) and symptom(failed) in ("unauthorized", "forbidden")
    return (failed.withheld or pull.withheld) if no_request or refused else None
