"""The doctor names the fault of every world first, and stays silent on every healthy one.

The text of each is kept beside it, so that a change of words is seen in review; `pytest --snapshot-update` writes it.
`make test` looks at every eighth world, `make worlds` at all; `make accuracy-check` runs each in several variations.
"""

import os
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from examine import Examined, examine
from rows import rows
from wording import wording

from cgrdoctor.engine.discovery import load
from cgrdoctor.lab import FAULTS, HEALTHY
from cgrdoctor.report import json, line, text
from cgrdoctor.report.examples import example_of, examples, same
from cgrdoctor.report.page import Style

EVERY = 1 if os.environ.get("CGRDOCTOR_WORLDS") == "whole" else 8


def nothing_of_ours_broke(seen: Examined) -> None:
    """No check or probe broke, and no secret of the world came out."""
    assert [check for check in seen.report["checks"] if check["status"] == "error"] == []
    assert [name for name, fact in seen.report["facts"].items() if fact["status"] == "broken"] == []
    assert [secret[:6] for secret in seen.lab.secrets if secret in seen.stdout + seen.stderr] == []


def nobody_is_sent_to_a_host_that_jfrog_runs(seen: Examined) -> None:
    """Below jfrog.io nobody but JFrog mends network, storage, clock or load balancer of Artifactory's own side."""
    if not str(seen.report["target"]["artifactory_host"]).endswith(".jfrog.io"):
        return
    codes = load().codes
    for entry in seen.report["diagnosis"]:
        remedy = entry["remedy"] or {"steps": [], "commands": []}
        told = [*remedy["steps"], *(command["description"] for command in remedy["commands"])]
        if entry["leg"] not in ("client", "client-to-upstream"):
            assert [line for line in told if "on the artifactory host" in line.lower()] == []
            assert entry["owner"] != "network-team" or entry["leg"] in ("client-to-artifactory", "artifactory"), entry
            assert not codes[entry["code"]].ticket or entry["owner"] not in ("network-team", "developer"), entry


def stays_on_a_screen(seen: Examined) -> None:
    """Cause, fix and owner are on a screen of 80 x 24 when the prompt is back, and the last line says them again."""
    report = json.decode(seen.stdout.encode())
    first, many = report.diagnosis[0], len(report.diagnosis) > 1

    for style in (Style(), Style(wrapped=False), Style(columns=132)):
        shown = text.render(report, style)
        lines = shown.rstrip("\n").split("\n")
        assert rows(shown, style.columns) <= (30 if many else 22), shown
        assert lines[0].startswith(("FAIL  ", "WARN  ")), shown
        assert lines[-1].startswith(f"{lines[0][:4]} {first.code}: "), shown
        assert len(lines[-1]) <= 80, shown
        left = "\n".join(lines[-(style.rows - 2) :]) if many else shown
        assert all(f"  {label}" in left for label in ("Fix", "Owner")), shown
        assert any(line.startswith("  Seen") for line in lines), shown
        assert "--X" in shown or "--!" in shown or first.leg == "client-to-upstream", shown


def fits_on_a_line(seen: Examined, file: Path) -> None:
    """The line that the run wrote says what the line of its JSON says, in 4,096 bytes."""
    written, shown = file.read_bytes(), line.render(json.decode(seen.stdout.encode()))
    found, made = msgspec.json.decode(written), msgspec.json.decode(shown)

    assert (len(written) <= 4096, written.count(b"\n")) == (True, 1)
    assert 0 < len(found["seen"]) <= 16
    assert found.pop("report_sha256") == sha256(seen.stdout.encode()).hexdigest()
    assert made.pop("report_sha256") is None
    assert found == made


def says_what_explain_shows(name: str, seen: Examined) -> None:
    """The example that is kept of this world is what the doctor says today."""
    kept, made = examples().get(name), example_of(json.decode(seen.stdout.encode()))
    if kept is not None:
        assert made is not None
        assert same(kept, made), f"run `python -m docs.examples {name}`, then `make docs`: {made}"


