"""What can be wrong with logging in, on both legs, and with the Chainguard account."""

from __future__ import annotations

from cgrdoctor import Code

DOCKER_CREDENTIALS_MISSING = Code(
    name="docker-credentials-missing",
    title="No login for this Artifactory host",
    leg="client",
    owner="developer",
    meaning="Artifactory wants credentials and docker has none stored for exactly this host and port.",
    why="Without a login Artifactory answers as if the image did not exist or were forbidden.",
    looks_at="the credential docker would use for the host of IMAGE, and near misses in its configuration",
    fix="Log in to the host exactly as it stands in the reference.",
    look_alikes=("artifactory-credentials-rejected", "credential-helper-failed"),
    explains=(
        "pull-through-failed",
        "artifactory-permission-denied",
        "artifactory-credentials-missing",
    ),
    faults=("F12", "F42", "F73"),
    sources=("docker/cli: credential stores",),
)

DOCKER_CREDENTIALS_OTHER_HOST = Code(
    name="docker-credentials-other-host",
    title="A login exists, but under another spelling of the host",
    leg="client",
    owner="developer",
    meaning="Docker compares the stored key with host and port letter by letter.",
    why="The login was made and is never used.",
    looks_at="keys in docker's configuration that nearly match",
    fix="Log in again with the host as it stands in the reference.",
    look_alikes=("docker-credentials-missing",),
    told_apart={
        "docker-credentials-missing": "Whether a login exists under another spelling of the host.",
    },
    explains=("docker-credentials-missing", "pull-through-failed", "artifactory-credentials-missing"),
    faults=("F12",),
    sources=("docker/cli: credential stores",),
)

CREDENTIAL_HELPER_FAILED = Code(
    name="credential-helper-failed",
    title="The credential helper does not work",
    leg="client",
    owner="developer",
    meaning="The helper named in the client's configuration is missing, fails, hangs or answers nonsense. Docker then takes the login that its file has for the host, if there is one; BuildKit, podman, skopeo and buildah give up.",
    why="Without a login in its file docker goes on with none and reports a missing one; with one, pulls work and builds do not.",
    looks_at="the helper's exit, output and time",
    fix="Repair or remove the helper entry, then log in again.",
    look_alikes=("docker-credentials-missing",),
    told_apart={
        "docker-credentials-missing": "Whether docker's configuration names a helper for this host, and what that helper answers.",
    },
    explains=(
        "docker-credentials-missing",
        "docker-credentials-other-host",
        "pull-through-failed",
        "artifactory-credentials-missing",
    ),
    faults=("F41",),
    sources=("docker-credential-helpers",),
)

DOCKER_CONFIG_INVALID = Code(
    name="docker-config-invalid",
    title="The file of stored logins cannot be read",
    leg="client",
    owner="developer",
    meaning="Docker takes nothing from a file that is no JSON. A value of a wrong kind anywhere, or one entry that cannot be decoded, leaves it with logins that are not decoded. Two addresses of one host with different logins are a matter of chance. Podman, skopeo and buildah reject it for a value of a wrong kind, and one that is empty.",
    why="The client then has no login for any host.",
    looks_at="config.json as docker reads it, auth.json as podman does",
    fix="Mend or remove the named entry.",
    look_alikes=("docker-credentials-missing",),
    told_apart={
        "docker-credentials-missing": "Whether docker can read its configuration at all.",
    },
    explains=("docker-credentials-missing", "pull-through-failed", "artifactory-credentials-missing"),
    sources=("docker/cli: configfile",),
)

ARTIFACTORY_CREDENTIALS_MISSING = Code(
    name="artifactory-credentials-missing",
    title="No credential for Artifactory's REST API",
    leg="artifactory",
    owner="developer",
    meaning="Without one the configuration and the cache stay out of sight.",
    why="The pull itself does not need it, but the settings that most often are wrong are shown to administrators only.",
    looks_at="the answers of the REST API to anonymous requests",
    fix="Set CGRDOCTOR_ARTIFACTORY_TOKEN to an access token.",
    look_alikes=("docker-credentials-missing",),
    told_apart={
        "docker-credentials-missing": "A missing credential for the REST API only hides settings; a missing login of docker's stops the pull.",
    },
    faults=("F73",),
    sources=("JFrog REST API: authentication",),
)

