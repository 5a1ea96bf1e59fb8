"""What can be wrong between Artifactory and Chainguard, as a pull through Artifactory shows it."""

from __future__ import annotations

from cgrdoctor import Code

PULL_FAILED = Code(
    name="pull-through-failed",
    title="Images do not come through this repository, and the exact cause cannot be seen",
    leg="artifactory",
    owner="artifactory-admin",
    meaning="Artifactory answers the same for many troubles: a setting of the remote, its credential, a hidden permission. Without an admin's view of the configuration or a decisive text the cause stays open.",
    why="It is the honest answer where several causes look the same from here; guessing would cost more than asking.",
    looks_at="the pull under test, the control image, the direct pull",
    fix="Rule out the causes that are left, the cheapest look first; an admin's access token settles most of them.",
    look_alikes=("image-not-found", "missed-retrieval-cached"),
    told_apart={
        "image-not-found": "Whether other images come through the same key.",
        "missed-retrieval-cached": "Whether other images come through the same key.",
    },
    umbrella=True,
    yields_to=(
        "reference",
        "client",
        "client-to-artifactory",
        "artifactory",
        "policy",
        "artifactory-to-upstream",
        "upstream-account",
        "image",
        "cache",
    ),
    sources=("Chainguard docs: Artifactory pull-through guide",),
)

UPSTREAM_FAILED = Code(
    name="upstream-failed",
    title="Artifactory could not talk to cgr.dev, and does not say why",
    leg="artifactory-to-upstream",
    owner="network-team",
    meaning="Artifactory reports a failure towards upstream whose text names no stage.",
    why="It says where to look although it cannot say what for.",
    looks_at="the text and timing of Artifactory's answer, the control image",
    fix="Read artifactory-service.log and artifactory-request-out.log of that minute for cgr.dev.",
    ticket="what artifactory-request-out.log says of cgr.dev in that minute",
    look_alikes=("upstream-unreachable", "pull-token-rejected"),
    told_apart={
        "pull-token-rejected": "Whether Artifactory's text speaks of a token or only of a failed request; artifactory-request-out.log shows which request failed.",
        "upstream-unreachable": "Whether anything names the stage: the answer, Artifactory's log, its connection test, the clock.",
    },
    explains=("pull-through-failed",),
    umbrella=True,
    yields_to=("artifactory", "artifactory-to-upstream", "upstream-account"),
    faults=("F76", "F90"),
    sources=("Artifactory OSS 6.20 behaviour",),
)

UPSTREAM_UNREACHABLE = Code(
    name="upstream-unreachable",
    title="Artifactory cannot reach cgr.dev",
    leg="artifactory-to-upstream",
    owner="network-team",
    meaning="Artifactory's own connection to cgr.dev fails: name resolution, a firewall that drops or refuses, a reset, a time-out. This machine's network says nothing about it.",
    why="Cached images keep pulling, so that only new ones seem broken. A pull of a nonexistent image makes Artifactory call chainguard.dev and www.chainguard.dev as well: where these are blocked it ends late or as a failure.",
    looks_at="the stage named by Artifactory's answer, its timing in steps of the socket timeout, the control image",
    fix="Allow TCP 443 from Artifactory to cgr.dev and the blob host by name, not by address.",
    ticket="why the instance does not reach cgr.dev",
    look_alikes=("remote-assumed-offline", "upstream-proxy-refused", "upstream-tls-untrusted"),
    explains=(
        "pull-through-failed",
        "upstream-failed",
        "remote-assumed-offline",
        "missed-retrieval-cached",
        "cache-stale",
    ),
    faults=("F10", "F11", "F18", "F92", "F94", "F95", "F104"),
    sources=("Chainguard docs: network requirements", "Artifactory OSS 6.20 behaviour"),
)

UPSTREAM_TLS_UNTRUSTED = Code(
    name="upstream-tls-untrusted",
    title="Artifactory does not trust the certificate it gets for cgr.dev",
    leg="artifactory-to-upstream",
    owner="network-team",
    meaning="Something on the way re-signs TLS with a private authority that Artifactory's Java does not know.",
    why="A browser on the same network may trust the inspecting authority while Artifactory's Java does not.",
    looks_at="certificate texts (PKIX, certification path) in Artifactory's answer",
    fix="Exempt cgr.dev and the blob host from TLS inspection, or add the inspecting CA to Artifactory's trusted keys.",
    ticket="why the instance does not trust the certificate of Chainguard's hosts",
    look_alikes=("clock-skew", "upstream-unreachable"),
    told_apart={
        "clock-skew": "The Date of Artifactory's answers shows its clock; if it is right, the certificate is foreign.",
        "upstream-unreachable": "PKIX and certificate texts mean that something answered; the other stages mean that nothing did.",
    },
    explains=("pull-through-failed", "upstream-failed", "remote-assumed-offline", "cache-stale"),
    faults=("F17",),
    sources=("Chainguard docs: network requirements",),
)

