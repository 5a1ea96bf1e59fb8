"""The options, a row each: adding one is adding it here, and nothing else is written by hand.

The type checker holds a field's type against what its row reads. Times are seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from cgrdoctor.config import images, values
from cgrdoctor.config.clients import NOT_BELOW, Client
from cgrdoctor.config.rows import (
    COUNT,
    SWITCH,
    SWITCH_OFF,
    Group,
    Recorded,
    Variable,
    each,
    later,
    number,
    one_of,
    option,
    path_value,
    rows_of,
    text_value,
)
from cgrdoctor.config.values import SUFFIXES, Format, Output
from cgrdoctor.net.connect_to import ConnectTo, parse_connect_to
from cgrdoctor.net.reference import EXAMPLE, Reference
from cgrdoctor.privacy.host_names import host_of, same_host

Vantage = Literal["client", "artifactory"]
FailOn = Literal["warn", "fail"]

CONTROL_IMAGE = "chainguard/static:latest"

UPSTREAM_TIMEOUT = 35.0
"""Where Artifactory may have to ask cgr.dev: twice its socket timeout plus five."""

LONG_DEADLINE = 600.0
"""With --pull or --download, which take as long as the image is large."""

SECONDS = number("SECONDS", values.seconds)
CHECKS = each(text_value("GLOB", values.glob, example="fields.*"))
NODE = text_value("NAME", values.node, example="node-7")
MAPPINGS = each(
    text_value("HOST:PORT:ADDR:PORT", lambda _label, value: parse_connect_to(value), example="cgr.dev:443::8443")
)
OUTPUTS = each(path_value("PATH", values.output, example="report.html"))
TICKETS = each(path_value("FILE|-", values.document, example="repository.json"))


def _of_image(url: str, image: Reference | None) -> bool:
    """A host alone says whom the secrets beside it are for, but is no base URL."""
    return image is not None and "://" in url and same_host(host_of(url.strip()), image.host)


@dataclass(frozen=True, slots=True)
class ForChecks:
    """The options that checks judge by: fields of the fact `Invocation`, too."""

    repository: str | None = option(
        default=None,
        otherwise="from IMAGE",
        takes=text_value("KEY", values.repository_key, example="cgr-private"),
        group=Group.TARGET,
        help="Repository key.",
        recorded=Recorded.CARRIED,
    )
    upstream_image: str | None = option(
        default=None,
        otherwise="rest of IMAGE",
        takes=text_value("REF", images.upstream_image, example="acme.com/python:3.12"),
        group=Group.TARGET,
        help="org/name[:tag] at cgr.dev.",
        more="A digest in place of the tag is taken too.",
        recorded=Recorded.CARRIED,
    )
    control_image: str = option(
        default=CONTROL_IMAGE,
        takes=text_value("REF", images.upstream_image, example="chainguard/wolfi-base:latest"),
        group=Group.TARGET,
        help="Known-good image.",
        recorded=Recorded.CARRIED,
    )
    platform: str | None = option(
        default=None,
        otherwise="the Docker engine's, else this machine's",
        takes=text_value("OS/ARCH[/VARIANT]", values.image_platform, example="linux/arm64"),
        group=Group.TARGET,
        help="Platform of a multi-platform image.",
        more="In the words of Go.",
        recorded=Recorded.CARRIED,
    )
    vantage: Vantage = option(
        default="client",
        takes=one_of(Vantage, example="artifactory"),
        group=Group.REACH,
        help="artifactory: its host or same egress.",
        more="Behind the same egress, what this machine cannot reach Artifactory cannot reach either.",
        recorded=Recorded.CARRIED,
    )
    client: tuple[Client, ...] = option(
        default=(),
        otherwise="docker, podman, containerd: the first here",
        takes=each(one_of(Client, example="podman")),
        group=Group.TRUST,
        help="Whose login and commands.",
        more="--auth-file means podman. Of podman, skopeo, buildah and CRI-O the login is looked at.",
        recorded=Recorded.CARRIED,
    )
    no_direct: bool = option(
        default=False,
        takes=SWITCH,
        group=Group.REACH,
        help="No packet or DNS query to Chainguard's hosts.",
        more="From here; Artifactory goes on asking.",
        recorded=Recorded.CARRIED,
    )
    pull: bool = option(
        default=False,
        takes=SWITCH,
        group=Group.REACH,
        help="Also pull with the local Docker engine.",
        recorded=Recorded.AGAIN,
    )
    download: bool = option(
        default=False,
        takes=SWITCH,
        group=Group.REACH,
        help="Fetch and verify every blob on both paths.",
        more="Without it: the config blob and the first 64 KiB of one layer.",
        recorded=Recorded.CARRIED,
    )
    timeout: float = option(
        default=10.0,
        takes=SECONDS,
        group=Group.TIME,
        help="One step: resolve, connect, TLS, send.",
        more="Of this machine with a peer; also between two pieces of a body.",
        recorded=Recorded.CARRIED,
    )
    fail_on: FailOn = option(
        default="fail",
        takes=one_of(FailOn, example="warn"),
        group=Group.EXIT,
        help="Severity for exit status 1.",
        recorded=Recorded.CARRIED,
    )


@dataclass(frozen=True, slots=True)
class Options(ForChecks):
    """Every option with its value."""

    image: Reference | None = option(
        default=None,
        otherwise="only what needs no image is looked at",
        takes=text_value("IMAGE", images.pulled_image, example=EXAMPLE),
        group=Group.TARGET,
        help="What is typed after `docker pull`.",
        recorded=Recorded.CARRIED,
        spelling="IMAGE",
        in_file=False,
    )
    artifactory_url: str | None = option(
        default=None,
        otherwise="https://<IMAGE host>/artifactory",
        takes=text_value("URL", values.artifactory_url, example="https://acme.jfrog.io/artifactory"),
        group=Group.TARGET,
        help="Base URL.",
        more="Artifactory's, as clients and REST reach it.",
        recorded=Recorded.CARRIED,
        variables=(
            Variable("CGRDOCTOR_ARTIFACTORY_URL"),
            Variable("JF_URL", "where its host is IMAGE's", _of_image),
        ),
    )
    pod: Path | None = option(
        default=None,
        otherwise="none",
        takes=path_value("FILE|-", values.document, example="pod.yaml"),
        group=Group.TARGET,
        help="A failing Pod, of kubectl get pod -o yaml.",
        more="Or JSON, or events: image, node, names of pull secrets and the kubelet's words, nothing else. Of several "
        "images the one that waits with ErrImagePull or ImagePullBackOff. `-` is standard input.",
        recorded=Recorded.AGAIN,
    )
    pull_secret: Path | None = option(
        default=None,
        otherwise="none",
        takes=path_value("FILE|-", values.document, example="secret.yaml"),
        group=Group.TRUST,
        help="Its pull secrets, of kubectl get secret.",
        more="With -o yaml or json, one, many or a List. Where a Pod is given, only those that it or its service "
        "account names are decoded; the report has their names and namespaces. `-` is standard input.",
        recorded=Recorded.AGAIN,
    )
    ticket: tuple[Path, ...] = option(
        default=(),
        takes=TICKETS,
        group=Group.TARGET,
        help="A ticket's settings in place of REST.",
        more="The JSON of GET /api/repositories/KEY, a Terraform block (or show -json, or the state), `docker info` as "
        "text or JSON. What Artifactory itself shows comes first. `-` is standard input.",
        recorded=Recorded.AGAIN,
        spelling="--given",
    )
    connect_to: tuple[ConnectTo, ...] = option(
        default=(),
        takes=MAPPINGS,
        group=Group.REACH,
        help="Connect elsewhere, as curl does.",
        more="An empty HOST or PORT matches any, an empty ADDR or PORT keeps it; name and TLS stay as they are.",
        recorded=Recorded.AGAIN,
    )
    docker_config: Path = option(
        default=later(lambda: values.at_home(".docker")),
        otherwise="~/.docker",
        takes=path_value("DIR", values.directory, example="docker"),
        group=Group.TRUST,
        help="Docker client configuration.",
        recorded=Recorded.AGAIN,
        variables=(Variable("DOCKER_CONFIG"),),
    )
    auth_file: Path | None = option(
        default=None,
        otherwise="podman's usual places",
        takes=path_value("FILE", values.login_file, example="auth.json"),
        group=Group.TRUST,
        help="auth.json of podman, skopeo, buildah, CRI-O.",
        recorded=Recorded.AGAIN,
        variables=(Variable("REGISTRY_AUTH_FILE"),),
    )
    cacert: Path | None = option(
        default=None,
        otherwise="the system's",
        takes=path_value("FILE", values.certificates, example="ca.pem"),
        group=Group.TRUST,
        help="Extra CA bundle, PEM.",
        recorded=Recorded.AGAIN,
    )
    host_root: Path | None = option(
        default=None,
        otherwise="/",
        takes=path_value("DIR", values.tree, example="host"),
        group=Group.TRUST,
        help="Where a node's files are mounted.",
        more="For a run inside a Pod: its trust store, certs.d of docker, auth.json and registries.conf are read below "
        "it, and links followed as on the node. Not yet: " + f"{NOT_BELOW}. Without a trust store below it this "
        "machine's own counts.",
        recorded=Recorded.AGAIN,
    )
    node: str | None = option(
        default=None,
        otherwise="none",
        takes=NODE,
        group=Group.SELECTION,
        help="Name of this machine.",
        more="`run.node` of the report; nothing else fills it.",
        recorded=Recorded.NOT,
        variables=(Variable("CGRDOCTOR_NODE"),),
    )
    verdict_to: Path | None = option(
        default=None,
        otherwise="none",
        takes=path_value("FILE", values.verdict, example="verdict.json"),
        group=Group.OUTPUT,
        help="The line, whatever happens.",
        more="That of -f line, written in place; what it holds from the start says that the run did not end.",
        recorded=Recorded.NOT,
    )
    exit_zero: bool = option(
        default=False,
        takes=SWITCH,
        group=Group.EXIT,
        help="0 in place of 1 and 3.",
        more="The report keeps the status that was found.",
        recorded=Recorded.NOT,
    )
    ask: bool = option(
        default=False,
        takes=SWITCH,
        group=Group.TRUST,
        help="Prompt for missing credentials on a terminal.",
        recorded=Recorded.NOT,
    )
    only: tuple[str, ...] = option(
        default=(),
        takes=CHECKS,
        group=Group.SELECTION,
        help="Run only these checks.",
        more="What a selected check needs still runs.",
        recorded=Recorded.SHOWN,
    )
    skip: tuple[str, ...] = option(
        default=(),
        takes=CHECKS,
        group=Group.SELECTION,
        help="Leave out these checks.",
        recorded=Recorded.SHOWN,
    )
    config: Path | None = option(
        default=None,
        otherwise="the user's config.toml",
        takes=path_value("FILE", values.expanded, example="settings.toml"),
        group=Group.SELECTION,
        help="Settings file, TOML.",
        more="With the names of these options.",
        recorded=Recorded.NOT,
        in_file=False,
    )
    upstream_timeout: float | None = option(
        default=None,
        otherwise=f"{UPSTREAM_TIMEOUT:g}",
        takes=SECONDS,
        group=Group.TIME,
        help="First byte if Artifactory asks cgr.dev.",
        more="Manifests, blobs, tags: must outlast Artifactory's own socket timeout, which explains itself then.",
        recorded=Recorded.CARRIED,
    )
    deadline: float = option(
        default=60.0,
        otherwise=f"60; {LONG_DEADLINE:g} with --pull or --download",
        takes=SECONDS,
        group=Group.TIME,
        help="Whole run.",
        more="Then the report is written with what is known.",
        recorded=Recorded.CARRIED,
    )
    format: Format = option(
        default="text",
        takes=one_of(Format, example="json", word="FORMAT"),
        group=Group.OUTPUT,
        help=f"{', '.join(get_args(Format))}.",
        more="What goes to standard output.",
        recorded=Recorded.SHOWN,
        letter="f",
    )
    outputs: tuple[Output, ...] = option(
        default=(),
        takes=OUTPUTS,
        group=Group.OUTPUT,
        help=f"A file: {' '.join(SUFFIXES)}.",
        more="Beside standard output; the suffix is the format. Files get mode 0600 and are in place only when whole; "
        ".ndjson gets a line more.",
        recorded=Recorded.SHOWN,
        spelling="--output",
        letter="o",
    )
    quiet: bool = option(
        default=False,
        takes=SWITCH,
        group=Group.OUTPUT,
        help="Only cause, fix and owner.",
        recorded=Recorded.NOT,
        letter="q",
    )
    verbose: int = option(
        default=0,
        takes=COUNT,
        group=Group.OUTPUT,
        help="Everything seen; -vv: facts and headers too.",
        recorded=Recorded.NOT,
        letter="v",
    )
    color: bool = option(
        default=True,
        takes=SWITCH_OFF,
        group=Group.OUTPUT,
        help="No colour.",
        recorded=Recorded.NOT,
        variables=(Variable("NO_COLOR"),),
        spelling="--no-color",
    )


ROWS = rows_of(Options)
"""Every option by its field, IMAGE included."""
