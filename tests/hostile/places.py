"""Every place a secret can come from: what to set or write so that a run finds it there, and where it may go."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from canaries import Canary
from runs import HOST

from cgrdoctor.lab.world import CGR

USER = "alice"
ACCOUNT = "0123456789abcdef0123456789abcdef01234567/0123456789abcdef"


@dataclass
class Home:
    """A user's machine as far as a run reads it. Helpers are programs that print the text given here."""

    folder: Path
    environ: dict[str, str] = field(default_factory=dict)
    docker: dict[str, Any] = field(default_factory=dict)
    jf: list[dict[str, Any]] = field(default_factory=list)
    netrc: str = ""
    helpers: dict[str, str] = field(default_factory=dict)

    def settled(self) -> dict[str, str]:
        """Writes the files and gives the environment."""
        for name in ("docker", "jf", "bin", "tmp", "state"):
            (self.folder / name).mkdir(exist_ok=True)
        (self.folder / "docker" / "config.json").write_text(json.dumps(self.docker))
        (self.folder / "jf" / "jfrog-cli.conf.v6").write_text(json.dumps({"servers": self.jf, "version": "6"}))
        (self.folder / ".netrc").write_text(self.netrc)
        for name, script in self.helpers.items():
            program = self.folder / "bin" / f"docker-credential-{name}"
            program.write_text(f"#!/bin/sh\n{script}\n")
            program.chmod(0o755)
        return {
            "PATH": f"{self.folder}/bin:/usr/bin:/bin",
            "HOME": str(self.folder),
            "TMPDIR": str(self.folder / "tmp"),
            "XDG_STATE_HOME": str(self.folder / "state"),
            "NETRC": str(self.folder / ".netrc"),
            "DOCKER_CONFIG": str(self.folder / "docker"),
            "DOCKER_HOST": "unix:///nonexistent",
            "JFROG_CLI_HOME_DIR": str(self.folder / "jf"),
            **self.environ,
        }


Plant = Callable[[Home, Canary], None]


@dataclass(frozen=True)
class Place:
    """`role` is what the credential is for, empty if no run uses it; `hosts` may hear it; `open` to every process."""

    name: str
    role: str
    hosts: tuple[str, ...]
    plant: Plant
    token: bool = False
    open: bool = False


PLACES: dict[str, Place] = {}


def place(name: str, role: str, *hosts: str, token: bool = False, known: bool = False) -> Callable[[Plant], Plant]:
    """Enters a place into the table."""

    def enter(plant: Plant) -> Plant:
        PLACES[name] = Place(name, role, hosts, plant, token, known)
        return plant

    return enter


def variables(name: str, role: str, host: str, secret: str, *, token: bool = False, **others: str) -> None:
    """A place in the environment."""

    def plant(home: Home, canary: Canary) -> None:
        home.environ.update({secret: canary.text, **others})

    PLACES[name] = Place(name, role, (host,), plant, token, open=True)


variables("artifactory-token", "rest", HOST, "CGRDOCTOR_ARTIFACTORY_TOKEN", token=True)
variables("artifactory-password", "rest", HOST, "CGRDOCTOR_ARTIFACTORY_PASSWORD", CGRDOCTOR_ARTIFACTORY_USER=USER)
variables("jf-token", "rest", HOST, "JF_ACCESS_TOKEN", token=True, JF_URL=f"https://{HOST}/")
variables("jf-password", "rest", HOST, "JF_PASSWORD", JF_USER=USER, JF_URL=f"https://{HOST}/artifactory")
variables("registry-password", "registry", HOST, "CGRDOCTOR_REGISTRY_PASSWORD", CGRDOCTOR_REGISTRY_USER=USER)
variables("chainguard-password", "chainguard", CGR, "CGRDOCTOR_CHAINGUARD_PASSWORD", CGRDOCTOR_CHAINGUARD_USER=ACCOUNT)
variables("chainguard-token", "chainguard", CGR, "CHAINGUARD_TOKEN", token=True, CHAINGUARD_IDENTITY_ID=ACCOUNT)


def packed(user: str, secret: str) -> str:
    return base64.b64encode(f"{user}:{secret}".encode()).decode()


def auth(home: Home, key: str, **entry: str) -> None:
    home.docker.setdefault("auths", {})[key] = entry


@place("docker-auth", "registry", HOST)
def docker_auth(home: Home, canary: Canary) -> None:
    auth(home, HOST, auth=packed(USER, canary.text))


@place("docker-auth-with-scheme", "registry", HOST)
def docker_auth_with_scheme(home: Home, canary: Canary) -> None:
    auth(home, f"https://{HOST}/v1/", auth=packed(USER, canary.text))


@place("docker-password", "registry", HOST)
def docker_password(home: Home, canary: Canary) -> None:
    auth(home, HOST, username=USER, password=canary.text)


@place("docker-identity-token", "registry", HOST, token=True)
def docker_identity_token(home: Home, canary: Canary) -> None:
    auth(home, HOST, auth=packed("00000000-0000-0000-0000-000000000000", ""), identitytoken=canary.text)


@place("docker-registry-token", "registry", HOST, token=True)
def docker_registry_token(home: Home, canary: Canary) -> None:
    auth(home, HOST, registrytoken=canary.text)


@place("docker-auth-config", "registry", HOST)
def docker_auth_config(home: Home, canary: Canary) -> None:
    home.environ["DOCKER_AUTH_CONFIG"] = json.dumps({"auths": {HOST: {"auth": packed(USER, canary.text)}}})