ARTIFACTORY_CREDENTIALS_REJECTED = Code(
    name="artifactory-credentials-rejected",
    title="Artifactory refuses the credential",
    leg="artifactory",
    owner="developer",
    meaning="The password or access token is wrong, expired, revoked, or the account is locked.",
    why="No image of any repository comes, and repeated attempts may lock the account.",
    looks_at="the token endpoint's and the REST API's answers to the credential",
    fix="Create a new access token (Set Me Up) and log in again.",
    look_alikes=("docker-credentials-missing", "pull-token-expired", "authorization-not-forwarded"),
    told_apart={
        "authorization-not-forwarded": "If the token endpoint issued a token and the registry answers 401 all the same, the header got lost; if the token endpoint itself answers 401, the login is refused.",
        "docker-credentials-missing": "Whether a login was sent at all: `anonymous` in the token request against 401 for a named user.",
        "pull-token-expired": "By the leg: 401 comes from Artifactory's own token endpoint; a text that names the realm https://cgr.dev/token speaks of the remote's pull token.",
    },
    explains=("pull-through-failed", "artifactory-permission-denied"),
    faults=("F13", "F40", "F71"),
    sources=("JFrog docs: access tokens",),
)

CREDENTIAL_NOT_SENT = Code(
    name="credential-not-sent",
    title="A login is at hand and was not sent",
    leg="client",
    owner="developer",
    meaning="There is a login for this host, and no request carried it: the user of this run did not name the host, the connection is not protected, the login cannot be put into a header, or the host asks for it in a way that neither docker nor this command knows.",
    why="Artifactory then answers as to anybody, which looks like a wrong password, a missing login or a header that a proxy lost.",
    looks_at="what each request really carried; who named the host, the login's kind and characters, the challenge",
    fix="Remove what keeps the login back, and run again: until then nothing is known of the login.",
    look_alikes=("artifactory-credentials-rejected", "docker-credentials-missing", "authorization-not-forwarded"),
    told_apart={
        "artifactory-credentials-rejected": "Only a login that was sent can be refused: the exchange says `credential not sent`, and why.",
        "docker-credentials-missing": "Whether a login is stored or set at all.",
        "authorization-not-forwarded": "Whether this command's own request carried the header; only then can somebody on the way have lost it.",
    },
    explains=("pull-through-failed", "artifactory-credentials-missing"),
    faults=("F13", "F71"),
    sources=("docker/cli: credential stores", "RFC 9110: HTTP authentication"),
)

ARTIFACTORY_PERMISSION_DENIED = Code(
    name="artifactory-permission-denied",
    title="This user may not read the repository",
    leg="artifactory",
    owner="artifactory-admin",
    meaning="The login works, but no permission covers the repository (Read, and Deploy/Cache to fill the cache). Where existence is hidden the answer is 404.",
    why="Everybody else may pull; only this login fails, which looks like a missing image where existence is hidden.",
    looks_at="403 or hidden 404 for every image of the key, while the login itself is accepted",
    fix="Add the repository to a permission target of this user or group.",
    look_alikes=("image-not-found", "xray-blocked", "repository-not-found"),
    told_apart={
        "image-not-found": "With hidden existence both are 404: another user's pull of the same image, or the control image, tells.",
        "repository-not-found": "An administrator sees a repository that is only hidden; a key that does not exist nobody sees.",
        "xray-blocked": "Xray names itself in the text and blocks single images; without permission no image of the key comes.",
    },
    explains=("pull-through-failed",),
    faults=("F14", "F72", "F75"),
    sources=("JFrog knowledge base 000006177",),
)

