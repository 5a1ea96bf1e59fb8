"""What can be wrong with the reference itself."""

from __future__ import annotations

from cgrdoctor import Code

GUIDE = "Chainguard docs: Artifactory pull-through guide"

MISSING_REPOSITORY = Code(
    name="reference-missing-repository",
    title="The repository key does not stand first in the reference",
    leg="reference",
    owner="developer",
    meaning=(
        "With the repository-path method Artifactory takes the first segment behind the host as the repository key. "
        "Without a key the Chainguard organization is taken for one; behind the path of a URL (artifactory/, api/docker/, v2/) that is. "
        "Nor does cgr.dev/ belong behind the key: the remote adds it."
    ),
    why="Artifactory then looks for a repository that does not exist.",
    looks_at="the first segment of IMAGE, the list of repositories, and the answer to the reference as typed",
    fix="Write HOST/REPOSITORY-KEY/ORGANIZATION/IMAGE:TAG, with the key of the remote or virtual repository first.",
    look_alikes=("repository-not-found", "virtual-member-missing", "artifactory-permission-denied"),
    told_apart={
        "artifactory-permission-denied": "If the first segment behind the host is an organization and no key of the list, the key is missing.",
        "repository-not-found": "Whether the first segment is an organization, or a key that is mistyped.",
        "virtual-member-missing": "Whether the first segment is a key of the list.",
    },
    explains=(
        "repository-not-found",
        "artifactory-permission-denied",
        "pull-through-failed",
        "image-not-found",
        "organization-unknown",
        "docker-api-not-routed",
        "reference-missing-organization",
    ),
    faults=("F06",),
    sources=(GUIDE, "JFrog docs: Docker access methods"),
)

MISSING_ORGANIZATION = Code(
    name="reference-missing-organization",
    title="The Chainguard organization is missing from the reference",
    leg="reference",
    owner="developer",
    meaning=(
        "cgr.dev names every image `organization/name`. A reference that goes from the repository key straight to the "
        "image asks cgr.dev for an organization of the image's name."
    ),
    why="cgr.dev then looks for an organization of the image's name.",
    looks_at="the number of segments behind the key, and what cgr.dev and the cache know under both spellings",
    fix="Insert `chainguard/` (Free images) or your organization, or set the remote's Project ID.",
    look_alikes=("organization-unknown", "image-not-found", "remote-url-mismatch", "project-id-doubled"),
    told_apart={
        "image-not-found": "Whether the same name with chainguard/ or the organization in front exists.",
        "remote-url-mismatch": "Whether the full name works: then the URL's path, which was to shorten it, is ignored.",
    },
    explains=(
        "organization-unknown",
        "image-not-found",
        "image-not-in-catalog",
        "pull-token-rejected",
        "remote-credentials-missing",
        "pull-through-failed",
        "upstream-failed",
        "image-not-free",
        "tag-not-found",
        "pull-role-missing",
        "pull-token-wrong-organization",
    ),
    faults=("F05",),
    sources=(GUIDE, "Chainguard docs: registry errors"),
)

PLACEHOLDER = Code(
    name="reference-placeholder",
    title="The reference still holds a placeholder from the documentation",
    leg="reference",
    owner="developer",
    meaning="A host, organization or tag was copied from an example and never replaced by a real one.",
    why="Nothing behind such a name can work.",
    looks_at="host and segments of IMAGE, against the names used in the guides",
    fix="Replace the placeholder by your own host, repository key or organization.",
    look_alikes=("dns-failure", "organization-unknown"),
    told_apart={
        "dns-failure": "Whether the host is a name from the documentation.",
        "organization-unknown": "Whether the organization is a name from the documentation.",
    },
    explains=(
        "dns-failure",
        "organization-unknown",
        "pull-token-rejected",
        "image-not-in-catalog",
        "not-artifactory",
        "image-not-found",
        "tls-name-mismatch",
        "connection-refused",
        "connection-timeout",
        "unexpected-html",
        "repository-not-found",
        "pull-through-failed",
        "upstream-failed",
        "tls-untrusted",
        "reference-missing-repository",
        "remote-credentials-missing",
    ),
    sources=(GUIDE,),
)