def answered(home: Home, user: str, secret: str) -> str:
    """A script that prints what a helper prints."""
    answer = home.folder / f"answer-{len(home.helpers)}"
    answer.write_text(json.dumps({"ServerURL": HOST, "Username": user, "Secret": secret}))
    return f"echo {USER} secret here >&2; cat {answer}; cat {answer} >&2"


@place("docker-cred-helper", "registry", HOST)
def docker_cred_helper(home: Home, canary: Canary) -> None:
    home.docker["credHelpers"] = {HOST: "one"}
    home.helpers["one"] = answered(home, USER, canary.text)


@place("docker-creds-store", "registry", HOST)
def docker_creds_store(home: Home, canary: Canary) -> None:
    home.docker["credHelpers"] = {HOST: "store"}
    home.helpers["store"] = answered(home, USER, canary.text)


@place("docker-helper-token", "registry", HOST, token=True)
def docker_helper_token(home: Home, canary: Canary) -> None:
    home.docker["credHelpers"] = {HOST: "two"}
    home.helpers["two"] = answered(home, "<token>", canary.text)


@place("docker-auth-chainguard", "chainguard", CGR)
def docker_auth_chainguard(home: Home, canary: Canary) -> None:
    auth(home, CGR, auth=packed(ACCOUNT, canary.text))


@place("docker-helper-chainguard", "chainguard", CGR)
def docker_helper_chainguard(home: Home, canary: Canary) -> None:
    home.docker.setdefault("credHelpers", {})[CGR] = "cgr"
    home.helpers["cgr"] = answered(home, ACCOUNT, canary.text)


@place("jf-configuration-token", "rest", HOST, token=True)
def jf_configuration_token(home: Home, canary: Canary) -> None:
    home.jf.append({"url": f"https://{HOST}/", "serverId": "acme", "accessToken": canary.text})


@place("jf-configuration-password", "rest", HOST)
def jf_configuration_password(home: Home, canary: Canary) -> None:
    home.jf.append({"artifactoryUrl": f"https://{HOST}/artifactory/", "user": USER, "password": canary.text})


@place("netrc", "rest", HOST)
def netrc(home: Home, canary: Canary) -> None:
    quoted = canary.text.replace("\\", "\\\\").replace('"', '\\"')
    home.netrc += f'machine {HOST} login {USER} password "{quoted}"\n'


# What stands beside the credential that is used, and goes nowhere


@place("docker-auth-elsewhere", "")
def docker_auth_elsewhere(home: Home, canary: Canary) -> None:
    auth(home, "other.jfrog.io", auth=packed(USER, canary.text))


@place("docker-auth-other-port", "")
def docker_auth_other_port(home: Home, canary: Canary) -> None:
    auth(home, f"{HOST}:8443", username=USER, password=canary.text, auth="")


@place("docker-key-user-information", "")
def docker_key_user_information(home: Home, canary: Canary) -> None:
    auth(home, f"https://{USER}:{quote(canary.text, safe='')}@{HOST}:8444", auth=packed(USER, "x"))


@place("helper-failing", "")
def helper_failing(home: Home, canary: Canary) -> None:
    home.docker.setdefault("credHelpers", {}).setdefault(CGR, "broken")
    told = home.folder / "told"
    told.write_text(canary.text)
    home.helpers["broken"] = f"cat {told}; cat {told} >&2; exit 1"


@place("netrc-elsewhere", "")
def netrc_elsewhere(home: Home, canary: Canary) -> None:
    quoted = canary.text.replace("\\", "\\\\").replace('"', '\\"')
    home.netrc += f'machine other.test login {USER} password "{quoted}"\n'


@place("netrc-default", "")
def netrc_default(home: Home, canary: Canary) -> None:
    quoted = canary.text.replace("\\", "\\\\").replace('"', '\\"')
    home.netrc += f'default login {USER} password "{quoted}"\n'


@place("jf-configuration-elsewhere", "", token=True)
def jf_configuration_elsewhere(home: Home, canary: Canary) -> None:
    home.jf.append({"url": "https://other.test/", "user": USER, "accessToken": canary.text})


@place("jf-refresh-token", "", token=True)
def jf_refresh_token(home: Home, canary: Canary) -> None:
    home.jf.append({"url": "https://other.test/", "refreshToken": canary.text})


@place("proxy-password", "", "proxy", known=True)
def proxy_password(home: Home, canary: Canary) -> None:
    home.environ["HTTP_PROXY"] = f"http://{USER}:{quote(canary.text, safe='')}@127.0.0.1:9"


@place("proxy-password-lower", "", "proxy", known=True)
def proxy_password_lower(home: Home, canary: Canary) -> None:
    home.environ["https_proxy"] = f"http://{USER}:{quote(canary.text, safe='')}@127.0.0.1:9"
    home.environ["NO_PROXY"] = "*"


@place("proxy-unusable", "")
def proxy_unusable(home: Home, canary: Canary) -> None:
    home.environ["HTTPS_PROXY"] = f"http://{USER}:{canary.text}@:x"
    home.environ["NO_PROXY"] = "*"


@place("docker-host", "", token=True)
def docker_host(home: Home, canary: Canary) -> None:
    home.environ["DOCKER_HOST"] = f"tcp://{USER}:{canary.text}@127.0.0.1:9"
