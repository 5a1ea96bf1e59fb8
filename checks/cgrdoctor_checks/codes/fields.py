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
    why="Artifactory accepts nearly anything here without a warning, and every pull goes astray.",
    looks_at="the URL field as an admin reads it, the upstream URL in the list of repositories, or the one in answers",
    fix="Set URL to https://cgr.dev/ and use the Project ID field to shorten references.",
    look_alikes=("project-id-doubled", "reference-missing-organization", "token-authentication-disabled"),
    told_apart={
        "token-authentication-disabled": "Read both fields; with a wrong URL X-Artifactory-Origin-Remote-Path of cached images shows where Artifactory asks.",
    },
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
    why="No image pulls, Free ones neither, and the answer looks like a missing image. API and Terraform leave it off unless told otherwise.",
    looks_at="enableTokenAuthentication of the remote",
    fix="Check Enable Token Authentication.",
    look_alikes=("pull-token-expired", "image-not-found", "missed-retrieval-cached"),
    told_apart={
        "image-not-found": "Whether other images come through the same remote; with token authentication off none does.",
        "missed-retrieval-cached": "Whether other images come through the same remote.",
        "pull-token-expired": "With token authentication off Free images fail too, and no text speaks of a token.",
    },
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
    why="One page of a filter, stored as an image, outlives the filter.",
    looks_at="blockMismatchingMimeTypes of the remote",
    fix="Check Block Mismatching Mime Types (Advanced tab).",
    look_alikes=("cache-poisoned", "mime-override-unsafe"),
    told_apart={
        "cache-poisoned": "mime-blocking-disabled is the setting that lets a page in, cache-poisoned the page that came in while it was off.",
        "mime-override-unsafe": "Whether the box is unchecked, or checked and softened by a list.",
    },
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
    why="The box is checked and does not protect.",
    looks_at="mismatchingMimeTypesOverrideList of the remote",
    fix="Empty the override list.",
    look_alikes=("mime-blocking-disabled",),
    faults=("F39",),
    sources=(REST, "Terraform provider for Artifactory: remote repositories"),
)

INCLUDE_PATTERN_BLOCKS = Code(
    name="include-pattern-blocks",
    title="Include Patterns are not **/*, and keep images out",
    leg="artifactory",
    owner="artifactory-admin",
    meaning="Artifactory asks upstream only for paths that match Include Patterns; the guide keeps `**/*`.",
    why="Images outside the pattern fail with a 404 that looks like a missing image.",
    looks_at="includesPattern, evaluated with Ant semantics on the cache paths of this image",
    fix="Set Include Patterns to **/*.",
    look_alikes=("exclude-pattern-blocks", "image-not-found", "artifactory-permission-denied"),
    told_apart={
        "artifactory-permission-denied": "A pattern rejects the same path for every user, a missing permission every path for one user.",
        "image-not-found": "cgr.dev serves the image directly, and the pattern does not match its path.",
    },
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
    why="A few images fail while all others pull, which looks like a fault of those images.",
    looks_at="excludesPattern, evaluated with Ant semantics on the cache paths of this image",
    fix="Remove the pattern that matches this image.",
    look_alikes=("include-pattern-blocks", "image-not-found"),
    told_apart={
        "image-not-found": "Whether the pattern matches the image's path in the cache; cgr.dev serves the image directly.",
        "include-pattern-blocks": "Which of the two lists decides; the exclusion wins over the inclusion.",
    },
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
    why="Cached images pull, new ones never will.",
    looks_at="offline of the remote, and answers that say so",
    fix="Uncheck Offline.",
    look_alikes=("remote-assumed-offline", "remote-blacked-out", "upstream-unreachable"),
    told_apart={
        "upstream-unreachable": "The offline switch answers at once and says offline; a broken way takes its time or names a stage.",
    },
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
    why="Cached images do not come either, which looks like a permission or a missing repository.",
    looks_at="blackedOut of the remote, and answers that say so",
    fix="Uncheck Ignore Repository.",
    look_alikes=("remote-offline", "remote-assumed-offline", "artifactory-permission-denied"),
    told_apart={
        "artifactory-permission-denied": "A blacked out repository serves nobody, administrators neither, and says so.",
        "remote-assumed-offline": "A blacked out repository serves cached images neither, and does not heal.",
        "remote-offline": "An offline repository still serves its cache, a blacked out one nothing.",
    },
    explains=PULL_SYMPTOMS,
    faults=("F38",),
    sources=(REST,),
)

