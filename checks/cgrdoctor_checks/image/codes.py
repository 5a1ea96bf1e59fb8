"""What can be wrong with the image itself."""

from __future__ import annotations

from cgrdoctor import Code

IMAGE_NOT_FOUND = Code(
    name="image-not-found",
    title="No such image at cgr.dev",
    leg="image",
    owner="developer",
    meaning="The organization exists, the image in it does not: renamed, removed, mistyped.",
    looks_at="cgr.dev's own answer to the same request",
    fix="Check the name in the Directory or with `chainctl images repos list`.",
    look_alikes=("image-not-in-catalog", "missed-retrieval-cached"),
    explains=("pull-through-failed", "upstream-failed"),
    faults=("F65",),
    sources=("Chainguard docs: container version troubleshooting",),
)

TAG_NOT_FOUND = Code(
    name="tag-not-found",
    title="The image has no such tag",
    leg="image",
    owner="developer",
    meaning="The image exists, the tag does not: mistyped, superseded, end of life, or not synced yet.",
    looks_at="cgr.dev's own answer, the live tag list",
    fix="Choose a tag from the tag list, or pin a digest.",
    look_alikes=("free-tag-unavailable", "missed-retrieval-cached"),
    explains=("pull-through-failed", "upstream-failed"),
    faults=("F65", "F66"),
    sources=("Chainguard docs: container version troubleshooting",),
)

DIGEST_NOT_FOUND = Code(
    name="digest-not-found",
    title="cgr.dev no longer has this digest",
    leg="image",
    owner="developer",
    meaning="The pinned digest is gone upstream; a copy may live in caches only.",
    looks_at="cgr.dev's own answer for the digest",
    fix="Pin a current digest, and keep copies of what must stay.",
    look_alikes=("tag-not-found",),
    explains=("pull-through-failed", "upstream-failed"),
    faults=("F83",),
    sources=("Chainguard docs: container version troubleshooting",),
)

FREE_TAG_UNAVAILABLE = Code(
    name="free-tag-unavailable",
    title="Free images come as latest only",
    leg="image",
    owner="developer",
    meaning="The free tier serves `latest` (and `latest-dev` of some images) and digests; version tags need a Production organization.",
    looks_at="organization chainguard with another tag, which cgr.dev does not serve while it serves latest",
    fix="Pull latest, pin its digest, or use your organization's copy.",
    look_alikes=("tag-not-found", "image-not-free"),
    explains=("pull-through-failed", "upstream-failed", "tag-not-found"),
    faults=("F04",),
    sources=("Chainguard docs: Artifactory pull-through guide",),
)

IMAGE_NOT_FREE = Code(
    name="image-not-free",
    title="The image is not free",
    leg="image",
    owner="developer",
    meaning="The image became paid, never was free, or is not public yet: cgr.dev grants no anonymous token or shows no manifest.",
    looks_at="cgr.dev's anonymous answer for latest of this image",
    fix="Use your organization's copy, or another free image.",
    look_alikes=("image-not-found", "free-tag-unavailable"),
    explains=("pull-through-failed", "upstream-failed", "image-not-found", "image-not-in-catalog"),
    faults=("F67", "F68"),
    sources=("Chainguard docs: registry errors",),
)

PLATFORM_UNAVAILABLE = Code(
    name="platform-unavailable",
    title="The image does not exist for this platform",
    leg="image",
    owner="developer",
    meaning="The index names other platforms only.",
    looks_at="the platforms in the index, upstream and through Artifactory",
    fix="Pull for a platform the index offers.",
    look_alikes=("image-not-found", "cache-incomplete"),
    explains=("pull-through-failed",),
    faults=("F26",),
    sources=("OCI distribution specification",),
)