@pytest.mark.parametrize("name", list(FAULTS)[::EVERY])
def test_the_fault_is_named_first(name, snapshot, tmp_path):
    scenario = FAULTS[name].scenario()

    seen = examine(scenario.world, "-o", str(tmp_path / "runs.ndjson"))

    assert seen.codes, seen.report["summary"]
    assert seen.codes[0] in (scenario.expected, *scenario.accept), seen.report["summary"]
    assert seen.report["diagnosis"][0]["severity"] == scenario.severity
    assert seen.status == (1 if scenario.severity == "fail" else 0)
    assert {*scenario.beside} <= seen.found
    nothing_of_ours_broke(seen)
    nobody_is_sent_to_a_host_that_jfrog_runs(seen)
    stays_on_a_screen(seen)
    fits_on_a_line(seen, tmp_path / "runs.ndjson")
    says_what_explain_shows(name, seen)
    assert wording(json.decode(seen.stdout.encode())) == snapshot


@pytest.mark.parametrize("name", list(HEALTHY)[::EVERY])
def test_a_healthy_world_is_left_in_peace(name, snapshot, tmp_path):
    scenario = HEALTHY[name].scenario()

    seen = examine(scenario.world, "-o", str(tmp_path / "runs.ndjson"))

    assert (seen.codes, seen.report["status"], seen.status) == ([], "healthy", 0), seen.report["summary"]
    assert {*scenario.beside} <= seen.found
    nothing_of_ours_broke(seen)
    fits_on_a_line(seen, tmp_path / "runs.ndjson")
    assert rows(text.render(json.decode(seen.stdout.encode()), Style())) <= 12
    assert wording(json.decode(seen.stdout.encode())) == snapshot


def test_a_healthy_run_is_modest():
    """At most 40 requests to Artifactory, 20 to Chainguard's hosts, 256 KiB of report."""
    seen = examine(HEALTHY["healthy"].scenario().world)

    counted = seen.report["run"]["requests"]
    artifactory = counted.pop("acme.jfrog.io")
    assert artifactory <= 40
    assert sum(counted.values()) <= 20
    assert len(seen.stdout.encode()) <= 256 * 1024


def test_nothing_is_changed_and_no_credential_strays():
    """What the servers received: only reading methods, and each secret only at the host it belongs to."""
    seen = examine(HEALTHY["healthy"].scenario().world)
    own = {name: value for name, value in seen.lab.environment.items() if not name.endswith("_USER")}

    for request in seen.lab.requests:
        assert request.method in ("GET", "HEAD"), request
        carried = str(request.headers) + request.query
        if request.host != "acme.jfrog.io" and "Artifactory/" not in dict(request.headers).get("user-agent", ""):
            assert own["CGRDOCTOR_ARTIFACTORY_TOKEN"] not in carried
            assert "YWxpY2U6" not in carried
        if request.host.endswith("r2.cloudflarestorage.com"):
            assert "authorization" not in dict(request.headers)


def test_a_fault_that_is_mended_is_gone():
    """The very change the remedy proposes heals the world."""
    import httpx
    from examine import examine_in

    from cgrdoctor.lab import running

    with running(FAULTS["token-authentication-disabled"].scenario().world) as lab:
        before = examine_in(lab)
        port = lab.ports["acme.jfrog.io"]
        url = f"https://127.0.0.1:{port}/artifactory/api/repositories/cgr-private"
        headers = {
            "Host": "acme.jfrog.io",
            "Authorization": f"Bearer {lab.environment['CGRDOCTOR_ARTIFACTORY_TOKEN']}",
        }
        import ssl

        trusting = ssl.create_default_context(cafile=str(lab.cacert))
        httpx.post(url, json={"enableTokenAuthentication": True}, headers=headers, verify=trusting).raise_for_status()
        after = examine_in(lab)

    assert before.codes == ["token-authentication-disabled"]
    assert (after.codes, after.status) == ([], 0)


def test_a_refused_credential_is_presented_once_to_an_endpoint():
    """Repeated failures lock accounts."""
    seen = examine(FAULTS["artifactory-credentials-rejected"].scenario().world)

    carried = [
        (request.host, request.path)
        for request in seen.lab.requests
        if request.host == "acme.jfrog.io" and "authorization" in dict(request.headers)
    ]
    assert carried
    assert len(carried) == len(set(carried))
