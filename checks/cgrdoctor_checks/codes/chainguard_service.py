"""What can be wrong with Chainguard's own service, as Artifactory and this machine meet it."""

from __future__ import annotations

from cgrdoctor import Code

UPSTREAM_OUT_OF_ORDER = Code(
    name="upstream-out-of-order",
    title="cgr.dev itself is out of order",
    leg="artifactory-to-upstream",
    owner="chainguard-support",
    meaning="cgr.dev, its token endpoint or its blob host answers 5xx to everybody: an outage at Chainguard, no fault of a token, a firewall or a setting.",
    why="Artifactory hands it on as a missing image or a failed token exchange, so that a healthy pull token gets replaced.",
    looks_at="cgr.dev's answers to this machine in the same run: token, manifest, blobs",
    fix="Wait until cgr.dev is well again; nothing in Artifactory or on the way to it mends this.",
    look_alikes=("upstream-unreachable", "pull-token-rejected", "upstream-blob-host-blocked", "upstream-edge-refused"),
    told_apart={
        "pull-token-rejected": "A refused token is 4xx at cgr.dev's token endpoint; 5xx is no verdict on any token.",
        "upstream-blob-host-blocked": "Whether this machine gets a 5xx for the same blob, or the blob.",
        "upstream-edge-refused": "The edge refuses with 403 and a page; an outage is 5xx.",
        "upstream-unreachable": "An outage shows from here as well: curl https://cgr.dev/v2/ answers 5xx on any machine.",
    },
    explains=(
        "pull-through-failed",
        "upstream-failed",
        "remote-assumed-offline",
        "missed-retrieval-cached",
        "cache-stale",
    ),
    faults=("F104",),
    sources=("chainguard-images/go issue 26: cgr.dev's token endpoint answering 504 and 500",),
)

UPSTREAM_EDGE_REFUSED = Code(
    name="upstream-edge-refused",
    title="The edge before cgr.dev refuses the request",
    leg="artifactory-to-upstream",
    owner="chainguard-support",
    meaning="cgr.dev stands behind Google's edge, whose rules refuse an address or a request with 403 and a tiny page of their own (`403 Forbidden`, `does not have permission to get URL`) before the registry sees it.",
    why="It looks like a filter of one's own network, or like a missing right; neither can be mended here.",
    looks_at="pages with Google's headers or bare titles in cgr.dev's answers to this machine, in Artifactory's texts, in its connection test",
    fix="Ask Chainguard support why the edge refuses the address that Artifactory comes from.",
    look_alikes=("upstream-content-blocked", "image-not-in-catalog", "upstream-out-of-order"),
    told_apart={
        "image-not-in-catalog": "cgr.dev refuses an image in JSON, the edge with a page.",
        "upstream-content-blocked": "The page of the edge carries Server: Google Frontend or Via: 1.1 google; a company's filter names itself, or a category.",
    },
    explains=(
        "pull-through-failed",
        "upstream-failed",
        "upstream-content-blocked",
        "remote-assumed-offline",
        "missed-retrieval-cached",
        "cache-stale",
    ),
    sources=("Captured answers of cgr.dev's edge, 2026",),
)
