"""What is applied to run the doctor on every machine: by Kubernetes, by Ansible, by GitHub's runners."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cgrdoctor.config.clients import NOT_BELOW
from cgrdoctor.fleet import literal
from cgrdoctor.fleet.yaml import Block, document

NAME = "cgrdoctor"
VERDICT = "/dev/termination-log"
HOST = "/host"
LINES = "cgrdoctor-verdicts"
"""Where a playbook keeps the lines."""

USER = 65532
SECRETS = (
    "CGRDOCTOR_ARTIFACTORY_TOKEN",
    "CGRDOCTOR_REGISTRY_USER",
    "CGRDOCTOR_REGISTRY_PASSWORD",
    "CGRDOCTOR_CHAINGUARD_USER",
    "CGRDOCTOR_CHAINGUARD_PASSWORD",
)
"""Variables that a run on another machine may need; their values stand in no manifest."""

UPLOAD, DOWNLOAD = "actions/upload-artifact@v4", "actions/download-artifact@v4"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be run where. `image` is what is checked, `doctor` the image that holds the doctor.

    `options` are further words for the doctor, without secrets. `secret` names the Secret whose keys are the variables.
    """

    image: str
    doctor: str = ""
    namespace: str = NAME
    secret: str = ""
    options: Sequence[str] = ()
    host_files: bool = False
    runners: Sequence[str] = ()


def kubernetes(wanted: Wanted) -> str:
    """Namespace and DaemonSet."""
    return "---\n".join(
        [document(_namespace(wanted), _how(wanted)), document(_daemon_set(wanted))],
    )


def _how(wanted: Wanted) -> list[str]:
    space = f"kubectl -n {wanted.namespace}"
    pods = f"{space} get pods -l app.kubernetes.io/name={NAME} -o json"
    lines = [
        f"Runs cgrdoctor once on every node. Keep this file as {NAME}.yaml, then:",
        "",
        f"  kubectl apply -f {NAME}.yaml",
        *_login(wanted),
        f"  {space} rollout status daemonset/{NAME} --timeout=5m",
        "  kubectl get nodes -o name > nodes.txt",
        f"  {pods} | cgrdoctor report merge --expect nodes.txt -",
        "",
        f"Once more: {space} rollout restart daemonset/{NAME}",
        f"Remove it: {_removed(wanted)}",
        "",
        f"The entrypoint of {wanted.doctor} has to be the command {NAME}.",
        "Names are resolved as the node resolves them, its /etc/hosts excepted; the network is that of Pods.",
    ]
    if wanted.secret:
        lines.append(
            f"Lines of logins.env, where the Secret is not there yet: {SECRETS[1]}=NAME, {SECRETS[2]}=PASSWORD."
        )
    else:
        lines.append("Without --secret NAME no login is at hand on the nodes: a repository that needs one answers 401.")
    if wanted.doctor.partition("/")[0] == wanted.image.partition("/")[0]:
        host = wanted.image.partition("/")[0]
        lines += ["", f"The doctor's own image comes from {host} too: where that way is broken it cannot start."]
    lines += _foreign(wanted)
    if wanted.host_files:
        lines += [
            "",
            "It mounts /etc of the node, read-only: Pod Security needs the level privileged for that. Its trust store,",
            f"docker's certs.d and registries.conf are read there; not yet: {NOT_BELOW}.",
        ]
    return lines


def _login(wanted: Wanted) -> list[str]:
    """How the Secret is made, where one is named and not there yet."""
    made = f"create secret generic {wanted.secret} --from-env-file=logins.env"
    return [f"  kubectl -n {wanted.namespace} {made}"] if wanted.secret else []


def _removed(wanted: Wanted) -> str:
    """What takes it away again, and no namespace that holds other things."""
    if wanted.namespace == NAME:
        return f"kubectl delete -f {NAME}.yaml"
    return f"kubectl -n {wanted.namespace} delete daemonset/{NAME}"


def _foreign(wanted: Wanted) -> list[str]:
    """What happens to a namespace that may hold other things."""
    if wanted.namespace == NAME:
        return []
    return [
        "",
        f"The namespace {wanted.namespace} is made, or gets the level {_level(wanted)} of Pod Security, for all",
        "new Pods in it: where others live there, take the first document out of this file.",
    ]


def _level(wanted: Wanted) -> str:
    return "privileged" if wanted.host_files else "restricted"


def _namespace(wanted: Wanted) -> dict[str, Any]:
    labels = {"app.kubernetes.io/name": NAME, "pod-security.kubernetes.io/enforce": _level(wanted)}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": wanted.namespace, "labels": labels}}


def _daemon_set(wanted: Wanted) -> dict[str, Any]:
    labels = {"app.kubernetes.io/name": NAME}
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": NAME, "namespace": wanted.namespace, "labels": labels},
        "spec": {
            "selector": {"matchLabels": labels},
            "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "100%"}},
            "template": {"metadata": {"labels": labels}, "spec": _pod(wanted)},
        },
    }


