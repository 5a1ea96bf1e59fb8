"""The recipes for a cluster, typed as they stand in docs/fleet.md: kubectl is the real one, and so is the engine of each
node, containerd, which runs the doctor's own image. Between them stands an API server that the test makes.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from api_server import Cluster, Object, serving
from doctor_image import BUNDLE, NAME, image
from netns import ADDRESS, HOST, ZONE, machines, run, settings_of, staged
from node_engine import LARGEST, VERDICT, Ended, Engine, engine, in_memory
from shells import needed, shell

from docs.fleet_page import DOCTOR, JOB, NODES, printed, typed_next

pytestmark = [pytest.mark.e2e, needed("ip", "nsenter", "buildah", "containerd", "ctr", "runc", "kubectl")]
NAMES = ("node-a", "node-b", "node-c")
BROKEN = "node-b"
REFUSING = "10.99.0.7"
OTHER_RESOLVER = "10.99.0.2"
"""Knows another address of Artifactory, and is that of one node."""

SWEPT = ("acme.com/python:3.12", "acme.com/no-such:1")


class Nodes(NamedTuple):
    """Engines by their nodes, and a healthy world that all but one find."""

    engines: Mapping[str, Engine]
    stage: Mapping[str, Any]

    @property
    def logins(self) -> dict[str, str]:
        return {name: value for name, value in self.stage["environment"].items() if name.startswith("CGRDOCTOR_")}


@pytest.fixture(scope="module")
def nodes() -> Iterator[Nodes]:
    assert NAME == DOCTOR
    with ExitStack() as stack:
        folder = stack.enter_context(in_memory())
        centre, names = stack.enter_context(machines(len(NAMES)))
        for address in (REFUSING, OTHER_RESOLVER):
            run("ip", "-n", centre, "address", "add", f"{address}/24", "dev", "v0")
        wrong = {OTHER_RESOLVER: {**ZONE, HOST: {"A": [REFUSING]}}}
        stage = stack.enter_context(staged(centre, ZONE, "healthy", wrong))
        (folder / "image").mkdir()
        archive = image(folder / "image")
        engines = {}
        for node, name in zip(NAMES, names, strict=True):
            (settings_of(name) / "hosts").write_text("127.0.0.1 localhost\n")
            if node == BROKEN:
                (settings_of(name) / "resolv.conf").write_text(f"nameserver {OTHER_RESOLVER}\n")
            (folder / node).mkdir()
            engines[node] = stack.enter_context(engine(name, folder / node))
        with ThreadPoolExecutor(len(NAMES)) as pool:
            list(pool.map(lambda one: one.load(archive), engines.values()))
        yield Nodes(engines, stage)


class Control:
    """What a cluster makes of its objects: Pods on nodes, as soon as the Secret and the lists that they name are there."""

    def __init__(self, nodes: Nodes) -> None:
        self.nodes = nodes
        self.cluster = Cluster(seen=self.settle)
        self.ended: dict[str, Ended] = {}
        for node in nodes.engines:
            self.cluster.put("/api/v1/nodes", {"metadata": {"name": node}})

    def settle(self, resource: str) -> None:
        for one in self.cluster.of(resource):
            if "status" not in one and resource == "daemonsets":
                self.everywhere(one)
            elif "status" not in one and resource == "jobs":
                self.in_shares(one)

    def everywhere(self, made: Object) -> None:
        """A DaemonSet: its init container, once on each node."""
        spec = made["spec"]["template"]["spec"]
        (doctor,) = spec["initContainers"]
        assert [one["valueFrom"]["fieldRef"]["fieldPath"] for one in doctor["env"]] == ["spec.nodeName"]
        assert doctor["terminationMessagePath"] == VERDICT
        assert spec["dnsPolicy"] == "Default", "or the resolver would not be the node's"

        def on(node: str) -> Ended:
            return self.container(node, f"{node}-doctor", doctor, {doctor["env"][0]["name"]: node}, {})

        with ThreadPoolExecutor(len(self.nodes.engines)) as pool:
            for node, ended in zip(self.nodes.engines, pool.map(on, self.nodes.engines), strict=True):
                self.pod(made, node, {"terminated": {"exitCode": ended.status, "message": ended.message}}, ended)
        size = len(self.nodes.engines)
        counts = ("desiredNumberScheduled", "currentNumberScheduled", "updatedNumberScheduled", "numberAvailable")
        made["status"] = {"observedGeneration": 1, "numberMisscheduled": 0, **dict.fromkeys(counts, size)}

    def in_shares(self, made: Object) -> None:
        """An Indexed Job: each Pod with its index, on a node that works."""
        spec = made["spec"]["template"]["spec"]
        (sweep,), (volume,) = spec["containers"], spec["volumes"]
        space = made["metadata"]["namespace"]
        lists = self.cluster.objects[f"/api/v1/namespaces/{space}/configmaps/{volume['configMap']['name']}"]
        for index in range(made["spec"]["completions"]):
            node = [one for one in self.nodes.engines if one != BROKEN][index]
            folder = self.nodes.engines[node].folder / "lists"
            folder.mkdir()
            for name, text in lists["data"].items():
                (folder / name).write_text(text)
            name = f"{made['metadata']['name']}-{index}"
            mounts = {sweep["volumeMounts"][0]["mountPath"]: folder}
            ended = self.container(node, name, sweep, {"JOB_COMPLETION_INDEX": str(index)}, mounts)
            self.pod(made, name, {"terminated": {"exitCode": ended.status}}, ended)
        failed = any(one.status for one in self.ended.values())
        made["status"] = {"conditions": [{"type": "Failed" if failed else "Complete", "status": "True"}]}

    def container(
        self, node: str, name: str, made: Object, environ: Mapping[str, str], mounts: Mapping[str, Path]
    ) -> Ended:
        whole = dict(environ)
        for source in made["envFrom"]:
            path = f"/api/v1/namespaces/cgrdoctor/secrets/{source['secretRef']['name']}"
            secret = self.cluster.objects[path]["data"]
            whole |= {key: b64decode(value).decode() for key, value in secret.items()}
        trusted = {BUNDLE: Path(self.nodes.stage["cacert"])}
        return self.nodes.engines[node].run(name, made, whole, {**mounts, **trusted})

    def pod(self, made: Object, name: str, state: Object, ended: Ended) -> None:
        labels, space = made["spec"]["template"]["metadata"]["labels"], made["metadata"]["namespace"]
        pod = {
            "metadata": {"name": name, "namespace": space, "labels": labels},
            "spec": {**made["spec"]["template"]["spec"], "nodeName": name},
            "status": {"phase": "Running", "initContainerStatuses": [{"name": "cgrdoctor", "state": state}]},
        }
        self.cluster.put(f"/api/v1/namespaces/{space}/pods", pod)
        self.cluster.logs[name] = ended.log
        self.ended[name] = ended


def followed(control: Control, recipe: Any, folder: Path) -> Iterator[tuple[str, int, str, str]]:
    """The commands of a recipe in a shell, in their order: status, standard output, standard error."""
    text = printed(recipe.manifest)
    (folder / recipe.file).write_text(text)
    (folder / "logins.env").write_text("".join(f"{name}={value}\n" for name, value in control.nodes.logins.items()))
    with serving(control.cluster) as address:
        place = {"name": "here", "cluster": {"server": address}}
        context = {"name": "here", "context": {"cluster": "here", "user": "me"}}
        config = {"apiVersion": "v1", "kind": "Config", "clusters": [place], "contexts": [context], "users": []}
        (folder / "config").write_text(json.dumps({**config, "current-context": "here"}))
        for command in typed_next(text):
            yield command, *shell(command, folder, {"KUBECONFIG": str(folder / "config")})


@pytest.fixture(scope="module")
def looked(nodes: Nodes, tmp_path_factory: pytest.TempPathFactory) -> tuple[Control, str]:
    """The cluster when the commands of the recipe for its nodes were typed, and what the last one said."""
    control, said = Control(nodes), ""
    for command, status, said, problems in followed(control, NODES, tmp_path_factory.mktemp("nodes")):
        assert status == 0, f"{command}: {said} {problems}"
    return control, said


def test_a_newcomer_gets_from_the_manifest_to_the_merged_page(looked):
    control, said = looked

    assert said.startswith("3 reports of 3 nodes: 1 faulty, 2 healthy\n")
    assert f"connection-refused ({HOST})" in said
    assert f"1 of 3: {HOST} resolves to {REFUSING} there; the other 2 have {ADDRESS}\n      {BROKEN}\n" in said
    for node, ended in control.ended.items():
        line = json.loads(ended.message)
        assert (line["node"], line["status"]) == (node, "faulty" if node == BROKEN else "healthy"), line["summary"]
        assert len(ended.message.encode()) <= LARGEST
        assert ended.status == 0, "or the Pod would begin again and again"


def test_the_answer_is_that_of_any_other_engine(looked, tmp_path):
    """Cause, nodes and what separates them, from messages alone; a node whose message is not there is named."""
    for node, ended in looked[0].ended.items():
        (tmp_path / f"{node}.json").write_text(ended.message)
    (tmp_path / "nodes.txt").write_text("".join(f"node/{node}\n" for node in (*NAMES, "node-d")))

    status, said, problems = shell("cgrdoctor report merge node-?.json --expect nodes.txt -f json", tmp_path, {})

    answer = json.loads(said)
    assert (status, answer["missing"]) == (3, ["node-d"]), problems
    assert [(one["code"], one["subject"], one["nodes"], one["separates"]) for one in answer["causes"]] == [
        ("connection-refused", HOST, [BROKEN], {"fact": f"{HOST} address", "here": REFUSING, "elsewhere": ADDRESS})
    ]


def test_the_files_of_a_node_are_read_where_they_are_mounted(looked, tmp_path):
    """The node trusts who signed, and the image does not: the bundle is found where links lead on the node."""
    control, _ = looked
    text = printed((*NODES.manifest, "--host-files"))
    spec = list(yaml.safe_load_all(text))[1]["spec"]["template"]["spec"]
    (doctor,), (volume,) = spec["initContainers"], spec["volumes"]
    bundle = tmp_path / "etc/ssl/certs/ca-certificates.crt"
    bundle.parent.mkdir(parents=True)
    bundle.symlink_to("/etc/pki/bundle.pem")
    (tmp_path / "etc/pki").mkdir()
    (tmp_path / "etc/pki/bundle.pem").write_bytes(Path(control.nodes.stage["cacert"]).read_bytes())
    mounts = {doctor["volumeMounts"][0]["mountPath"]: tmp_path / volume["hostPath"]["path"].lstrip("/")}
    tmp_path.chmod(0o755)

    ended = control.nodes.engines[NAMES[0]].run("host-files", doctor, control.nodes.logins, mounts)

    line = json.loads(ended.message)
    assert line["status"] == "healthy", line["summary"]


def test_a_list_is_swept_in_shares(nodes, tmp_path):
    (tmp_path / "images.txt").write_text("".join(f"{one}\n" for one in SWEPT))
    control = Control(nodes)
    for command, status, said, problems in followed(control, JOB, tmp_path):
        assert status == 0, f"{command}: {said} {problems}"

    lines = [json.loads(line) for line in (tmp_path / "sweep.ndjson").read_text().splitlines()]
    assert {line["upstream_image"]: line["verdict"] for line in lines if "verdict" in line} == {
        SWEPT[0]: "same",
        SWEPT[1]: "missing",
    }
    assert sorted(one.status for one in control.ended.values()) == [0, 1]


def test_what_waits_ends_when_the_pod_does(looked):
    control, _ = looked
    (daemon_set,) = control.cluster.of("daemonsets")
    one = control.nodes.engines[NAMES[0]]

    one.begin("wait", daemon_set["spec"]["template"]["spec"]["containers"][0])

    assert one.end("wait") == 0
