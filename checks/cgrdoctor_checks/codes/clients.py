"""What fails for one client and works for another, because each asks Artifactory's registry in its own way."""

from __future__ import annotations

from cgrdoctor import Code

HEAD_REQUEST_REFUSED = Code(
    name="head-request-refused",
    title="HEAD of a manifest is refused, or tells something else than GET",
    leg="artifactory",
    owner="artifactory-admin",
    meaning="GET brings the manifest; HEAD, which docker, containerd and BuildKit send first, gets an error, a page, or another digest, size or media type.",
    why="docker pull may work where Kubernetes nodes and docker build fail with `not found` or `unexpected status from HEAD request`, so that the nodes or their logins are suspected.",
    looks_at="HEAD and GET of the same manifest, with the same login, each twice where they differ",
    fix="Let HEAD on /v2/ pass to Artifactory as GET does, and answer it as GET, without the body.",
    look_alikes=("upstream-head-unusable", "docker-api-not-routed", "media-type-mismatch"),
    told_apart={
        "docker-api-not-routed": "Whether GET of the same address works.",
        "media-type-mismatch": "Whether GET itself brings another media type than cgr.dev, or HEAD another than GET.",
        "upstream-head-unusable": "Whose HEAD fails: the client's to Artifactory, or Artifactory's to cgr.dev.",
    },
    sources=("containerd/containerd pull request 6684", "moby/moby issue 45333", "OCI distribution specification"),
)

LOGIN_NOT_REQUESTED = Code(
    name="login-not-requested",
    title="GET /v2/ asks for no login, though the repository needs one",
    leg="artifactory",
    owner="artifactory-admin",
    meaning="`/v2/` answers 200 without a challenge; docker's classic store takes that for a registry without logins and sends none, whatever docker login stored.",
    why="docker login says Succeeded, other clients pull, and docker is told `unauthorized` or `not found`.",
    looks_at="the answer to GET /v2/ without a login, and whether the manifest asked for one",
    fix="Let GET /v2/ answer 401 with Artifactory's challenge: turn anonymous access off, or let no rule answer /v2/ in its place.",
    look_alikes=("docker-credentials-missing", "credential-not-sent", "docker-api-not-routed"),
    told_apart={
        "credential-not-sent": "Whether /v2/ answers 200, or asks in a way in which this login cannot be sent.",
        "docker-api-not-routed": "Whether /v2/ answers as a registry does, with 200, or as something that knows no /v2/.",
        "docker-credentials-missing": "Whether a login is stored; where /v2/ does not ask for it, it stays unused.",
    },
    explains=("docker-credentials-missing", "credential-not-sent"),
    faults=("F74",),
    sources=("JFrog knowledge base: how to troubleshoot Docker problems",),
)
