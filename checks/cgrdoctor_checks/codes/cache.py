"""What can be wrong with Artifactory's cache."""

from __future__ import annotations

from cgrdoctor import Code

MISSED_RETRIEVAL_CACHED = Code(
    name="missed-retrieval-cached",
    title="Artifactory remembers that the image was missing",
    leg="cache",
    owner="artifactory-admin",
    meaning="A miss is replayed without asking upstream for the Missed Retrieval Cache Period (1800 s unless set), even after the cause is mended. Each node of a cluster remembers by itself.",
    why="The cause is mended and the pull still fails, which sends people looking for another cause.",
    looks_at="404 through Artifactory, at once, for what cgr.dev serves; the control image works",
    fix="Wait for the period to end, or zap the cache.",
    look_alikes=("image-not-found", "tag-not-found", "image-not-in-catalog"),
    told_apart={
        "image-not-in-catalog": "cgr.dev serves the image to the remote's own credential, or it refuses it.",
        "tag-not-found": "Whether cgr.dev serves the tag directly, or its live tag list holds it.",
    },
    explains=("pull-through-failed", "upstream-failed"),
    faults=("F15",),
    sources=("JFrog docs: cache settings for remote repositories",),
)

CACHE_STALE = Code(
    name="cache-stale",
    title="The cache serves an old copy of the tag",
    leg="cache",
    owner="artifactory-admin",
    meaning="The tag moved upstream, and the copy is older than its retrieval period: upstream was not asked, or did not answer.",
    why="Pulls succeed and bring an old image, without the fixes that were published since.",
    looks_at="digest through Artifactory against cgr.dev's, age of the entry against the period, before and after the pull",
    fix="Clear the tag from the cache (Zap Caches), or mend what keeps Artifactory from asking cgr.dev.",
    look_alikes=("digest-mismatch", "docker-image-present"),
    told_apart={
        "digest-mismatch": "By age: older than the retrieval period is stale, younger is normal.",
        "docker-image-present": "Compare the digest of the registry's answer with that of the local image.",
    },
    explains=("digest-mismatch", "layers-differ"),
    faults=("F22",),
    sources=("JFrog docs: cache settings for remote repositories",),
)

CACHE_CORRUPT = Code(
    name="cache-corrupt",
    title="Bytes in the cache do not match their digest",
    leg="cache",
    owner="artifactory-admin",
    meaning="The stored file is damaged or cut off; every client fails on it.",
    why="Every client fails on this image, and a new pull does not heal it: blobs are never fetched again.",
    looks_at="the digest computed over the bytes through Artifactory and directly",
    fix="Delete the blob from the cache and check the filestore.",
    look_alikes=("cache-poisoned", "upstream-blob-host-blocked"),
    told_apart={
        "cache-poisoned": "Whether the stored bytes are a web page or damaged content.",
        "upstream-blob-host-blocked": "A damaged blob arrives and does not match; a blocked one does not arrive.",
    },
    explains=("pull-through-failed", "digest-mismatch"),
    faults=("F81",),
    sources=("JFrog docs: cache settings for remote repositories",),
)

CACHE_POISONED = Code(
    name="cache-poisoned",
    title="A web page is cached in place of the content",
    leg="cache",
    owner="artifactory-admin",
    meaning="A filter's page was believed while mime blocking was off, and stays after the network is mended.",
    why="The pull fails for as long as the page lies in the cache, long after the network was mended.",
    looks_at="HTML with status 200 where a manifest or blob is due, the direct pull in order",
    fix="Delete the cached path and turn on Block Mismatching Mime Types.",
    look_alikes=("upstream-content-blocked", "unexpected-html"),
    told_apart={
        "unexpected-html": "A cached page comes for one path only and with Artifactory's headers; a portal answers every path.",
        "upstream-content-blocked": "If another, uncached image works, the page is only remembered; if it fails too, the filter still answers.",
    },
    explains=("pull-through-failed", "mime-blocking-disabled"),
    faults=("F39",),
    sources=("Chainguard docs: Artifactory pull-through guide",),
)