REMOTE_CREDENTIALS_MISSING = Code(
    name="remote-credentials-missing",
    title="The remote has no pull token, but the image needs one",
    leg="artifactory",
    owner="artifactory-admin",
    meaning="Everything outside the organization `chainguard` needs a pull token as User Name and Password of the remote.",
    why="Free images pull through the same remote, so that it seems to be in order.",
    looks_at="username and password (set or not) of the remote, and the organization in the reference",
    fix="Create a pull token and enter its identity id and token as User Name and Password.",
    look_alikes=("pull-token-rejected", "image-not-in-catalog"),
    told_apart={
        "image-not-in-catalog": "Whether the remote has a User Name.",
        "pull-token-rejected": "Whether the remote has a User Name; without one Free images still pull.",
    },
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
    why="The form invites an e-mail address, and cgr.dev refuses it from the first day.",
    looks_at="the shape of username of the remote: white space, a token in its place, an e-mail, the organization's id alone",
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
    why="It hands the pull token to other hosts, and the blob host refuses requests with two kinds of authentication.",
    looks_at="allowAnyHostAuth of the remote",
    fix="Uncheck Lenient Host Authentication.",
    look_alikes=("upstream-blob-host-blocked",),
    told_apart={
        "upstream-blob-host-blocked": "Whether Lenient Host Authentication is checked; the blob host then answers 400 instead of not at all.",
    },
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
    why="A short outage of cgr.dev, or one of the way there, stops every build.",
    looks_at="storeArtifactsLocally of the remote",
    fix="Check Store Artifacts Locally.",
    look_alikes=("upstream-unreachable",),
    told_apart={
        "upstream-unreachable": "Without a cache every hiccup of cgr.dev is felt; if images fail at every moment, the way there is broken.",
    },
    faults=("F108",),
    sources=(REST,),
)

PROJECT_ID_DOUBLED = Code(
    name="project-id-doubled",
    title="The reference repeats the remote's Project ID",
    leg="reference",
    owner="developer",
    meaning="Artifactory puts the Project ID in front of every path, so an organization in the reference comes twice.",
    why="The path cgr.dev is asked for names the organization twice, and no such image exists.",
    looks_at="dockerProjectId of the remote and the first segment behind the key",
    fix="Leave the organization out of the reference, or clear the Project ID.",
    look_alikes=("remote-url-mismatch", "reference-missing-organization"),
    told_apart={
        "reference-missing-organization": "Whether the remote has a Project ID: then the organization must be left out, else it must stand there.",
        "remote-url-mismatch": "Which field holds the organization: Project ID, or the path of URL.",
    },
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
    why="Every reference through the remote is spoilt, whatever is typed.",
    looks_at="dockerProjectId of the remote, against the grammar of references",
    fix="Enter the organization's name or id alone, or clear the field.",
    look_alikes=("project-id-doubled", "organization-unknown", "remote-url-mismatch"),
    told_apart={
        "project-id-doubled": "Whether the field itself is no name, or a right name that the reference repeats.",
        "organization-unknown": "Whether the wrong name stands in the remote's Project ID or in the reference.",
        "remote-url-mismatch": "Which field is wrong: Project ID, or the path of URL.",
    },
    explains=(*PULL_SYMPTOMS, "image-not-in-catalog", "organization-unknown", "pull-token-rejected"),
    faults=("F34",),
    sources=(GUIDE,),
)

GIVEN_DIFFERS = Code(
    name="given-settings-differ",
    title="What was given is not what Artifactory shows",
    leg="artifactory",
    owner="artifactory-admin",
    meaning=(
        "Settings of a repository came with a ticket (--given): they are of another repository than the one IMAGE is "
        "pulled through, or Artifactory shows other values today. What Artifactory shows is what is judged."
    ),
    why="A ticket that is about something else, or about yesterday, leads to a fix of what is not broken.",
    looks_at="the settings that --given names, beside those that Artifactory shows this run",
    fix="Give the settings of the repository that IMAGE names, as they are now.",
    sources=(REST,),
)
