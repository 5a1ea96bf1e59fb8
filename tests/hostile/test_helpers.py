"""Credential helpers that hang, flood or lie: foreign programs that a run starts itself."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from canaries import canary, seen
from front import Plan
from oracle import nothing_broke
from runs import DEADLINE, PEAK, prepared, sampled

ACTIVE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
SECRET = canary(40, "-/%")
TELLS = f'{{"ServerURL":"x","Username":"bob","Secret":"{SECRET.text}"}}'


def says(text: str) -> str:
    """A script that prints these bytes, escaped as printf does."""
    return f"printf '{text}'"


ACTS = {
    "hangs": "exec sleep 60",
    "hangs-deaf": "trap '' TERM INT HUP; while :; do sleep 1; done",
    "hangs-after-its-answer": f"echo '{TELLS}'; exec sleep 60",
    "leaves-a-child-behind": f"(trap '' HUP; sleep 60) & echo '{TELLS}'",
    "never-reads": f"exec <&-; echo '{TELLS}'",
    "floods": "exec yes 0123456789",
    "floods-errors": "yes 0123456789 >&2",
    "one-endless-line": "exec tr '\\0' x </dev/zero",
    "drips": "while :; do printf ' '; sleep 0.2; done",
    "fails": f"echo '{SECRET.text}'; echo '{SECRET.text}' >&2; exit 1",
    "killed": "kill -9 $$",
    "nothing": "exit 0",
    "no-json": says(f"{SECRET.text}"),
    "nul": says('{"Username":"a\\\\u0000b","Secret":"c\\\\u0000d-long-enough"}'),
    "nul-bytes": says("\\000\\000\\000"),
    "invalid-utf8": says('{"Username":"\\377\\376","Secret":"\\300\\200"}'),
    "line-feed": says('{"Username":"a\\\\nX-Evil: 1","Secret":"b\\\\r\\\\nX-Evil: 1"}'),
    "colon-in-the-name": says('{"Username":"a:b","Secret":"c-long-enough"}'),
    "wrong-types": says('{"Username":["a"],"Secret":{"b":1}}'),
    "a-list": says("[[]]"),
    "deep": "printf '[%.0s' $(seq 30000)",
    "escapes": says('{"Username":"\\\\u001b[31mred\\\\u202e","Secret":"\\\\u001b]8;;x\\\\u0007-long-enough"}'),
    "markup": says('{"Username":"<script>alert(1)</script>[x](y)","Secret":"c-long-enough"}'),
    "long": 'printf \'{"Username":"a","Secret":"\'; head -c 60000 /dev/zero | tr \'\\0\' s; printf \'"}\'',
    "another-host": says('{"ServerURL":"https://evil.test","Username":"bob","Secret":"c-long-enough"}'),
}
"""What a helper does, as a shell script."""

SILENT = ("hangs", "hangs-deaf", "hangs-after-its-answer", "leaves-a-child-behind", "drips")
"""Those that give no answer in time, and are not asked for the second host; the others are."""


@pytest.mark.parametrize("act", sampled(sorted(ACTS), 6))
def test_whatever_a_helper_does(nursery, authority, tmp_path, act):
    program = tmp_path / "docker-credential-odd"
    program.write_text(f"#!/bin/sh\necho $$ >>{tmp_path}/asked\n{ACTS[act]}\n")
    program.chmod(0o755)
    (tmp_path / "config.json").write_text(json.dumps({"credsStore": "odd"}))
    with prepared(authority, Plan()) as setup:
        bare = {
            name: value for name, value in setup.environ.items() if "REGISTRY" not in name and "CHAINGUARD" not in name
        }
        path = f"{tmp_path}:{os.environ['PATH']}"
        told, stdout, stderr = nursery.run(
            [setup.lab.image, *setup.arguments, "-f", "json", "-v"],
            {**bare, "PATH": path, "DOCKER_CONFIG": str(tmp_path)},
            setup.folder,
        )

    report = json.loads(stdout)
    asked = (tmp_path / "asked").read_text().split()
    assert told["status"] == report["exit_status"]
    assert stderr == ""
    assert nothing_broke(report) == []
    assert report["run"]["duration"] <= DEADLINE + 1
    assert told["peak"] <= PEAK
    assert seen([SECRET], stdout) == []
    assert ACTIVE.findall(stdout) == []
    assert len(asked) == (1 if act in SILENT else 2)
    assert [_alive(int(pid)) for pid in asked] == [[]] * len(asked)
    assert "evil.test" not in report["run"]["requests"]


def _alive(group: int) -> list[str]:
    """The processes of a group that still run; what has ended and is not yet reaped does not count."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _parent, its_group = stat.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(its_group) == group and state not in "ZX":
            found.append(stat.parent.name)
    return found
