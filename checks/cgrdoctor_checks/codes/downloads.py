"""What can be wrong with the host that Artifactory sends clients to for blobs."""

from __future__ import annotations

from cgrdoctor import Code

DOWNLOAD_HOST_REFUSED = Code(
    name="download-host-refused",
    title="The host that Artifactory redirects downloads to refuses",
    leg="client-to-artifactory",
    owner="artifactory-admin",
    meaning="Artifactory answers a blob with a signed address of its object storage or CDN, and that host answers with a refusal: access denied, a wrong or expired signature, two kinds of authentication.",
    why="Manifests come and layers do not, and the refusal names S3, so that the network or cgr.dev is suspected; both are well.",
    looks_at="who answers after the redirect of a blob, its status and its code",
    fix="Mend what the refusal names: the storage's policy, Artifactory's clock, whatever changes the request on the way; or let Artifactory deliver itself.",
    ticket="why the storage refuses the addresses that the instance signs",
    look_alikes=("download-host-unreachable", "upstream-blob-host-blocked"),
    told_apart={
        "download-host-unreachable": "Whether the storage itself answers, with its XML or its CDN's page, or nobody, or a filter on the way.",
        "upstream-blob-host-blocked": "Look at the redirect of the layer: Chainguard's blob host is asked by Artifactory, its own storage by the client.",
    },
    explains=("pull-through-failed", "cache-incomplete"),
    faults=("F89",),
    sources=("magma/magma issue 14837: S3's refusal after Artifactory's redirect", "JFrog docs: filestore"),
)
