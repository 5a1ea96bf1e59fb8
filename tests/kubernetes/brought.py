"""Papers to judge: those that kubectl made, and others of the same shape."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path

from cgrdoctor.kubernetes.papers import choose, offers, papers_of

MADE = Path(__file__).parent / "made"
IMAGE = "acme.jfrog.io/cgr-private/acme.com/python:3.12"
NOW = datetime(2026, 11, 28, tzinfo=UTC)


def made(name):
    return papers_of((MADE / name).read_bytes())


def worth(*papers, image=IMAGE):
    together = papers[0]
    for one in papers[1:]:
        together += one
    choice = choose(together, image)
    return offers(together, choice, image.rpartition(":")[0], NOW)


def secret(config=None, *, name="regcred", namespace="ml", kind="kubernetes.io/dockerconfigjson", **fields):
    data = {".dockerconfigjson": base64.b64encode(json.dumps(config).encode()).decode()} if config is not None else {}
    metadata = {"name": name, "namespace": namespace}
    return papers_of(
        json.dumps({"kind": "Secret", "metadata": metadata, "type": kind, "data": data, **fields}).encode()
    )


def login(password="pass", user="alice"):
    return {"auth": base64.b64encode(f"{user}:{password}".encode()).decode()}


def pod(*images, waiting=(), secrets=("regcred",), namespace="ml", account="default"):
    """`waiting` are the places of those that wait."""
    containers = [{"name": f"c{n}", "image": image} for n, image in enumerate(images)]
    statuses = [{"name": f"c{n}", "state": {"waiting": {"reason": "ErrImagePull"}}} for n in waiting]
    spec = {
        "serviceAccountName": account,
        "imagePullSecrets": [{"name": one} for one in secrets],
        "containers": containers,
    }
    value = {"kind": "Pod", "metadata": {"name": "p", "namespace": namespace}, "spec": spec, "status": {"containerStatuses": statuses}}  # fmt: skip
    return papers_of(json.dumps(value).encode())
