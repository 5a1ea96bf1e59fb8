"""The page of many images and many machines: recipes, whose commands are what tests run and `fleet manifest` prints."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass

from cgrdoctor.net.reference import EXAMPLE

DOCTOR = "registry.example/tools/cgrdoctor:1"
WHERE = ("--artifactory-url", "https://acme.jfrog.io/artifactory", "--repository", "cgr-private")
LIST = f"cgrdoctor sweep --images images.txt {' '.join(WHERE)}"

INTRODUCTION = (
    "One answer for many: which images, which machines, why these and not the others. The doctor runs where the pulls "
    "happen, by an engine that is there already, and leaves one line a machine; `cgrdoctor report merge` makes one "
    "page of them. Its exit status is 0, or 3 if something was unreadable or an expected machine did not report; which "
    "causes there are is in the page. Every command here is run by a test, which each recipe names."
)


@dataclass(frozen=True, slots=True)
class Recipe:
    """What to type. `manifest`: words of `fleet manifest`, whose head says what to type next. `tests` runs it all."""

    title: str
    says: str
    tests: str
    commands: tuple[str, ...] = ()
    manifest: tuple[str, ...] = ()
    file: str = ""


SWEEP = Recipe(
    "Many images",
    "`images.txt` is a list of references, or whatever holds some: Helm values, rendered manifests, compose files, "
    "what `kubectl get pods -A -o json` prints. First what would be asked for, then asking; the third goes on where an "
    "interrupted one ended; the last two are the halves of one list, for two machines.",
    "tests/e2e/test_recipes.py",
    commands=(
        f"{LIST} --dry-run",
        f"{LIST} -o sweep.ndjson -o sweep.html",
        f"{LIST} --resume sweep.ndjson",
        f"{LIST} --shard 0/2 -o half-0.ndjson",
        f"{LIST} --shard 1/2 -o half-1.ndjson",
    ),
)
JOB = Recipe(
    "Many images, on a cluster",
    "The same list in a ConfigMap, a share of it in each Pod of an Indexed Job.",
    "tests/e2e/test_containerd.py",
    manifest=("kubernetes", "--image", DOCTOR, "--sweep", "images", "--shards", "2", "--secret", "cgrdoctor", *WHERE),
    file="cgrdoctor-sweep.yaml",
)
NODES = Recipe(
    "Every node of a cluster",
    f"A DaemonSet runs the doctor once on each node. `{DOCTOR}` is an image whose entrypoint is the command "
    "`cgrdoctor`, in a registry that the nodes reach by another way than the one that is broken; it needs no right, no "
    "volume and no file system to write to. The line is the termination message of its init container; `--host-files` "
    "lets it read the node's own settings, too, which takes another level of Pod Security.",
    "tests/e2e/test_containerd.py",
    manifest=("kubernetes", EXAMPLE, "--image", DOCTOR, "--secret", "cgrdoctor"),
    file="cgrdoctor.yaml",
)
HOSTS = Recipe(
    "Every host of an inventory",
    "A playbook runs the doctor on each host and brings its line.",
    "tests/e2e/test_ansible.py",
    manifest=("ansible", EXAMPLE),
    file="cgrdoctor.yaml",
)
RUNNERS = Recipe(
    "Every kind of GitHub runner",
    "A workflow has a job for each kind of runner, and one that merges their lines into the summary of the run.",
    "tests/e2e/test_recipes.py",
    manifest=("github", EXAMPLE, "--runner", "ubuntu-latest", "--runner", "office-7"),
    file=".github/workflows/cgrdoctor.yaml",
)
HAND = Recipe(
    "By hand",
    "On each machine, or in a loop over ssh: the line is appended to the file, whatever else is in it. Then the files, "
    "or the one that all machines share, in one page.",
    "tests/e2e/test_recipes.py",
    commands=(
        f'cgrdoctor check {EXAMPLE} --node "$(uname -n)" -q -o lines.ndjson',
        "cgrdoctor report merge lines.ndjson",
        "cgrdoctor report merge lines.ndjson -o lines.html -o lines.md",
    ),
)
RECIPES = (SWEEP, JOB, NODES, HOSTS, RUNNERS, HAND)


def printed(words: tuple[str, ...]) -> str:
    """What `fleet manifest` prints."""
    from cgrdoctor.cli.fleet_manifest import command

    with contextlib.redirect_stdout(io.StringIO()) as text:
        command.main(list(words), standalone_mode=False)
    return text.getvalue()


def typed_next(text: str) -> list[str]:
    """The commands at the head of what `fleet manifest` printed."""
    return [line.removeprefix("#   ") for line in text.splitlines() if line.startswith("#   ")]


def fleet_page() -> list[str]:
    """The paragraphs of the page, its title excepted."""
    return [INTRODUCTION, *(part for recipe in RECIPES for part in _parts(recipe))]


def _parts(recipe: Recipe) -> list[str]:
    typed = list(recipe.commands)
    if recipe.manifest:
        words = " ".join(recipe.manifest)
        typed += [f"cgrdoctor fleet manifest {words} > {recipe.file}", *typed_next(printed(recipe.manifest))]
    return [f"## {recipe.title}", recipe.says, "\n".join(["```sh", *typed, "```"]), f"Run by `{recipe.tests}`."]
