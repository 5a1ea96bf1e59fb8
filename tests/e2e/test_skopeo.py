"""Debian's skopeo goes through the lab's Artifactory unchanged, and the doctor sees the digests it sees."""

import json
import os
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from cgrdoctor.lab import healthy, running
from cgrdoctor.lab.content import content
from cgrdoctor.lab.world import Image

pytestmark = pytest.mark.e2e
IMAGE = "cgr-private/acme.com/python:3.12"


def skopeo(*arguments, timeout=60):
    done = subprocess.run(["skopeo", *arguments], capture_output=True, text=True, timeout=timeout, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(name="certificates")
def _certificates(tmp_path):
    folder = tmp_path / "certs"
    folder.mkdir()
    return folder


def login(lab):
    return f"{lab.environment['CGRDOCTOR_REGISTRY_USER']}:{lab.environment['CGRDOCTOR_REGISTRY_PASSWORD']}"


def doctor(lab):
    command = [sys.executable, "-m", "cgrdoctor", lab.image, *lab.arguments, "-f", "json"]
    environment = {**os.environ, **lab.environment, "HOME": "/nonexistent"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)
    return json.loads(done.stdout)


def test_skopeo_copies_and_agrees_with_the_doctor(certificates, tmp_path):
    with running(healthy()) as lab:
        (certificates / "ca.crt").write_bytes(Path(lab.cacert).read_bytes())
        source = f"docker://127.0.0.1:{lab.ports['acme.jfrog.io']}/{IMAGE}"
        options = ["--cert-dir", str(certificates), "--creds", login(lab)]
        inspected = json.loads(skopeo("inspect", "--no-tags", *options, source))
        skopeo(
            "copy",
            "--all",
            "--src-cert-dir",
            str(certificates),
            "--src-creds",
            login(lab),
            source,
            f"dir:{tmp_path}/image",
        )
        report = doctor(lab)

    assert report["status"] == "healthy", report["summary"]
    assert report["facts"]["pull-through"]["value"]["pull"]["digest"] == inspected["Digest"]
    assert (tmp_path / "image" / "manifest.json").exists()


@pytest.fixture(name="registry")
def _registry(tmp_path):
    """Debian's docker-registry on an ephemeral port, empty."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    configuration = tmp_path / "registry.yml"
    configuration.write_text(
        "version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: " + str(tmp_path / "data") + "\n"
        f"http:\n  addr: 127.0.0.1:{port}\n"
    )
    process = subprocess.Popen(
        ["docker-registry", "serve", str(configuration)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            time.sleep(0.02)
    yield port
    process.terminate()
    process.wait(10)


def layout(folder: Path, image: Image) -> None:
    """The image as an OCI layout, for skopeo to push."""
    made = content(image)
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    for digest, body in {**{d: b for d, (b, _) in made.manifests.items()}, **made.blobs}.items():
        (blobs / digest.removeprefix("sha256:")).write_bytes(body)
    index, media_type = made.manifests[made.index]
    (folder / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
    entry = {"mediaType": media_type, "digest": made.index, "size": len(index)}
    entry["annotations"] = {"org.opencontainers.image.ref.name": "it"}
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [entry]}))


def test_a_real_registry_as_upstream(certificates, registry, tmp_path):
    image = Image("acme.com/python", ("3.12",))
    layout(tmp_path / "layout", image)
    control = Image("chainguard/static", ("latest",))
    layout(tmp_path / "control", control)
    for folder, name in (("layout", "acme.com/python:3.12"), ("control", "chainguard/static:latest")):
        target = f"docker://127.0.0.1:{registry}/{name}"
        skopeo("copy", "--all", "--dest-tls-verify=false", f"oci:{tmp_path}/{folder}:it", target)

    with running(replace(healthy(), upstream=f"http://127.0.0.1:{registry}")) as lab:
        (certificates / "ca.crt").write_bytes(Path(lab.cacert).read_bytes())
        source = f"docker://127.0.0.1:{lab.ports['acme.jfrog.io']}/{IMAGE}"
        inspected = json.loads(
            skopeo("inspect", "--no-tags", "--cert-dir", str(certificates), "--creds", login(lab), source)
        )
        report = doctor(lab)

    assert report["status"] == "healthy", report["summary"]
    assert inspected["Digest"] == report["facts"]["pull-through"]["value"]["pull"]["digest"] == content(image).index
