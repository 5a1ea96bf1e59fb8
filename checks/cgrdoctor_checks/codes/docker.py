"""What can be wrong with the Docker engine of this machine, beside the login (see token/codes.py)."""

from __future__ import annotations

from cgrdoctor import Code

ENGINE_API = "Docker Engine API reference"
CERTIFICATES = "Docker docs: verify repository client with certificates"

DOCKER_NOT_INSTALLED = Code(
    name="docker-not-installed",
    title="There is no Docker on this machine",
    leg="client",
    owner="developer",
    meaning="Neither a docker command nor an engine's socket is here. Looking needs no Docker; only --pull does.",
    why="The image can still be examined, only docker's own settings cannot.",
    looks_at="DOCKER_HOST, the docker context, the usual and the rootless socket, docker on PATH",
    fix="Install Docker, or run without --pull.",
    look_alikes=("docker-daemon-unreachable",),
    faults=("F55",),
    sources=(ENGINE_API,),
)

DOCKER_DAEMON_UNREACHABLE = Code(
    name="docker-daemon-unreachable",
    title="The Docker engine does not answer",
    leg="client",
    owner="developer",
    meaning="The socket is missing, nothing listens on it, or what listens is silent or no Docker engine. docker says: Cannot connect to the Docker daemon.",
    why="No pull begins, whatever the registry would answer.",
    looks_at="the socket that DOCKER_HOST or the docker context names, and its answer to GET /version",
    fix="Start the engine, or correct DOCKER_HOST or the docker context.",
    look_alikes=("docker-not-installed", "docker-permission-denied"),
    told_apart={
        "docker-not-installed": "Whether there is a docker command or a socket at all.",
        "docker-permission-denied": "A socket that refuses says permission denied; one that nobody serves refuses the connection or is missing.",
    },
    faults=("F55",),
    sources=(ENGINE_API,),
)

DOCKER_PERMISSION_DENIED = Code(
    name="docker-permission-denied",
    title="This user may not talk to the Docker engine",
    leg="client",
    owner="developer",
    meaning="The socket is there and refuses this user. With sudo docker pull works, but reads root's configuration and logins, not this user's.",
    why="With sudo it works and reads another user's logins, which moves the trouble elsewhere.",
    looks_at="the error of the connection to the socket",
    fix="Join the group that owns the socket and log in again, or use a rootless engine.",
    look_alikes=("docker-daemon-unreachable", "docker-credentials-missing"),
    told_apart={
        "docker-credentials-missing": "The engine's socket refuses before any registry is asked; a missing login is refused by Artifactory.",
    },
    faults=("F55",),
    sources=("Docker docs: post-installation steps for Linux",),
)

DOCKER_PROXY_DIFFERS = Code(
    name="docker-proxy-differs",
    title="The Docker engine takes another way to Artifactory than this shell",
    leg="client",
    owner="developer",
    meaning="The engine has proxy settings of its own (systemd, daemon.json, Docker Desktop); those of the shell do not reach it. It then goes straight where only a proxy gets through, or asks a proxy for a host that the proxy cannot reach, often because NO_PROXY is written in a form that Go does not take.",
    why="Everything that is tried in the shell works, and docker pull fails.",
    looks_at="HTTP Proxy, HTTPS Proxy and No Proxy of docker info, read by Go's rules, against this shell's; where they differ, whether the engine's way works from here",
    fix="Give the engine the proxy settings that work here, then restart it.",
    look_alikes=("connection-timeout", "proxy-refused", "docker-ca-missing"),
    told_apart={
        "connection-timeout": "Whether this shell reaches the host: if it does and the engine does not, the engine goes another way.",
        "proxy-refused": "Whose proxy answers: the shell's, from HTTPS_PROXY, or the engine's, from docker info.",
    },
    explains=("docker-pull-failed",),
    faults=("F53", "F54"),
    sources=("Docker docs: daemon proxy configuration", "Go: golang.org/x/net/http/httpproxy"),
)

DOCKER_CA_MISSING = Code(
    name="docker-ca-missing",
    title="The Docker engine does not trust Artifactory's certificate",
    leg="client",
    owner="developer",
    meaning="The authority that signed the certificate is known here through --cacert or SSL_CERT_FILE, but stands neither in the system store nor in the engine's certs.d. docker says: x509: certificate signed by unknown authority.",
    why="Browsers and this command trust the host, so that the certificate seems to be in order.",
    looks_at="the certificate against the system store and the engine's certs.d/<host[:port]>, the names of the files there, insecure-registries",
    fix="Put the issuing CA into certs.d/<host[:port]>/ca.crt; the engine reads it at the next pull.",
    look_alikes=("tls-untrusted", "docker-proxy-differs"),
    told_apart={
        "docker-proxy-differs": "The engine's text: x509 names the trust, a time-out or a status of a proxy names the way.",
    },
    explains=("docker-pull-failed",),
    faults=("F43",),
    sources=(CERTIFICATES,),
)

DOCKER_IMAGE_PRESENT = Code(
    name="docker-image-present",
    title="The engine already has a copy of this image, and it is not the registry's",
    leg="client",
    owner="developer",
    meaning="docker run uses the copy without asking anybody: a pull that fails goes unnoticed, and an old version looks current.",
    why="It hides that a pull fails, or that the tag has moved on.",
    looks_at="the digests under which the engine knows the reference, against the registry's",
    fix="Pull again, by digest where it must be exactly that one.",
    look_alikes=("cache-stale", "digest-mismatch"),
    faults=("F105",),
    sources=(ENGINE_API,),
)

DOCKER_PULL_FAILED = Code(
    name="docker-pull-failed",
    title="The Docker engine does not get what this command gets",
    leg="client",
    owner="developer",
    meaning="The same image comes through the registry API from here, with the same login, but not by the engine, or with another digest: its network, proxy, trust or storage differ.",
    why="Registry, login and image are in order, so that looking there wastes time.",
    looks_at="the engine's own text, by mechanism; its proxy and its trust",
    fix="Mend what the engine's text names.",
    look_alikes=("docker-proxy-differs", "docker-ca-missing"),
    told_apart={
        "docker-proxy-differs": "Whether docker info shows another proxy than this shell has.",
        "docker-ca-missing": "Whether the engine's text says x509.",
    },
    sources=(ENGINE_API, "moby: error texts of the pull"),
)
