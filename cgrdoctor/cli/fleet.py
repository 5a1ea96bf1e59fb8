"""`cgrdoctor fleet`: the doctor on every machine, by an engine that is there already."""

from __future__ import annotations

from cgrdoctor.cli.table import Rows, Table

COMMANDS: Rows = {
    "manifest": ("cgrdoctor.cli.fleet_manifest", "Print what to apply: for Kubernetes, Ansible or GitHub."),
    "wait": ("cgrdoctor.cli.fleet_wait", "Wait for SIGTERM, for a container whose work is done."),
}

command = Table(
    "fleet", COMMANDS, help="Many machines: what runs the doctor there. 'report merge' reads what comes back."
)
