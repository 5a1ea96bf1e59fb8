"""What can be wrong with Artifactory itself or the way to its Docker API."""

from __future__ import annotations

from cgrdoctor import Code

NOT_ARTIFACTORY = Code(
    name="not-artifactory",
    title="The host is no Artifactory",
    leg="artifactory",
    owner="developer",
    meaning="Nothing of what every Artifactory answers is there: wrong host or tenant, a landing page, another registry.",
    why="Everything below would be judged about the wrong server.",
    looks_at="ping, version headers, challenge",
    fix="Correct the host, or give --artifactory-url.",
    look_alikes=("artifactory-unhealthy", "docker-api-not-routed", "unexpected-html"),
    told_apart={
        "artifactory-unhealthy": "Artifactory shows its headers or its router's health even while it is down; another server never does.",
        "unexpected-html": "Whether a page answers every path, or a server that simply is another registry.",
    },
    explains=(
        "pull-through-failed",
        "docker-api-not-routed",
        "repository-not-found",
        "unexpected-html",
        "docker-credentials-missing",
        "reference-missing-repository",
        "artifactory-credentials-missing",
        "artifactory-credentials-rejected",
        "artifactory-permission-denied",
        "authorization-not-forwarded",
    ),
    faults=("F109",),
    sources=("JFrog REST API: System Health Ping",),
)

ARTIFACTORY_UNHEALTHY = Code(
    name="artifactory-unhealthy",
    title="Artifactory is not well",
    leg="artifactory",
    owner="artifactory-admin",
    meaning="It is down, still starting, locked for lack of a licence or of an accepted agreement, or one node is sick.",
    why="Nothing can be pulled, and nothing below can be judged until it is well.",
    looks_at="ping, router health, 5xx answers",
    fix="Bring the named service or node up; install the licence.",
    ticket="why the instance answers so, and to bring it up",
    look_alikes=("docker-api-not-routed", "artifactory-storage-full"),
    told_apart={
        "docker-api-not-routed": "Ask the REST ping: if it answers OK while /v2/ does not, the routing is at fault.",
    },
    explains=(
        "pull-through-failed",
        "upstream-failed",
        "docker-api-not-routed",
        "repository-not-found",
        "unexpected-html",
        "artifactory-credentials-rejected",
    ),
    faults=("F86", "F87"),
    sources=("JFrog REST API: Health Check",),
)

RESOURCES_EXHAUSTED = Code(
    name="artifactory-resources-exhausted",
    title="Artifactory has run out of memory, threads, open files or database connections",
    leg="artifactory",
    owner="artifactory-admin",
    meaning="A limit of its process, of its Java machine or of a pool is reached: requests fail until it falls below again.",
    why="It comes and goes with the load, so that it looks like a network that is not reliable.",
    looks_at="the exception that Artifactory's answer quotes",
    fix="Raise the limit that the answer names, and restart Artifactory.",
    ticket="why the instance runs out of what the text names, and to restart it",
    look_alikes=("artifactory-storage-full", "artifactory-unhealthy"),
    told_apart={
        "artifactory-storage-full": "Whether the answer speaks of the disk, or of memory, threads, files or connections.",
        "artifactory-unhealthy": "Whether the answer names a limit, or Artifactory is down, starting or locked.",
    },
    explains=("pull-through-failed", "upstream-failed", "artifactory-unhealthy"),
    sources=("Field reports, 2026", "JFrog docs: Artifactory system YAML"),
)

GATEWAY_TIMEOUT = Code(
    name="gateway-timeout",
    title="A proxy in front of Artifactory gives up before Artifactory answers",
    leg="artifactory",
    owner="artifactory-admin",
    meaning="Artifactory fetches an uncached image from cgr.dev before it answers, and the reverse proxy or load balancer in front waits for less than that takes.",
    why="The first pull fails and the next one works, so that one node or the network is suspected.",
    looks_at="408, 499, 504, 522 or 524 that are not Artifactory's own, and the same request again",
    fix="Pull again, and let the proxy in front of Artifactory wait longer for its answer.",
    ticket="a longer time-out of the load balancer before the instance",
    look_alikes=("artifactory-unhealthy", "upstream-unreachable"),
    told_apart={
        "artifactory-unhealthy": "Whether the same node answers the next request well, or one node of the cluster never does.",
        "upstream-unreachable": "Whether Artifactory's own answer, asked past the proxy, names a time-out towards cgr.dev.",
    },
    explains=("pull-through-failed", "upstream-failed"),
    sources=("Field reports, 2026", "JFrog docs: reverse proxy settings"),
)

