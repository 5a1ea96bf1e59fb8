"""`cgrdoctor fleet manifest`: what to apply so that the doctor runs on every machine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from cgrdoctor.cli.forms import HELP, WIDTH
from cgrdoctor.errors import UsageProblem
from cgrdoctor.process.streams import say

if TYPE_CHECKING:
    from cgrdoctor.fleet.manifest import Wanted

ENGINES = ("kubernetes", "ansible", "github")
NAME = re.compile(r"[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?")
NAMESPACE = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?")
MOST = 10_000


@click.command("manifest", context_settings={**HELP, "max_content_width": WIDTH})
@click.argument("engine", type=click.Choice(ENGINES), metavar="|".join(ENGINES))
@click.argument("image", required=False, metavar="IMAGE")
@click.option("--image", "doctor", metavar="REF", help="kubernetes: the image that holds the doctor; required.")
@click.option("--namespace", metavar="NAME", default="cgrdoctor", help="kubernetes: where it runs [cgrdoctor].")
@click.option("--secret", metavar="NAME", help="kubernetes: Secret whose keys are the variables of the logins.")
@click.option("--host-files", is_flag=True, help="kubernetes: mount the node's /etc, read-only.")
@click.option("--sweep", "images", metavar="NAME", help="kubernetes: a Job that sweeps this ConfigMap's images.txt.")
@click.option("--shards", metavar="N", type=int, default=4, help="kubernetes: shares of a sweep [4].")
@click.option(
    "--runner", "runners", multiple=True, metavar="LABEL", help="github: runners [ubuntu-latest]; repeatable."
)
@click.option("--artifactory-url", metavar="URL", help="Base URL of Artifactory, for the doctor.")
@click.option("--repository", metavar="KEY", help="Repository key, for the doctor.")
def command(
    engine: str,
    image: str | None,
    doctor: str | None,
    namespace: str,
    secret: str | None,
    host_files: bool,
    images: str | None,
    shards: int,
    runners: tuple[str, ...],
    artifactory_url: str | None,
    repository: str | None,
) -> int:
    """Print what to apply so that the doctor looks at IMAGE on every machine. How to go on stands at its head.

    \b
      cgrdoctor fleet manifest kubernetes acme.jfrog.io/cgr-private/acme.com/python:3.12 \\
        --image registry.example/cgrdoctor:1 --secret cgrdoctor > cgrdoctor.yaml

    The doctor's own image must not come by the way that is broken: hence --image. Secrets stand in no manifest.
    """
    from cgrdoctor.fleet.manifest import Wanted, ansible, github, kubernetes

    wanted = Wanted(
        image=_image(image, needed=images is None),
        doctor=_doctor(doctor) if doctor else "",
        namespace=_named("--namespace", namespace, NAMESPACE),
        secret=_named("--secret", secret, NAME) if secret else "",
        options=_options(artifactory_url, repository),
        host_files=host_files,
        runners=_runners(runners),
    )
    if engine == "kubernetes":
        if not doctor:
            raise UsageProblem(
                "kubernetes needs --image REF: an image that holds cgrdoctor, from a registry that works"
            )
        say(_sweep(wanted, images, shards) if images else kubernetes(wanted))
    else:
        say(ansible(wanted) if engine == "ansible" else github(wanted))
    return 0


def _sweep(wanted: Wanted, images: str, shards: int) -> str:
    from cgrdoctor.cli import COMMANDS
    from cgrdoctor.fleet.manifest import job

    if "sweep" not in COMMANDS:
        raise UsageProblem("this version of cgrdoctor has no sweep")
    if not 1 <= shards <= MOST:
        raise UsageProblem(f"--shards takes a number from 1 to {MOST}")
    if "--artifactory-url" not in wanted.options or "--repository" not in wanted.options:
        raise UsageProblem("--sweep needs --artifactory-url URL and --repository KEY: the list does not name them")
    return job(wanted, _named("--sweep", images, NAME), shards)


def _image(image: str | None, *, needed: bool) -> str:
    if image is None:
        if needed:
            raise UsageProblem("'fleet manifest' needs IMAGE: what the doctor is to look at on every machine")
        return ""
    return _reference(image)


def _reference(text: str) -> str:
    from cgrdoctor.config.images import pulled_image

    return str(pulled_image("IMAGE", text))


def _doctor(text: str) -> str:
    """The doctor's own image, which need not come through Artifactory: one of Docker Hub may leave out its host."""
    from cgrdoctor.net.reference import UnusableReference, parse_reference

    try:
        parse_reference(f"docker.io/{text.removeprefix('docker.io/')}")
    except UnusableReference:
        try:
            return _reference(text)
        except UsageProblem:
            raise UsageProblem(
                "--image takes the image that holds cgrdoctor, such as registry.example/tools/cgrdoctor:1"
            ) from None
    return text


def _options(url: str | None, key: str | None) -> tuple[str, ...]:
    from cgrdoctor.config.values import artifactory_url, repository_key

    words: tuple[str, ...] = ()
    if url:
        words += ("--artifactory-url", artifactory_url("--artifactory-url", url))
    return (*words, "--repository", repository_key("--repository", key)) if key else words


def _named(label: str, text: str, form: re.Pattern[str]) -> str:
    if not form.fullmatch(text):
        raise UsageProblem(f"{label} takes a name of Kubernetes: small letters, digits and dashes, such as cgrdoctor")
    return text


def _runners(runners: tuple[str, ...]) -> tuple[str, ...]:
    from cgrdoctor.config.values import node

    names = tuple(node("--runner", one) for one in runners) or ("ubuntu-latest",)
    if any("${{" in one for one in names):
        raise UsageProblem("--runner takes the label of a runner, such as ubuntu-latest")
    return tuple(dict.fromkeys(names))
