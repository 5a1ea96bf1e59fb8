"""Questions that several causes ask of a row or of the table, in one wording."""

from __future__ import annotations

from cgrdoctor import Code
from cgrdoctor.model import Owner
from cgrdoctor_checks.causes.row import Row
from cgrdoctor_checks.causes.table import Table
from cgrdoctor_checks.causes.weigh import Exclusion
from cgrdoctor_checks.facts.artifactory.symptom import OWN
from cgrdoctor_checks.facts.artifactory.upstream_stages import NAMED

ADMIN: Owner = "artifactory-admin"
NETWORK: Owner = "network-team"
ORGANIZATION: Owner = "chainguard-org-admin"
DEVELOPER: Owner = "developer"
CHAINGUARD: Owner = "chainguard-support"

VAGUE = ("unfound", "upstream-token", "upstream-transport", "failed", "refused")
"""Mechanisms that many causes share; the others name theirs."""

WAY = ("upstream-transport", "mime")
"""Mechanisms in which Artifactory speaks of its way upstream."""

CLOSED = ("unfound", "refused", "failed", "unavailable", "upstream-transport", "assumed-offline")
"""Mechanisms of a blob that Artifactory does not have and could not fetch. A first one may open the offline state."""

REFUSED_UPSTREAM = ("not-granted", "capability-missing", "policy-denied", "token-expired", "organization-unknown")
"""Verdicts with which cgr.dev itself refuses the image or the credential."""

UNGRANTED = ("capability-missing", "not-granted")
"""Verdicts with which cgr.dev refuses an image to a credential that it takes."""

FORBIDDEN = ("forbidden", "unauthorized")

WAITING = ("unfound", "upstream-transport", "assumed-offline", "failed", "unavailable")
"""Mechanisms that a way upstream may lie behind."""


def own_step(row: Row) -> bool:
    """A step for which Artifactory asks nobody upstream."""
    return row.step in OWN


def impatient(row: Row) -> bool:
    """A gateway that gave up waiting for Artifactory, for what it may have to fetch."""
    return row.failing and row.has("gave-up") and not own_step(row)


def opaque(row: Row) -> bool:
    """Artifactory says no more than that it is not there."""
    return row.failing and row.mechanism == "unfound" and not row.at_blob


def vague(row: Row) -> bool:
    """A failure that many causes share, at a manifest or a list."""
    return row.failing and row.mechanism in VAGUE and row.stage is None and not row.at_blob and not own_step(row)


def waiting(row: Row) -> bool:
    """A failure that a way upstream may lie behind, in words that name no stage of it."""
    return row.failing and row.mechanism in WAITING and row.stage is None and not own_step(row)


def refusal(row: Row) -> bool:
    """What a refusal of cgr.dev's can come out as; Artifactory hands on 401 and 403, or folds them into 404."""
    if not row.failing or row.stage is not None or own_step(row):
        return False
    return vague(row) or row.mechanism in FORBIDDEN


def left_open(row: Row, code: Code) -> bool:
    """Whether the stage that a text names leaves this code open beside its own."""
    stage = NAMED.get(row.stage or "")
    return row.failing and row.mechanism in WAY and stage is not None and code.name in stage.rivals


def of_target(row: Row) -> bool:
    """A failing row of the image under test, not of the control image."""
    return row.failing and row.image == "target"


def closed_blob(row: Row) -> bool:
    """A blob that did not come, in words that name no stage."""
    here = row.failing and row.at_blob and row.speaker != "download-host"
    return here and row.mechanism in CLOSED and row.stage is None


def came_again(table: Table) -> Exclusion | None:
    """A blob that came when it was asked for again is neither lost nor kept back."""
    for row in table.of("again"):
        if row.at_blob and row.outcome == "works":
            return Exclusion("the same blob came when it was asked for again", row.evidence, hard=True)
    return None


def partly(table: Table) -> Exclusion | None:
    """Another blob of the same image came, from the same host if it did not lie in the cache."""
    came = [row for row in table.of("through") if row.at_blob and row.outcome == "works"]
    return Exclusion("another blob of the image came through", came[0].evidence) if came else None


def alone(table: Table) -> bool:
    """Whether it may be this image alone: no other image failed alike."""
    return table.control != "alike"


def everything(table: Table) -> bool:
    """Whether it may be every image: no other image came through."""
    return table.control != "works"


def passes(table: Table) -> bool:
    """Whether this login got another image out of the same repository, from wherever it came."""
    return table.control in ("works", "cached")


def refused_upstream(table: Table) -> bool:
    """Whether cgr.dev itself refuses the image or the credential, as this machine sees it."""
    return table.verdict(*REFUSED_UPSTREAM)


def granted(table: Table) -> bool:
    """Whether cgr.dev grants this very image to the remote's own user name."""
    return table.verdict("works", credential="same")


def nothing_of_it(table: Table) -> bool:
    """Whether cgr.dev keeps the whole organization from the credential: no image of it is listed, or no list is."""
    return any(row.has("nothing-of-it") and not row.has("foreign") for row in table.of("catalog"))


def unread(table: Table) -> bool:
    """Whether the remotes' settings were not shown, so that none is excluded."""
    return not table.asked.settings


def served_to_the_remote(table: Table) -> Exclusion | None:
    """cgr.dev's word about the remote's own user name is no inference."""
    by = "cgr.dev serves the image to the remote's own user name"
    return Exclusion(by, hard=True) if granted(table) else None


def reaches_upstream(table: Table) -> Exclusion | None:
    """Its own connection test, made by the very remote."""
    for row in table.of("connection-test"):
        if row.mechanism == "reached" and row.step == "registry":
            return Exclusion("Artifactory itself reaches cgr.dev", row.evidence)
    return None
