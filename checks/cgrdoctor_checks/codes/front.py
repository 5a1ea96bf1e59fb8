"""What answers in Artifactory's place: a sign-in for people, or JFrog's cloud, which does not serve the instance."""

from __future__ import annotations

from cgrdoctor import Code
from cgrdoctor_checks.codes.network import BEHIND

IN_ITS_PLACE = (
    *BEHIND,
    "repository-not-found",
    "reference-missing-repository",
    "docker-credentials-missing",
    "artifactory-credentials-missing",
    "artifactory-credentials-rejected",
    "artifactory-permission-denied",
    "authorization-not-forwarded",
    "token-realm-mismatch",
    "upstream-content-blocked",
    "cache-poisoned",
)
"""What it looks like to those who take the answer for Artifactory's."""

INSTANCE_INACTIVE = Code(
    name="jfrog-cloud-instance-inactive",
    title="JFrog's cloud does not serve this instance",
    leg="artifactory",
    owner="artifactory-admin",
    meaning=(
        "JFrog deactivated the instance, as it does with free ones that nobody used, or knows no instance of this name: "
        "every request is sent to landing.jfrog.com, or answered with a bare 403 page."
    ),
    why="Nothing on the host works until the account's owner takes it into use again; no setting or login has a part.",
    looks_at="where every answer of a host below jfrog.io leads, and what the page says",
    fix="The owner of the JFrog account reactivates the instance in MyJFrog; if the name is wrong, correct it.",
    look_alikes=("unexpected-html", "not-artifactory", "sign-in-required"),
    told_apart={
        "unexpected-html": "Whether the redirect leads to landing.jfrog.com, and the same comes from another network.",
        "not-artifactory": "Whether the name is that in the address of Artifactory's own web interface.",
        "sign-in-required": "Whether the redirect leads to JFrog's landing page or to somebody's sign-in.",
    },
    explains=("sign-in-required", *IN_ITS_PLACE),
    faults=("F109",),
    sources=(
        "Field reports, 2026: redirects of deactivated instances, git-secret issue 1013, nexus2artifactory issue 72",
    ),
)

SIGN_IN_REQUIRED = Code(
    name="sign-in-required",
    title="A sign-in for people stands before Artifactory",
    leg="artifactory",
    owner="artifactory-admin",
    meaning=(
        "A proxy that signs people in (oauth2-proxy, Cloudflare Access, IAP, SAML, OpenID Connect) answers /v2/, the "
        "token endpoint or everything in Artifactory's place."
    ),
    why="A client of a registry has no browser: it takes the page for a broken answer, or reports that it is unauthorized.",
    looks_at="where redirects of /v2/, the token endpoint and the manifest lead, and the title and the form of pages",
    fix="Exempt the Docker path and the token endpoint from the sign-in; Artifactory checks every login there itself.",
    look_alikes=("unexpected-html", "docker-api-not-routed", "cache-poisoned"),
    told_apart={
        "unexpected-html": "Whether the page wants a sign-in, or blocks or greets whoever comes.",
        "docker-api-not-routed": "Whether /v2/ leads to a sign-in, or to Artifactory's own web interface or an error page.",
        "cache-poisoned": "Whether the page comes without Artifactory's cache having it, and for other images too.",
    },
    explains=IN_ITS_PLACE,
    faults=("F21",),
    sources=("Field reports, 2026: podman issue 4254", "OCI distribution specification"),
)

QUOTA_EXCEEDED = Code(
    name="jfrog-cloud-quota-exceeded",
    title="The quota of this JFrog cloud subscription is used up",
    leg="artifactory",
    owner="artifactory-admin",
    meaning="JFrog's cloud refuses downloads, because the month's Data Transfer or the Storage of the subscription is used up.",
    why="Waiting a few minutes heals a rate limit, not this; another login, network or setting changes nothing.",
    looks_at="the words of the refusal: monthly quota, Data Transfer, Storage, subscription",
    fix="The owner of the JFrog account raises the plan in MyJFrog, or waits for the next month.",
    look_alikes=(
        "artifactory-rate-limited",
        "upstream-rate-limited",
        "gateway-rate-limited",
        "artifactory-storage-full",
    ),
    told_apart={
        "artifactory-rate-limited": "Whether the text speaks of a quota of the subscription or of a number of requests.",
        "upstream-rate-limited": "Whether the text speaks of a quota of the subscription or names the upstream registry.",
        "gateway-rate-limited": "Whether the text speaks of a quota of JFrog's; a gateway's own 429 does not.",
        "artifactory-storage-full": "Whether the text speaks of the subscription's quota or of a disk.",
    },
    explains=(
        "pull-through-failed",
        "upstream-failed",
        "artifactory-rate-limited",
        "gateway-rate-limited",
        "artifactory-storage-full",
        "artifactory-unhealthy",
        "artifactory-credentials-rejected",
        "docker-api-not-routed",
    ),
    faults=("F88", "F85"),
    sources=("Field reports, 2026: nginx-admin issue 57, pcp issue 1771",),
)