ARTIFACTORY_TOO_OLD = Code(
    name="artifactory-too-old",
    title="This Artifactory is too old for OCI images",
    leg="artifactory",
    owner="artifactory-admin",
    meaning="Versions before 6.23 and 7.9 mishandle manifest types and token scopes.",
    why="Chainguard's images are OCI indexes; an old version may serve another manifest by the client's Accept header.",
    looks_at="the version Artifactory tells",
    fix="Upgrade Artifactory.",
    ticket="an upgrade of the instance",
    look_alikes=("media-type-mismatch",),
    told_apart={
        "media-type-mismatch": "An old version answers every client's unusual Accept so; a damaged entry is one image, on any version.",
    },
    explains=("media-type-mismatch",),
    faults=("F84",),
    sources=("JFrog issue RTFACT-20795",),
)

DOCKER_API_NOT_ROUTED = Code(
    name="docker-api-not-routed",
    title="The reverse proxy does not route the Docker API",
    leg="artifactory",
    owner="artifactory-admin",
    meaning="REST works, /v2/ does not: the rewrite to /artifactory/api/docker is missing or made for another access method.",
    why="The web interface works, so that Artifactory seems well while no client can pull.",
    looks_at="ping, /v2/ and /artifactory/api/docker/<key>/v2/ side by side",
    fix="Generate the reverse proxy configuration for the access method in use.",
    ticket="why the load balancer does not route /v2/ to the Docker API",
    look_alikes=("not-artifactory", "unexpected-html"),
    told_apart={
        "not-artifactory": "If /artifactory/api/system/ping answers OK, it is an Artifactory.",
        "unexpected-html": "If the REST API answers properly from the same host, only /v2/ is missing in the proxy's rules.",
    },
    explains=("pull-through-failed", "unexpected-html"),
    faults=("F46",),
    sources=("JFrog docs: Docker reverse proxy",),
)

UNEXPECTED_HTML = Code(
    name="unexpected-html",
    title="A web page answers instead of the registry",
    leg="client-to-artifactory",
    owner="network-team",
    meaning="A portal, firewall or login page stands between this machine and Artifactory.",
    why="No answer of Artifactory arrives here at all.",
    looks_at="content type and title of the answers",
    fix="Sign in to the portal, or let the host pass.",
    look_alikes=("docker-api-not-routed", "not-artifactory"),
    explains=("pull-through-failed", "cache-poisoned"),
    faults=("F21",),
    sources=("OCI distribution specification",),
)

REPOSITORY_NOT_FOUND = Code(
    name="repository-not-found",
    title="Artifactory has no repository of this key",
    leg="artifactory",
    owner="developer",
    meaning="The key is mistyped, lacks its project prefix, or lives on another instance.",
    why="No setting of another repository helps.",
    looks_at="the configuration endpoint, the list of repositories, the registry's answer",
    fix="Use a key from the list of Docker repositories.",
    look_alikes=("reference-missing-repository", "artifactory-permission-denied"),
    explains=("pull-through-failed", "image-not-found", "organization-unknown"),
    faults=("F109",),
    sources=("JFrog REST API: Repository Configuration",),
)

REPOSITORY_WRONG_TYPE = Code(
    name="repository-wrong-type",
    title="The repository is no Docker remote or virtual",
    leg="artifactory",
    owner="artifactory-admin",
    meaning="Images of cgr.dev come through a remote repository of package type Docker, or a virtual one with such a member.",
    why="Class and package type cannot be changed afterwards: the repository must be made anew.",
    looks_at="class and package type of the repository",
    fix="Create a remote repository of type Docker.",
    look_alikes=("repository-not-found",),
    told_apart={
        "repository-not-found": "Whether the key exists, with another class or package type.",
    },
    explains=("pull-through-failed", "image-not-found", "docker-api-not-routed"),
    faults=("F36",),
    sources=("Chainguard docs: Artifactory pull-through guide",),
)

REPOSITORY_KEY_UNUSABLE = Code(
    name="repository-key-unusable",
    title="This key cannot be used in an image reference",
    leg="artifactory",
    owner="artifactory-admin",
    meaning="Keys with upper case or, in host names, underscores do not fit the grammar of references.",
    why="The repository exists and nobody can pull from it.",
    looks_at="keys in the list that differ from the one typed by upper case or underscores alone",
    fix="Create the repository under a lower-case key without underscores.",
    look_alikes=("repository-not-found",),
    told_apart={
        "repository-not-found": "Whether the list holds the same key in another spelling.",
    },
    explains=("pull-through-failed",),
    faults=("F100",),
    sources=("JFrog docs: Docker repositories",),
)

