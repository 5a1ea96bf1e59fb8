"""An image that holds the doctor, made of this environment and of nothing else: no base image, no network."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
NAME = "registry.example/tools/cgrdoctor:1"
USER = "65532:65532"
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
ENTRYPOINT = ("/python/bin/python3", "-m", "cgrdoctor")
UNUSED = (
    "test", "tests", "idlelib", "tkinter", "turtledemo", "ensurepip", "lib2to3", "distutils", "pydoc_data", "*-packages",
    "config-*", "__pycache__", "_test*.so", "_tkinter*.so", "_sqlite3*.so", "_curses*.so", "readline*.so",
)  # fmt: skip
LIBRARY = re.compile(r"(/\S+) \(0x")


def image(folder: Path) -> Path:
    """The image as an archive below `folder`. Its entrypoint is the command; it has no shell and no user but one."""
    tree = folder / "tree"
    python = tree / "python"
    (python / "bin").mkdir(parents=True)
    shutil.copy(Path(sys.executable).resolve(), python / "bin" / "python3")
    library = Path(sysconfig.get_path("stdlib"))
    shutil.copytree(library, python / "lib" / library.name, ignore=shutil.ignore_patterns(*UNUSED))
    _packages(tree / "packages")
    _libraries(tree, [python / "bin" / "python3", *tree.rglob("*.so")])
    bundle = tree / BUNDLE.lstrip("/")
    bundle.parent.mkdir(parents=True)
    bundle.touch()
    (tree / "tmp").mkdir()
    packed = _packed(tree, folder)
    shutil.rmtree(tree)
    return packed


def _packages(place: Path) -> None:
    """The project as an installer puts it there, and what it requires as it stands in this environment."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index"]
    command += ["--no-deps", "--no-build-isolation", "--target", str(place), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, text=True)
    for name in sorted(set(_required("cgrdoctor")) - {"cgrdoctor"}):
        for file in metadata.files(name) or ():
            if ".." not in file.parts and "__pycache__" not in file.parts:
                (place / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file.locate(), place / file)


def _required(name: str) -> Iterator[str]:
    """A distribution and all that it needs to run, without extras."""
    yield name
    for text in metadata.requires(name) or ():
        needed = Requirement(text)
        if needed.marker is None or needed.marker.evaluate({"extra": ""}):
            yield from _required(needed.name)


def _libraries(tree: Path, programs: list[Path]) -> None:
    """Shared libraries of the system: all into one directory, the loader where programs name it."""
    shown = subprocess.run(["ldd", *programs], capture_output=True, text=True, check=False).stdout
    for found in sorted(set(LIBRARY.findall(shown))):
        place = tree / (found.lstrip("/") if "/ld-" in found else f"usr/lib/{Path(found).name}")
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(found, place)


def _packed(tree: Path, folder: Path) -> Path:
    def buildah(*words: str) -> str:
        storage = ["--root", str(folder / "storage"), "--runroot", str(folder / "run"), "--storage-driver", "vfs"]
        environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "TMPDIR": str(folder)}
        done = subprocess.run(["buildah", *storage, *words], env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    container = buildah("from", "scratch")
    buildah("add", "--quiet", container, str(tree), "/")
    buildah(
        "config", "--user", USER, "--env", "PYTHONPATH=/packages", "--env", "PATH=/python/bin",
        "--entrypoint", json.dumps(ENTRYPOINT), container,
    )  # fmt: skip
    archive = folder / "image.tar"
    buildah("commit", "--quiet", "--disable-compression", "--rm", container, f"oci-archive:{archive}:{NAME}")
    shutil.rmtree(folder / "storage")
    return archive