CONTENT_LOST = Code(
    name="artifactory-content-lost",
    title="Artifactory's filestore has lost a file that its database still lists",
    leg="cache",
    owner="artifactory-admin",
    meaning="The cache lists the artifact, and the file behind it is gone from the filestore: a volume that is not mounted, a restore of the database without its files, a bucket that was cleaned by hand.",
    why="Every pull of this image fails, and no pull heals it: Artifactory asks cgr.dev only for what it does not list.",
    looks_at="texts of the binary provider, of a missing file or of the filestore in Artifactory's answer or trace",
    fix="Delete the artifact from the cache and pull again; if more are lost, mend the filestore.",
    look_alikes=("cache-incomplete", "cache-corrupt", "upstream-blob-host-blocked"),
    told_apart={
        "cache-incomplete": "Whether the storage API still lists the artifact: a lost file is listed, a gap is not.",
        "cache-corrupt": "Whether bytes arrive: damaged ones do and do not match, lost ones do not.",
        "upstream-blob-host-blocked": "Whether the text speaks of Artifactory's own files or of a connection.",
    },
    explains=("pull-through-failed",),
    sources=("Artifactory OSS 6.20 behaviour", "Field reports, 2026"),
)

CACHE_INCOMPLETE = Code(
    name="cache-incomplete",
    title="Part of the image is missing from the cache",
    leg="cache",
    owner="artifactory-admin",
    meaning="Index or manifest is there, a child manifest or blob is not, and Artifactory does not fetch it.",
    why="The tag seems to be there, and the pull ends in the middle.",
    looks_at="which step of the pull fails, and that cgr.dev serves it",
    fix="Pull again while cgr.dev is reachable, or delete the image's path from the cache.",
    look_alikes=("upstream-blob-host-blocked", "platform-unavailable"),
    told_apart={
        "platform-unavailable": "Whether the index lists the platform: if it does and its manifest is 404, the cache lacks it.",
        "upstream-blob-host-blocked": "Pull an image that was never cached: if its layers come, the blob host is reached and the cache has a gap.",
    },
    explains=("pull-through-failed",),
    faults=("F79", "F80"),
    sources=("JFrog docs: cache settings for remote repositories",),
)

DIGEST_MISMATCH = Code(
    name="digest-mismatch",
    title="Artifactory serves another digest than cgr.dev",
    leg="cache",
    owner="artifactory-admin",
    meaning="The same tag has two digests. Within the retrieval period that is normal.",
    why="Two builds of the same tag may differ by what they bring.",
    looks_at="both digests, the age of the cache entry, its retrieval period",
    fix="Clear the tag from the cache (Zap Caches) if the difference persists.",
    look_alikes=("cache-stale", "virtual-name-collision", "docker-image-present"),
    told_apart={
        "docker-image-present": "Compare the digest of the registry's answer with that of the local image.",
        "virtual-name-collision": "Ask each member of the virtual by itself: the one that answers first may hold another image.",
    },
    explains=("layers-differ",),
    faults=("F22",),
    sources=("JFrog docs: cache settings for remote repositories",),
)

MEDIA_TYPE_MISMATCH = Code(
    name="media-type-mismatch",
    title="The manifest's type was changed on the way",
    leg="cache",
    owner="artifactory-admin",
    meaning="The same bytes are announced with another type; clients then misread them.",
    why="Some clients refuse the manifest and others do not.",
    looks_at="content types of both answers for the same digest",
    fix="Delete the cached manifest so that it is fetched again.",
    look_alikes=("cache-corrupt", "artifactory-too-old"),
    told_apart={
        "cache-corrupt": "Whether the bytes differ from their digest, or only their announced type is wrong.",
    },
    explains=("pull-through-failed",),
    faults=("F82",),
    sources=("JFrog docs: cache settings for remote repositories",),
)

LAYERS_DIFFER = Code(
    name="layers-differ",
    title="The same platform has other layers through Artifactory",
    leg="cache",
    owner="artifactory-admin",
    meaning="Config or layers of the platform differ from cgr.dev's.",
    why="The same tag and platform brings other content.",
    looks_at="config and layer digests of both pulls",
    fix="Clear the tag from the cache (Zap Caches).",
    look_alikes=("digest-mismatch",),
    told_apart={
        "digest-mismatch": "The digest of the tag differs, or the same tag's platform has other layers.",
    },
    faults=("F22",),
    sources=("JFrog docs: cache settings for remote repositories",),
)
