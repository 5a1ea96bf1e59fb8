"""What can be wrong with the settings of the remote repository, one code a field of the guide."""

from __future__ import annotations

from cgrdoctor import Code

GUIDE = "Chainguard docs: Artifactory pull-through guide"
REST = "JFrog REST API: Repository Configuration JSON"
PULL_SYMPTOMS = (
    "pull-through-failed",
    "upstream-failed",
    "image-not-found",
    "tag-not-found",
    "missed-retrieval-cached",
    "remote-assumed-offline",
)

URL_MISMATCH = Code(
    name="remote-url-mismatch",
    title="The remote's URL is not exactly https://cgr.dev/",
    leg="artifactory",
    owner="artifactory-admin",
    meaning=(
        "Artifactory builds every upstream request from this field. The guide asks for `https://cgr.dev/` and nothing "
        "else: a path is ignored or doubled, another host answers with web pages, http is not served."
    ),
    looks_at="the URL field as an admin reads it, the upstream URL in the list of repositories, or the one in answers",
    fix="Set URL to https://cgr.dev/ and use the Project ID field to shorten references.",
    look_alikes=("project-id-doubled", "reference-missing-organization", "token-authentication-disabled"),
    explains=(
        *PULL_SYMPTOMS,
        "pull-token-rejected",
        "upstream-content-blocked",
        "upstream-unreachable",
        "image-not-in-catalog",
        "organization-unknown",
        "unexpected-html",
    ),
    faults=("F07", "F107"),
    sources=(GUIDE, REST),
)

TOKEN_AUTHENTICATION_DISABLED = Code(
    name="token-authentication-disabled",
    title="Enable Token Authentication is off",
    leg="artifactory",
    owner="artifactory-admin",
    meaning=(
        "cgr.dev answers every request with a Bearer challenge, for Free images too. With this box unchecked Artifactory "
        "does not fetch a token, takes the 401 for a missing image and remembers the miss."
    ),
    looks_at="enableTokenAuthentication of the remote",
    fix="Check Enable Token Authentication.",
    look_alikes=("pull-token-expired", "image-not-found", "missed-retrieval-cached"),
    explains=(*PULL_SYMPTOMS, "pull-token-rejected", "image-not-in-catalog"),
    faults=("F08",),
    sources=(GUIDE, REST),
)

MIME_BLOCKING_DISABLED = Code(
    name="mime-blocking-disabled",
    title="Block Mismatching Mime Types is off",
    leg="artifactory",
    owner="artifactory-admin",
    meaning=(
        "A proxy or firewall that answers with a web page is then believed: the page is stored as a manifest or layer and "
        "served long after the network is mended."
    ),
    looks_at="blockMismatchingMimeTypes of the remote",
    fix="Check Block Mismatching Mime Types (Advanced tab).",
    look_alikes=("cache-poisoned", "mime-override-unsafe"),
    faults=("F39",),
    sources=(GUIDE, REST),
)

MIME_OVERRIDE_UNSAFE = Code(
    name="mime-override-unsafe",
    title="The mime type override list weakens mime blocking",
    leg="artifactory",
    owner="artifactory-admin",
    meaning=(
        "A non-empty override list either replaces the list of blocked types (Artifactory 6.20 source) or exempts its types "
        "from blocking (Terraform provider's wording). Under either reading web pages may pass."
    ),
    looks_at="mismatchingMimeTypesOverrideList of the remote",
    fix="Empty the override list.",
    look_alikes=("mime-blocking-disabled",),
    faults=("F39",),
    sources=(REST, "Terraform provider for Artifactory: remote repositories"),
)

INCLUDE_PATTERN_BLOCKS = Code(
    name="include-pattern-blocks",
    title="Include Patterns do not let the image through",
    leg="artifactory",
    owner="artifactory-admin",
    meaning="Artifactory asks upstream only for paths that match Include Patterns; the guide keeps `**/*`.",
    looks_at="includesPattern, evaluated with Ant semantics on the cache paths of this image",
    fix="Set Include Patterns to **/*.",
    look_alikes=("exclude-pattern-blocks", "image-not-found", "artifactory-permission-denied"),
    explains=PULL_SYMPTOMS,
    faults=("F35",),
    sources=(GUIDE, REST),
)

EXCLUDE_PATTERN_BLOCKS = Code(
    name="exclude-pattern-blocks",
    title="Exclude Patterns reject the image",
    leg="artifactory",
    owner="artifactory-admin",
    meaning="A path that matches Exclude Patterns is never asked for upstream, whatever Include Patterns say.",
    looks_at="excludesPattern, evaluated with Ant semantics on the cache paths of this image",
    fix="Remove the pattern that matches this image.",
    look_alikes=("include-pattern-blocks", "image-not-found"),
    explains=PULL_SYMPTOMS,
    faults=("F35",),
    sources=(REST,),
)