def _pod(wanted: Wanted) -> dict[str, Any]:
    words = ["check", wanted.image, "--verdict-to", VERDICT, "--exit-zero", "-q", *wanted.options]
    if wanted.host_files:
        words += ["--host-root", HOST]
    doctor = {
        **_container(wanted, NAME, words),
        "env": [{"name": "CGRDOCTOR_NODE", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}],
        **({"envFrom": [{"secretRef": {"name": wanted.secret}}]} if wanted.secret else {}),
        "terminationMessagePath": VERDICT,
        "terminationMessagePolicy": "File",
        **(
            {"volumeMounts": [{"name": "etc", "mountPath": f"{HOST}/etc", "readOnly": True}]}
            if wanted.host_files
            else {}
        ),
    }
    volumes = [{"name": "etc", "hostPath": {"path": "/etc", "type": "Directory"}}]
    return {
        "automountServiceAccountToken": False,
        "dnsPolicy": "Default",
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": 5,
        "tolerations": [{"operator": "Exists"}],
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": USER,
            "runAsGroup": USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "initContainers": [doctor],
        "containers": [_container(wanted, "wait", ["fleet", "wait"])],
        **({"volumes": volumes} if wanted.host_files else {}),
    }


def _container(wanted: Wanted, name: str, words: Sequence[str]) -> dict[str, Any]:
    return {
        "name": name,
        "image": wanted.doctor,
        "imagePullPolicy": "IfNotPresent",
        "args": [literal.kubernetes(word) for word in words],
        "resources": {"requests": {"cpu": "10m", "memory": "64Mi"}, "limits": {"memory": "256Mi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
    }


def job(wanted: Wanted, images: str, shards: int) -> str:
    """An Indexed Job that sweeps the images of a ConfigMap, a share each; `options` name Artifactory and repository."""
    words = ["sweep", "--images", "/images/images.txt", "--shard", str(shards), "-f", "json", *wanted.options]
    labels = {"app.kubernetes.io/name": f"{NAME}-sweep"}
    sweep = {
        **_container(wanted, NAME, words),
        **({"envFrom": [{"secretRef": {"name": wanted.secret}}]} if wanted.secret else {}),
        "volumeMounts": [{"name": "images", "mountPath": "/images", "readOnly": True}],
    }
    pod = {
        **{
            key: value for key, value in _pod(wanted).items() if key not in ("initContainers", "tolerations", "volumes")
        },
        "restartPolicy": "Never",
        "containers": [sweep],
        "volumes": [{"name": "images", "configMap": {"name": images}}],
    }
    spec = {
        "completionMode": "Indexed",
        "completions": shards,
        "parallelism": min(shards, 4),
        "backoffLimitPerIndex": 0,
        "maxFailedIndexes": shards,
        "template": {"metadata": {"labels": labels}, "spec": pod},
    }
    name = f"{NAME}-sweep"
    data = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name, "namespace": wanted.namespace, "labels": labels},
        "spec": spec,
    }
    space = f"kubectl -n {wanted.namespace}"
    how = [
        f"Sweeps the images of the ConfigMap {images} in {shards} shares. Keep this file as {name}.yaml, then:",
        "",
        f"  kubectl apply -f {name}.yaml",
        *_login(wanted),
        f"  {space} create configmap {images} --from-file=images.txt",
        f"  {space} wait --for=jsonpath='{{.status.conditions}}' job/{name} --timeout=1h",
        f"  {space} logs -l app.kubernetes.io/name={name} --tail=-1 --prefix=false > sweep.ndjson",
        "",
        "A share with an image that is missing or differs ends with 1 and is not tried again: the others go on.",
        *_foreign(wanted),
    ]
    return "---\n".join([document(_namespace(wanted), how), document(data)])


def ansible(wanted: Wanted) -> str:
    """A playbook: the doctor runs on every host, its line is brought here."""
    play = {
        "name": "Look at the pull on every host",
        "hosts": "all",
        "gather_facts": False,
        "tasks": [*_before(), *_on_every_host(wanted)],
    }
    how = [
        f"Runs cgrdoctor on every host of the inventory. Keep this file as {NAME}.yaml, then:",
        "",
        f"  ansible-playbook -i INVENTORY {NAME}.yaml",
        f"  cgrdoctor report merge {LINES} --expect {LINES}/expected.txt",
        "",
        f"Hosts need {NAME} on their PATH, or cgrdoctor_command=/path/to/it in the inventory, which may be several",
        "words. Logins come from variables of the shell in which ansible-playbook runs; those that are not set stay",
        f"empty. Each run empties {LINES} beside this file: a host that did not report is named, not remembered.",
    ]
    return document([play], how)


