"""What can be wrong with the image itself."""

from __future__ import annotations

from cgrdoctor import Code

IMAGE_NOT_FOUND = Code(
    name="image-not-found",
    title="No such image at cgr.dev",
    leg="image",
    owner="developer",
    meaning="The organization exists, the image in it does not: renamed, removed, mistyped.",
    why="No setting and no retry helps: the name is wrong.",
    looks_at="cgr.dev's own answer to the same request",
    fix="Check the name in the Directory or with `chainctl images repos list`.",
    look_alikes=("image-not-in-catalog", "missed-retrieval-cached"),
    told_apart={
        "image-not-in-catalog": "The Directory lists the image; the organization's own list (chainctl images repos list) does not.",
        "missed-retrieval-cached": "cgr.dev serves the image directly while Artifactory answers 404 at once.",
    },
    explains=("pull-through-failed", "upstream-failed", "cache-stale"),
    faults=("F65",),
    sources=("Chainguard docs: container version troubleshooting",),
)

TAG_NOT_FOUND = Code(
    name="tag-not-found",
    title="The image has no such tag",
    leg="image",
    owner="developer",
    meaning="The image exists, the tag does not: mistyped, superseded, end of life, or not synced yet.",
    why="Old tags stop being built, and a new image's tags need some minutes to arrive.",
    looks_at="cgr.dev's own answer, the live tag list",
    fix="Choose a tag from the tag list, or pin a digest.",
    look_alikes=("free-tag-unavailable", "missed-retrieval-cached"),
    explains=("pull-through-failed", "upstream-failed", "cache-stale"),
    faults=("F65", "F66"),
    sources=("Chainguard docs: container version troubleshooting",),
)

DIGEST_NOT_FOUND = Code(
    name="digest-not-found",
    title="cgr.dev no longer has this digest",
    leg="image",
    owner="developer",
    meaning="The pinned digest is gone upstream; a copy may live in caches only.",
    why="A build that is pinned for good reasons stops, although nothing changed in it.",
    looks_at="cgr.dev's own answer for the digest",
    fix="Pin a current digest, and keep copies of what must stay.",
    look_alikes=("tag-not-found",),
    told_apart={
        "tag-not-found": "Whether the reference holds a digest or a tag.",
    },
    explains=("pull-through-failed", "upstream-failed", "cache-stale"),
    faults=("F83",),
    sources=("Chainguard docs: container version troubleshooting",),
)

FREE_TAG_UNAVAILABLE = Code(
    name="free-tag-unavailable",
    title="Free images come as latest only",
    leg="image",
    owner="developer",
    meaning="The free tier serves `latest` (and `latest-dev` of some images) and digests; version tags need a Production organization.",
    why="A Dockerfile with a version tag works with Production images and fails with Free ones.",
    looks_at="organization chainguard with another tag, which cgr.dev does not serve while it serves latest",
    fix="Pull latest, pin its digest, or use your organization's copy.",
    look_alikes=("tag-not-found", "image-not-free"),
    told_apart={
        "image-not-free": "Whether latest of the same image comes.",
        "tag-not-found": "In organization chainguard every tag but latest and latest-dev is missing; elsewhere one tag is.",
    },
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
    why="The free list changes; what pulled last year may need an organization now.",
    looks_at="cgr.dev's anonymous answer for latest of this image",
    fix="Use your organization's copy, or another free image.",
    look_alikes=("image-not-found", "free-tag-unavailable"),
    told_apart={
        "image-not-found": "The Directory lists the image, though not as free.",
    },
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
    why="The image pulls on another machine.",
    looks_at="the platforms in the index, upstream and through Artifactory",
    fix="Pull for a platform the index offers.",
    look_alikes=("image-not-found", "cache-incomplete"),
    told_apart={
        "image-not-found": "Whether the index comes; if it does, only the platform is missing in it.",
    },
    explains=("pull-through-failed",),
    faults=("F26",),
    sources=("OCI distribution specification",),
)