REMOTE_OFFLINE = Code(
    name="remote-offline",
    title="The remote is marked Offline",
    leg="artifactory",
    owner="artifactory-admin",
    meaning="An offline remote serves its cache and never asks upstream; it does not heal by itself.",
    looks_at="offline of the remote, and answers that say so",
    fix="Uncheck Offline.",
    look_alikes=("remote-assumed-offline", "remote-blacked-out", "upstream-unreachable"),
    explains=PULL_SYMPTOMS,
    faults=("F37",),
    sources=(REST, "JFrog docs: handling offline scenarios"),
)

REMOTE_BLACKED_OUT = Code(
    name="remote-blacked-out",
    title="The remote is blacked out (Ignore Repository)",
    leg="artifactory",
    owner="artifactory-admin",
    meaning="A blacked out repository serves nothing at all, cached content included.",
    looks_at="blackedOut of the remote, and answers that say so",
    fix="Uncheck Ignore Repository.",
    look_alikes=("remote-offline", "remote-assumed-offline", "artifactory-permission-denied"),
    explains=PULL_SYMPTOMS,
    faults=("F38",),
    sources=(REST,),
)

REMOTE_CREDENTIALS_MISSING = Code(
    name="remote-credentials-missing",
    title="The remote has no user name, but the image needs one",
    leg="artifactory",
    owner="artifactory-admin",
    meaning="Everything outside the organization `chainguard` needs a pull token as User Name and Password of the remote.",
    looks_at="username and password (set or not) of the remote, and the organization in the reference",
    fix="Create a pull token and enter its identity id and token as User Name and Password.",
    look_alikes=("pull-token-rejected", "image-not-in-catalog"),
    explains=(*PULL_SYMPTOMS, "pull-token-rejected", "image-not-in-catalog"),
    sources=(GUIDE, "Chainguard docs: authenticating"),
)

REMOTE_USERNAME_MALFORMED = Code(
    name="remote-username-malformed",
    title="The remote's User Name is no pull token identity",
    leg="artifactory",
    owner="artifactory-admin",
    meaning=(
        "The user name of a pull token is its identity id, 40 hexadecimal digits, a slash and 16 more. An e-mail address or "
        "the organization's name is refused by cgr.dev."
    ),
    looks_at="the shape of username of the remote",
    fix="Enter the identity id that chainctl printed with the token.",
    look_alikes=("pull-token-expired", "pull-token-rejected"),
    explains=(*PULL_SYMPTOMS, "pull-token-rejected", "image-not-in-catalog"),
    faults=("F02",),
    sources=("Chainguard docs: registry errors", "Chainguard docs: pull token output"),
)

LENIENT_HOST_AUTHENTICATION = Code(
    name="lenient-host-authentication-enabled",
    title="Lenient Host Authentication is on",
    leg="artifactory",
    owner="artifactory-admin",
    meaning=(
        "The remote's credentials are then sent to every host a request is redirected to. Chainguard's blob storage takes "
        "presigned URLs and refuses a second kind of authentication."
    ),
    looks_at="allowAnyHostAuth of the remote",
    fix="Uncheck Lenient Host Authentication.",
    look_alikes=("upstream-blob-host-blocked",),
    explains=("upstream-blob-host-blocked", "upstream-failed", "cache-incomplete", "pull-through-failed"),
    faults=("F77",),
    sources=("Terraform provider for Artifactory: remote repositories", "Chainguard docs: libraries, Artifactory"),
)

CACHE_DISABLED = Code(
    name="cache-disabled",
    title="Store Artifacts Locally is off",
    leg="artifactory",
    owner="artifactory-admin",
    meaning="Nothing is cached: every pull depends on cgr.dev at that moment.",
    looks_at="storeArtifactsLocally of the remote",
    fix="Check Store Artifacts Locally.",
    look_alikes=("upstream-unreachable",),
    faults=("F108",),
    sources=(REST,),
)

PROJECT_ID_DOUBLED = Code(
    name="project-id-doubled",
    title="The reference repeats the remote's Project ID",
    leg="reference",
    owner="developer",
    meaning="Artifactory puts the Project ID in front of every path, so an organization in the reference comes twice.",
    looks_at="dockerProjectId of the remote and the first segment behind the key",
    fix="Leave the organization out of the reference, or clear the Project ID.",
    look_alikes=("remote-url-mismatch", "reference-missing-organization"),
    explains=(*PULL_SYMPTOMS, "image-not-in-catalog", "organization-unknown", "pull-token-rejected"),
    faults=("F34",),
    sources=(GUIDE,),
)

PROJECT_ID_MALFORMED = Code(
    name="project-id-malformed",
    title="The remote's Project ID is no organization's name",
    leg="artifactory",
    owner="artifactory-admin",
    meaning="Artifactory puts the field in front of every path as it stands: white space, a slash or upper case in it makes a path that cgr.dev does not know.",
    looks_at="dockerProjectId of the remote, against the grammar of references",
    fix="Enter the organization's name or id alone, or clear the field.",
    look_alikes=("project-id-doubled", "organization-unknown", "remote-url-mismatch"),
    explains=(*PULL_SYMPTOMS, "image-not-in-catalog", "organization-unknown", "pull-token-rejected"),
    faults=("F34",),
    sources=(GUIDE,),
)