def _here(name: str, module: str, words: Mapping[str, Any], *, once: bool = True) -> dict[str, Any]:
    """A task of the machine that runs the playbook."""
    place = {"delegate_to": "localhost", **({"run_once": True} if once else {})}
    return {"name": name, f"ansible.builtin.{module}": words, **place, "changed_when": False}


def _before() -> list[dict[str, Any]]:
    folder = f"{{{{ playbook_dir }}}}/{LINES}"
    names = "{% for name in ansible_play_hosts_all %}\n{{ name }}\n{% endfor %}\n"
    return [
        _here("Forget an earlier run", "file", {"path": folder, "state": "absent"}),
        _here("Make a place for the lines", "file", {"path": folder, "state": "directory", "mode": "0700"}),
        _here(
            "Note who is expected to report",
            "copy",
            {"dest": f"{folder}/expected.txt", "content": Block(names), "mode": "0600"},
        ),
    ]


def _on_every_host(wanted: Wanted) -> list[dict[str, Any]]:
    """Tasks of each host: the doctor, its line's way here, and why there is none."""
    check = " ".join(shlex.quote(word) for word in ("check", wanted.image, "--exit-zero", "-q", *wanted.options))
    script = (
        "place=$(mktemp -d) || exit\n"
        "trap 'rm -rf \"$place\"' EXIT\n"
        f"{{{{ cgrdoctor_command | default('{NAME}') }}}} {literal.ansible(check)} \\\n"
        '  --node {{ inventory_hostname | quote }} --verdict-to "$place/line" >/dev/null\n'
        'cat "$place/line"\n'
    )
    run = {
        "name": "Run the doctor",
        "ansible.builtin.shell": Block(script),
        "environment": {name: f"{{{{ lookup('ansible.builtin.env', '{name}') }}}}" for name in SECRETS},
        "register": "cgrdoctor_run",
        "no_log": True,
        "changed_when": False,
        "failed_when": False,
    }
    keep = _here(
        "Keep its line",
        "copy",
        {
            "dest": f"{{{{ playbook_dir }}}}/{LINES}/{{{{ inventory_hostname }}}}.json",
            "content": "{{ cgrdoctor_run.stdout }}",
            "mode": "0600",
        },
        once=False,
    )
    tell = {
        "name": "Say why there is none",
        "ansible.builtin.fail": {
            "msg": "{{ cgrdoctor_run.stderr_lines | default([]) | first | default('the doctor did not run') }}"
        },
    }
    line = "cgrdoctor_run.stdout | default('')"
    return [run, {**keep, "when": f"{line} != ''"}, {**tell, "when": f"{line} == ''"}]


def github(wanted: Wanted) -> str:
    """A workflow: a job on each kind of runner, and one that merges their lines."""
    fixed = ("--verdict-to", "verdict.ndjson", "--exit-zero")
    words = " ".join(shlex.quote(word) for word in (*fixed, *wanted.options))
    check = f'cgrdoctor check "$IMAGE" --node "$RUNNER" {literal.github(words)}'
    secrets = {name: f"${{{{ secrets.{name} }}}}" for name in SECRETS}
    install = {"name": "Install", "run": "python3 -m pip install --quiet cgrdoctor"}
    look = {
        "runs-on": "${{ matrix.runner }}",
        "strategy": {"fail-fast": False, "matrix": {"runner": list(wanted.runners)}},
        "steps": [
            install,
            {
                "name": "Look",
                "env": {"IMAGE": wanted.image, "RUNNER": "${{ matrix.runner }}", **secrets},
                "run": check,
            },
            {
                "name": "Keep the line",
                "if": "always()",
                "uses": UPLOAD,
                "with": {"name": "verdict-${{ strategy.job-index }}", "path": "verdict.ndjson"},
            },
        ],
    }
    runners = "\n".join(wanted.runners)
    merge = {
        "runs-on": wanted.runners[0],
        "needs": ["look"],
        "if": "always()",
        "steps": [
            install,
            {"name": "Bring the lines", "uses": DOWNLOAD, "with": {"pattern": "verdict-*", "path": "verdicts"}},
            {
                "name": "Merge",
                "env": {"EXPECTED": runners},
                "run": Block(
                    'printf "%s\\n" "$EXPECTED" > expected.txt\n'
                    'cgrdoctor report merge verdicts --expect expected.txt -f markdown >> "$GITHUB_STEP_SUMMARY"\n'
                ),
            },
        ],
    }
    data: Mapping[str, Any] = {
        "name": NAME,
        "on": {"workflow_dispatch": {}},
        "permissions": {"contents": "read"},
        "jobs": {"look": look, "merge": merge},
    }
    how = [
        f"Runs cgrdoctor on each kind of runner. Keep this file as .github/workflows/{NAME}.yaml, then:",
        "",
        f"  gh workflow run {NAME}.yaml",
        "",
        "The answer stands in the summary of the run. Logins are secrets of the repository; those that are not there",
        "stay empty.",
    ]
    return document(data, how)