TOKEN_REALM_MISMATCH = Code(
    name="token-realm-mismatch",
    title="Artifactory sends clients to another host or to plain HTTP for their token",
    leg="artifactory",
    owner="artifactory-admin",
    meaning="The realm of the challenge is built from base URL and proxy headers. If it names another host, port or scheme, or an address at which no token is issued, logins go astray.",
    why="Logins go to another host or in clear text, or succeed with any password and are of no use.",
    looks_at="realm of the challenge against the URL that was asked",
    fix="Correct Custom Base URL and the reverse proxy's X-JFrog-Override-Base-Url and X-Forwarded headers.",
    ticket="why challenges name another address than the instance's, its Custom Base URL and the load balancer's headers",
    look_alikes=("authorization-not-forwarded", "artifactory-credentials-rejected"),
    told_apart={
        "artifactory-credentials-rejected": "Compare the host in the challenge's realm with the host that was asked; a login sent elsewhere is refused there.",
    },
    explains=(
        "pull-through-failed",
        "artifactory-credentials-rejected",
        "docker-credentials-missing",
        "authorization-not-forwarded",
        "credential-not-sent",
    ),
    faults=("F45",),
    sources=("JFrog docs: Docker reverse proxy",),
)

AUTHORIZATION_NOT_FORWARDED = Code(
    name="authorization-not-forwarded",
    title="The Authorization header does not reach Artifactory",
    leg="artifactory",
    owner="artifactory-admin",
    meaning="A reverse proxy strips or replaces it: the token is issued, then refused as if it had never been sent.",
    why="docker login succeeds and every pull fails, whatever the password.",
    looks_at="token accepted by its endpoint, 401 all the same",
    fix="Let the reverse proxy pass Authorization and Host unchanged.",
    ticket="why the load balancer before the instance drops Authorization",
    look_alikes=("token-realm-mismatch", "artifactory-credentials-rejected"),
    told_apart={
        "token-realm-mismatch": "The realm in the challenge names the wrong host, or it is right and the token is refused afterwards.",
    },
    explains=("pull-through-failed", "artifactory-credentials-rejected"),
    faults=("F47",),
    sources=("JFrog docs: reverse proxy",),
)

PULL_TOKEN_EXPIRED = Code(
    name="pull-token-expired",
    title="The Chainguard pull token has expired",
    leg="upstream-account",
    owner="artifactory-admin",
    meaning='Pull tokens live 30 days unless created with a longer time to live; cgr.dev then answers 400 "keys have expired" to the token request.',
    why="Cached images still pull, so that only new tags and rebuilt images fail, on a day when nobody changed anything.",
    looks_at="cgr.dev's answer to the token request, the token's own expiry, Artifactory's text",
    fix="Create a new pull token and enter it in the remote.",
    look_alikes=("pull-token-rejected", "remote-username-malformed", "image-not-in-catalog"),
    told_apart={
        "image-not-in-catalog": "Whether other images of the organization pull; an expired token opens none.",
        "pull-token-rejected": 'cgr.dev answers an expired token with 400 and "keys have expired", a revoked or mistyped one with 403.',
        "remote-username-malformed": "The shape of the User Name, and since when it fails: from the first day, or after it had worked.",
    },
    explains=(
        "pull-through-failed",
        "upstream-failed",
        "pull-token-rejected",
        "missed-retrieval-cached",
        "pull-token-expiring",
        "image-not-in-catalog",
        "cache-stale",
    ),
    faults=("F01",),
    sources=("Chainguard docs: registry errors", "Chainguard docs: authenticating"),
)

PULL_TOKEN_EXPIRING = Code(
    name="pull-token-expiring",
    title="The Chainguard pull token ends soon",
    leg="upstream-account",
    owner="artifactory-admin",
    meaning="Every uncached pull stops at that moment.",
    why="It is mended in minutes today and costs a stopped pipeline then.",
    looks_at="the expiry in the token itself",
    fix="Create a new pull token in time and enter it in the remote.",
    look_alikes=("pull-token-expired",),
    told_apart={
        "pull-token-expired": "Whether the token's end lies in the past or in the next 14 days.",
    },
    faults=("F01",),
    sources=("Chainguard docs: authenticating",),
)

PULL_TOKEN_WRONG_ORGANIZATION = Code(
    name="pull-token-wrong-organization",
    title="The pull token belongs to another organization",
    leg="upstream-account",
    owner="artifactory-admin",
    meaning="A pull token opens the images of its own organization only.",
    why="The token is good and opens the wrong door.",
    looks_at="the organizations the token sees in the catalog, and the one in the reference",
    fix="Use one remote per organization, each with its own token.",
    look_alikes=("image-not-in-catalog", "pull-role-missing"),
    told_apart={
        "pull-role-missing": "cgr.dev issues a token and then refuses for lack of a capability, or issues none for that organization.",
    },
    explains=(
        "pull-through-failed",
        "upstream-failed",
        "pull-token-rejected",
        "image-not-in-catalog",
        "pull-role-missing",
    ),
    faults=("F29",),
    sources=("Chainguard docs: authenticating",),
)

