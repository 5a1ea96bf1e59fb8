"""What JFrog's policies can block."""

from __future__ import annotations

from cgrdoctor import Code

XRAY_BLOCKED = Code(
    name="xray-blocked",
    title="An Xray policy blocks the download",
    leg="policy",
    owner="artifactory-admin",
    meaning="A watch with Block Download applies to the repository; through a virtual the refusal looks like a missing image.",
    why="The image is fine for docker and refused by a rule; through a virtual the refusal looks like a missing image.",
    looks_at="403 with Xray's text or with the code DENIED while other images pass, on the repository or a member; 404 for what the cache holds",
    fix="Ask for an ignore rule or a fixed image; have unscanned artifacts scanned.",
    look_alikes=("artifactory-permission-denied", "image-not-found"),
    told_apart={
        "image-not-found": "Ask the member of the virtual directly: a block is 403 there.",
    },
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
    why="The image exists and is allowed for the account; a rule of the company keeps it away.",
    looks_at="403 with Curation's text, curated of the remote",
    fix="Ask for a waiver in Curation, or wait out the policy's age limit.",
    look_alikes=("xray-blocked", "artifactory-permission-denied"),
    told_apart={
        "artifactory-permission-denied": "Another image of the repository pulls with the same login where Curation blocks one; without permission none does.",
        "xray-blocked": "By the product named in the text; Curation blocks before anything is cached, Xray also what is cached.",
    },
    explains=("pull-through-failed", "upstream-failed"),
    faults=("F25",),
    sources=("JFrog docs: Curation",),
)

CONTAINER_POLICY_DENIED = Code(
    name="container-policy-denied",
    title="A container policy of the organization at Chainguard denies the pull",
    leg="policy",
    owner="chainguard-org-admin",
    meaning="Chainguard's container policies (end of life, cooldown, support window, own rules) can refuse a pull that token, role and catalog allow.",
    why="Nothing in Artifactory shows it: its answer is that of a missing image, and new images are refused until their cooldown has passed.",
    looks_at="the words of cgr.dev's refusal; the catalog and another image with the same credential",
    fix="Pull a tag that the policy allows, or have the organization's policy changed or set to dry run.",
    look_alikes=("image-not-in-catalog", "pull-role-missing", "curation-blocked", "tag-not-found"),
    told_apart={
        "curation-blocked": "Curation refuses in Artifactory and the image pulls straight from cgr.dev; a container policy refuses there as well.",
        "image-not-in-catalog": "chainctl policies check tells of a policy; an image that the organization does not have is not in chainctl images repos list.",
        "pull-role-missing": "Without the role no image of the organization pulls; a policy denies single ones.",
        "tag-not-found": "A denied tag is in the tag list; a missing one is not.",
    },
    explains=("pull-through-failed", "upstream-failed", "missed-retrieval-cached"),
    sources=("Chainguard docs: container policies",),
)
