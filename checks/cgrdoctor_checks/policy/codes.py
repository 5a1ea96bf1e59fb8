"""What JFrog's policies can block."""

from __future__ import annotations

from cgrdoctor import Code

XRAY_BLOCKED = Code(
    name="xray-blocked",
    title="An Xray policy blocks the download",
    leg="policy",
    owner="artifactory-admin",
    meaning="A watch with Block Download applies to the repository; through a virtual the refusal looks like a missing image.",
    looks_at="403 with Xray's text on the repository or a member",
    fix="Ask for an ignore rule or a fixed image; have unscanned artifacts scanned.",
    look_alikes=("artifactory-permission-denied", "image-not-found"),
    explains=("pull-through-failed", "upstream-failed"),
    faults=("F23", "F24"),
    sources=("JFrog knowledge base 000006433", "JFrog knowledge base 000007180"),
)

CURATION_BLOCKED = Code(
    name="curation-blocked",
    title="JFrog Curation blocks the image",
    leg="policy",
    owner="artifactory-admin",
    meaning="The remote is curated and a policy rejects the image, for instance as too new.",
    looks_at="403 with Curation's text, curated of the remote",
    fix="Ask for a waiver in Curation, or wait out the policy's age limit.",
    look_alikes=("xray-blocked", "artifactory-permission-denied"),
    explains=("pull-through-failed", "upstream-failed"),
    faults=("F25",),
    sources=("JFrog docs: Curation",),
)