UPSTREAM_PROXY_REFUSED = Code(
    name="upstream-proxy-refused",
    title="The proxy between Artifactory and cgr.dev refuses",
    leg="artifactory-to-upstream",
    owner="network-team",
    meaning="The proxy set on the remote, or the instance's default proxy, answers instead of cgr.dev, often with 407.",
    why="An instance's default proxy applies to every remote that does not refuse it, unseen in the remote's own settings.",
    looks_at="proxy texts in Artifactory's answer, proxy and disableProxy of the remote",
    fix="Give the proxy entity its credentials, or take the remote off the default proxy.",
    ticket="why the default proxy of the instance refuses Chainguard's hosts",
    look_alikes=("upstream-unreachable", "upstream-content-blocked"),
    told_apart={
        "upstream-content-blocked": "A filter sends a page with its own status, a proxy refuses the connection, often with 407.",
        "upstream-unreachable": "Whether the remote or the instance has a proxy, and whether the text speaks of one.",
    },
    explains=("pull-through-failed", "upstream-failed", "remote-assumed-offline", "cache-stale"),
    faults=("F19", "F20"),
    sources=("Terraform provider for Artifactory: remote repositories",),
)

UPSTREAM_CONTENT_BLOCKED = Code(
    name="upstream-content-blocked",
    title="A filter between Artifactory and cgr.dev answers with a web page",
    leg="artifactory-to-upstream",
    owner="network-team",
    meaning="A proxy or firewall blocks the category or the .dev domain and answers with HTML, which mime blocking rejects or the cache believes.",
    why="The page may be stored as an image where mime blocking is off.",
    looks_at="mime texts or HTML in Artifactory's answer, the direct pull",
    fix="Allow cgr.dev and the blob host in the filter; do not block .dev as a class.",
    ticket="what answers the instance with a page in place of cgr.dev",
    look_alikes=("cache-poisoned", "remote-url-mismatch"),
    told_apart={
        "remote-url-mismatch": "Whether the URL names cgr.dev; chainguard.dev and www.chainguard.dev answer with pages by nature.",
    },
    explains=("pull-through-failed", "upstream-failed", "cache-poisoned", "missed-retrieval-cached"),
    faults=("F21",),
    sources=("Chainguard docs: network requirements",),
)

UPSTREAM_BLOB_HOST_BLOCKED = Code(
    name="upstream-blob-host-blocked",
    title="Artifactory reaches cgr.dev but not its blob host",
    leg="artifactory-to-upstream",
    owner="network-team",
    meaning="Manifests come from cgr.dev itself, config and layers from Cloudflare R2 by redirect; only the first is allowed.",
    why="The rule for cgr.dev alone seems to suffice, because manifests come.",
    looks_at="manifest answered, blob not, through Artifactory; both answered directly",
    fix="Allow 9236a389bd48b984df91adc1bc924620.r2.cloudflarestorage.com:443 from Artifactory.",
    ticket="why the instance does not reach Chainguard's blob host",
    look_alikes=("cache-incomplete", "download-host-unreachable", "lenient-host-authentication-enabled"),
    explains=("pull-through-failed", "upstream-failed", "cache-incomplete"),
    faults=("F09",),
    sources=("Chainguard docs: network requirements",),
)

UPSTREAM_RATE_LIMITED = Code(
    name="upstream-rate-limited",
    title="cgr.dev or a gateway on the way limits the rate",
    leg="artifactory-to-upstream",
    owner="artifactory-admin",
    meaning="429 reached Artifactory on its way to cgr.dev; it may show it as such or as a missing image.",
    why="Retries make it worse.",
    looks_at="status 429 and its texts, which server sent it",
    fix="Wait as long as Retry-After says, pull with credentials, spread the load.",
    look_alikes=("missed-retrieval-cached",),
    told_apart={
        "missed-retrieval-cached": "A remembered miss comes at once and every time; a rate limit comes and goes.",
    },
    explains=("pull-through-failed", "upstream-failed"),
    faults=("F88",),
    sources=("OCI distribution specification",),
)