PULL_TOKEN_REJECTED = Code(
    name="pull-token-rejected",
    title="cgr.dev does not accept the remote's credential",
    leg="upstream-account",
    owner="artifactory-admin",
    meaning="The token exchange of the remote fails; whether the token expired, was revoked, or is mistyped cannot be seen from Artifactory's answer.",
    why="Nothing new can be pulled, and Artifactory's text blames user name and password whatever the reason is.",
    looks_at="Artifactory's text, the control image, the direct token exchange",
    fix="Test the token against cgr.dev, or create a new one.",
    look_alikes=("pull-token-expired", "image-not-in-catalog", "remote-username-malformed"),
    told_apart={
        "image-not-in-catalog": "Whether Artifactory gets a token for other images.",
        "remote-username-malformed": "The shape of the remote's User Name.",
    },
    explains=("pull-through-failed", "upstream-failed"),
    umbrella=True,
    yields_to=("artifactory", "artifactory-to-upstream", "upstream-account", "reference"),
    faults=("F30", "F31"),
    sources=("Chainguard docs: registry errors",),
)

ORGANIZATION_UNKNOWN = Code(
    name="organization-unknown",
    title="cgr.dev knows no organization of this name",
    leg="upstream-account",
    owner="developer",
    meaning="The display name was used, or the name is mistyped; names work for verified organizations only, the organization's id always.",
    why="No credential helps: cgr.dev does not know whom to ask.",
    looks_at="cgr.dev's answer to a token request: 400 unable to resolve",
    fix="Use the name or id from `chainctl iam organizations list`.",
    look_alikes=("reference-missing-organization", "image-not-in-catalog"),
    told_apart={
        "image-not-in-catalog": "cgr.dev answers an unknown organization with 400, a missing image with 403.",
        "reference-missing-organization": "Whether the reference has one segment behind the key, or two of which the first is wrong.",
    },
    explains=(
        "pull-through-failed",
        "upstream-failed",
        "pull-token-rejected",
        "image-not-in-catalog",
        "missed-retrieval-cached",
        "remote-credentials-missing",
    ),
    faults=("F27",),
    sources=("Chainguard docs: registry errors",),
)

PULL_ROLE_MISSING = Code(
    name="pull-role-missing",
    title="The identity may not pull: the role registry.pull is missing",
    leg="upstream-account",
    owner="chainguard-org-admin",
    meaning="The token is issued, but every image of the organization is refused for lack of a capability.",
    why="The login works and every image of the organization fails: only an owner of the organization can mend it.",
    looks_at="403 for capabilities on this and another image of the organization",
    fix="Bind the role registry.pull to the identity.",
    look_alikes=("image-not-in-catalog",),
    explains=("pull-through-failed", "upstream-failed", "image-not-in-catalog", "pull-token-rejected"),
    faults=("F28",),
    sources=("Chainguard docs: registry errors",),
)

IMAGE_NOT_IN_CATALOG = Code(
    name="image-not-in-catalog",
    title="The image is not in the organization's catalog",
    leg="upstream-account",
    owner="chainguard-org-admin",
    meaning="The Directory shows more images than an organization has; others of the organization pull.",
    why="Credential and settings are right, so that looking there wastes time: somebody has to add the image.",
    looks_at="the refusal for this image while the credential works for others",
    fix="Add the image to the organization's catalog.",
    look_alikes=("pull-role-missing", "pull-token-wrong-organization", "image-not-found"),
    told_apart={
        "pull-role-missing": "Whether another image of the same organization pulls.",
        "pull-token-wrong-organization": "Compare the organization's id at the front of the User Name with the organization of the image.",
    },
    explains=("pull-through-failed", "upstream-failed"),
    faults=("F03",),
    sources=("Chainguard docs: registry errors", "Chainguard docs: container version troubleshooting"),
)
