"""Environment variables that are neither an option's nor a credential: what each means here. For the documentation."""

from __future__ import annotations

from collections.abc import Mapping

VARIABLES: Mapping[str, str] = {
    "HTTPS_PROXY": "proxy for https, by the rules of docker and Go; so is the name in lower case",
    "HTTP_PROXY": "the same for http; refused while REQUEST_METHOD is set",
    "REQUEST_METHOD": "set where a web server runs this as CGI: HTTP_PROXY may then come from a request's header",
    "NO_PROXY": "hosts, domains and networks that are not proxied, by the same rules",
    "SSL_CERT_FILE": "CA bundle in place of the system's",
    "SSL_CERT_DIR": "directories of CA certificates in place of the system's",
    "DOCKER_AUTH_CONFIG": "`auths.HOST.auth` as JSON, before config.json, unless the docker here is older than 28.3.0",
    "DOCKER_HOST": "address of the Docker engine",
    "DOCKER_CONTEXT": "Docker context whose engine is meant",
    "DOCKER_TLS_VERIFY": "as docker reads it, for an engine at tcp://",
    "DOCKER_CERT_PATH": "as docker reads it, for an engine at tcp://",
    "NETRC": "file of logins in place of ~/.netrc",
    "JFROG_CLI_HOME_DIR": "directory of the `jf` CLI in place of ~/.jfrog",
    "JFROG_CLI_SERVER_ID": "which of the `jf` CLI's servers counts where several are for one host",
    "XDG_CONFIG_HOME": "where config.toml and a rootless engine's certificates lie, if absolute",
    "XDG_STATE_HOME": "where the key of fingerprints is kept, if absolute",
    "CONTAINERS_REGISTRIES_CONF": "registries.conf of podman in place of its usual places",
    "GITLAB_CI": "set: remedies name GitLab's variable for logins",
    "PATH": "which clients and credential helpers are here",
    "XDG_RUNTIME_DIR": "where the socket of a rootless engine and podman's auth.json lie",
    "HOME": "where the usual places of docker, jf and .netrc are",
    "USERPROFILE": "the same on Windows",
    "TERM": "dumb: no colour; it also tells whether the terminal follows links (OSC 8)",
    "TERM_PROGRAM": "tells the same",
    "VTE_VERSION": "tells the same",
    "TMUX": "set: no links",
    "STY": "set: no links",
    "FORCE_COLOR": "colour where standard output is no terminal, unless NO_COLOR is set",
    "CGRDOCTOR_DEBUG": "if cgrdoctor itself breaks, the places the error came through are shown",
}