DOWNLOAD_HOST_UNREACHABLE = Code(
    name="download-host-unreachable",
    title="Artifactory redirects downloads to a host this machine cannot reach",
    leg="client-to-artifactory",
    owner="network-team",
    meaning="With download redirect or a CDN the layers come from object storage, whose host must be allowed too.",
    why="Manifests come, layers do not: the pull starts and hangs.",
    looks_at="the host of the redirect, and the connection to it",
    fix="Allow the host, or turn the redirect off.",
    look_alikes=("upstream-blob-host-blocked",),
    told_apart={
        "upstream-blob-host-blocked": "Look at the redirect of the layer: a host of Artifactory's own storage concerns this machine, none concerns Artifactory.",
    },
    explains=("pull-through-failed", "cache-incomplete"),
    faults=("F89",),
    sources=("Terraform provider for Artifactory: remote repositories",),
)

VIRTUAL_MEMBER_MISSING = Code(
    name="virtual-member-missing",
    title="The virtual repository has no member for cgr.dev",
    leg="artifactory",
    owner="artifactory-admin",
    meaning="A virtual serves what its members serve; no remote for cgr.dev that serves this image is among them.",
    why="The remote works by itself, and the virtual answers as if the image did not exist.",
    looks_at="members of the virtual, their types and URLs",
    fix="Add the remote to the virtual repository.",
    look_alikes=("image-not-found", "virtual-member-wrong-type"),
    told_apart={
        "image-not-found": "Whether a remote for cgr.dev is among the virtual's members, and what it answers by itself.",
        "virtual-member-wrong-type": "Whether no remote for cgr.dev is among the members, or one of another package type.",
    },
    explains=(
        "pull-through-failed",
        "upstream-failed",
        "image-not-found",
        "tag-not-found",
        "missed-retrieval-cached",
        "remote-assumed-offline",
    ),
    faults=("F32",),
    sources=("Chainguard docs: Artifactory pull-through guide",),
)

VIRTUAL_MEMBER_WRONG_TYPE = Code(
    name="virtual-member-wrong-type",
    title="The virtual repository's member for cgr.dev is of the wrong type",
    leg="artifactory",
    owner="artifactory-admin",
    meaning="The member points at cgr.dev, but a repository of this package type speaks no Docker API, so the virtual has nobody to ask.",
    why="The virtual lists a member for cgr.dev, so that it seems complete.",
    looks_at="class, package type and URL of every member",
    fix="Create a remote repository of type Docker with the URL https://cgr.dev/ and make it the member.",
    look_alikes=("virtual-member-missing", "repository-wrong-type", "image-not-found"),
    told_apart={
        "repository-wrong-type": "Whether the repository in the reference or a member of it is of the wrong type.",
        "image-not-found": "Whether any member for cgr.dev speaks the Docker API.",
    },
    explains=(
        "pull-through-failed",
        "upstream-failed",
        "image-not-found",
        "tag-not-found",
        "missed-retrieval-cached",
        "remote-assumed-offline",
        "virtual-member-missing",
    ),
    faults=("F36",),
    sources=("Chainguard docs: Artifactory pull-through guide",),
)

VIRTUAL_NAME_COLLISION = Code(
    name="virtual-name-collision",
    title="Two members of the virtual repository mean different images by this name",
    leg="artifactory",
    owner="artifactory-admin",
    meaning="With a Project ID on several members, `chainguard/go` and an organization's `go` are both called `go`; a local repository may hold the same name too. The order of the members decides, silently.",
    why="The pull succeeds and brings another image than the one that is meant.",
    looks_at="what each member serves under this name, and what cgr.dev serves",
    fix="Keep the organization in references, or put the member that is meant first.",
    look_alikes=("cache-stale", "digest-mismatch", "docker-image-present"),
    told_apart={
        "cache-stale": "Ask each member by itself: a stale copy is one image at two times, a collision two images.",
        "docker-image-present": "Compare the digest of the virtual's answer with that of the member that is meant.",
    },
    explains=("digest-mismatch", "cache-stale", "layers-differ", "media-type-mismatch"),
    faults=("F33",),
    sources=("Chainguard docs: Artifactory pull-through guide",),
)