REMOTE_ASSUMED_OFFLINE = Code(
    name="remote-assumed-offline",
    title="Artifactory assumes that the remote is offline",
    leg="artifactory-to-upstream",
    owner="artifactory-admin",
    meaning="After transport failures Artifactory stops asking upstream for a while (Assumed Offline Period, 300 s unless set); cached content is served. It heals by itself once cgr.dev answers again.",
    why="One failure keeps every uncached image away from everybody for minutes, and the image at hand is innocent. One mistyped name is enough where chainguard.dev is blocked.",
    looks_at="texts that say so; the control image through the same repository",
    fix="Mend what made cgr.dev unreachable, then wait for the period to end or save the repository's configuration.",
    ticket="why the instance did not reach cgr.dev, for which it assumes the remote offline",
    look_alikes=("remote-offline", "upstream-unreachable", "missed-retrieval-cached"),
    told_apart={
        "missed-retrieval-cached": "A remembered miss concerns one image and lasts half an hour, the offline state all images and five minutes.",
        "remote-offline": "The assumed state heals within minutes, the switch never; an administrator sees the switch.",
        "upstream-unreachable": "A failed connection opens the offline state. If the very first answer already said assumed offline, that failure lies before this run.",
    },
    explains=("pull-through-failed", "upstream-failed", "missed-retrieval-cached", "cache-stale"),
    faults=("F16",),
    sources=("JFrog knowledge base 000005441: assumed offline",),
)

STORAGE_FULL = Code(
    name="artifactory-storage-full",
    title="Artifactory's storage is full",
    leg="artifactory",
    owner="artifactory-admin",
    meaning="Nothing new can be stored; what is cached still pulls.",
    why="Cached images keep pulling, so that the trouble looks like one of the new images.",
    looks_at="413, 507 or storage texts",
    fix="Free space: clean up, collect garbage, enlarge the filestore.",
    ticket="why nothing can be stored, and more space",
    look_alikes=("artifactory-unhealthy",),
    told_apart={
        "artifactory-unhealthy": "With full storage cached images still pull and the ping is well; only what must be stored fails.",
    },
    explains=("pull-through-failed", "upstream-failed", "cache-incomplete"),
    faults=("F85",),
    sources=("JFrog docs: filestore",),
)

UPSTREAM_SOCKET_TIMEOUT = Code(
    name="upstream-socket-timeout",
    title="A blob takes Artifactory longer than the remote's Socket Timeout",
    leg="artifactory-to-upstream",
    owner="artifactory-admin",
    meaning="Artifactory reached the blob host and gave up waiting for bytes: a big layer over a slow or inspecting way.",
    why="Small images pull, big ones always fail at the same layer, so that the image is suspected.",
    looks_at="the words of a blob's refusal (read timed out), the remote's Socket Timeout, other images",
    fix="Raise Socket Timeout of the remote, or find what slows the way: an inspecting proxy reads a layer whole before it hands it on.",
    look_alikes=("upstream-blob-host-blocked", "path-mtu", "cache-incomplete"),
    told_apart={
        "cache-incomplete": "A layer that was lost from the cache is refused at once; one that times out takes its time.",
        "path-mtu": "A path that swallows big packets stops the TLS handshake or the first large answer of any size.",
        "upstream-blob-host-blocked": "A blocked host refuses config and layers of every image alike; a slow way lets the small ones through.",
    },
    explains=("pull-through-failed", "upstream-failed", "cache-incomplete"),
    faults=("F90",),
    sources=("Terraform provider for Artifactory: remote repositories", "JFrog knowledge base 000007144"),
)

UPSTREAM_HEAD_UNUSABLE = Code(
    name="upstream-head-unusable",
    title="Artifactory's HEAD requests to cgr.dev fail where GET would pass",
    leg="artifactory-to-upstream",
    owner="artifactory-admin",
    meaning="Artifactory asks by HEAD whether a manifest is there; a proxy or filter on the way refuses HEAD or answers it wrongly.",
    why="curl and the Test button use GET and work, so that network and credential seem in order.",
    looks_at="words about HEAD, a method or a number of bytes in Artifactory's answer, its connection test, Bypass HEAD Requests",
    fix="Check Bypass HEAD Requests of the remote, or let HEAD pass where it is refused.",
    look_alikes=("upstream-unreachable", "upstream-proxy-refused", "pull-token-rejected"),
    told_apart={
        "pull-token-rejected": "artifactory-request-out.log shows which request failed, the token's GET or the manifest's HEAD.",
        "upstream-proxy-refused": "A proxy that wants a login refuses every method; curl -I and curl through it differ only where HEAD is the trouble.",
        "upstream-unreachable": "On the Artifactory host curl -I https://cgr.dev/v2/ fails and curl https://cgr.dev/v2/ answers 401.",
    },
    explains=("pull-through-failed", "upstream-failed", "remote-assumed-offline"),
    faults=("F76",),
    sources=("JFrog knowledge base 000007144", "Terraform provider for Artifactory: remote repositories"),
)
