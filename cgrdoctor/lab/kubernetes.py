"""A Pod that waits for the image of a world, and its pull secrets, in files as kubectl prints them."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

NOBODY = ("nobody", "nothing")
CONFIG_JSON = "kubernetes.io/dockerconfigjson"


@dataclass(frozen=True, slots=True)
class Secret:
    """A Secret whose `keys` hold the caller's login, `{host}` in them the host of the image.

    `ending` stands behind the password; `packed` is how often its data is base64.
    """

    keys: tuple[str, ...] = ("{host}",)
    name: str = "regcred"
    namespace: str = "ml"
    type: str = CONFIG_JSON
    ending: str = ""
    packed: int = 1
    password: str | None = None


@dataclass(frozen=True, slots=True)
class Kubernetes:
    """The Pod names the secrets `asked`; `says` is the kubelet's word beyond the pull that failed."""

    secrets: tuple[Secret, ...] = (Secret(),)
    asked: tuple[str, ...] = ("regcred",)
    state: Literal["waits", "runs"] = "waits"
    says: str = ""


def options(kubernetes: Kubernetes | None, folder: Path) -> tuple[str, ...]:
    """What leads the command to the files."""
    if kubernetes is None:
        return ()
    pod = ("--pod", str(folder / "pod.json"))
    return (*pod, "--pull-secret", str(folder / "secret.json")) if kubernetes.secrets else pod


def furnish(kubernetes: Kubernetes, folder: Path, image: str, login: tuple[str, str] | None) -> None:
    """Writes the files."""
    pod = _pod(kubernetes, image)
    event = _event(kubernetes.says)
    (folder / "pod.json").write_text(json.dumps(_list(pod, *([event] if kubernetes.says else []))))
    if kubernetes.secrets:
        host = image.partition("/")[0]
        made = (_secret(one, host, login or NOBODY) for one in kubernetes.secrets)
        (folder / "secret.json").write_text(json.dumps(_list(*made)))


def _list(*items: dict[str, object]) -> dict[str, object]:
    return {"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}, "items": list(items)}


def _pod(kubernetes: Kubernetes, image: str) -> dict[str, object]:
    waiting = {"waiting": {"reason": "ImagePullBackOff", "message": f'Back-off pulling image "{image}"'}}
    state = waiting if kubernetes.state == "waits" else {"running": {"startedAt": "2026-11-28T08:00:00Z"}}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "train-7d9", "namespace": "ml"},
        "spec": {
            "nodeName": "ip-10-0-2-97",
            "serviceAccountName": "default",
            "imagePullSecrets": [{"name": name} for name in kubernetes.asked],
            "containers": [{"name": "train", "image": image, "imagePullPolicy": "IfNotPresent"}],
        },
        "status": {"phase": "Pending", "containerStatuses": [{"name": "train", "image": image, "state": state}]},
    }


def _event(says: str) -> dict[str, object]:
    about = {"kind": "Pod", "name": "train-7d9", "namespace": "ml"}
    reason = "FailedToRetrieveImagePullSecret" if says.startswith("Unable to retrieve") else "Failed"
    return {"apiVersion": "v1", "kind": "Event", "involvedObject": about, "reason": reason, "message": says, "count": 6}


def _secret(secret: Secret, host: str, login: tuple[str, str]) -> dict[str, object]:
    password = login[1] if secret.password is None else secret.password
    pair = f"{login[0]}:{password}{secret.ending}"
    entry = {"auth": base64.b64encode(pair.encode()).decode()}
    auths = {key.format(host=host): entry for key in secret.keys}
    old = secret.type == "kubernetes.io/dockercfg"
    data = json.dumps(auths if old else {"auths": auths}).encode()
    for _ in range(secret.packed):
        data = base64.b64encode(data)
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": secret.name, "namespace": secret.namespace},
        "type": secret.type,
        "data": {".dockercfg" if old else ".dockerconfigjson": data.decode()},
    }