ARTIFACTORY_RATE_LIMITED = Code(
    name="artifactory-rate-limited",
    title="Artifactory itself limits the rate",
    leg="artifactory",
    owner="artifactory-admin",
    meaning="429 came for a request for which Artifactory asks nobody upstream, such as the token of our own login.",
    why="cgr.dev has no part in it: another credential for the remote or another egress changes nothing.",
    looks_at="which endpoint is answered 429, the words and headers of the answer, Retry-After",
    fix="Wait as long as Retry-After says, log in instead of pulling anonymously, spread the load of builds, raise the limit or the plan.",
    look_alikes=("upstream-rate-limited", "gateway-rate-limited", "artifactory-unhealthy"),
    told_apart={
        "artifactory-unhealthy": "A limit is 429 and passes by itself; a service that is not well is 5xx.",
        "gateway-rate-limited": "Whether the 429 carries Artifactory's headers, and stands in its request.log.",
        "upstream-rate-limited": "Whether requests that need no upstream (token, ping, REST) are limited too.",
    },
    explains=("pull-through-failed", "upstream-failed"),
    faults=("F88",),
    sources=("OCI distribution specification",),
)

GATEWAY_RATE_LIMITED = Code(
    name="gateway-rate-limited",
    title="Something between this machine and Artifactory limits the rate",
    leg="client-to-artifactory",
    owner="network-team",
    meaning="429 without Artifactory's headers, while other answers of the same host carry them: a load balancer, CDN or firewall answered before Artifactory saw the request.",
    why="Neither Artifactory's log nor cgr.dev shows it, so that both seem well.",
    looks_at="the headers of the limited answer and of the others",
    fix="Raise the limit of the gateway for /v2/, which docker asks many times a pull, or spread the load.",
    look_alikes=("artifactory-rate-limited", "upstream-rate-limited", "unexpected-html"),
    told_apart={
        "unexpected-html": "429 is a limit, whatever page comes with it; a portal or filter answers with another status.",
        "upstream-rate-limited": "Artifactory's own headers are on every answer that it gives, also when it hands on a limit of cgr.dev.",
    },
    explains=("pull-through-failed", "upstream-failed"),
    faults=("F88",),
    sources=("OCI distribution specification",),
)

NODES_DIFFER = Code(
    name="artifactory-nodes-differ",
    title="The nodes of the Artifactory cluster answer differently",
    leg="artifactory",
    owner="artifactory-admin",
    meaning="One node serves what another refuses: its own way upstream, its own token cache, its own configuration or a sick disk.",
    why="Every second pull works, so that each try seems to prove or disprove the last change.",
    looks_at="the same request several times, with X-Artifactory-Node-Id of each answer",
    fix="Take the node that fails out of the load balancer and compare it with the others: proxy, trust store, firewall rule, restart.",
    ticket="which of the nodes answers differently, and why",
    look_alikes=("artifactory-unhealthy", "missed-retrieval-cached", "upstream-unreachable"),
    told_apart={
        "artifactory-unhealthy": "A sick node answers 5xx; one that differs is well and refuses this request.",
        "missed-retrieval-cached": "A miss that one node remembers is a 404 without any mechanism, and passes.",
        "upstream-unreachable": "If only one node cannot reach cgr.dev, tries that another node answers succeed.",
    },
    explains=(
        "pull-through-failed",
        "upstream-failed",
        "upstream-unreachable",
        "upstream-tls-untrusted",
        "upstream-proxy-refused",
        "pull-token-rejected",
    ),
    faults=("F86",),
    sources=("JFrog docs: high availability", "Artifactory OSS 6.20 behaviour"),
)

CONFIGURATION_API_UNAVAILABLE = Code(
    name="configuration-api-unavailable",
    title="This edition of Artifactory has no REST API for the configuration of repositories",
    leg="artifactory",
    owner="artifactory-admin",
    meaning="JFrog Container Registry and the open source edition refuse the request, to administrators too; an unlicensed Artifactory does as well.",
    why="No setting of the remote can be judged from here; an administrator's token changes nothing about it.",
    looks_at="the answer to the request for the configuration",
    fix="Compare the remote's settings with the guide in Artifactory's own pages; if this is a Pro edition, look at its licence.",
    look_alikes=("artifactory-credentials-missing", "repository-not-found"),
    told_apart={
        "artifactory-credentials-missing": "The edition refuses with a text that names Artifactory Pro, whoever asks.",
        "repository-not-found": "The list of repositories has the key.",
    },
    faults=("F87",),
    sources=("Artifactory OSS 6.20 behaviour",),
)
