"""What can be wrong with the pull secrets of a Pod."""

from __future__ import annotations

from cgrdoctor import Code

IMAGES = "Kubernetes docs: pull an image from a private registry"
KEYRING = "kubernetes: pkg/credentialprovider"
CONSEQUENCES = (
    "pull-through-failed",
    "docker-credentials-missing",
    "docker-credentials-other-host",
    "artifactory-credentials-missing",
    "artifactory-permission-denied",
    "credential-not-sent",
)
"""What a run that has no other login finds besides."""

PULL_SECRET_MISSING = Code(
    name="pull-secret-missing",
    title="The Pod has no pull secret at hand",
    leg="client",
    owner="developer",
    meaning="Neither the Pod nor its service account names a pull secret, or the one it names is not in the Pod's namespace. The kubelet then asks without a login and says `failed to fetch anonymous token` or `401 Unauthorized`.",
    why="The image pulls on every developer's machine, where docker is logged in, and on no node.",
    looks_at="imagePullSecrets of the Pod and of its service account, the namespaces of the Secrets that were given, the kubelet's words",
    fix="Create the Secret in the Pod's namespace and name it in imagePullSecrets of the Pod or of its service account.",
    look_alikes=("pull-secret-unusable", "docker-credentials-missing"),
    told_apart={
        "pull-secret-unusable": "Whether a Secret of that name is in the Pod's namespace.",
        "docker-credentials-missing": "Who pulls: docker with its own configuration, or the kubelet with pull secrets.",
    },
    explains=CONSEQUENCES,
    faults=("F57",),
    sources=(IMAGES,),
)

PULL_SECRET_UNUSABLE = Code(
    name="pull-secret-unusable",
    title="The pull secret is of no use for this image",
    leg="client",
    owner="developer",
    meaning="The Secret is there, but its key is another host, port or path than the image's, its type or encoding is one that the kubelet does not read, or its login ends with a line break or has expired. The kubelet then pulls without a login, or with one that is refused.",
    why="kubectl shows the Secret and the Pod names it, so that everybody looks at Artifactory.",
    looks_at="type, encoding and keys of the Secret, compared with the image as the kubelet does it: host label by label with globs, port, beginning of the path",
    fix="Create the Secret again with the host of the image as its server, of type kubernetes.io/dockerconfigjson.",
    look_alikes=("pull-secret-missing", "artifactory-credentials-rejected"),
    told_apart={
        "artifactory-credentials-rejected": "Whether the login in the Secret is sent as it was meant; only then is it wrong itself.",
        "pull-secret-missing": "Whether a Secret of that name is in the Pod's namespace.",
    },
    explains=(*CONSEQUENCES, "artifactory-credentials-rejected"),
    faults=("F58",),
    sources=(IMAGES, KEYRING),
)
